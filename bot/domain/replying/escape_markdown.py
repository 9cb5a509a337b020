"""Text of unknown origin made inert for a Markdown renderer, and still legible.

What a renderer could act on becomes its full-width look-alike or goes. Digits, money and Chinese never change. The
rules hold for CommonMark with tables, strikethrough and automatic links; what DingTalk renders is less, but not
documented, so each rule takes the looser reading.
"""

import re
import unicodedata

BREAK = "  \n"  # DingTalk breaks a line only after two spaces

_LOOK_ALIKES = str.maketrans(
    {
        "<": "＜",  # HTML, automatic links
        ">": "＞",  # quotes
        "[": "［",  # links, images, footnotes
        "]": "］",
        "*": "＊",  # emphasis, lists, rules
        "_": "＿",
        "`": "｀",  # code
        "~": "～",  # strikethrough, fences
        "|": "｜",  # tables
        "\\": "＼",  # escapes
        "@": "＠",  # mentions, mail addresses
    }
)
# Letters and marks that show nothing; what they are for (shaping, joining) no document read here needs.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_DROPPED = frozenset({"Cc", "Cf", "Cs"})  # control, format (zero width, direction), surrogates
_ENTITY = re.compile(r"&(?=#|[A-Za-z][A-Za-z0-9]*;)")
_SLASHES = re.compile(r"/(?=/)|(?<=/)/")  # https://, and addresses without a scheme
# A dot before a letter, as in a host's name, or after www; but 1.甲方 is none.
_HOST_DOT = re.compile(
    r"(?<=\S)\.(?=[^\W\d_\u3400-\u9fff])|(?<=[^\s\d])\.(?=[\u3400-\u9fff])|(?<=www)\.", re.IGNORECASE
)
_HEADING = re.compile(r"#+")
_BULLET = re.compile(r"[-+](?=\s|$)")
_NUMBER = re.compile(r"(\d+)([.)])(?=\s|$)")
_RUN = re.compile(r"[-=]{2,}|=(?=\s*$)")  # a rule across the page, or a line that makes a heading of the one above
_WIDE = str.maketrans({"#": "＃", "-": "－", "+": "＋", "=": "＝", ".": "．", ")": "）"})


def neutralise(text: str) -> str:
    """Return `text` as Markdown that renders as itself: paragraphs and line breaks, nothing else.

    Blank lines part paragraphs, every other line end becomes a DingTalk line break.
    """
    lines = [_neutral_line(line) for line in text.splitlines()]
    paragraphs = "\n".join(lines).split("\n\n")
    return "\n\n".join(part.strip("\n").replace("\n", BREAK) for part in paragraphs if part.strip("\n"))


def neutralise_line(text: str) -> str:
    """Return `text` on one line, inert wherever it stands in a paragraph or a list item."""
    return " ".join(filter(None, (_neutral_line(line) for line in text.splitlines())))


def guard_start(line: str) -> str:
    """Return neutral `line` so that its start is no heading, list, rule or underline, nor indented."""
    body = line.lstrip()
    indent = "".join(char for char in line[: len(line) - len(body)] if char == "\u3000")  # how Chinese indents
    for pattern in (_HEADING, _RUN, _BULLET, _NUMBER):
        if match := pattern.match(body):
            return indent + match[0].translate(_WIDE) + body[match.end() :]
    return indent + body


def _neutral_line(line: str) -> str:
    shown = "".join(filter(None, map(_visible, line))).rstrip()
    shown = _ENTITY.sub("＆", shown.translate(_LOOK_ALIKES))
    shown = _HOST_DOT.sub("．", _SLASHES.sub("／", shown))
    return guard_start(shown) if shown else ""


def _visible(char: str) -> str:
    """Return what of `char` may stay: white space as a space, nothing of what cannot be seen."""
    if char.isspace():
        return char if char == "\u3000" else " "
    return "" if char in _INVISIBLE or unicodedata.category(char) in _DROPPED else char
