"""What may stand where somebody is writing in a prompt file: tables, keys and values, from the file's JSON schema."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from bot.config.prompt_schema import prompt_schema
from bot.domain.checking.registry import RULES
from bot.domain.prompt import FIELDS, INPUT

_Node = Mapping[str, Any]
_Path = tuple[str, ...]

_HEADER = re.compile(r"\s*\[{1,2}\s*([a-z_]+(?:\s*\.\s*[a-z_]+)*)\s*\]{1,2}")
_HEADER_BEGUN = re.compile(r"\s*(\[{1,2}[a-z_.]*)")
_KEY_BEGUN = re.compile(r"\s*([A-Za-z_]*)")
_VALUE = re.compile(r"\s*([A-Za-z_]+)\s*=(.*)", re.DOTALL)
_QUOTED = re.compile(r""""(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_LONG_QUOTE = re.compile(r"'''|\"\"\"")
_KEY_OF_FIELD = re.compile(r"""^\s*key\s*=\s*["']([a-z][a-z0-9_]*)["']""", re.MULTILINE)
_NAME_OF_FIELD = re.compile(r"""^\s*name\s*=\s*["']([^"'\n]+)["']""", re.MULTILINE)
_LISTS_OF_KEYS: Final = {
    ("headline",),
    ("reply", "order"),
    ("reply", "fold"),
    ("reply", "groups", "fields"),
    ("duplicates", "number"),
    ("duplicates", "code"),
    ("duplicates", "otherwise"),
}
_EMPTY: Final = {"string": '""', "array": "[]", "boolean": "true", "integer": "", "object": "{}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One thing that may stand there: `label` as people see it, `insert` what is written, `detail` what it means."""

    label: str
    insert: str
    detail: str = ""
    back: int = 0  # characters between what was written and the cursor afterwards, as in `""`


@dataclass(frozen=True, slots=True, kw_only=True)
class Completions:
    """What may replace the text from column `start` (from 0) to the cursor, in its line."""

    start: int
    items: tuple[Completion, ...] = ()


def completions(text: str, *, line: int, column: int) -> Completions:
    """Return what may stand at `line` (from 1) and `column` (characters before the cursor)."""
    lines = text.split("\n")
    index = min(max(line, 1), len(lines)) - 1
    before = lines[index][: max(column, 0)]
    above = "\n".join(lines[:index])
    if len(_LONG_QUOTE.findall(f"{above}\n{before}")) % 2:
        return _in_long_text(before)
    path = _table_at(lines[:index])
    if (match := _HEADER_BEGUN.fullmatch(before)) and not _open_list(lines[:index]):
        return _begun_with(match[1], before, _headers())
    if key := _open_list(lines[:index]):
        return _values((*path, key), before, text)
    if match := _VALUE.fullmatch(before):
        return _values((*path, match[1]), before, text)
    if match := _KEY_BEGUN.fullmatch(before):
        return _begun_with(match[1], before, _keys(path, _keys_there(lines, index)))
    return Completions(start=len(before))


def _in_long_text(before: str) -> Completions:
    begun = re.search(r"\{\{?[a-z]*$", before)
    items = (
        Completion(label=FIELDS, insert=FIELDS, detail="字段名单"),
        Completion(label=INPUT, insert=INPUT, detail="对方说的内容"),
    )
    return _begun_with(begun[0], before, items) if begun else Completions(start=len(before))


def _begun_with(begun: str, before: str, items: Iterable[Completion]) -> Completions:
    """Return the items that begin with, or else that hold, what is there already; not what is there as a whole."""
    fitting = [item for item in items if begun.lower() in item.label.lower() and item.insert != begun]
    fitting.sort(key=lambda item: not item.label.lower().startswith(begun.lower()))
    return Completions(start=len(before) - len(begun), items=tuple(fitting))


def _headers() -> Iterator[Completion]:
    for path, node in _tables():
        name = ".".join(path)
        label = f"[[{name}]]" if node.get("type") == "array" else f"[{name}]"
        yield Completion(label=label, insert=label, detail=node.get("description", ""))


def _keys(path: _Path, there: set[str]) -> Iterator[Completion]:
    node = _table(path)
    for name, value in (node.get("properties", {}) if node else {}).items():
        if name in there or _is_table(value):
            continue
        empty = _EMPTY.get(value.get("type", "string"), '""') if name != "text" or path else "''''''"
        back = {"''''''": 3}.get(empty, 1 if len(empty) == len('""') else 0)
        yield Completion(label=name, insert=f"{name} = {empty}", detail=value.get("description", ""), back=back)


def _values(path: _Path, before: str, text: str) -> Completions:
    """Return the values that may stand at the cursor, which is behind `key =`, or in a list on several lines."""
    node = _value_at(path)
    if node is None:
        return Completions(start=len(before))
    if node.get("type") == "boolean":
        begun = re.search(r"[a-z]*$", before)
        words = (Completion(label=word, insert=word) for word in ("true", "false"))
        return _begun_with(begun[0] if begun else "", before, words)
    is_list = node.get("type") == "array"
    quoted = _QUOTED.sub(lambda match: "_" * len(match[0]), before)
    opened = re.search(r"""["'][^"']*$""", quoted)
    if opened is None and not re.search(r"[=\[,]\s*$" if is_list else r"=\s*$", before) and before.strip():
        return Completions(start=len(before))
    if path == ("checks",):
        return _checks(before[opened.start() + 1 :] if opened else "", before, text, quoted=opened is None)
    items = tuple(_allowed(path, node.get("items", {}) if is_list else node, text))
    if opened is not None:
        return _begun_with(before[opened.start() + 1 :], before, items)
    return Completions(start=len(before), items=tuple(map(_with_quotes, items)))


def _checks(begun: str, before: str, text: str, *, quoted: bool) -> Completions:
    """Return the names of checks, and behind a name's colon the keys of fields."""
    name, colon, keys = begun.partition(":")
    if colon and name in RULES:
        last = keys.rpartition(",")[2].strip()
        return _begun_with(last, before, (Completion(label=key, insert=key) for key in _keys_of_fields(text)))
    items = [
        Completion(label=rule, insert=f"{rule}:" if about.keys else rule, detail=", ".join(["key"] * about.keys))
        for rule, about in sorted(RULES.items())
    ]
    if quoted:
        return Completions(start=len(before), items=tuple(map(_with_quotes, items)))
    return _begun_with(begun, before, items)


def _allowed(path: _Path, node: _Node, text: str) -> Iterator[Completion]:
    if path in _LISTS_OF_KEYS:
        yield from (Completion(label=key, insert=key) for key in _keys_of_fields(text))
    elif path == ("examples", "fields"):
        yield from (Completion(label=name, insert=name) for name in dict.fromkeys(_NAME_OF_FIELD.findall(text)))
    else:
        yield from (Completion(label=value, insert=value) for value in node.get("enum", ()))


def _with_quotes(item: Completion) -> Completion:
    back = 1 if item.insert.endswith(":") else 0
    return Completion(label=item.label, insert=f'"{item.insert}"', detail=item.detail, back=back)


def _keys_of_fields(text: str) -> list[str]:
    return list(dict.fromkeys(_KEY_OF_FIELD.findall(text)))


def _table_at(above: list[str]) -> _Path:
    """Return the path of the table that the line below these belongs to."""
    for line in reversed(above):
        if match := _HEADER.match(line):
            return tuple(part.strip() for part in match[1].split("."))
    return ()


def _keys_there(lines: list[str], index: int) -> set[str]:
    """Return the keys of the table around a line, without that line's."""
    headers = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    first = max((number for number in headers if number < index), default=-1) + 1
    last = min((number for number in headers if number > index), default=len(lines))
    others = (line for number, line in enumerate(lines[first:last], first) if number != index)
    return {match[1] for line in others if (match := _VALUE.fullmatch(line))}


def _open_list(above: list[str]) -> str:
    """Return the key of the list that is still open at the end of these lines, "" if none is."""
    for number in range(len(above) - 1, -1, -1):
        if _HEADER.match(above[number]) or not (match := _VALUE.fullmatch(above[number])):
            continue
        value = _QUOTED.sub("", "\n".join((match[2], *above[number + 1 :])))
        value = re.sub(r"#[^\n]*", "", value)
        return match[1] if value.count("[") > value.count("]") else ""
    return ""


@cache
def _schema() -> _Node:
    return prompt_schema()


@cache
def _tables() -> tuple[tuple[_Path, _Node], ...]:
    """Return the tables below the top level with their paths."""

    def below(node: _Node, path: _Path) -> Iterator[tuple[_Path, _Node]]:
        for name, value in node.get("properties", {}).items():
            if _is_table(value):
                yield (*path, name), value
                yield from below(value.get("items", value), (*path, name))

    return tuple(below(_schema(), ()))


def _is_table(node: _Node) -> bool:
    return "properties" in node or "properties" in node.get("items", {})


def _table(path: _Path) -> _Node | None:
    if not path:
        return _schema()
    node = dict(_tables()).get(path)
    return None if node is None else node.get("items", node)


def _value_at(path: _Path) -> _Node | None:
    node = _table(path[:-1])
    found: _Node | None = node.get("properties", {}).get(path[-1]) if node else None
    return found
