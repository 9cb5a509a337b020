"""Writing recognised text to a Word document: headings, paragraphs, lists, tables and formulas."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.parser import OxmlElement
from docx.text.paragraph import Paragraph as WordParagraph

from bot.domain.page_text.blocks import Block, Formula, Heading, ListItem, Paragraph
from bot.domain.page_text.tables import Cell, Table, placed_cells
from workers.exports.cell_values import office_text

_LEVELS = 4  # of headings
_MOST_COLUMNS = 63  # of a table: Word's limit
# Bold text and formulas. As in Pandoc, `$` stands around a formula only without a space inside and a digit behind it.
_INLINE = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|\$(?P<latex>[^\s$](?:[^$\n]*[^\s$])?)\$(?!\d)")


def write_blocks(document: WordDocument, blocks: Sequence[Block], *, markup: bool, levels_down: int) -> None:
    """Write the text of pages, headings so many levels lower; `**` and `$` are special only in `markup`."""
    for block in blocks:
        match block:
            case Heading(text=text, level=level):
                write_words(document.add_heading(level=min(level + levels_down, _LEVELS)), text, markup=markup)
            case ListItem(text=text):
                write_words(document.add_paragraph(style="List Bullet"), text, markup=markup)
            case Paragraph(lines=lines):
                _write_lines(document.add_paragraph(), lines, markup=markup)
            case Formula():
                _write_formula(document.add_paragraph(), block)
            case Table():
                write_table(document, block, markup=markup)


def write_words(paragraph: WordParagraph, text: str, *, markup: bool, bold: bool = False) -> None:
    """Write one line; a formula that Word cannot show stays in LaTeX."""
    for kind, words in _inline_parts(text) if markup else [("", text)]:
        if kind != "latex" or not _add_formula(paragraph, words):
            run = paragraph.add_run(office_text(f"${words}$" if kind == "latex" else words))
            run.bold = True if bold or kind == "bold" else None


def write_table(document: WordDocument, table: Table, *, markup: bool) -> None:
    """Write a printed table with its merged cells below its caption; if it is too wide for Word, as lines of text."""
    cells = placed_cells(table)
    if table.caption:
        write_words(document.add_paragraph(), table.caption, markup=markup, bold=True)
    if not cells:
        return
    columns = max(at.column + at.cell.columns for at in cells)
    if columns > _MOST_COLUMNS:
        _write_lines(document.add_paragraph(), [_as_line(row) for row in table.rows], markup=markup)
        return
    grid = new_grid(document, len(table.rows), columns)
    if table.header_rows:
        _repeat_on_each_page(grid[0])
    for at in cells:
        cell = grid[at.row][at.column]
        if at.cell.columns > 1 or at.cell.rows > 1:
            cell = cell.merge(grid[at.row + at.cell.rows - 1][at.column + at.cell.columns - 1])
        _fill(cell, at.cell, markup=markup)
    document.add_paragraph()


def _as_line(row: Sequence[Cell]) -> str:
    return " | ".join(" ".join(cell.text.split()) for cell in row)


def new_grid(document: WordDocument, rows: int, columns: int) -> list[list[Any]]:
    """Add a table with borders and return its cells, row by row."""
    table = document.add_table(rows=rows, cols=columns, style="Table Grid")
    return [list(row.cells) for row in table.rows]


def _repeat_on_each_page(head: Sequence[Any]) -> None:
    """Repeat the head row on each page of the table."""
    head[0]._tc.getparent().get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - as for formulas


def _fill(cell: Any, printed: Cell, *, markup: bool) -> None:
    _write_lines(cell.paragraphs[0], printed.text.split("\n"), markup=markup, bold=printed.header)


def _write_lines(paragraph: WordParagraph, lines: Sequence[str], *, markup: bool, bold: bool = False) -> None:
    for number, line in enumerate(lines):
        if number:
            paragraph.add_run().add_break()
        write_words(paragraph, line, markup=markup, bold=bold)


def _write_formula(paragraph: WordParagraph, block: Formula) -> None:
    from workers.exports.formulas import formula, on_its_own  # noqa: PLC0415 - most documents have none

    math = formula(block.latex)
    if math is None:
        paragraph.add_run(office_text(block.text))
    else:
        paragraph._p.append(on_its_own(math))  # noqa: SLF001 - python-docx has no interface for formulas


def _add_formula(paragraph: WordParagraph, latex: str) -> bool:
    from workers.exports.formulas import formula  # noqa: PLC0415 - the same

    math = formula(latex)
    if math is not None:
        paragraph._p.append(math)  # noqa: SLF001 - the same
    return math is not None


def _inline_parts(text: str) -> Iterator[tuple[str, str]]:
    start = 0
    for match in _INLINE.finditer(text):
        if match.start() > start:
            yield "", text[start : match.start()]
        yield ("bold", match["bold"]) if match["bold"] is not None else ("latex", match["latex"])
        start = match.end()
    if start < len(text):
        yield "", text[start:]
