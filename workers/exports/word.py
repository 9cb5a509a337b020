import io
from collections.abc import Sequence
from datetime import UTC, datetime

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from bot.domain.document import Document, Field, Outcome, Status
from bot.domain.page_text.blocks import is_markup, passages
from bot.domain.page_text.tables import Cell, Table
from bot.domain.replying.attachments import source_name
from bot.domain.replying.disclosure import prompt_of
from bot.domain.replying.document_view import has_fields, seen
from bot.domain.replying.formatting import MARKS, in_yuan, written
from bot.domain.task import Task
from bot.domain.texts import chat as texts
from workers.exports.cells import clean
from workers.exports.files import repack
from workers.exports.prose import new_grid, write_passages, write_table, write_words

_LATIN, _BODY, _TITLES = "Calibri", "宋体", "黑体"
_NAMES_WIDTH, _VALUES_WIDTH, _MARKS_WIDTH = Cm(4.5), Cm(8.5), Cm(3.5)
_MARGIN = Cm(2.2)


def word(task: Task, outcomes: Sequence[Outcome]) -> bytes:
    """Return a docx of all outcomes, in their order, each on pages of its own where there are several."""
    book = docx.Document()
    _set_up(book, datetime.fromtimestamp(int(task.received_at), UTC))
    for index, outcome in enumerate(outcomes):
        if index:
            book.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        _write(book, task, index, outcome, alone=len(outcomes) == 1)
    data = io.BytesIO()
    book.save(data)
    return repack(data.getvalue())


def _set_up(book: WordDocument, created: datetime) -> None:
    """Set fonts for Latin and Chinese, narrow margins, and properties that name nobody."""
    for style in book.styles:
        if style.element.find(qn("w:rPr")) is not None or style.name == "Normal":
            family = _TITLES if style.name is not None and style.name.startswith(("Heading", "Title")) else _BODY
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            for script, font in (("ascii", _LATIN), ("hAnsi", _LATIN), ("eastAsia", family)):
                fonts.set(qn(f"w:{script}"), font)
            if family is _TITLES:
                style.font.color.rgb = RGBColor(0, 0, 0)
    book.styles["Normal"].font.size = Pt(10.5)  # 五号, what Chinese documents are set in
    for part in book.sections:
        part.page_width, part.page_height = Cm(21), Cm(29.7)
        part.left_margin = part.right_margin = part.top_margin = part.bottom_margin = _MARGIN
    about = book.core_properties
    about.author = about.comments = about.last_modified_by = about.title = ""
    about.created = about.modified = created.replace(tzinfo=None)
    about.revision = 1


def _write(book: WordDocument, task: Task, index: int, outcome: Outcome, *, alone: bool) -> None:
    """Write one file: its fields or its text, and what to look at again; a text that is `alone` as it is printed."""
    name = source_name(task, index)
    if not isinstance(outcome, Document):
        book.add_heading(clean(name), level=1)
        book.add_paragraph(clean(outcome.text))
        return
    if has_fields(outcome) or not alone:
        book.add_heading(clean(f"{outcome.title}　{name}" if has_fields(outcome) else name), level=1)
    if told := seen(task, outcome):
        book.add_paragraph(clean(told))
    prompt = prompt_of(task, outcome)
    if has_fields(outcome):
        _write_fields(book, task, outcome)
    else:
        markup = is_markup(prompt)
        write_passages(book, passages(outcome.text, markup=markup), markup=markup, below=0 if alone else 1)
        if not outcome.text.strip():
            book.add_paragraph(texts.nothing_to_read())
    if outcome.doubts:
        book.add_heading(texts.doubts_heading(), level=2)
        for doubt in outcome.doubts:
            book.add_paragraph(clean(doubt), style="List Bullet")
    last = book.add_paragraph().add_run(texts.footer([], [], 0.0, task.id))
    last.font.size = Pt(8)


def _write_fields(book: WordDocument, task: Task, document: Document) -> None:
    """Write a line for each field with its mark and doubts, then the lines of goods."""
    prompt, yuan = prompt_of(task, document), in_yuan(document)
    shown = [field for field in document.fields if field.status is not Status.MISSING]
    grid = new_grid(book, len(shown) + 1, 3)
    for column, name in enumerate(texts.columns_fields()):
        write_words(grid[0][column].paragraphs[0], name, markup=False, bold=True)
    for row, field in zip(grid[1:], shown, strict=True):
        unsaid = (texts.doubt_without_reason(),) if field.status is Status.DOUBTFUL else ()
        marks = " ".join([MARKS.get(field.status, ""), *(field.doubts or unsaid)])
        for cell, said in zip(row, (field.name, written(field, prompt, yuan=yuan), marks.strip()), strict=True):
            write_words(cell.paragraphs[0], said, markup=False)
    for row in grid:
        for cell, wide in zip(row, (_NAMES_WIDTH, _VALUES_WIDTH, _MARKS_WIDTH), strict=True):
            cell.width = wide
    missing = [field.name for field in document.fields if field.status is Status.MISSING]
    if missing:
        book.add_paragraph(clean(texts.not_seen(missing)))
    if document.rows:
        head = tuple(Cell(text=cell.name, header=True) for cell in document.rows[0].cells)
        goods = tuple(tuple(Cell(text=_marked(cell)) for cell in row.cells) for row in document.rows)
        write_table(book, Table(rows=(head, *goods), caption=texts.sheet_lines("")), markup=False)


def _marked(cell: Field) -> str:
    return f"{cell.value} {MARKS[cell.status]}" if cell.status is Status.DOUBTFUL else cell.value
