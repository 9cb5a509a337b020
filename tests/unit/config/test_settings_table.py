"""Both READMEs list every setting, with its default."""

import json
import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.config.settings import fields

ROOT = Path(__file__).resolve().parents[3]
READMES = ("README.md", "README.zh-CN.md")


def rows(readme: str) -> dict[str, tuple[str, str]]:
    text = (ROOT / readme).read_text(encoding="utf-8")
    table = text.partition("<!-- settings:begin -->")[2].partition("<!-- settings:end -->")[0]
    found = re.findall(r"^\| `(OCRBOT_\w+)` \| (.*?) ?\| (.+) \|$", table, flags=re.MULTILINE)
    assert len(found) == len(table.strip().splitlines()) - 2, "a row of the table is malformed"
    return {name: (default.strip("`"), meaning) for name, default, meaning in found}


def printed(info: FieldInfo) -> str:
    """The default as a person would write it into the environment."""
    value = info.default
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Path):
        return value.relative_to(ROOT).as_posix()
    if isinstance(value, tuple):
        return json.dumps(value)
    return str(value)


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_in_the_table_with_its_default(readme: str) -> None:
    assert {name: default for name, (default, _) in rows(readme).items()} == {
        name: printed(info) for name, info in fields()
    }


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_explained(readme: str) -> None:
    assert all(meaning.strip() for _, meaning in rows(readme).values())


def test_both_readmes_have_the_same_sections_and_commands() -> None:
    english, chinese = ((ROOT / readme).read_text(encoding="utf-8") for readme in READMES)
    commands = re.compile(r"^(?:make|\.venv/bin/ocrbot|docker compose) [^#\n]*", flags=re.MULTILINE)
    assert english.count("\n## ") == chinese.count("\n## ")
    assert [c.strip() for c in commands.findall(english)] == [c.strip() for c in commands.findall(chinese)]
