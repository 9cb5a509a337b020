"""A page as the model wrote it, in the one form that a document's text has.

The model mixes Markdown with HTML tables, fences, and tags of its own for figures, some of which break off.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.domain.page_text.blocks import Formula
from bot.domain.page_text.tables import Table, is_rule, parse_html_table, parse_markdown_table

_OPENER = re.compile(r"<table\b[^<>]*>|\$\$|<pFig>|`{3}[ \t]*+(\w*+)[^\n`]*+(?:\n|\Z)", re.IGNORECASE)
_CLOSER = {"<": "</table>", "$": "$$", "`": "```"}
_FIGURE = re.compile(r"<pFig>([^<>]{0,200})</pFig>\s{0,4}(?:<quad>[^<>]{0,80}</quad>)?|</?pFig>")
_DIAGRAM = re.compile(
    r"\s{0,8}(?:(?:flowchart|graph)[ \t]+(?:TD|TB|BT|RL|LR)\b|(?:sequence|class|state|er)Diagram(?:-v2)?[ \t]*$"
    r"|(?:gantt|mindmap|timeline|journey|gitGraph)[ \t]*$|pie[ \t]+(?:showData|title)\b|xychart-beta\b)"
)


def document_text(answer: str) -> str:
    """Return a cleaned answer to a prompt for documents in the one form that `page_text.blocks` reads.

    Tables are as `Table.text` writes them, formulas between dollar signs on lines of their own, figures their names in
    brackets, diagrams their Mermaid source; Markdown stays as the model wrote it.
    """
    return "\n".join(filter(None, _parts(answer)))


def _parts(text: str) -> Iterator[str]:
    start = 0
    absent: set[str] = set()  # closing marks that are known not to follow, so that they are searched for only once
    opener = _OPENER.search(text)
    while opener is not None:
        kind = opener[0][0]
        if opener[0].lower() == "<pfig>" or (kind == "`" and opener[1].lower() not in {"mermaid", "latex", "html"}):
            # A figure is part of a line, and the content of other fences is parsed like the rest.
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
        yield from _enclosed(kind, (opener[1] or "").lower(), body)
        start = end + len(_CLOSER[kind]) if end >= 0 else len(text)
        opener = _OPENER.search(text, start)
    yield from _between(text[start:])


def _enclosed(kind: str, language: str, body: str) -> Iterator[str]:
    """Yield the content between an opening mark and its closing mark, or the end of the text."""
    if kind == "<":
        yield _with_figure_names(parse_html_table(body)).text
    elif kind == "$":
        yield Formula(latex=body.strip()).text
    elif language == "mermaid":
        yield body.strip()
    else:
        yield from _parts(body)


def _with_figure_names(table: Table) -> Table:
    """Return the table with the figures in its cells as their names."""
    rows = tuple(tuple(replace(cell, text=_FIGURE.sub(_figure_name, cell.text)) for cell in row) for row in table.rows)
    return replace(table, rows=rows, caption=_FIGURE.sub(_figure_name, table.caption))


def _figure_name(match: re.Match[str]) -> str:
    """Return the name of a figure in brackets, [图1]; nothing for a tag without its counterpart."""
    return f"[{match[1].strip()}]" if match[1] is not None else ""


def _between(text: str) -> Iterator[str]:
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
            yield parse_markdown_table(lines[index:end]).text if table else "\n".join(lines[index:end]).strip()
        elif not lines[index].startswith("```"):
            waiting.append(lines[index])
        index = end or index + 1
    yield from _paragraph(waiting)


def _diagram_end(lines: list[str], start: int) -> int:
    """Return the end of the diagram that begins at a line: the next empty line or fence; 0 if none begins."""
    if not _DIAGRAM.match(lines[start]):
        return 0
    ends = (index for index in range(start, len(lines)) if not lines[index].strip() or lines[index].startswith("```"))
    return next(ends, len(lines))


def _table_end(lines: list[str], start: int) -> int:
    if start + 1 >= len(lines) or "|" not in lines[start] or not is_rule(lines[start + 1]):
        return 0
    return next((index for index in range(start + 2, len(lines)) if "|" not in lines[index]), len(lines))


def _paragraph(lines: list[str]) -> Iterator[str]:
    """Yield the text of lines, each figure in it on a line of its own."""
    text = "\n".join(lines)
    start = 0
    for match in _FIGURE.finditer(text):
        yield text[start : match.start()].strip()
        yield _figure_name(match)
        start = match.end()
    yield text[start:].strip()
