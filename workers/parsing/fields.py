"""Fields from the answer to a prompt that asks for them as JSON, or for one of them alone."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.prompt import squeezed
from workers.parsing.answers import is_no_text, looks_like_summary
from workers.parsing.json_lenient import JsonReading, read_json, read_members
from workers.parsing.json_strict import ANY_KEY, QUOTES, JsonValue
from workers.parsing.spotting import without_place

_FENCE = re.compile(r"\A\s*+`{3}\w*+|`{3}\s*+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerValue:
    """A field's value as the model wrote it, never empty."""

    text: str
    cut: bool = False  # it may go on: the answer ends with it, or it lost its own end
    others: tuple[str, ...] = ()  # what the answer says elsewhere for the same field

    @property
    def doubtful(self) -> bool:
        """Whether a person should look at it."""
        return self.cut or bool(self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFields:
    """What an answer holds of the names asked for; `found` and `missing` are in their order."""

    found: Mapping[str, AnswerValue]
    missing: tuple[str, ...]
    repaired: bool = False  # the answer was no JSON
    complete: bool = True  # the answer came to its own end
    readable: bool = True  # there was anything like an object, or the one value asked for


def parse_fields(text: str, names: Sequence[str], *, whole: bool = True) -> AnswerFields:
    """Return the fields of a cleaned answer; `whole` is False where the engine stopped before the model did.

    Names are compared without width, case and spaces. A field may stand deeper: 购买方名称 is also 名称 in 购买方. An
    empty value is a missing one.
    """
    read = read_json(text)
    if not read.present:
        read = _without_braces(text, names, whole=whole)
    index = _by_name(read.leaves)
    chosen = {name: _choose(index.get(squeezed(name), [])) for name in dict.fromkeys(names)}
    found = {name: value for name, value in chosen.items() if value is not None}
    return AnswerFields(
        found=found,
        missing=tuple(name for name in chosen if name not in found),
        repaired=read.repaired,
        complete=read.complete,
        readable=read.present,
    )


def _without_braces(text: str, names: Sequence[str], *, whole: bool) -> JsonReading:
    """Read lines of keys and values from the first name on; else, for a single name, the answer is its value."""
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
    return JsonReading(leaves=(alone,), complete=whole, present=True)


def _unquoted(body: str) -> str:
    quoted = len(body) > 1 and body[0] in QUOTES and body[-1] in QUOTES
    return body[1:-1].strip() if quoted and not any(mark in QUOTES for mark in body[1:-1]) else body


def _by_name(leaves: Iterable[JsonValue]) -> Mapping[str, list[tuple[int, JsonValue]]]:
    """Return the leaves that a name may mean: by their only key, by all keys in a row, or by the last one alone."""
    index: dict[str, list[tuple[int, JsonValue]]] = {}
    for leaf in leaves:
        ways = ("".join(leaf.path), leaf.path[-1])
        for rank, way in enumerate(dict.fromkeys(map(squeezed, ways))):
            index.setdefault(way, []).append((rank + (len(leaf.path) > 1), leaf))
    return index


def _choose(candidates: Sequence[tuple[int, JsonValue]]) -> AnswerValue | None:
    held = [(rank, leaf) for rank, one in candidates if (leaf := _unplaced(one)).value]
    if not held:
        return None
    best = min(rank for rank, _ in held)
    equals = sorted((leaf for rank, leaf in held if rank == best), key=lambda leaf: leaf.cut)
    texts = tuple(dict.fromkeys(leaf.value for leaf in equals))
    return AnswerValue(text=texts[0], cut=equals[0].cut, others=texts[1:])


def _unplaced(leaf: JsonValue) -> JsonValue:
    words, broken = without_place(leaf.value)
    return replace(leaf, value=words, cut=leaf.cut or broken)
