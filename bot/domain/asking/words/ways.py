"""How people name and ask for the fields of all kinds of documents, from the data of the modules beside this one."""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.domain.asking.words import (
    ways_companies,
    ways_english,
    ways_goods,
    ways_invoices,
    ways_journeys,
    ways_people,
    ways_unlisted,
)

_MODULES: Final = (ways_invoices, ways_companies, ways_journeys, ways_people, ways_goods)


def names() -> Mapping[str, tuple[str, ...]]:
    """Return the names that people use, each with the fields it may mean, the likeliest first."""
    meant: dict[str, tuple[str, ...]] = {}
    for module in _MODULES:
        for fields, words in module.NAMES.items():
            for word in words.split():
                meant[word] = (*meant.get(word, ()), *fields.split())
    for fields, words in ways_english.NAMES.items():
        for word in words.replace("_", "").split():
            meant[word] = (*meant.get(word, ()), *fields.split())
    return meant


def questions() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield whole ways of asking, some of them patterns of `word_products.any_of`, each with the fields asked for."""
    for module in (*_MODULES, ways_unlisted):
        for fields, words in module.QUESTIONS.items():
            yield from ((word, tuple(fields.split())) for word in words.split())
