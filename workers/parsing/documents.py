"""A page as Markdown: its tables, formulas, figures and diagrams, and the text between them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.domain.page_text.tables import Cell, Table, is_rule, parse_html_table, parse_markdown_table
from workers.parsing.spotting import Corners, corners_at

_OPENER = re.compile(r"<table\b[^<>]*>|\$\$|<pFig>|`{3}[ \t]*+(\w*+)[^\n`]*+(?:\n|\Z)", re.IGNORECASE)
_CLOSER = {"<": "</table>", "$": "$$", "`": "```"}
_FIGURE = re.compile(r"<pFig>([^<>]{0,200})</pFig>\s{0,4}(?:<quad>([^<>]{0,80})</quad>)?|</?pFig>")
_DIAGRAM = re.compile(
    r"\s{0,8}(?:(?:flowchart|graph)[ \t]+(?:TD|TB|BT|RL|LR)\b|(?:sequence|class|state|er)Diagram(?:-v2)?[ \t]*$"
    r"|(?:gantt|mindmap|timeline|journey|gitGraph)[ \t]*$|pie[ \t]+(?:showData|title)\b|xychart-beta\b)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownText:
    """Markdown as the model wrote it."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A formula on its own line: LaTeX without its dollar signs."""

    latex: str

    @property
    def text(self) -> str:
        """The formula in its dollar signs."""
        return f"$${self.latex}$$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture on the page, by its name there; `corners` in thousandths of the page."""

    name: str
    corners: Corners | None = None

    @property
    def text(self) -> str:
        """The name in brackets: [图1]."""
        return f"[{self.name}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """A chart as Mermaid source."""

    source: str

    @property
    def text(self) -> str:
        """The source as it stands."""
        return self.source


AnswerBlock = MarkdownText | Formula | Figure | Diagram | Table


def parse_document(text: str) -> str:
    """Return a cleaned document answer in one form: tables as `Table.text`, figures by name, the rest as it stands."""
    return "\n".join(block.text for block in parse_blocks(text) if block.text)


def parse_blocks(text: str) -> tuple[AnswerBlock, ...]:
    """Return the parts of a cleaned document answer, in its order."""
    return tuple(_blocks(text))


def _blocks(text: str) -> Iterator[AnswerBlock]:
    start = 0
    absent: set[str] = set()  # closing marks that do not come any more: looked for once only
    opener = _OPENER.search(text)
    while opener is not None:
        kind = opener[0][0]
        if opener[0].lower() == "<pfig>" or (kind == "`" and opener[1].lower() not in {"mermaid", "latex", "html"}):
            # A figure is part of a line, and what other fences hold is looked at like the rest.
            opener = _OPENER.search(text, opener.end())
            continue
        end = -1 if kind in absent else text.find(_CLOSER[kind], opener.end())
        if end < 0:
            absent.add(kind)
        if end < 0 and kind == "$":
            opener = _OPENER.search(text, opener.end())
            continue
        yield from _between(text[start : opener.start()])
        body = text[opener.end() : end if end >= 0 else len(text)]
        yield from _enclosed(kind, (opener[1] or "").lower(), body, complete=end >= 0)
        start = end + len(_CLOSER[kind]) if end >= 0 else len(text)
        opener = _OPENER.search(text, start)
    yield from _between(text[start:])


def _enclosed(kind: str, language: str, body: str, *, complete: bool) -> Iterator[AnswerBlock]:
    if kind == "<":
        yield _with_figures(parse_html_table(body, complete=complete))
    elif kind == "$":
        yield Formula(latex=body.strip())
    elif language == "mermaid":
        yield Diagram(source=body.strip())
    else:
        yield from _blocks(body)


def _with_figures(table: Table) -> Table:
    """Return the table with the figures in its cells as their names."""
    rows = tuple(tuple(_named(cell) for cell in row) for row in table.rows)
    return replace(table, rows=rows, caption=_FIGURE.sub(_reference, table.caption))


def _named(cell: Cell) -> Cell:
    return replace(cell, text=_FIGURE.sub(_reference, cell.text))


def _reference(match: re.Match[str]) -> str:
    return _figure(match).text if match[1] is not None else ""


def _figure(match: re.Match[str]) -> Figure:
    return Figure(name=match[1].strip(), corners=corners_at(match[2] or ""))


def _between(text: str) -> Iterator[AnswerBlock]:
    """Yield what stands outside of HTML tables and formulas: lines, with Markdown tables and diagrams among them."""
    lines = text.split("\n")
    waiting: list[str] = []
    index = 0
    while index < len(lines):
        end = _diagram_end(lines, index) or _table_end(lines, index)
        if end:
            yield from _paragraph(waiting)
            waiting = []
            table = is_rule(lines[index + 1]) if index + 1 < end else False
            yield (
                parse_markdown_table(lines[index:end]) if table else Diagram(source="\n".join(lines[index:end]).strip())
            )
        elif not lines[index].startswith("```"):
            waiting.append(lines[index])
        index = end or index + 1
    yield from _paragraph(waiting)


def _diagram_end(lines: list[str], start: int) -> int:
    """Return where a diagram that begins at a line ends, at the next empty line or fence; 0 where none begins."""
    if not _DIAGRAM.match(lines[start]):
        return 0
    ends = (index for index in range(start, len(lines)) if not lines[index].strip() or lines[index].startswith("```"))
    return next(ends, len(lines))


def _table_end(lines: list[str], start: int) -> int:
    if start + 1 >= len(lines) or "|" not in lines[start] or not is_rule(lines[start + 1]):
        return 0
    return next((index for index in range(start + 2, len(lines)) if "|" not in lines[index]), len(lines))


def _paragraph(lines: list[str]) -> Iterator[AnswerBlock]:
    text = "\n".join(lines)
    start = 0
    for match in _FIGURE.finditer(text):
        if words := text[start : match.start()].strip():
            yield MarkdownText(text=words)
        if match[1] is not None:
            yield _figure(match)
        start = match.end()
    if words := text[start:].strip():
        yield MarkdownText(text=words)
