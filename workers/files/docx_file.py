"""Word documents in .docx (ECMA-376 part 1, WordprocessingML): text and tables of the body, in order.

Untrusted bytes are decoded by `XmlPackage` in the worker's process. python-docx would unpack every part into memory and
omit content controls and tracked insertions. Headers, footers, footnotes, automatic numbers and pictures are not read.
A document has no pages before layout and counts as one page.
"""

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from bot.domain import texts
from bot.domain.errors import Refused
from bot.domain.limits import MOST_TEXT_LINES
from bot.domain.page_text.tables import Cell, Table
from workers.files.embedded import EmbeddedContent
from workers.files.file_type import FileKind, IdentifiedFile
from workers.files.flow_lines import lines_of
from workers.files.format_protocol import NoPages, OpenedFile, OpenRequest
from workers.files.safe_xml import Node
from workers.files.xml_package import XmlPackage

_ZIP = b"PK"  # the older .doc is of the same kind, but no zip
_MOST_CHARACTERS = 1_000_000
_MOST_SPANNED = 100  # columns or rows, more than any form has
_USUAL_PART = "word/document.xml"
_DOCUMENT_TYPE = "/officeDocument"  # the end of the relationship's type, in both variants of the standard
_HEADING_STYLES = ("heading ", "title")
# Alternatives to content that is read already, deleted text, and properties.
_LEFT_OUT = frozenset({"Fallback", "del", "moveFrom", "rPr", "pPr"})
_SIGNS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _ParagraphText:
    text: str
    is_heading: bool


@dataclass(slots=True, kw_only=True)
class _Allowance:
    """The number of paragraphs and cells, and of characters in them, that may still be read."""

    package: XmlPackage
    pieces: int = field(default=MOST_TEXT_LINES)
    characters: int = field(default=_MOST_CHARACTERS)

    def take(self, text: str) -> None:
        """Deduct a paragraph or a cell; raises `Refused` if there are too many."""
        self.pieces -= 1
        self.characters -= len(text)
        if self.pieces < 0 or self.characters < 0:
            raise self.package.refusal()


def recognises(file: IdentifiedFile) -> bool:
    """Return whether the file is a Word document that is a zip."""
    return file.kind is FileKind.WORD and file.data.startswith(_ZIP)


@contextmanager
def open_file(request: OpenRequest) -> Iterator[OpenedFile]:
    """Yield the text. Raises `Refused` for a document that is broken, too large or without text."""
    yield OpenedFile(embedded=_embedded_text(request.file.data), pages=NoPages())


def _embedded_text(data: bytes) -> EmbeddedContent:
    package = XmlPackage(data, broken="docx_broken", too_large="docx_too_large")
    part = _main_part(package)
    document = package.xml(part)
    body = document.at("body") if document is not None else None
    if document is None or body is None:
        raise package.refusal() if package.is_exhausted else Refused("docx_broken", texts.unreadable.file_broken())
    headings = _heading_styles(package, posixpath.join(posixpath.dirname(part), "styles.xml"))
    blocks = [*_body_blocks(body, headings, _Allowance(package=package))]
    text = _joined_blocks(blocks)
    if not text:
        raise Refused("docx_without_text", texts.unreadable.file_docx_without_text())
    pictures = sum(1 for _ in document.all("blip")) or sum(1 for _ in document.all("imagedata"))
    return EmbeddedContent(
        pages=1,
        text=text,
        lines=lines_of(block.text if isinstance(block, _ParagraphText) else block for block in blocks),
        doubts=(texts.unreadable.docx_pictures_unread(pictures),) if pictures else (),
    )


def _main_part(package: XmlPackage) -> str:
    relations = package.xml("_rels/.rels")
    for relation in relations.all("Relationship") if relations is not None else ():
        if relation.attributes.get("Type", "").endswith(_DOCUMENT_TYPE):
            return relation.attributes.get("Target", "")
    return _USUAL_PART


