"""A prompt file's TOML to a `Prompt`; strict, and every problem of a file at once."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from bot.domain.errors import Misconfigured
from bot.domain.prompts import FieldSpec, FieldType, Output, Prompt, squeezed

_PROMPT_KEYS = ("title", "commands", "detect", "headline", "text", "output", "fields")
_FIELD_KEYS = ("name", "key", "type", "labels")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PLACEHOLDER = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_FIELDS = "fields"
_FEWEST_DETECT_WORDS = 2
_Choice = TypeVar("_Choice", bound=StrEnum)


def parse_prompt(source: str, *, name: str) -> Prompt:
    """Return the prompt that the TOML `source` of `name`.toml holds.

    Raises `Misconfigured` with one line for each problem: file, line where it is known, key, what is wrong.
    """
    report = _Report(file=f"{name}.toml", lines=tuple(source.splitlines()))
    if not _NAME.fullmatch(name):
        report.add("the file's name must be lower-case letters, digits and _, a letter first")
    try:
        values = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        report.add(f"not TOML: {error}")
        raise report.error() from error
    prompt = _read_prompt(_Table(values=values, report=report), name, hashlib.sha256(source.encode()).hexdigest())
    if report.problems:
        raise report.error()
    return prompt


@dataclass(slots=True, kw_only=True)
class _Report:
    """The problems found so far, each with its place in the file."""

    file: str
    lines: tuple[str, ...]
    problems: list[str] = field(default_factory=list)

    def add(self, problem: str, line: int = 0) -> None:
        self.problems.append(f"{self.file}:{line}: {problem}" if line else f"{self.file}: {problem}")

    def error(self) -> Misconfigured:
        return Misconfigured("\n".join(self.problems))


@dataclass(slots=True, kw_only=True)
class _Table:
    """One TOML table: takes typed values out of it and reports what does not fit."""

    values: dict[str, Any]
    report: _Report
    path: str = ""  # of the table itself, with its dot: "fields[3]."
    start: int = 0  # the index of the table's first line

    def wrong(self, key: str, problem: str) -> None:
        self.report.add(f"{self.path}{key} {problem}", self._line(key))

    def allow(self, known: Collection[str]) -> None:
        for key in self.values:
            if key not in known:
                self.wrong(key, f"is not a known key{_suggestion(key, known)}")

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

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of different, non-empty strings."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            self.wrong(key, "must be a list of strings")
            return ()
        for word in value:
            self._printable(key, word)
            if not word.strip():
                self.wrong(key, "holds an empty string")
        alike = [squeezed(word) for word in value]
        for word in sorted({word for word in alike if word and alike.count(word) > 1}):
            self.wrong(key, f'holds "{word}" twice')
        return tuple(word.strip() for word in value)

    def choice(self, key: str, kind: type[_Choice], default: _Choice) -> _Choice:
        value = self.values.get(key, default.value)
        known = [member.value for member in kind]
        if value in known:
            return kind(value)
        self.wrong(key, f"must be one of {', '.join(known)}{_suggestion(value, known)}")
        return default

    def tables(self, key: str) -> list["_Table"]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.wrong(key, f"must be a list of tables, each under [[{key}]]")
            return []
        heads = [index for index, line in enumerate(self.report.lines) if line.split("#")[0].strip() == f"[[{key}]]"]
        starts = heads if len(heads) == len(value) else [0] * len(value)
        return [
            _Table(values=row, report=self.report, path=f"{key}[{number}].", start=start)
            for number, (row, start) in enumerate(zip(value, starts, strict=True), 1)
        ]

    def _printable(self, key: str, value: str, allowed: str = "") -> None:
        bad = sorted({char for char in value if char not in allowed and unicodedata.category(char) in {"Cc", "Cf"}})
        if bad:
            codes = ", ".join(f"U+{ord(char):04X}" for char in bad)
            # TOML reads "\frac" as a form feed and "rac".
            self.wrong(key, f"holds control characters ({codes}); write backslashes in '''…'''")

    def _line(self, key: str) -> int:
        pattern = re.compile(rf"""\s*(\[\[?\s*)?["']?{re.escape(key)}["']?\s*(=|\.|\]|$)""")
        inside = enumerate(self.report.lines[self.start :], self.start + 1)
        return next((number for number, line in inside if pattern.match(line)), self.start + 1 if self.start else 0)


def _suggestion(word: object, known: Collection[str]) -> str:
    close = get_close_matches(str(word), known, n=1)
    return f'; did you mean "{close[0]}"?' if close else ""


def _read_prompt(table: _Table, name: str, sha256: str) -> Prompt:
    table.allow(_PROMPT_KEYS)
    output = table.choice("output", Output, Output.TEXT)
    fields = tuple(_read_field(row) for row in table.tables(_FIELDS))
    _check_fields(table, fields, output)
    detect = table.words("detect")
    if 0 < len(detect) < _FEWEST_DETECT_WORDS:
        table.wrong("detect", f"needs at least {_FEWEST_DETECT_WORDS} words, for that many must stand on a page")
    return Prompt(
        name=name,
        title=table.text("title"),
        text=_rendered(table, fields),
        output=output,
        commands=table.words("commands"),
        detect=detect,
        fields=fields,
        sha256=sha256,
        headline=_headline(table, fields),
    )


def _read_field(table: _Table) -> FieldSpec:
    table.allow(_FIELD_KEYS)
    spec = FieldSpec(
        name=table.text("name"),
        key=table.text("key"),
        type=table.choice("type", FieldType, FieldType.TEXT),
        labels=table.words("labels"),
    )
    if spec.key and not _NAME.fullmatch(spec.key):
        table.wrong("key", "must be lower-case letters, digits and _, a letter first")
    if {"'", "\\"} & {*spec.name}:
        table.wrong("name", "must hold neither ' nor \\, for the model gets it in quotes")
    return spec


def _check_fields(table: _Table, fields: tuple[FieldSpec, ...], output: Output) -> None:
    for label, values in (("key", [spec.key for spec in fields]), ("name", [spec.name for spec in fields])):
        for value in sorted({value for value in values if value and values.count(value) > 1}):
            table.wrong(_FIELDS, f'holds the {label} "{value}" twice')
    if output is Output.FIELDS and not fields:
        table.wrong(_FIELDS, 'is missing; output = "fields" needs at least one')
    if output is Output.TEXT and fields:
        table.wrong(_FIELDS, 'needs output = "fields"')


def _headline(table: _Table, fields: tuple[FieldSpec, ...]) -> tuple[str, ...]:
    keys = table.words("headline")
    known = [spec.key for spec in fields]
    for key in keys:
        if key not in known:
            table.wrong("headline", f'names "{key}", which is no field\'s key{_suggestion(key, known)}')
    return keys


def _rendered(table: _Table, fields: tuple[FieldSpec, ...]) -> str:
    """Return the prompt's text with the fields' names as the list that HunyuanOCR's published prompts have."""
    text = table.text("text", lines=True)
    used = [match[1] for match in _PLACEHOLDER.finditer(text)]
    for word in used:
        if word != _FIELDS:
            table.wrong("text", f"holds {{{{{word}}}}}, which stands for nothing{_suggestion(word, [_FIELDS])}")
    if bool(fields) != (_FIELDS in used):
        table.wrong("text", "needs {{fields}} where there are fields, and only there")
    names = "[" + ", ".join(f"'{spec.name}'" for spec in fields) + "]"
    return _PLACEHOLDER.sub(lambda _: names, text)
