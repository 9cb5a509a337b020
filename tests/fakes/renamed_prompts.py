"""Copies of prompt files in which every key is renamed, as an admin may do."""

import re
import shutil
import tomllib
from pathlib import Path

from bot.domain.roles import COLUMN_ROLES, role_named

_NO_KEYS = re.compile(r"\s*(title|commands|hints|detect|detect_codes|type|name|labels|text|heading) *=")
_KEY_LINE = re.compile(r'key = "(\w+)"')
_BEHIND_COLON = re.compile(r'(?<=:)[\w, ]+(?=")')


def renamed(key: str) -> str:
    """Return the name of a key in the copies."""
    return f"own_{key}"


def rename_keys(source: Path, target: Path, *, with_roles: bool) -> Path:
    """Copy the prompt files of a folder with all keys renamed; `with_roles`, each field declares its role."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    for path in sorted(target.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        path.write_text(_with_renamed_keys(text, with_roles=with_roles), encoding="utf-8")
    return target


def _with_renamed_keys(text: str, *, with_roles: bool) -> str:
    values = tomllib.loads(text)
    keys = {table["key"] for name in ("fields", "columns") for table in values.get(name, [])}
    lines, header = list[str](), ""
    for line in text.splitlines():
        header = line.strip() if line.startswith("[") else header
        lines.append(line if _NO_KEYS.match(line) else _renamed_in(line, keys))
        if with_roles and (key := _KEY_LINE.fullmatch(line)):
            role = role_named(key[1])
            if role is not None and (role in COLUMN_ROLES) == (header == "[[columns]]"):
                lines.append(f'role = "{role}"')
    return "\n".join(lines) + "\n"


def _renamed_in(line: str, keys: set[str]) -> str:
    line = re.sub(r'"(\w+)"', lambda word: f'"{renamed(word[1])}"' if word[1] in keys else word[0], line)
    return _BEHIND_COLON.sub(
        lambda words: re.sub(r"\w+", lambda word: renamed(word[0]) if word[0] in keys else word[0], words[0]), line
    )
