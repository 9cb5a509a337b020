"""The file clients.toml: read whole, and edited so that all that others wrote in it stays."""

import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bot.config.atomic_write import replace_text
from bot.config.clients.clients_toml import FILE, HASH_PREFIX, read_clients
from bot.domain.errors import Misconfigured
from bot.domain.problems import Problem, misconfigured
from bot.domain.requests.client import Client, ClientRole, is_client_name
from bot.domain.texts import console as texts

_OWNER_ONLY: Final = 0o600  # it holds the secrets of webhooks
_HEADER = re.compile(r"\s*\[\[?\s*([\w.\s-]+?)\s*\]\]?\s*(#.*)?")


def read_clients_file(directory: Path) -> tuple[tuple[Client, ...], list[Problem]]:
    """Return the clients of the configuration in `directory`, and the problems of their file; none without a file."""
    path = directory / FILE
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return (), []
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        return (), [Problem(file=FILE, what=f"cannot be read: {reason}")]
    return read_clients(source)


def load_clients(directory: Path) -> tuple[Client, ...]:
    """Return the clients of the configuration in `directory`; raises `Misconfigured` with a line for each problem."""
    clients, problems = read_clients_file(directory)
    if problems:
        raise misconfigured(problems)
    return clients


def add_client(directory: Path, name: str, hashed: str, *, role: ClientRole, prompts: Sequence[str] = ()) -> None:
    """Append a client whose token has this hash to the file; raises `Misconfigured` if that cannot be."""
    if not is_client_name(name):
        raise Misconfigured(f'"{name}" is no name for a client: use up to 40 of a-z, 0-9 and -, and not local')
    with _locked(directory):
        if any(client.name == name for client in load_clients(directory)):
            raise Misconfigured(f"there is a client {name} already: choose another name, or revoke it first")
        lines = ["[[clients]]", f'name = "{name}"', f'role = "{role}"', f'tokens = ["{HASH_PREFIX}{hashed}"]']
        if prompts:
            listed = ", ".join(f'"{prompt}"' for prompt in prompts)
            lines.append(f"prompts = [{listed}]")
        before = _source(directory)
        gap = "\n" if before and not before.endswith("\n\n") else ""
        end = "" if not before or before.endswith("\n") else "\n"
        _write(directory, f"{before}{end}{gap}{chr(10).join(lines)}\n")


def remove_client(directory: Path, name: str) -> None:
    """Take a client with its tokens and webhooks out of the file; raises `Misconfigured` if it is not there."""
    with _locked(directory):
        names = [client.name for client in load_clients(directory)]
        if name not in names:
            known = ", ".join(names) or "none"
            raise Misconfigured(f"there is no client {name}: the file has {known}")
        lines = _source(directory).splitlines(keepends=True)
        start, end = _lines_of(lines, names.index(name))
        _write(directory, "".join([*lines[:start], *lines[end:]]))


def _lines_of(lines: Sequence[str], number: int) -> tuple[int, int]:
    """Return where the table of a client begins, and where it ends: comments above the next one belong to that."""
    headers = [(index, match[1]) for index, line in enumerate(lines) if (match := _HEADER.fullmatch(line.rstrip()))]
    starts = [index for index, title in headers if title == "clients"]
    start = starts[number]
    others = (index for index, title in headers if index > start and not title.startswith("clients."))
    end = next(others, len(lines))
    while end < len(lines) and end > start + 1 and _is_comment(lines[end - 1]):
        end -= 1
    return start, end


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _source(directory: Path) -> str:
    path = directory / FILE
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _write(directory: Path, text: str) -> None:
    """Replace the file, unless the new text has problems, such as a table that is written in another form."""
    _, problems = read_clients(text)
    if problems:
        raise misconfigured(problems)
    path = directory / FILE
    is_new = not path.exists()
    if is_new:
        path.touch(_OWNER_ONLY)
    replace_text(path, text)


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Keep other commands from editing the file meanwhile."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(directory / f".{FILE}.lock", os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
    except OSError as error:
        raise Misconfigured(texts.cannot_write(str(directory / FILE), error.strerror or str(error))) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
