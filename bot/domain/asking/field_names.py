"""Which of a document's fields people mean by the names they use."""

from collections.abc import Iterable, Sequence

from bot.domain.asking.words.field_synonyms import SYNONYMS
from bot.domain.prompt import FieldSpec, Prompt, squeezed_word


def fields_named(name: str, specs: Sequence[FieldSpec], beside: Sequence[FieldSpec] = ()) -> tuple[FieldSpec, ...]:
    """Return the fields that a person means by `name`, none if there are none.

    The first of these rules that finds any decides: the name itself, a synonym, a label, part of a name. Where one
    `beside` them has the name itself, they are not meant by a part: the 日期 of a table is no 填开日期.
    """
    wanted = squeezed_word(name)
    surely = (_of_this_name(wanted, specs), _field_by_synonym(wanted, specs), _with_label(wanted, specs))
    found = next(filter(None, surely), [])
    if found or _of_this_name(wanted, beside):
        return tuple(found)
    return tuple(spec for spec in specs if wanted in squeezed_word(spec.name))


def specs_named(name: str, prompt: Prompt) -> tuple[FieldSpec, ...]:
    """Return the fields of a kind of document that a person means by `name`, else its columns."""
    return fields_named(name, prompt.fields, prompt.columns) or fields_named(name, prompt.columns)


def keys_of(names: Iterable[str], specs: Sequence[FieldSpec], beside: Sequence[FieldSpec] = ()) -> tuple[str, ...]:
    """Return the keys of the fields that `names` mean, in the order of the names and each once."""
    return tuple(dict.fromkeys(spec.key for name in names for spec in fields_named(name, specs, beside)))


def has_all(prompt: Prompt, names: Sequence[str]) -> bool:
    """Return whether a kind of document has a field or a column for each of `names`."""
    return all(specs_named(name, prompt) for name in names)


def _of_this_name(wanted: str, specs: Sequence[FieldSpec]) -> list[FieldSpec]:
    return [spec for spec in specs if squeezed_word(spec.name) == wanted]


def _with_label(wanted: str, specs: Sequence[FieldSpec]) -> list[FieldSpec]:
    return [spec for spec in specs if wanted in map(squeezed_word, spec.labels)]


def _field_by_synonym(wanted: str, specs: Sequence[FieldSpec]) -> list[FieldSpec]:
    by_name = {squeezed_word(spec.name): spec for spec in specs}
    return [by_name[name] for name in map(squeezed_word, SYNONYMS.get(wanted, ())) if name in by_name][:1]
