"""Which of a document's fields people mean by the names they use."""

from collections.abc import Iterable, Sequence

from bot.domain.asking.words.field_synonyms import SYNONYMS
from bot.domain.prompt import FieldSpec, Prompt, squeezed_word


def fields_named(name: str, specs: Sequence[FieldSpec]) -> tuple[FieldSpec, ...]:
    """Return the fields that a person means by `name`, none if there are none.

    The first of these rules that finds any decides: the name itself, a synonym, a label, part of a name.
    """
    wanted = squeezed_word(name)
    candidates = (
        [spec for spec in specs if squeezed_word(spec.name) == wanted],
        _field_by_synonym(wanted, specs),
        [spec for spec in specs if wanted in map(squeezed_word, spec.labels)],
        [spec for spec in specs if wanted in squeezed_word(spec.name)],
    )
    return tuple(next(filter(None, candidates), []))


def keys_of(names: Iterable[str], specs: Sequence[FieldSpec]) -> tuple[str, ...]:
    """Return the keys of the fields that `names` mean, in the order of the names and each once."""
    return tuple(dict.fromkeys(spec.key for name in names for spec in fields_named(name, specs)))


def has_all(prompt: Prompt, names: Sequence[str]) -> bool:
    """Return whether a kind of document has a field or a column for each of `names`."""
    return all(fields_named(name, prompt.fields) or fields_named(name, prompt.columns) for name in names)


def _field_by_synonym(wanted: str, specs: Sequence[FieldSpec]) -> list[FieldSpec]:
    by_name = {squeezed_word(spec.name): spec for spec in specs}
    return [by_name[name] for name in map(squeezed_word, SYNONYMS.get(wanted, ())) if name in by_name][:1]
