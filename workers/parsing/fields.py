"""Fields in the answer to a prompt that asks for them as JSON, or for a single one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.prompt import squeezed
from workers.parsing.answers import is_no_text, looks_like_summary
from workers.parsing.json_lenient import JsonReading, read_json, read_members
from workers.parsing.json_strict import ANY_KEY, QUOTES, JsonValue
from workers.parsing.spotting import without_box

_FENCE = re.compile(r"\A\s*+`{3}\w*+|`{3}\s*+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerValue:
    """A field's value as the model wrote it; never empty."""

    text: str
    cut: bool = False  # it may be incomplete: the answer ends with it, or it has no end of its own
    others: tuple[str, ...] = ()  # other values for the same field in the answer

    @property
    def doubtful(self) -> bool:
        """Whether a person should check the value."""
        return self.cut or bool(self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFields:
    """What an answer contains of the requested names; `found` and `missing` are in their order."""

    found: Mapping[str, AnswerValue]
    missing: tuple[str, ...]
    repaired: bool = False  # the answer was not valid JSON
    complete: bool = True  # the answer was not cut off
    readable: bool = True  # there was something like an object, or the one requested value


def parse_fields(text: str, names: Sequence[str], *, whole: bool = True) -> AnswerFields:
    """Return the fields in a cleaned answer; `whole` is False if the engine stopped the model early.

    Names are compared without regard to width, case and spaces. A field may be nested: 购买方名称 is also 名称 in
    购买方. An empty value counts as missing.
    """
    read = read_json(text)
    if not read.present:
        read = _without_braces(text, names, whole=whole)
    index = _by_name(read.values)
    chosen = {name: _best_value(index.get(squeezed(name), [])) for name in dict.fromkeys(names)}
    found = {name: value for name, value in chosen.items() if value is not None}
    return AnswerFields(
        found=found,
        missing=tuple(name for name in chosen if name not in found),
        repaired=read.repaired,
        complete=read.complete,
        readable=read.present,
    )


def _without_braces(text: str, names: Sequence[str], *, whole: bool) -> JsonReading:
    """Read lines of keys and values from the first name on; without one, the answer is the value of a single name."""
    body = _FENCE.sub("", text).strip()
    asked = {squeezed(name) for name in names}
    start = 0
    for row in body.splitlines(keepends=True):
        key = ANY_KEY.match(row.lstrip())
        if key is not None and squeezed(key[1].strip(QUOTES)) in asked:
            return read_members(body[start:], whole=whole)
        start += len(row)
    if len(asked) != 1 or not body or body[0] in "{[｛" or is_no_text(body) or looks_like_summary(body):
        return JsonReading(complete=whole)
    alone = JsonValue(path=(names[0],), value=_unquoted(body), cut=not whole)
    return JsonReading(values=(alone,), complete=whole, present=True)


def _unquoted(body: str) -> str:
    quoted = len(body) > 1 and body[0] in QUOTES and body[-1] in QUOTES
    return body[1:-1].strip() if quoted and not any(mark in QUOTES for mark in body[1:-1]) else body


def _by_name(values: Iterable[JsonValue]) -> Mapping[str, list[tuple[int, JsonValue]]]:
    """Return the values by the names they may have, with a rank: 0 an only key, 1 all keys joined, 2 the last key."""
    index: dict[str, list[tuple[int, JsonValue]]] = {}
    for value in values:
        names = ("".join(value.path), value.path[-1])
        for rank, name in enumerate(dict.fromkeys(map(squeezed, names))):
            index.setdefault(name, []).append((rank + (len(value.path) > 1), value))
    return index


def _best_value(candidates: Sequence[tuple[int, JsonValue]]) -> AnswerValue | None:
    present = [(rank, found) for rank, one in candidates if (found := _value_without_box(one)).value]
    if not present:
        return None
    best = min(rank for rank, _ in present)
    equals = sorted((found for rank, found in present if rank == best), key=lambda found: found.cut)
    texts = tuple(dict.fromkeys(found.value for found in equals))
    return AnswerValue(text=texts[0], cut=equals[0].cut, others=texts[1:])


def _value_without_box(found: JsonValue) -> JsonValue:
    words, broken = without_box(found.value)
    return replace(found, value=words, cut=found.cut or broken)
