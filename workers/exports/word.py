"""The Word document of an answer: each file on its own pages, with its fields or its text as printed."""

import io
from datetime import UTC, datetime

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from bot.domain import texts
from bot.domain.document import Agreement, Status
from bot.domain.page_text.tables import Cell, Table
from bot.domain.replying.answer_view import AnswerView
from bot.domain.replying.document_view import DocumentView, FailureView, OutcomeView
from bot.domain.replying.field_view import FieldView
from workers.exports.cell_values import office_text
from workers.exports.credit_lines import credit_lines
from workers.exports.word_blocks import new_grid, write_blocks, write_table, write_words
from workers.exports.zip_bytes import repack

_LATIN, _BODY, _TITLES = "Calibri", "宋体", "黑体"
_NAMES_WIDTH, _VALUES_WIDTH, _DOUBTS_WIDTH = Cm(4.5), Cm(8.5), Cm(3.5)
_MARGIN = Cm(2.2)


def word(answer: AnswerView) -> bytes:
    """Return a docx file with all outcomes in order, each on a new page."""
    document = docx.Document()
    _set_up(document, datetime.fromtimestamp(int(answer.received_at), UTC))
    for index, view in enumerate(answer.outcomes):
        if index:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        _write_outcome(document, answer, view)
    for text in answer.left_over:
        document.add_paragraph(office_text(texts.several.left_over(text)))
    for line in credit_lines(answer):
        _write_small(document.sections[0].footer.add_paragraph(), line)
    data = io.BytesIO()
    document.save(data)
    return repack(data.getvalue())


def _set_up(document: WordDocument, created: datetime) -> None:
    """Set Latin and Chinese fonts, A4 with narrow margins, and properties without names of people."""
    for style in document.styles:
        if style.element.find(qn("w:rPr")) is not None or style.name == "Normal":
            family = _TITLES if style.name is not None and style.name.startswith(("Heading", "Title")) else _BODY
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            for script, font in (("ascii", _LATIN), ("hAnsi", _LATIN), ("eastAsia", family)):
                fonts.set(qn(f"w:{script}"), font)
            if family is _TITLES:
                style.font.color.rgb = RGBColor(0, 0, 0)
    document.styles["Normal"].font.size = Pt(10.5)  # 五号, the usual size in Chinese documents
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    properties = document.core_properties
    properties.author = properties.comments = properties.last_modified_by = properties.title = ""
    properties.created = properties.modified = created.replace(tzinfo=None)
    properties.revision = 1


def _write_outcome(document: WordDocument, answer: AnswerView, view: OutcomeView) -> None:
    """Write one file: its fields or its text, then its doubts. Text of an only file has no heading above it."""
    if isinstance(view, FailureView):
        document.add_heading(office_text(view.source), level=1)
        document.add_paragraph(office_text(view.failure.text))
        return
    if view.has_fields or answer.is_several:
        title = f"{view.document.title}　{view.source}" if view.has_fields else view.source
        document.add_heading(office_text(title), level=1)
    if view.posted_before:
        document.add_paragraph(office_text(view.posted_before))
    if view.signed:
        document.add_paragraph(office_text(view.signed))
    if view.has_fields:
        _write_fields(document, view)
    else:
        _write_text(document, view, levels_down=1 if answer.is_several else 0)
    if view.document.doubts:
        document.add_heading(texts.answers.doubts_heading(), level=2)
        for doubt in view.document.doubts:
            document.add_paragraph(office_text(doubt), style="List Bullet")
    _write_small(document.add_paragraph(), texts.answers.footer([], [], 0.0, answer.task_id))


def _write_small(paragraph: Paragraph, text: str) -> None:
    paragraph.add_run(office_text(text)).font.size = Pt(8)


def _write_text(document: WordDocument, view: DocumentView, *, levels_down: int) -> None:
    write_blocks(document, view.blocks, markup=view.is_markup, levels_down=levels_down)
    if not view.has_text:
        document.add_paragraph(texts.answers.nothing_to_read())


def _write_fields(document: WordDocument, view: DocumentView) -> None:
    """Write a row for each field that has a value, with its sign and doubts, then the lines of goods."""
    present = [field for field in view.fields if field.status is not Status.MISSING]
    grid = new_grid(document, len(present) + 1, 3)
    for column, name in enumerate(texts.attachments.columns_fields()):
        write_words(grid[0][column].paragraphs[0], name, markup=False, bold=True)
    for row, field in zip(grid[1:], present, strict=True):
        alike = [texts.answers.read_alike()] if field.field.second is Agreement.SAME else []
        remarks = " ".join([field.mark, *field.reasons, *alike]).strip()
        for cell, text in zip(row, (field.field.name, field.written, remarks), strict=True):
            write_words(cell.paragraphs[0], text, markup=False)
    for row in grid:
        for cell, width in zip(row, (_NAMES_WIDTH, _VALUES_WIDTH, _DOUBTS_WIDTH), strict=True):
            cell.width = width
    missing = [field.field.name for field in view.fields if field.status is Status.MISSING]
    if missing:
        document.add_paragraph(office_text(texts.answers.not_seen(missing)))
    if view.rows:
        head = tuple(Cell(text=cell.field.name, header=True) for cell in view.rows[0])
        goods = tuple(tuple(Cell(text=_value_and_mark(cell)) for cell in row) for row in view.rows)
        write_table(document, Table(rows=(head, *goods), caption=texts.attachments.sheet_lines("")), markup=False)


def _value_and_mark(cell: FieldView) -> str:
    return f"{cell.field.value} {cell.mark}" if cell.status is Status.DOUBTFUL else cell.field.value
