"""The lines of a table from a second question to the model, put beside the one for the fields."""

from collections.abc import Sequence

from PIL.Image import Image

from bot.domain.document import Row
from bot.domain.prompt import TABLE_TEXT, FieldSpec
from workers.extraction.model_table import rows_in
from workers.files.file_format import Page
from workers.reading.ask_model import ModelAnswer, judge, upright_of
from workers.reading.page_loop import Asking

TABLE = TABLE_TEXT


def ask_rows(page: Page, specs: Sequence[FieldSpec], ask: Asking) -> tuple[Row, ...]:
    """Return the lines of the table on a page; nothing where the answer fails, breaks off or is doubtful."""
    answer = _asked_for(page.image, ask)
    if answer is not None and answer.fault is not None and (upright := upright_of(page.image)) is not page.image:
        answer = _asked_for(upright, ask)
    return rows_in(answer.text, specs, page.index) if answer is not None and answer.fault is None else ()


def _asked_for(image: Image, ask: Asking) -> ModelAnswer | None:
    reading = ask.aside(image, TABLE)
    return judge(reading) if reading is not None else None
