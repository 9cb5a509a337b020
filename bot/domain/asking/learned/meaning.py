"""Tell from what was learned what a message does, and which fields of each kind of document it asks for."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Final

from bot.domain.asking.field_names import fields_named, specs_named
from bot.domain.asking.learned.features import Hint, Look
from bot.domain.asking.learned.general_names import without_general_names
from bot.domain.asking.learned.kinds import KnownKind
from bot.domain.asking.learned.lists import ListedPart
from bot.domain.asking.learned.weights import LinearModel, Weights
from bot.domain.asking.words.field_synonyms import SYNONYMS
from bot.domain.task import FieldsOfKind

# How much a field that is surely asked for makes it likelier that a message asks, and what an act that says something
# about a paper must have more than others: chosen on people whose messages were left out when learning.
_FIELD_WEIGHT, _FIELD_BOUND, _HANDICAP = 1.0, 3.0, 0.4
_IMPOSSIBLE = 99.0
# Of a list: how much the whole message says for a part, how sure a part is that is no name, how many are names.
# A likeliest field for which less speaks is a guess: after that kind a line is answered instead.
_LEAST_FOR_ANY = -2.0
_OWNER_LENGTH = 3  # characters: 收件人, 付款人, 购买方
_SHARE_OF_WHOLE, _SURE_OF_PART, _FEWEST_NAMES = 0.5, 0.3, 2
ABOUT_FIELDS: Final = ("ask", "correct")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a message does: `act` for all papers except those whose kinds are in `by_kind`."""

    act: str
    by_kind: tuple[FieldsOfKind, ...] = ()
    asks: bool = False  # it is likelier about fields than anything else, whatever the paper


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSums:
    """What speaks for topics, in the steps of the weights, by the numbers of the labels, and what a step counts."""

    topics: Sequence[int]
    share: float
    by_kind: Sequence[int]
    share_by_kind: float

    @property
    def most(self) -> float:
        """The most that may speak for a field of any kind, but for its being named."""
        return max(self.topics) * self.share + max(self.by_kind) * self.share_by_kind


@dataclass(slots=True, kw_only=True)
class _WeighedPart:
    """A part of a list; what speaks for topics in it is worked out when it is first needed: names need none."""

    part: ListedPart
    found: TopicSums | None = None

    def sums(self, learned: Weights) -> TopicSums:
        if self.found is None:
            self.found = sums_of(self.part.look, learned)
        return self.found


def meaning_of(
    look: Look, hint: Hint, kinds: Sequence[KnownKind], learned: Weights, parts: Sequence[ListedPart] = ()
) -> Meaning:
    """Return what a message does after a paper of each of these kinds; its `parts` may ask for a field each."""
    acts = act_scores(look, hint, learned.acts)
    asking = max(ABOUT_FIELDS, key=lambda act: acts.get(act, -_IMPOSSIBLE))
    other = max((act for act in acts if act not in ABOUT_FIELDS), key=acts.__getitem__)
    ahead = acts.get(asking, -_IMPOSSIBLE) - acts[other]
    by_kind = []
    if ahead + _FIELD_WEIGHT * _FIELD_BOUND > _HANDICAP:
        sums = sums_of(look, learned)
        by_part = [_WeighedPart(part=part) for part in parts]
        says_nothing = not (look.names or look.ways or hint.names)
        is_hopeless = says_nothing and ahead + _FIELD_WEIGHT * min(_FIELD_BOUND, sums.most) <= _HANDICAP
        for kind in () if is_hopeless else kinds:
            scores = field_scores(look, hint, kind, sums, learned)
            surest = max(-_FIELD_BOUND, min(_FIELD_BOUND, max(scores.values(), default=-_FIELD_BOUND)))
            if scores and ahead + _FIELD_WEIGHT * surest > _HANDICAP:
                likely = fields_chosen(scores) if surest > _LEAST_FOR_ANY else ()
                chosen = _of_list(by_part, kind, scores, learned, likely)
                fields = tuple(_asked_as(kind, name) for name in chosen)
                by_kind += [FieldsOfKind(kind=kind.prompt.name, act=asking, fields=fields)] if fields else []
    return Meaning(act=other, by_kind=tuple(by_kind), asks=ahead > 0)


