"""Asking a model for the table on a page, in a second request in parallel with the one for the fields."""

from PIL.Image import Image

from bot.domain.document import Row
from bot.domain.prompt import TABLE_TEXT, Output, Prompt
from workers.extraction.model_table import rows_in
from workers.files.format_protocol import Page
from workers.reading.answer_caps import text_cap
from workers.reading.ask_model import Fault, ModelAnswer, judge, upright_of
from workers.reading.page_loop import EngineAccess


def ask_rows(page: Page, prompt: Prompt, ask: EngineAccess) -> tuple[Row, ...]:
    """Return the lines of the table on a page; none if the request fails or the answer has a fault."""
    answer = _ask_table(page.image, ask)
    if (
        answer is not None
        and answer.fault not in (None, Fault.CUT)
        and (upright := upright_of(page.image)) is not page.image
    ):
        answer = _ask_table(upright, ask)
    return (
        rows_in(answer.text, prompt.columns, page.index, prompt.table_ends)
        if answer is not None and answer.fault is None
        else ()
    )


def _ask_table(image: Image, ask: EngineAccess) -> ModelAnswer | None:
    reading = ask.capped(text_cap(image, Output.TABLE)).read_optional(image, TABLE_TEXT)
    return judge(reading) if reading is not None else None
