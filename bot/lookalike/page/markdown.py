"""Markdown as DingTalk's chat displays it: the subset that it renders, with everything else as plain text.

All output is escaped, only http and https links are kept, and no picture is loaded.
"""

import re
from collections.abc import Mapping
from html import escape, unescape

_INLINE = re.compile(
    r"""
    \\(?P<escaped>[!-/:-@\[-`{-~])
    | (?P<entity>&(?:lt|gt|amp|quot|nbsp|\#\d{1,6}|\#x[0-9a-fA-F]{1,5});)
    | !\[(?P<picture>[^\]]{0,300})\]\((?P<source>[^)\s]{0,2000})\)
    | \[(?P<link>(?:\\.|[^\]\\]){0,300})\]\((?P<address>[^)\s]{0,2000})\)
    | \*\*(?P<bold>(?=\S)(?:\\.|[^\\]){1,2000}?)\*\*
    | \*(?P<italic>(?=[^\s*])(?:\\.|[^\\*]){1,2000}?)\*
    | @(?P<mention>[A-Za-z0-9_$:-]+)
    """,
    re.VERBOSE,
)
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_ITEM = re.compile(r"(?:[-*+]|(?P<number>\d{1,9})[.)])\s+(?P<text>.*)")
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*$")
_DEEPEST_QUOTE = 4


def render(text: str, mentions: Mapping[str, str] | None = None, depth: int = 0) -> str:
    """Return a message as HTML; `mentions` maps staff ids that are mentioned to the nicks to display."""
    names, html, lines = mentions or {}, [], text.replace("\r\n", "\n").split("\n")
    while lines:
        kind = _kind(lines[0])
        block = _first_block(lines, kind)
        del lines[: len(block)]
        html.append(_block_html(kind, block, names, depth))
    return "".join(html)


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    if _HEADING.match(line):
        return "heading"
    if _RULE.match(line):
        return "rule"
    if line.startswith(">"):
        return "quote"
    item = _ITEM.match(line)
    if item:
        return "numbered" if item["number"] else "list"
    return "paragraph"


def _first_block(lines: list[str], kind: str) -> list[str]:
    """Return the first lines that together form one block."""
    if kind in {"heading", "rule", "blank"}:
        return lines[:1]
    end = 1
    while end < len(lines) and _kind(lines[end]) in {kind, "paragraph"}:
        end += 1
    return lines[:end]


def _block_html(kind: str, lines: list[str], names: Mapping[str, str], depth: int) -> str:
    if kind == "blank":
        return ""
    if kind == "rule":
        return "<hr>"
    if kind == "heading" and (heading := _HEADING.match(lines[0])):
        level = len(heading[1])
        return f"<h{level}>{_inline(heading[2], names)}</h{level}>"
    if kind == "quote" and depth < _DEEPEST_QUOTE:
        inner = "\n".join(re.sub(r"^> ?", "", line) for line in lines)
        return f"<blockquote>{render(inner, names, depth + 1)}</blockquote>"
    if kind in {"list", "numbered"}:
        first = _ITEM.match(lines[0])
        tag, start = ("ol", f' start="{int(first["number"])}"') if first and first["number"] else ("ul", "")
        return f"<{tag}{start}>{''.join(f'<li>{item}</li>' for item in _items(lines, names))}</{tag}>"
    return f"<p>{_inline(chr(10).join(lines), names)}</p>"


def _items(lines: list[str], names: Mapping[str, str]) -> list[str]:
    """Return the items of a list as HTML; a line that does not begin an item continues the one before."""
    items: list[str] = []
    for line in lines:
        opened = _ITEM.match(line)
        if opened:
            items.append(opened["text"])
        else:
            items[-1] += f"\n{line.strip()}"
    return [_inline(item, names) for item in items]


def _inline(text: str, names: Mapping[str, str]) -> str:
    html, end = [], 0
    for match in _INLINE.finditer(text):
        html += [_escaped(text[end : match.start()]), _span(match, names)]
        end = match.end()
    return "".join([*html, _escaped(text[end:])])


def _escaped(text: str) -> str:
    """Return the text as HTML: two spaces at the end of a line make a break, any other line end is a space."""
    return re.sub(r" {2,}\n", "<br>", escape(text)).replace("\n", " ")


def _span(match: re.Match[str], names: Mapping[str, str]) -> str:
    kind, groups = match.lastgroup, match.groupdict()
    if kind == "escaped":
        return escape(groups["escaped"])
    if kind == "entity":
        return escape(unescape(groups["entity"]))
    if kind == "source":
        return f'<span class="missing">[图片 {escape(groups["picture"])}]</span>'
    if kind == "address":
        return _link(groups["link"], groups["address"], names)
    if kind == "mention":
        nick = names.get(groups["mention"])
        return f"<b class=mention>@{escape(nick)}</b>" if nick else escape(match[0])
    tag = "b" if kind == "bold" else "i"
    return f"<{tag}>{_inline(groups['bold'] or groups['italic'], names)}</{tag}>"


def _link(words: str, address: str, names: Mapping[str, str]) -> str:
    if not address.startswith(("http://", "https://")):
        return _inline(words, names)
    return f'<a href="{escape(address)}" rel="noopener noreferrer" target="_blank">{_inline(words, names)}</a>'
