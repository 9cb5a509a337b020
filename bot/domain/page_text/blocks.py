"""The parts of a page's text, in its order: headings, paragraphs, list items, tables and formulas."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.page_text.tables import Table, is_rule, parse_html_table, parse_markdown_table
from bot.domain.prompt import Output, Prompt

MARKUP = frozenset({Output.MARKDOWN, Output.TABLE, Output.TRANSLATION})  # the answers to these are Markdown

_HEADING = re.compile(r"(#{1,6})\s+(\S.*?)\s*#*")
_ITEM = re.compile(r"[-*+•]\s+(\S.*)")
_FENCE = "$$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A title; `level` is 1 to 6."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Consecutive lines; in Markdown they may hold **bold** and $formulas$."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One item of a bulleted list without levels; numbered items are paragraphs."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A formula on a line of its own, LaTeX without its dollar signs."""

    latex: str

    @property
    def text(self) -> str:
        """The formula between dollar signs."""
        return f"$${self.latex}$$"


Block = Heading | Paragraph | ListItem | Formula | Table


def is_markup(prompt: Prompt | None) -> bool:
    """Whether answers to a prompt are Markdown rather than plain text; without a prompt they are not."""
    return prompt is not None and prompt.output in MARKUP


def read_blocks(text: str, *, markup: bool) -> tuple[Block, ...]:
    """Return the blocks of a document's text; without `markup` everything but tables becomes paragraphs.

    Tables are recognised in the form in which `Table.text` writes them.
    """
    return tuple(_blocks(text.split("\n"), markup=markup))


def plain_text(blocks: Sequence[Block]) -> str:
    """Return blocks as plain text, without Markdown's signs."""
    return "\n\n".join(filter(None, map(_block_text, blocks)))


def _block_text(block: Block) -> str:
    match block:
        case Heading(text=text) | ListItem(text=text):
            return text
        case Paragraph(lines=lines):
            return "\n".join(lines)
        case Formula(latex=latex):
            return latex
        case Table():
            rows = ["　".join(" ".join(cell.text.split()) for cell in row) for row in block.rows]
            return "\n".join(filter(None, [block.caption, *rows]))


def _blocks(lines: Sequence[str], *, markup: bool) -> Iterator[Block]:
    paragraph: list[str] = []
    index = 0
    while index < len(lines):
        block, end = _block_at(lines, index, markup=markup)
        if block is None and lines[index].strip():
            paragraph.append(lines[index].rstrip())
        elif paragraph:
            yield Paragraph(lines=tuple(paragraph))
            paragraph = []
        if block is not None:
            yield block
        index = end
    if paragraph:
        yield Paragraph(lines=tuple(paragraph))


def _block_at(lines: Sequence[str], index: int, *, markup: bool) -> tuple[Block | None, int]:
    """Return the block that begins at a line, None for a line of a paragraph, and the index of the line after it."""
    line = lines[index].strip()
    table = _table_at(lines, index)
    if table is not None:
        return table
    if markup and (match := _HEADING.fullmatch(line)):
        return Heading(text=match[2], level=len(match[1])), index + 1
    if markup and (match := _ITEM.fullmatch(line)):
        return ListItem(text=match[1]), index + 1
    if markup and line.startswith(_FENCE):
        return _formula_at(lines, index)
    return None, index + 1


def _table_at(lines: Sequence[str], start: int) -> tuple[Table, int] | None:
    if lines[start].strip() == "<table>":
        end = next((index for index in range(start, len(lines)) if lines[index].strip() == "</table>"), None)
        if end is not None:
            return parse_html_table("\n".join(lines[start + 1 : end])), end + 1
    if start + 1 < len(lines) and lines[start].startswith("|") and is_rule(lines[start + 1]):
        end = next((index for index in range(start + 2, len(lines)) if not lines[index].startswith("|")), len(lines))
        return parse_markdown_table(lines[start:end]), end
    return None


def _formula_at(lines: Sequence[str], start: int) -> tuple[Formula | None, int]:
    """Return the formula between the dollar signs, on one line or several, None if the closing ones are missing."""
    first = lines[start].strip().removeprefix(_FENCE)
    if first.endswith(_FENCE) and first != _FENCE:
        return Formula(latex=first.removesuffix(_FENCE).strip()), start + 1
    for end in range(start + 1, len(lines)):
        if not lines[end].strip():
            break
        if lines[end].strip().endswith(_FENCE):
            inner = [first, *lines[start + 1 : end], lines[end].strip().removesuffix(_FENCE)]
            return Formula(latex="\n".join(inner).strip()), end + 1
    return None, start + 1
