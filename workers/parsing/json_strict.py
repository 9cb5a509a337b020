"""Reads JSON or the beginning of it, and names the patterns of its parts, also in the forms that models write.

Runs of white space and digits are matched possessively and keys are bounded, so that no pattern backtracks far.
"""

import re
from dataclasses import dataclass

QUOTES = "\"'“”‘’＂「」"
# What may close a string, by the quote that opened it.
CLOSING = {'"': '"', "'": "'", "“": '”“"', "”": '”“"', "‘": "’‘'", "’": "’‘'", "＂": '＂"', "「": "」"}

SPACE = re.compile(r"\s*+")
BETWEEN = re.compile(r"[\s,，、;；]*+")
FENCE = re.compile(r"`{3}")

STRING_BODY = re.compile(r'"([^"\\]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\]*+)*)')
TAIL = re.compile(r"(?:\\(?:u[0-9a-fA-F]{0,3})?)?")  # an escape that is cut off
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
# By whether the string's own key is quoted: then the next one is expected to be quoted too.
AFTER_VALUE = {
    quoted: re.compile(rf"\s*+(?:[,，、;；]\s*+(?:{key}|[}}｝])|{_BRACE}|{key}|`{{3}})") for quoted, key in _KEY.items()
}
AFTER_ITEM = re.compile(r"\s*+(?:[,，、]\s*+[\"'“{\[\]\w-]|[\]}｝]|`{3})")
BARE_EVENT = re.compile(r"[,，、;；]\s*+|\n\s*+|[}｝](?=\s*+(?:[,，}｝\]`]|\n|\Z))|`{3}")
BARE_ITEM = re.compile(r"[^,，\]}｝\n]++")

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
# No page contains a form feed or a backspace: \f and \b begin \frac and \beta, and stay.
_ESCAPED = {'"': '"', "'": "'", "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t"}
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

_EVENTS = {closing: re.compile(rf"\\.|[{closing}]|\n\s*+", re.DOTALL) for closing in {*CLOSING.values()}}

DEPTH = 8  # levels of nesting; no form has as many
KEY_LENGTH = 65  # characters of a key in a path; no requested name is as long
NOTHING = frozenset({"null", "None", "none", "undefined"})


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonValue:
    """A value and the keys that lead to it. An object or list is a value too, with a line for each item."""

    path: tuple[str, ...]
    value: str
    cut: bool = False  # it may be incomplete


class JsonReader:
    """A position in a text, and the values before it."""

    def __init__(self, text: str, pos: int) -> None:
        self.text = text
        self.pos = pos
        self.ended = False  # whether the text ended in the middle of an object
        self.values: list[tuple[tuple[str, ...], str]] = []
        self._sure = 0  # how many values are known to be complete
        self.unterminated: set[int] = set()  # indexes of the values that have no end of their own

    def json_values(self) -> list[JsonValue]:
        """Return the values found so far."""
        return [
            JsonValue(path=path, value=value, cut=index >= self._sure or index in self.unterminated)
            for index, (path, value) in enumerate(self.values)
        ]

    def confirm(self) -> None:
        """Mark the values found so far as complete, because another key or a closing bracket followed."""
        self._sure = len(self.values)

    def keep(self, path: tuple[str, ...], value: str) -> None:
        """Add a value, which is not yet known to be complete."""
        self.values.append((path, value))

    def space(self) -> None:
        """Skip white space."""
        self.pos = SPACE.match(self.text, self.pos).end()  # type: ignore[union-attr] # it also matches nothing

    def take(self, marks: str) -> bool:
        """Return whether one of `marks` comes next, and skip it."""
        if self.pos < len(self.text) and self.text[self.pos] in marks:
            self.pos += 1
            return True
        return False

    def at_end(self) -> bool:
        """Return whether the text has ended, and remember it."""
        self.ended = self.ended or self.pos >= len(self.text)
        return self.ended


class NotJsonError(ValueError):
    """The text is not the beginning of any JSON."""


class StrictReader(JsonReader):
    """Reads JSON or the beginning of it; raises `NotJsonError` for anything else."""

    def members(self, path: tuple[str, ...]) -> str:
        """Read an object after its opening brace, and return it as lines of keys and values."""
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
    """Return the pattern of everything that matters in a string that ends with one of `closing`."""
    return _EVENTS[closing]


def as_written(body: str) -> str:
    """Return the text of a JSON string: escapes resolved, lines stripped, unprintable characters removed."""
    text = _ESCAPE.sub(_resolve_escape, body)
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return "\n".join(line.strip() for line in _CONTROL.sub("", text).split("\n")).strip()


def _resolve_escape(escape: re.Match[str]) -> str:
    if len(escape[1]) > 1:
        return chr(int(escape[1][1:], 16))
    return _ESCAPED.get(escape[1], escape[0])