def _of_list(
    parts: Sequence[_WeighedPart],
    kind: KnownKind,
    whole: Mapping[str, float],
    learned: Weights,
    likely: Sequence[str],
) -> tuple[str, ...]:
    """Return what a list asks for: the fields that its parts name, and what each other part surely asks for.

    If that is no list, the `likely` ones of the whole message come first.

    Of the fields that a part may mean, that of the owner named before is taken, as 电话 after 收件人; else that for
    which the message as a `whole` says most.
    """
    found: dict[str, None] = {}
    exact = {part.part.name for part in parts} & {*whole}
    named = 0
    least = _SURE_OF_PART - _SHARE_OF_WHOLE * max(whole.values())
    for part in parts:
        look, name = part.part.look, part.part.name
        meant = [field for field in kind.named(name) if field in whole] if name else []
        if meant:
            chosen = _of_same_owner(name, whole, found) or max(meant, key=whole.__getitem__)
            found[_other_of_name(name, chosen, exact, whole)] = None
            named += 1
            continue
        if not (look.names or look.ways or part.part.hint.names) and part.sums(learned).most <= least:
            continue
        scores = field_scores(look, part.part.hint, kind, part.sums(learned), learned)
        scores = {field: score + _SHARE_OF_WHOLE * whole[field] for field, score in scores.items()}
        likeliest = max(scores, key=scores.__getitem__, default="")
        if likeliest and scores[likeliest] > _SURE_OF_PART:
            found[likeliest] = None
    return tuple(found) if named >= _FEWEST_NAMES else tuple(dict.fromkeys((*likely, *found)))


def _other_of_name(name: str, chosen: str, exact: Collection[str], fields: Mapping[str, float]) -> str:
    """Return another field that `name` may mean if the one chosen is in the list by its own name.

    The 金额 of 金额、税额、价税合计 is the 合计金额.
    """
    if chosen == name or chosen not in exact:
        return chosen
    others = [field for field in fields if name in field and field not in exact]
    return max(others, key=fields.__getitem__, default=chosen)


def _of_same_owner(name: str, fields: Iterable[str], before: Iterable[str]) -> str:
    """Return the only field of this name that belongs to the owner of a field `before`, "" if there is none."""
    for other in reversed([*before]):
        owner = other[:_OWNER_LENGTH]
        same = [field for field in fields if field.startswith(owner) and field.endswith(name) and field != other]
        if len(same) == 1 and len(same[0]) >= _OWNER_LENGTH + len(name):
            return same[0]
    return ""


def fields_chosen(scores: Mapping[str, float]) -> tuple[str, ...]:
    """Return the fields that are likelier asked for than not, at least the likeliest one."""
    return tuple(name for name, score in scores.items() if score > 0) or (max(scores, key=scores.__getitem__),)


def act_scores(look: Look, hint: Hint, table: LinearModel) -> Mapping[str, float]:
    """Return what speaks for each act: differences are those of the logarithms of their probabilities."""
    features = look.for_acts(hint)
    share = table.step / sqrt(len(features))
    return {act: total * share for act, total in zip(table.labels, table.sums(features), strict=True)}


def sums_of(look: Look, learned: Weights) -> TopicSums:
    """Return what speaks for each topic, whatever the paper and after a paper of each kind."""
    share = 1 / sqrt(len(look.text) + len(look.words) + 1)
    return TopicSums(
        topics=learned.topics.sums(look.text),
        share=share * learned.topics.step,
        by_kind=[*learned.places.sums(look.after_kind), 0],
        share_by_kind=share * learned.places.step,
    )


def field_scores(look: Look, hint: Hint, kind: KnownKind, sums: TopicSums, learned: Weights) -> dict[str, float]:
    """Return what speaks for each field and column of a kind: above 0 it is likelier asked for than not."""
    topics, by_kind, share, share_by_kind = sums.topics, sums.by_kind, sums.share, sums.share_by_kind
    scores = {
        name: topics[topic] * share + by_kind[place] * share_by_kind for name, topic, place in _places(kind, learned)
    }
    if look.names or look.ways or hint.names:
        for name, evidence in kind.evidence_in(*without_general_names(look, hint, kind)).items():
            if name in scores:
                scores[name] += sum(one * weight for one, weight in zip(evidence, learned.evidence, strict=True))
    return scores


@lru_cache(maxsize=256)
def _places(kind: KnownKind, learned: Weights) -> tuple[tuple[str, int, int], ...]:
    """Return the fields and columns of a kind, each with the numbers of its labels; not those of unknown topics.

    Of what no example was of after this kind, nothing is known: that is the last number, which always counts 0.
    """
    topics = {topic: number for number, topic in enumerate(learned.topics.labels)}
    places = {place: number for number, place in enumerate(learned.places.labels)}
    return tuple(
        (name, topics[topic], places.get(f"{kind.prompt.name} {topic}", -1))
        for name, topic in kind.topics.items()
        if topic in topics
    )


@lru_cache(maxsize=2048)
def _asked_as(kind: KnownKind, name: str) -> str:
    """Return a name that means a field or column and no other: the 名称 of goods is a part of other fields' names."""
    columns = kind.prompt.columns
    if all(spec.name != name for spec in columns) or specs_named(name, kind.prompt) == fields_named(name, columns):
        return name
    others = (
        word for word, names in SYNONYMS.items() if name in names[:1] and not fields_named(word, kind.prompt.fields)
    )
    return next((word for word in others if [spec.name for spec in fields_named(word, columns)] == [name]), name)
