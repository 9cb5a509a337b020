"""A parsed TOML file, and the line of each of its keys."""

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
    """The contents of a file; if it is not TOML, `error` says why, and `values` is empty."""

    name: str
    lines: tuple[str, ...]
    values: dict[str, Any]
    error: Problem | None = None

    def problem(self, path: KeyPath, what: str) -> Problem:
        """Return a problem of the key at `path`; for an item of a list, of the list's key."""
        path = path[:-1] if path and isinstance(path[-1], int) else path
        dotted = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
        return Problem(file=self.name, what=what, line=self.line(path), key=dotted.removeprefix("."))

    def line(self, path: KeyPath) -> int:
        """Return the line of the key at `path`, from 1, otherwise that of its innermost known table, otherwise 0."""
        line, body = 0, range(len(self.lines))
        names = [part for part in path if isinstance(part, str)]
        for depth, name in enumerate(names, 1):
            line = self._key_line(name, body) or line
            if depth < len(names):
                header = self._header_index(names[:depth], path)
                line, body = (line, range(0)) if header is None else (header + 1, self._table_body(header))
        return line

    def _key_line(self, key: str, body: range) -> int:
        pattern = re.compile(rf"""\s*(\[\[?\s*)?["']?{re.escape(key)}["']?\s*(=|\.|\]|$)""")
        return next((index + 1 for index in body if pattern.match(self.lines[index])), 0)

    def _header_index(self, names: list[str], path: KeyPath) -> int | None:
        """Return the index of the line `[a.b]`, or of the line of the right one of several `[[a.b]]`."""
        after = path[path.index(names[-1]) + 1]
        title = ".".join(names)
        header, number = (f"[[{title}]]", after) if isinstance(after, int) else (f"[{title}]", 0)
        bare = (line.split("#")[0].replace(" ", "").strip() for line in self.lines)
        indexes = [index for index, line in enumerate(bare) if line == header]
        return indexes[number] if number < len(indexes) else None

    def _table_body(self, header: int) -> range:
        after = range(header + 1, len(self.lines))
        return range(header + 1, next((i for i in after if self.lines[i].lstrip().startswith("[")), len(self.lines)))


def parse_toml(source: str, *, name: str) -> TomlFile:
    """Return the file `name` with the TOML `source`."""
    lines = tuple(source.splitlines())
    try:
        return TomlFile(name=name, lines=lines, values=tomllib.loads(source))
    except tomllib.TOMLDecodeError as error:
        match = _ERROR_LINE.search(str(error))
        # At the end of the text no line is told: it is the last one with anything on it.
        last = max((number for number, text in enumerate(lines, 1) if text.strip()), default=0)
        line = int(match[1]) if match else last
        what = f"not TOML: {error}{_wide_punctuation(lines[line - 1] if 0 < line <= len(lines) else '')}"
        return TomlFile(name=name, lines=lines, values={}, error=Problem(file=name, what=what, line=line))


def _wide_punctuation(line: str) -> str:
    """Return a hint at a curly quote or full-width sign on a broken line, "" if there is none."""
    outside = re.sub(r"\"[^\"]*\"|'[^']*'", "", line).split("#")[0]
    for char in outside:
        if char in _QUOTES:
            return f'; {char} is a curly or Chinese quote, TOML wants "'
        if char in _WIDE:
            return f"; {char} is full-width punctuation, TOML wants {_WIDE[char]}"
    return ""