def _heading_styles(package: XmlPackage, path: str) -> frozenset[str]:
    """Return the ids of heading styles; Word stores their names in English, whatever its language."""
    root = package.xml(path)
    named = (
        (style.attributes.get("styleId", ""), name.attributes.get("val", "").lower())
        for style in (root.all("style") if root is not None else ())
        if (name := style.at("name")) is not None
    )
    return frozenset(style for style, name in named if name.startswith(_HEADING_STYLES))


def _body_blocks(parent: Node, headings: frozenset[str], allowance: _Allowance) -> Iterator[_ParagraphText | Table]:
    """Yield the paragraphs and tables below a node, including content controls and tracked insertions."""
    for node in parent.children:
        if node.name == "p":
            paragraph = _paragraph_of(node, headings)
            allowance.take(paragraph.text)
            yield paragraph
        elif node.name == "tbl":
            yield _table_of(node, allowance)
        elif node.name not in _LEFT_OUT:
            yield from _body_blocks(node, headings, allowance)


def _paragraph_of(node: Node, headings: frozenset[str]) -> _ParagraphText:
    style = node.at("pPr/pStyle")
    is_heading = style is not None and style.attributes.get("val", "") in headings
    lines = (" ".join(line.split()) for line in "".join(_text_pieces(node)).split("\n"))
    return _ParagraphText(text="\n".join(filter(None, lines)), is_heading=is_heading)


def _text_pieces(node: Node) -> Iterator[str]:
    """Yield the text below a node in order; a paragraph within a paragraph is a text box and gets its own lines."""
    for child in node.children:
        if child.name == "t":
            yield "".join(child.own)
        elif child.name in _SIGNS:
            yield _SIGNS[child.name]
        elif child.name == "p":
            yield "\n"
            yield from _text_pieces(child)
            yield "\n"
        elif child.name not in _LEFT_OUT:
            yield from _text_pieces(child)


def _table_of(node: Node, allowance: _Allowance) -> Table:
    rows: list[list[Cell]] = []
    above: dict[int, tuple[int, int]] = {}  # row and index of the cell in each column
    for row in _table_parts(node, "tr"):
        cells: list[Cell] = []
        column = 0
        for cell in _table_parts(row, "tc"):
            at, place = above.get(column, (0, 0))
            if column in above and _continues_above(cell) and rows[at][place].rows < _MOST_SPANNED:
                rows[at][place] = replace(rows[at][place], rows=rows[at][place].rows + 1)
            else:
                above[column] = len(rows), len(cells)
                cells.append(_cell_of(cell, allowance))
            column += _spanned_columns(cell)
        rows.append(cells)
    return Table(rows=tuple(map(tuple, rows)))


def _table_parts(parent: Node, name: str) -> Iterator[Node]:
    """Yield the rows or cells of a table, including those in content controls, but not those of nested tables."""
    for node in parent.children:
        if node.name == name:
            yield node
        elif node.name in {"sdt", "sdtContent", "customXml", "ins"}:
            yield from _table_parts(node, name)


def _cell_of(node: Node, allowance: _Allowance) -> Cell:
    lines = (" ".join(line.split()) for line in "".join(_text_pieces(node)).split("\n"))
    text = "\n".join(filter(None, lines))
    allowance.take(text)
    return Cell(text=text, columns=_spanned_columns(node))


def _spanned_columns(cell: Node) -> int:
    span = cell.at("tcPr/gridSpan")
    number = span.attributes.get("val", "") if span is not None else ""
    return max(1, min(int(number), _MOST_SPANNED)) if number.isascii() and number.isdigit() else 1


def _continues_above(cell: Node) -> bool:
    """Return whether a cell continues the merged cell above it."""
    merged = cell.at("tcPr/vMerge")
    return merged is not None and merged.attributes.get("val", "continue") == "continue"


def _joined_blocks(blocks: list[_ParagraphText | Table]) -> str:
    """Return the text of the blocks, with an empty line around headings and tables."""
    text = ""
    apart = True
    for block in blocks:
        if not block.text:
            continue
        stands_alone = isinstance(block, Table) or block.is_heading
        text += ("\n\n" if stands_alone or apart else "\n") + block.text
        apart = stands_alone
    return text.strip()
