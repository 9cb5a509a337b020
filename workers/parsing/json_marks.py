"""How the parts of JSON look, and of what models write for it.

Runs of white space and of digits are matched possessively, and keys are bounded: no pattern ever goes back over a
long stretch.
"""

import re

QUOTES = "\"'“”‘’＂「」"
# What may close a string, by what opened it.
CLOSING = {'"': '"', "'": "'", "“": '”“"', "”": '”“"', "‘": "’‘'", "’": "’‘'", "＂": '＂"', "「": "」"}

SPACE = re.compile(r"\s*+")
BETWEEN = re.compile(r"[\s,，、;；]*+")
FENCE = re.compile(r"`{3}")

STRING_BODY = re.compile(r'"([^"\\]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\]*+)*+)')
TAIL = re.compile(r"(?:\\(?:u[0-9a-fA-F]{0,3})?)?")  # an escape cut off
WORD = re.compile(r"(?:-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?|true|false|null)(?![\w.+-])", re.ASCII)
CUT_WORD = re.compile(
    r"-?(?:\d++(?:\.\d*+)?(?:[eE][+-]?\d*+)?)?|t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|n(?:u(?:ll?)?)?", re.ASCII
)

_BARE = r"[^\s\"'“”‘’＂「」{}｛｝\[\],，、;；:：`][^\n\"'“”‘’＂「」{}｛｝\[\],，;；:：`]{0,40}+"
_QUOTED = r"[\"'“‘＂「][^\n\"'“”‘’＂「」{}｛｝:：]{1,64}+[\"'”“’‘＂」]"
_COLON = r"\s*+[:：]"
_KEY = {True: _QUOTED + _COLON, False: rf"(?:{_QUOTED}|{_BARE}){_COLON}"}

ANY_KEY = re.compile(rf"({_QUOTED}|{_BARE}){_COLON}")
QUOTED_KEY = re.compile(_KEY[True])
KEYS = {quoted: re.compile(rf"\s*+{key}") for quoted, key in _KEY.items()}
OBJECT = re.compile(rf"[{{｛](?=\s*+(?:[\"“}}｝]|\Z|{_KEY[False]}))")
RESUME = re.compile(rf"{_KEY[True]}|[}}｝]|`{{3}}")

_BRACE = r"[}｝](?!\s*+[\"'“])"
LAST_BRACE = re.compile(r"\s*+(?:[}｝]\s*+(?:[,，}｝\]]|`{3}|\Z)|`{3})")
# By whether the string's own key stands in quotes: then the next one is expected to.
AFTER_VALUE = {
    quoted: re.compile(rf"\s*+(?:[,，、;；]\s*+(?:{key}|[}}｝])|{_BRACE}|{key}|`{{3}})") for quoted, key in _KEY.items()
}
AFTER_ITEM = re.compile(r"\s*+(?:[,，、]\s*+[\"'“{\[\]\w-]|[\]}｝]|`{3})")
BARE_EVENT = re.compile(r"[,，、;；]\s*+|\n\s*+|[}｝](?=\s*+(?:[,，}｝\]`]|\n|\Z))|`{3}")
BARE_ITEM = re.compile(r"[^,，\]}｝\n]++")

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
# No page holds a form feed or a backspace: \f and \b are the beginnings of \frac and \beta, and stay.
_ESCAPED = {'"': '"', "'": "'", "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t"}
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

_EVENTS = {closing: re.compile(rf"\\.|[{closing}]|\n\s*+", re.DOTALL) for closing in {*CLOSING.values()}}


def event_in(closing: str) -> re.Pattern[str]:
    """Return what to look at within a string that one of `closing` ends."""
    return _EVENTS[closing]


def as_written(body: str) -> str:
    """Return a string's text: escapes resolved, each line stripped, without what cannot be printed."""
    text = _ESCAPE.sub(_resolved, body)
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return "\n".join(line.strip() for line in _CONTROL.sub("", text).split("\n")).strip()


def _resolved(escape: re.Match[str]) -> str:
    if len(escape[1]) > 1:
        return chr(int(escape[1][1:], 16))
    return _ESCAPED.get(escape[1], escape[0])
