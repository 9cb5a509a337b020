"""JSON, or the beginning of it, and how its parts look, also as models write them.

Runs of white space and of digits are matched possessively, and keys are bounded: no pattern ever goes back over a
long stretch.
"""

import re
from dataclasses import dataclass

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

DEPTH = 8  # levels of nesting, more than any form has
KEY_LENGTH = 65  # of a key in a path: longer than any name asked for
NOTHING = frozenset({"null", "None", "none", "undefined"})


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonValue:
    """A value and the keys that lead to it; an object or a list is there as a whole too, a line an item."""

    path: tuple[str, ...]
    value: str
    cut: bool = False  # not known to be all of it


class JsonReader:
    """A place in a text, and the values up to there."""

    def __init__(self, text: str, pos: int) -> None:
        self.text = text
        self.pos = pos
        self.ended = False  # by the end of the text, in the middle of an object
        self.leaves: list[tuple[tuple[str, ...], str]] = []
        self._sure = 0  # leaves whose end was seen
        self.torn: set[int] = set()  # leaves that end where another key begins

    def found(self) -> list[JsonValue]:
        """Return the values so far."""
        return [
            JsonValue(path=path, value=value, cut=index >= self._sure or index in self.torn)
            for index, (path, value) in enumerate(self.leaves)
        ]

    def confirm(self) -> None:
        """Take note that what was read so far is all there: a further key or a closing bracket was seen."""
        self._sure = len(self.leaves)

    def keep(self, path: tuple[str, ...], value: str) -> None:
        """Take a value, not yet known to be complete."""
        self.leaves.append((path, value))

    def space(self) -> None:
        """Step over white space."""
        self.pos = SPACE.match(self.text, self.pos).end()  # type: ignore[union-attr] # it matches nothing, too

    def take(self, marks: str) -> bool:
        """Return whether one of `marks` comes next, and step over it."""
        if self.pos < len(self.text) and self.text[self.pos] in marks:
            self.pos += 1
            return True
        return False

    def at_end(self) -> bool:
        """Return whether the text is over, and take note of it."""
        self.ended = self.ended or self.pos >= len(self.text)
        return self.ended


class NotJsonError(ValueError):
    """The text is not the beginning of any JSON."""


class StrictReader(JsonReader):
    """Reads what is JSON, or the beginning of it; raises `NotJsonError` for anything else."""

    def members(self, path: tuple[str, ...]) -> str:
        """Read an object from behind its brace; return it as lines of keys and values."""
        rows = []
        while True:
            self.space()
            if self.take("}") or self.at_end():
                break
            key = self._string()
            self.space()
            if self.at_end():
                break
            if not self.take(":"):
                raise NotJsonError
            self.confirm()
            rows.append(f"{key} {self._value((*path, key[:KEY_LENGTH]))}")
            if not self._more("}"):
                break
        if not self.ended:
            self.confirm()
        return "\n".join(rows)

    def _items(self, path: tuple[str, ...]) -> str:
        items = []
        while True:
            self.space()
            if self.take("]") or self.at_end():
                break
            items.append(self._value(path, listed=True))
            if not self._more("]"):
                break
        return "\n".join(items)

    def _more(self, closing: str) -> bool:
        self.space()
        if self.at_end() or self.take(closing):
            return False
        if not self.take(","):
            raise NotJsonError
        return True

    def _value(self, path: tuple[str, ...], *, listed: bool = False) -> str:
        self.space()
        if self.at_end():
            return ""
        opening = self.text[self.pos]
        if opening in "{[" and len(path) < DEPTH:
            self.pos += 1
            inner = (*path, "") if listed and opening == "[" else path
            value = self.members(path) if opening == "{" else self._items(inner)
        else:
            value = self._string() if opening == '"' else self._word()
        if not listed:
            self.keep(path, value)
            if opening in "{[" and not self.ended:
                self.confirm()
        return value

    def _string(self) -> str:
        body = STRING_BODY.match(self.text, self.pos)
        if body is None:
            raise NotJsonError
        self.pos = body.end()
        if not self.take('"'):
            if TAIL.fullmatch(self.text, self.pos) is None or "\n" in body[1]:
                raise NotJsonError
            self.pos = len(self.text)
            self.ended = True
        return as_written(body[1])

    def _word(self) -> str:
        word = WORD.match(self.text, self.pos)
        if word is None or word.end() == len(self.text):
            word = CUT_WORD.fullmatch(self.text, self.pos)
        if word is None:
            raise NotJsonError
        self.pos = word.end()
        return "" if word[0] in NOTHING else word[0]


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
