"""Papers as lines of a text layer, and what the shipped prompts find on them."""

from pathlib import Path

from bot.config.prompt_files import load
from bot.domain.document import Line
from bot.domain.document import Row as TableRow
from bot.domain.prompt import recognise
from bot.domain.prompt_set import PromptSet
from tests.fakes.invoice_forms import line
from workers.extraction.fields import find_fields
from workers.extraction.table_rows import find_rows

PROMPTS: PromptSet = load(Path(__file__).parents[2] / "config" / "prompts")


def values(name: str, *lines: Line) -> dict[str, str]:
    """Return the values on a page by the names of their fields."""
    prompt = PROMPTS.named(name)
    assert prompt is not None
    return {field.name: field.value for field in find_fields(lines, prompt.fields) if field.value}


def rows(name: str, *lines: Line) -> list[dict[str, str]]:
    """Return the lines of the table on a page, each by the names of its columns."""
    prompt = PROMPTS.named(name)
    assert prompt is not None
    return [_cells(row) for row in find_rows(lines, prompt.columns, prompt.table_ends)]


def _cells(row: TableRow) -> dict[str, str]:
    return {cell.name: cell.value for cell in row.cells if cell.value}


def printed(text: str, left: int, top: int) -> Line:
    """Return a line of a text layer, which no engine read."""
    return line(text, left, top, confidence=None)


def kind(text: str) -> str:
    """Return the title of the kind that a text is recognised as, "" if none."""
    prompt = recognise(text, PROMPTS.candidates)
    return prompt.title if prompt is not None else ""
