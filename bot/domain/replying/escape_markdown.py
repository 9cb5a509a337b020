"""Escape text of unknown origin for Markdown renderers, keeping it legible.

Characters that a renderer could act on become their full-width look-alikes or are removed. Digits, money, Chinese, mail
addresses and names of files never change, so that people can copy them. The rules cover CommonMark with tables,
strikethrough and automatic links. DingTalk renders less than that but does not document what, so each rule errs on the
safe side.
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
        "`": "｀",  # code
        "~": "～",  # strikethrough, fences
        "|": "｜",  # tables
        "\\": "＼",  # escapes
    }
)
# Letters and marks that show nothing; no document read here needs what they do (shaping, joining).
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_DROPPED = frozenset({"Cc", "Cf", "Cs"})  # control, format (zero width, direction), surrogates
_UNDERLINE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # within a word, as in file_1, it does nothing
# DingTalk mentions nobody but those whom the call names, which are never taken from a text: an @ within a word is safe.
_MENTION = re.compile(r"(?<![^\W_])@|@(?![^\W_])|@(?=all\b)", re.IGNORECASE)
# At worst a renderer links it to itself. Its dots stay as they are, so that it can be copied.
_MAIL_ADDRESS = re.compile(
    r"(?<![\w.+@-])[a-z0-9]+(?:[._+-][a-z0-9]+)*@[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+(?![\w.@/:-])",
    re.ASCII | re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?=#|[A-Za-z][A-Za-z0-9]*;)")
_SLASHES = re.compile(r"/(?=/)|(?<=/)/")  # https://, and addresses without a scheme
_FILE = (
    r"(?:pdf|ofd|xml|jpe?g|png|gif|bmp|tiff?|webp|heic|docx?|xlsx?|pptx?|txt|csv|json)(?![\w.@/:-])"  # .zip is a domain
)
# A dot before a letter, as in a host name, or after www, but not the ones in 1.甲方 and scan.pdf.
_HOST_DOT = re.compile(
    rf"(?<=\S)\.(?!{_FILE})(?=[^\W\d_\u3400-\u9fff])|(?<=[^\s\d])\.(?=[\u3400-\u9fff])|(?<=www)\.", re.IGNORECASE
)
_ACTED_ON = ((_UNDERLINE, "＿"), (_ENTITY, "＆"), (_SLASHES, "／"), (_HOST_DOT, "．"), (_MENTION, "＠"))
_HEADING = re.compile(r"#+")
_BULLET = re.compile(r"[-+](?=\s|$)")
_LONE_NUMBER = re.compile(r"\d+[.)]")
_NUMBER_AND_TEXT = re.compile(r"(\d+[.)]) +(?=\S)")
_NO_BREAK_SPACE = "\u00a0"  # looks like a space, but after a number it makes no list
_RUN = re.compile(r"[-=]{2,}|=(?=\s*$)")  # a rule, or a line that makes the one above a heading
_WIDE = str.maketrans({"#": "＃", "-": "－", "+": "＋", "=": "＝"})


def neutralise(text: str) -> str:
    """Return `text` as Markdown that renders as itself: as paragraphs and line breaks, nothing else.

    Blank lines separate paragraphs; any other line end becomes a DingTalk line break.
    """
    lines = [_neutral_line(line) for line in text.splitlines()]
    paragraphs = "\n".join(lines).split("\n\n")
    return "\n\n".join(part.strip("\n").replace("\n", BREAK) for part in paragraphs if part.strip("\n"))


def neutralise_line(text: str) -> str:
    """Return `text` on one line, escaped for any place in a paragraph or a list item."""
    return " ".join(filter(None, (_neutral_line(line) for line in text.splitlines())))


def guard_start(line: str) -> str:
    """Return an escaped `line` whose start makes no heading, list, rule, underline or indent."""
    body = line.lstrip()
    # Chinese paragraphs are indented with ideographic spaces.
    indent = "".join(char for char in line[: len(line) - len(body)] if char == "\u3000")
    if match := _NUMBER_AND_TEXT.match(body):
        return indent + match[1] + _NO_BREAK_SPACE + body[match.end() :]
    if _LONE_NUMBER.fullmatch(body):
        return indent + body + _NO_BREAK_SPACE
    for pattern in (_HEADING, _RUN, _BULLET):
        if match := pattern.match(body):
            return indent + match[0].translate(_WIDE) + body[match.end() :]
    return indent + body


def _neutral_line(line: str) -> str:
    visible = "".join(filter(None, map(_visible, line))).rstrip()
    neutral = visible.translate(_LOOK_ALIKES)
    for pattern, look_alike in _ACTED_ON:
        neutral = pattern.sub(look_alike, neutral)
    for address in _MAIL_ADDRESS.finditer(visible):  # each character was exchanged for one
        neutral = neutral[: address.start()] + address[0] + neutral[address.end() :]
    return guard_start(neutral) if neutral else ""


def _visible(char: str) -> str:
    """Return a space for white space, "" for an invisible character, else `char` itself."""
    if char.isspace():
        return char if char == "\u3000" else " "
    return "" if char in _INVISIBLE or unicodedata.category(char) in _DROPPED else char
