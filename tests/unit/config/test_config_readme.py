"""Both READMEs of the configuration folder name every key that a file may hold."""

import re
from pathlib import Path

import pytest

from bot.config.file_types import FileTable
from bot.config.prompt_model import ColumnTable, DuplicatesTable, ExampleTable, FieldTable, PromptFile, ReplyTable

CONFIG = Path(__file__).parents[3] / "config"


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
@pytest.mark.parametrize(
    ("table", "head"),
    [
        (FieldTable, "[[fields]]"),
        (ColumnTable, "[[columns]]"),
        (DuplicatesTable, "[duplicates]"),
        (ReplyTable, "[reply]"),
        (ExampleTable, "[[examples]]"),
    ],
)
def test_a_tables_row_names_its_keys(readme: str, table: type[FileTable], head: str) -> None:
    rows = (CONFIG / readme).read_text(encoding="utf-8").splitlines()
    (row,) = (row for row in rows if row.startswith(f"| `{head}` |"))
    assert [key for key in table.model_fields if not re.search(rf"[`.]{key}[`\]]", row)] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_key_of_a_prompt_file_has_a_row(readme: str) -> None:
    text = (CONFIG / readme).read_text(encoding="utf-8")
    assert [key for key in PromptFile.model_fields if not re.search(rf"^\| `\[*{key}\]*` \|", text, re.MULTILINE)] == []
