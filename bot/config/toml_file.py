"""A TOML file as it was parsed, and the line that each of its keys stands on."""

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from bot.domain.problems import Problem

KeyPath = tuple[str | int, ...]  # the labels of the second field: ("fields", 1, "labels")

_ERROR_LINE = re.compile(r"at line (\d+), column \d+")
_QUOTES = "“”‘’„‟「」『』"
_WIDE = {"＝": "=", "，": ",", "、": ",", "［": "[", "］": "]", "【": "[", "】": "]", "＂": '"', "＇": "'", "＃": "#"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TomlFile:
    """What a file holds; `error` says why it is no TOML, and then there are no values."""

    name: str
    lines: tuple[str, ...]
    values: dict[str, Any]
    error: Problem | None = None

    def problem(self, path: KeyPath, what: str) -> Problem:
        """Return a problem of the key at `path`; what is wrong with an item of a list goes by the list's key."""
        path = path[:-1] if path and isinstance(path[-1], int) else path
        dotted = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
        return Problem(file=self.name, what=what, line=self.line(path), key=dotted.removeprefix("."))

    def line(self, path: KeyPath) -> int:
        """Return the line, from 1, of the key at `path`, else that of the innermost table that is known, else 0."""
        found, body = 0, range(len(self.lines))
        names = [part for part in path if isinstance(part, str)]
        for depth, name in enumerate(names, 1):
            found = self._key_line(name, body) or found
            if depth < len(names):
                head = self._head_index(names[:depth], path)
                found, body = (found, range(0)) if head is None else (head + 1, self._table_body(head))
        return found

    def _key_line(self, key: str, body: range) -> int:
        pattern = re.compile(rf"""\s*(\[\[?\s*)?["']?{re.escape(key)}["']?\s*(=|\.|\]|$)""")
        return next((index + 1 for index in body if pattern.match(self.lines[index])), 0)

    def _head_index(self, names: list[str], path: KeyPath) -> int | None:
        """Return the index of the line `[a.b]`, or of the right one of several `[[a.b]]`."""
        after = path[path.index(names[-1]) + 1]
        title = ".".join(names)
        head, number = (f"[[{title}]]", after) if isinstance(after, int) else (f"[{title}]", 0)
        tight = (line.split("#")[0].replace(" ", "").strip() for line in self.lines)
        heads = [index for index, line in enumerate(tight) if line == head]
        return heads[number] if number < len(heads) else None

    def _table_body(self, head: int) -> range:
        after = range(head + 1, len(self.lines))
        return range(head + 1, next((i for i in after if self.lines[i].lstrip().startswith("[")), len(self.lines)))


def parse_toml(source: str, *, name: str) -> TomlFile:
    """Return the TOML `source` of the file `name`."""
    lines = tuple(source.splitlines())
    try:
        return TomlFile(name=name, lines=lines, values=tomllib.loads(source))
    except tomllib.TOMLDecodeError as error:
        place = _ERROR_LINE.search(str(error))
        line = int(place[1]) if place else 0
        what = f"not TOML: {error}{_wide_punctuation(lines[line - 1] if 0 < line <= len(lines) else '')}"
        return TomlFile(name=name, lines=lines, values={}, error=Problem(file=name, what=what, line=line))


def _wide_punctuation(line: str) -> str:
    """Name the curly quote or full-width sign on a broken line where TOML wants a plain one."""
    outside = re.sub(r"\"[^\"]*\"|'[^']*'", "", line).split("#")[0]
    for char in outside:
        if char in _QUOTES:
            return f'; {char} is a curly or Chinese quote, TOML wants "'
        if char in _WIDE:
            return f"; {char} is full-width punctuation, TOML wants {_WIDE[char]}"
    return ""
