"""TOML read strictly: typed values out of tables, and every problem with its place."""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from bot.domain.problems import Problem, suggestion

_PLACE = re.compile(r"at line (\d+), column (\d+)")
_QUOTES = "“”‘’„‟「」『』"
_CURLY = "“”‘’„‟"
_WIDE = {"＝": "=", "，": ",", "、": ",", "［": "[", "］": "]", "【": "[", "】": "]", "＂": '"', "＇": "'", "＃": "#"}
_SEPARATORS = "，；;"  # where a list of words was meant; 、 and , may be part of a printed word
_SPOKEN_SEPARATORS = "，；;、,"
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(slots=True, kw_only=True)
class Report:
    """The problems of one file found so far."""

    file: str
    lines: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)

    def add(self, what: str, *, line: int = 0, key: str = "") -> None:
        """Write a problem down."""
        self.problems.append(Problem(file=self.file, what=what, line=line, key=key))


def read_toml(source: str, *, file: str) -> "TomlTable":
    """Return the top table of `source`, empty and with a problem in its report where it is no TOML."""
    report = Report(file=file, lines=tuple(source.splitlines()))
    try:
        values = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place else 0
        report.add(f"not TOML: {error}{_wide_punctuation(report.lines, line)}", line=line)
        values = {}
    return TomlTable(values=values, report=report)


def _wide_punctuation(lines: tuple[str, ...], line: int) -> str:
    """Name the curly quote or full-width sign that stands on the broken line where TOML wants a plain one."""
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    outside = re.sub(r"\"[^\"]*\"|'[^']*'", "", text).split("#")[0]
    for char in outside:
        if char in _QUOTES:
            return f'; {char} is a curly or Chinese quote, TOML wants "'
        if char in _WIDE:
            return f"; {char} is full-width punctuation, TOML wants {_WIDE[char]}"
    return ""


@dataclass(slots=True, kw_only=True)
class TomlTable:
    """One TOML table: takes typed values out of it and reports what does not fit."""

    values: dict[str, Any]
    report: Report
    path: str = ""  # of the table itself, with its dot: "fields[3]."
    start: int = 0  # the index of the table's first line, 0 where it is not known
    end: int | None = None  # the index of the line after its last

    def wrong(self, key: str, what: str) -> None:
        """Report a problem of a key."""
        self.report.add(what, line=self.line(key), key=f"{self.path}{key}")

    def allow(self, known: Collection[str]) -> None:
        """Report every key that is not one of `known`."""
        for key in self.values:
            if key not in known:
                self.wrong(key, f"is not a known key{suggestion(key, known)}")

    def text(self, key: str, *, required: bool = True, lines: bool = False) -> str:
        """Return a string; with `lines` it may have several."""
        value = self.values.get(key, "")
        if not isinstance(value, str):
            self.wrong(key, "must be a string")
            return ""
        if required and not value.strip():
            self.wrong(key, "must not be empty" if key in self.values else "is missing")
        self._printable(key, value, allowed="\n" if lines else "")
        return value.strip()

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        value = self.values.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(key, "must be true or false")
        return default

    def number(self, key: str, *, default: int, least: int, most: int) -> int:
        """Return a whole number from `least` to `most`."""
        value = self.values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.wrong(key, f"must be a whole number from {least} to {most}")
        return default

    def words(self, key: str, *, spoken: bool = False, plain: bool = False) -> tuple[str, ...]:
        """Return a list of different, non-empty strings.

        They are words that stand on paper, or that people say; `plain` ones may hold any punctuation.
        """
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            self.wrong(key, "must be a list of strings")
            return ()
        for word in value:
            self._printable(key, word)
            if not word.strip():
                self.wrong(key, "holds an empty string")
            if not plain:
                self._one_word(key, word, _SPOKEN_SEPARATORS if spoken else _SEPARATORS)
        alike = ["".join(unicodedata.normalize("NFKC", word).casefold().split()) for word in value]
        for word in sorted({word for word in alike if word and alike.count(word) > 1}):
            self.wrong(key, f'holds "{word}" twice')
        return tuple(word.strip() for word in value)

    def _one_word(self, key: str, word: str, separators: str) -> None:
        curly = next((char for char in word if char in _CURLY), "")
        if curly:
            self.wrong(key, f'holds the curly quote {curly} in "{word}"; each word stands between plain " "')
        sign = next((char for char in word if char in separators), "")
        if sign:
            self.wrong(key, f'holds {sign} inside "{word}"; each word stands in quotes of its own: "…", "…"')

    def choice(self, key: str, kind: type[_Choice], default: _Choice) -> _Choice:
        """Return one of an enumeration's values."""
        value = self.values.get(key, default.value)
        known = [member.value for member in kind]
        if value in known:
            return kind(value)
        self.wrong(key, f"must be one of {', '.join(known)}{suggestion(value, known)}")
        return default

    def table(self, key: str) -> "TomlTable":
        """Return the table `[key]`, empty where there is none."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self.wrong(key, f"must be a table, under [{self._name(key)}]")
            value = {}
        heads = self._heads(f"[{self._name(key)}]")
        return self._inner(value, f"{key}.", heads[0] if heads else self.start)

    def tables(self, key: str) -> "list[TomlTable]":
        """Return the tables of a list, each under `[[key]]`."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.wrong(key, f"must be a list of tables, each under [[{self._name(key)}]]")
            return []
        heads = self._heads(f"[[{self._name(key)}]]")
        starts = heads if len(heads) == len(value) else [self.start] * len(value)
        return [
            self._inner(row, f"{key}[{number}].", start)
            for number, (row, start) in enumerate(zip(value, starts, strict=True), 1)
        ]

    def texts(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return a table of strings as pairs, in its order."""
        value = self.values.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            self.wrong(key, 'must be a table of strings: { name = "value" }')
            return ()
        for text in (*value, *value.values()):
            self._printable(key, text)
        return tuple(value.items())

    def _inner(self, values: dict[str, Any], path: str, start: int) -> "TomlTable":
        after = enumerate(self.report.lines[start + 1 :], start + 1)
        end = next((index for index, line in after if re.match(r"\s*\[", line)), None) if start else None
        return TomlTable(values=values, report=self.report, path=self.path + path, start=start, end=end)

    def _name(self, key: str) -> str:
        """Return the table's name as its head has it: without the numbers of the path."""
        return re.sub(r"\[\d+\]", "", self.path) + key

    def _heads(self, head: str) -> list[int]:
        tight = [line.split("#")[0].replace(" ", "").strip() for line in self.report.lines]
        return [index for index, line in enumerate(tight) if line == head]

    def _printable(self, key: str, value: str, allowed: str = "") -> None:
        bad = sorted({char for char in value if char not in allowed and unicodedata.category(char) in {"Cc", "Cf"}})
        if bad:
            codes = ", ".join(f"U+{ord(char):04X}" for char in bad)
            # TOML reads "\frac" as a form feed and "rac".
            self.wrong(key, f"holds control characters ({codes}); write backslashes in '''…'''")

    def line(self, key: str) -> int:
        """Return where a key stands, from 1; where its table begins, or 0, where that is not known."""
        pattern = re.compile(rf"""\s*(\[\[?\s*)?["']?{re.escape(key)}["']?\s*(=|\.|\]|$)""")
        found = (number for number, line in self._numbered() if pattern.match(line))
        return next(found, self.start + 1 if self.start else 0)

    def _numbered(self) -> Iterator[tuple[int, str]]:
        return enumerate(self.report.lines[self.start : self.end], self.start + 1)
