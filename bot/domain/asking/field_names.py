"""Which of a document's fields people mean by the names they use."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.domain.asking.words.field_synonyms import ATTRIBUTES, PARTIES, SYNONYMS
from bot.domain.prompt import FieldSpec, Prompt, squeezed_word


def fields_named(name: str, specs: Sequence[FieldSpec], beside: Sequence[FieldSpec] = ()) -> tuple[FieldSpec, ...]:
    """Return the fields that a person means by `name`, none if there are none.

    The first of these rules that finds any decides: the name itself, a synonym, a label, part of a name, a party's.
    Where one `beside` them has the name itself, they are not meant by a part: the 日期 of a table is no 填开日期.
    """
    wanted = squeezed_word(name)
    surely = (_of_this_name(wanted, specs), _field_by_synonym(wanted, specs), _with_label(wanted, specs))
    found = next(filter(None, surely), [])
    if found or _of_this_name(wanted, beside):
        return tuple(found)
    return tuple(spec for spec in specs if wanted in squeezed_word(spec.name)) or _of_no_party(wanted, specs)


def specs_named(name: str, prompt: Prompt) -> tuple[FieldSpec, ...]:
    """Return the fields of a kind of document that a person means by `name`, else its columns."""
    return _specs_named(name, _Kind(prompt))


class _Kind:
    """A kind of document that equals itself alone: to compare two would take longer than to look for a name."""

    __slots__ = ("prompt",)

    def __init__(self, prompt: Prompt) -> None:
        self.prompt = prompt

    def __hash__(self) -> int:
        return id(self.prompt)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kind) and other.prompt is self.prompt


@lru_cache(maxsize=8192)
def _specs_named(name: str, kind: _Kind) -> tuple[FieldSpec, ...]:
    fields, columns = kind.prompt.fields, kind.prompt.columns
    return fields_named(name, fields, columns) or fields_named(name, columns)


def keys_of(names: Iterable[str], specs: Sequence[FieldSpec], beside: Sequence[FieldSpec] = ()) -> tuple[str, ...]:
    """Return the keys of the fields that `names` mean, in the order of the names and each once."""
    return tuple(dict.fromkeys(spec.key for name in names for spec in fields_named(name, specs, beside)))


def has_all(prompt: Prompt, names: Sequence[str]) -> bool:
    """Return whether a kind of document has a field or a column for each of `names`."""
    return all(specs_named(name, prompt) for name in names)


@lru_cache(maxsize=2048)
def party_of(name: str) -> str:
    """Return the party in the name of what it has, 付款方 in 付款方户名 or 付款方的户名, "" if there is none."""
    ends = (name.removesuffix(attribute).removesuffix("的") for attribute in ATTRIBUTES if name.endswith(attribute))
    return next((party for party in ends if party != name and party in PARTIES), "")


def _of_no_party(wanted: str, specs: Sequence[FieldSpec]) -> tuple[FieldSpec, ...]:
    """Return the only field that is meant by a name without its party: on a licence 供应商税号 is the 税号."""
    party = party_of(wanted)
    found = fields_named(wanted.removeprefix(party).removeprefix("的"), specs) if party else ()
    return found if len(found) == 1 else ()


def _of_this_name(wanted: str, specs: Sequence[FieldSpec]) -> list[FieldSpec]:
    return [spec for spec in specs if squeezed_word(spec.name) == wanted]


def _with_label(wanted: str, specs: Sequence[FieldSpec]) -> list[FieldSpec]:
    return [spec for spec in specs if wanted in map(squeezed_word, spec.labels)]


def _field_by_synonym(wanted: str, specs: Sequence[FieldSpec]) -> list[FieldSpec]:
    by_name = {squeezed_word(spec.name): spec for spec in specs}
    return [by_name[name] for name in map(squeezed_word, SYNONYMS.get(wanted, ())) if name in by_name][:1]
