"""Tell from what was learned what a message does, and which fields of each kind of document it asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Final

from bot.domain.asking.field_names import fields_named
from bot.domain.asking.learned.features import Hint, Look
from bot.domain.asking.learned.kinds import KnownKind
from bot.domain.asking.learned.weights import LinearModel, Weights
from bot.domain.asking.words.field_synonyms import SYNONYMS
from bot.domain.task import FieldsOfKind

# How much a field that is surely asked for makes it likelier that a message asks, and what an act that says something
# about a paper must have more than others: chosen on people whose messages were left out when learning.
_FIELD_WEIGHT, _FIELD_BOUND, _HANDICAP = 1.0, 3.0, 0.25
_IMPOSSIBLE = 99.0
_SURE_OF_PART = 0.3  # a part is shorter than what was learned from, and some say why they ask
ABOUT_FIELDS: Final = ("ask", "correct")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a message does: `act` for all papers except those whose kinds are in `by_kind`."""

    act: str
    by_kind: tuple[FieldsOfKind, ...] = ()
    asks: bool = False  # it is likelier about fields than anything else, whatever the paper


def meaning_of(
    look: Look, hint: Hint, kinds: Sequence[KnownKind], learned: Weights, parts: Sequence[Look] = ()
) -> Meaning:
    """Return what a message does after a paper of each of these kinds; its `parts` may ask for a field each."""
    acts = act_scores(look, hint, learned.acts)
    asking = max(ABOUT_FIELDS, key=lambda act: acts.get(act, -_IMPOSSIBLE))
    other = max((act for act in acts if act not in ABOUT_FIELDS), key=acts.__getitem__)
    ahead = acts.get(asking, -_IMPOSSIBLE) - acts[other]
    by_kind = []
    if ahead + _FIELD_WEIGHT * _FIELD_BOUND > _HANDICAP:
        shared = topic_scores(look, learned.topics)
        by_part = [(part, topic_scores(part, learned.topics)) for part in parts]
        for kind in kinds:
            scores = field_scores(look, hint, kind, shared, learned)
            surest = max(-_FIELD_BOUND, min(_FIELD_BOUND, max(scores.values(), default=-_FIELD_BOUND)))
            if scores and ahead + _FIELD_WEIGHT * surest > _HANDICAP:
                chosen = dict.fromkeys(fields_chosen(scores)) | _of_parts(by_part, kind, learned)
                fields = tuple(_asked_as(kind, name) for name in chosen)
                by_kind.append(FieldsOfKind(kind=kind.prompt.name, act=asking, fields=fields))
    return Meaning(act=other, by_kind=tuple(by_kind), asks=ahead > 0)


def _of_parts(parts: Sequence[tuple[Look, Mapping[str, float]]], kind: KnownKind, learned: Weights) -> dict[str, None]:
    """Return the field that each part of a message surely asks for."""
    found: dict[str, None] = {}
    for part, shared in parts:
        scores = field_scores(part, Hint(), kind, shared, learned)
        likeliest = max(scores, key=scores.__getitem__, default="")
        if likeliest and scores[likeliest] > _SURE_OF_PART:
            found[likeliest] = None
    return found


def fields_chosen(scores: Mapping[str, float]) -> tuple[str, ...]:
    """Return the fields that are likelier asked for than not, at least the likeliest one."""
    return tuple(name for name, score in scores.items() if score > 0) or (max(scores, key=scores.__getitem__),)


def act_scores(look: Look, hint: Hint, table: LinearModel) -> Mapping[str, float]:
    """Return what speaks for each act: differences are those of the logarithms of their probabilities."""
    features = look.for_acts(hint)
    sums = [0.0] * len(table.labels)
    table.add(features, sums, 1 / sqrt(len(features)))
    return dict(zip(table.labels, sums, strict=True))


def topic_scores(look: Look, table: LinearModel) -> Mapping[str, float]:
    """Return what speaks for each topic whatever the paper."""
    sums = [0.0] * len(table.labels)
    table.add(look.text, sums, _share(look))
    return dict(zip(table.labels, sums, strict=True))


def field_scores(
    look: Look, hint: Hint, kind: KnownKind, shared: Mapping[str, float], learned: Weights
) -> Mapping[str, float]:
    """Return what speaks for each field and column of a kind: above 0 it is likelier asked for than not."""
    found = learned.topics.of(look.for_kind(kind.prompt.name), _share(look))
    here = {learned.topics.labels[number]: weight for number, weight in found.items()}
    scores = {name: shared[topic] + here.get(topic, 0.0) for name, topic in kind.topics.items() if topic in shared}
    for name, evidence in kind.evidence_in(look, hint).items():
        if name in scores:
            scores[name] += sum(one * weight for one, weight in zip(evidence, learned.evidence, strict=True))
    return scores


@lru_cache(maxsize=2048)
def _asked_as(kind: KnownKind, name: str) -> str:
    """Return a name that means a field or column and no other: the 名称 of goods is a part of other fields' names."""
    columns = kind.prompt.columns
    if all(spec.name != name for spec in columns) or not fields_named(name, kind.prompt.fields):
        return name
    others = (
        word for word, names in SYNONYMS.items() if name in names[:1] and not fields_named(word, kind.prompt.fields)
    )
    return next((word for word in others if [spec.name for spec in fields_named(word, columns)] == [name]), name)


def _share(look: Look) -> float:
    return 1 / sqrt(len(look.text) + len(look.words) + 1)
