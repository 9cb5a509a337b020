"""Learn from the examples what people ask: `make learn` writes the weights that the bot comes with.

Two linear models of the features in `bot.domain.asking.learned`: which act a message is, one of all; and which fields
of the paper's kind it asks for, each by itself. Everything is drawn from one seed, so that the same examples give the
same weights on the same numpy. `python -m tests.learning.learn --without SOURCE` learns without what some people said,
and shows how much of that is understood.
"""

import argparse
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

import bot.domain.asking.learned.weights
from bot.domain.asking.learned.features import Hint, Look, look_at
from bot.domain.asking.learned.hints import hint_of
from bot.domain.asking.learned.kinds import EVIDENCE, known_kind
from bot.domain.asking.learned.meaning import ABOUT_FIELDS
from bot.domain.asking.learned.topics import topic_of
from bot.domain.asking.learned.weights import FILE, LinearModel, Weights, encoded, table
from bot.domain.asking.lexicon import lexicon
from tests.learning.compose import reasons
from tests.learning.corpus import COMPOSED, KINDS, PROMPTS, Lesson, digest, lessons, names_of, said_by_people

_KNOWN = {kind: known_kind(prompt) for kind, prompt in KINDS.items()}
Numbers = npt.NDArray[np.float32]
Pairs = list[tuple[int, float]]
_SEED = 1
_AFTER = "K:"  # begins a feature of a message that counts after a paper of one kind
_EPOCHS, _BATCH, _RATE, _SHRINKAGE = 10, 128, 0.25, 1e-5
_WEIGHT_COMPOSED, _WEIGHT_ASIDE = 0.5, 0.7
_FEWEST = 2  # messages with a feature
# Of what is composed, the shares from which acts are learned: fields need more examples than acts.
_SHARES = {"ask": 0.35, "correct": 0.5}
# The grammar was made for these, so that it would be believed too much: this share is learned without it.
_GRAMMAR_KNOWS, _SHARE_WITHOUT_GRAMMAR = {"tune", "heard"}, 0.6
_KINDS_ASIDE = 2  # after which a message about no paper is learned to ask for no field
_KINDS_OF_REASONS = 5
_MOST_WEIGHTS = {"acts": 45_000, "topics": 85_000}  # the largest are kept


@dataclass(slots=True, kw_only=True)
class Rows:
    """Messages for a model: features, the labels that are right (1) or not (0) and those that count, and weights."""

    labels: list[str]
    features: list[list[str]] = field(default_factory=list)
    right: list[Numbers] = field(default_factory=list)
    counts: list[Numbers] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    evidence: list[Numbers] = field(default_factory=list)


@cache
def look(said: str) -> Look:
    return look_at(said, lexicon(PROMPTS.kind_words, PROMPTS.field_words))


@cache
def hint(said: str) -> Hint:
    return hint_of(said, look(said), PROMPTS)


def learned(examples: Sequence[Lesson], source: str = "") -> Weights:
    """Return the weights learned from examples."""
    dice = random.Random(_SEED)  # noqa: S311 - nothing secret
    acts = _rows_of_acts(examples, dice)
    topics = _rows_of_topics(examples, dice)
    of_acts, _ = _largest(acts, _MOST_WEIGHTS["acts"], alone=True)
    of_topics, evidence = _largest(topics, _MOST_WEIGHTS["topics"], alone=False)
    return Weights(
        acts=table(acts.labels, of_acts.items()),
        topics=table(topics.labels, [one for one in of_topics.items() if not one[0].startswith(_AFTER)]),
        places=_table_of_places(of_topics, topics.labels),
        evidence=tuple(round(float(x), 4) for x in evidence),
        source=source,
    )


def _largest(rows: Rows, number: int, *, alone: bool) -> tuple[dict[str, Pairs], Numbers]:
    """Return by features the largest weights with the numbers of their labels, and the weights of the evidence."""
    features, weights, evidence = _fitted(rows, alone=alone)
    sizes = np.abs(weights).ravel()
    most = min(number, sizes.size)
    least = max(np.partition(sizes, -most)[-most], 1e-6)
    found = {
        feature: [(int(label), float(row[label])) for label in np.flatnonzero(np.abs(row) >= least)]
        for feature, row in zip(features, weights, strict=True)
    }
    return found, evidence


def _table_of_places(by_feature: Mapping[str, Pairs], topics: Sequence[str]) -> LinearModel:
    """Return what words say after a paper of each kind, for all kinds in one row: its labels are KIND TOPIC."""
    found: dict[str, dict[str, float]] = {}
    for feature, pairs in by_feature.items():
        if feature.startswith(_AFTER):
            kind, slash, word = feature.removeprefix(_AFTER).partition("/")
            row = found.setdefault(slash + word, {})
            row |= {f"{kind} {topics[number]}": weight for number, weight in pairs}
    labels = sorted({label for row in found.values() for label in row})
    numbers = {label: number for number, label in enumerate(labels)}
    return table(
        labels,
        [(word, sorted((numbers[label], weight) for label, weight in row.items())) for word, row in found.items()],
    )


def _rows_of_acts(examples: Sequence[Lesson], dice: random.Random) -> Rows:
    used = [one for one in examples if one.source != COMPOSED or dice.random() < _SHARES.get(one.act, 1)]
    rows = Rows(labels=sorted({one.act for one in used}))
    for one in used:
        rows.features.append(look(one.said).for_acts(_hint_for(one, dice)))
        right = np.zeros(len(rows.labels), np.float32)
        right[rows.labels.index(one.act)] = 1
        rows.right.append(right)
        rows.counts.append(np.ones_like(right))
        rows.weights.append(_WEIGHT_COMPOSED if one.source == COMPOSED else 1)
    return rows


def _rows_of_topics(examples: Sequence[Lesson], dice: random.Random) -> Rows:
    rows = Rows(labels=sorted({topic_of(kind, name) for kind, prompt in KINDS.items() for name in names_of(prompt)}))
    kinds = [*KINDS]
    for one in examples:
        if one.act in ABOUT_FIELDS and one.paper in KINDS and one.fields <= {*names_of(KINDS[one.paper])}:
            _add(rows, one, one.paper, _hint_for(one, dice), _WEIGHT_COMPOSED if one.source == COMPOSED else 1)
        elif one.act == "none":
            for kind in [one.paper] if one.paper in KINDS else dice.sample(["invoice"] * 12 + kinds, _KINDS_ASIDE):
                _add(rows, one, kind, _hint_for(one, dice), _WEIGHT_ASIDE)
    for said in reasons():
        for kind in dice.sample(kinds, _KINDS_OF_REASONS):
            _add(rows, Lesson(paper=kind, said=said, source=COMPOSED, act="none"), kind, Hint(), _WEIGHT_COMPOSED)
    return rows


def _add(rows: Rows, one: Lesson, kind: str, found: Hint, weight: float) -> None:
    right, counts = np.zeros(len(rows.labels), np.float32), np.zeros(len(rows.labels), np.float32)
    evidence = np.zeros((len(rows.labels), EVIDENCE), np.float32)
    more = _KNOWN[kind].evidence_in(look(one.said), found)
    for name in names_of(KINDS[kind]):
        number = rows.labels.index(topic_of(kind, name))
        right[number], counts[number] = name in one.fields, name not in one.perhaps
        evidence[number] = more.get(name, 0)
    seen = look(one.said)
    rows.features.append([*seen.text, *(f"{_AFTER}{kind}{word}" for word in seen.after_kind)])
    rows.right.append(right)
    rows.counts.append(counts)
    rows.weights.append(weight)
    rows.evidence.append(evidence)


def _hint_for(one: Lesson, dice: random.Random) -> Hint:
    is_without = one.source in _GRAMMAR_KNOWS and dice.random() < _SHARE_WITHOUT_GRAMMAR
    return Hint() if is_without else hint(one.said)


def _fitted(rows: Rows, *, alone: bool) -> tuple[list[str], Numbers, Numbers]:
    """Return the features, their weights for each label, and those of the evidence; `alone`: one label is right."""
    number_of = Counter(feature for features in rows.features for feature in features)
    features = sorted(feature for feature, number in number_of.items() if number >= _FEWEST)
    places = {feature: place for place, feature in enumerate(features)}
    given = [np.array([places[one] for one in found if one in places], np.int64) for found in rows.features]
    shares = np.array([1 / np.sqrt(len(found)) for found in rows.features], np.float32)
    weights = np.zeros((len(features), len(rows.labels)), np.float32)
    seen = np.full((len(features), 1), 1e-2, np.float32)
    evidence = np.ones(EVIDENCE, np.float32)
    right, counts = np.stack(rows.right), np.stack(rows.counts) * np.array(rows.weights, np.float32)[:, None]
    generator = np.random.default_rng(_SEED)
    for epoch in range(_EPOCHS):
        rate, order = _RATE * (1 - 0.9 * epoch / _EPOCHS), generator.permutation(len(given))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            more = np.stack([rows.evidence[one] for one in batch]) if rows.evidence else None
            rowed = np.repeat(np.arange(len(batch)), [len(given[one]) for one in batch])
            flat = np.concatenate([given[one] for one in batch])
            share = shares[batch][rowed][:, None]
            sums = np.zeros((len(batch), len(rows.labels)), np.float32)
            filled, starts = np.unique(rowed, return_index=True)
            sums[filled] = np.add.reduceat(weights[flat] * share, starts, axis=0)
            if more is not None:
                sums += more @ evidence
            error = (_likely(sums, alone=alone) - right[batch]) * counts[batch]
            by_feature = np.argsort(flat, kind="stable")
            used, starts = np.unique(flat[by_feature], return_index=True)
            slope = np.add.reduceat((error[rowed] * share)[by_feature], starts, axis=0)
            slope += _SHRINKAGE * len(batch) * weights[used]
            seen[used] += (slope * slope).mean(1, keepdims=True)
            weights[used] -= rate * slope / np.sqrt(seen[used])
            if more is not None:
                evidence -= 0.5 * np.einsum("rl,rle->e", error, more) / len(batch)
    return features, weights, evidence


def _likely(sums: Numbers, *, alone: bool) -> Numbers:
    if not alone:
        return (1 / (1 + np.exp(-sums))).astype(np.float32)
    powers = np.exp(sums - sums.max(1, keepdims=True))
    likely: Numbers = powers / powers.sum(1, keepdims=True)
    return likely


def _tried_without(source: str, everything: Sequence[Lesson]) -> str:
    """Return how much of what some people said is understood with what was learned from all others."""
    from tests.learning import trial  # noqa: PLC0415 - it takes the weights that are learned here

    found = learned([one for one in everything if one.source != source])
    with patch("bot.domain.asking.learned.request.weights", lambda: found):
        return trial.report(source, trial.tried(one for one in said_by_people() if one.source == source))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--without", default="", metavar="SOURCE", help="leave these people's messages out, and try them"
    )
    arguments = parser.parse_args()
    everything = lessons()
    if arguments.without:
        print(_tried_without(arguments.without, everything))
        return
    contents = encoded(learned(everything, digest()))
    path = Path(bot.domain.asking.learned.weights.__file__).with_name(FILE)
    path.write_bytes(contents)
    print(f"{path.name}: {len(contents):,} bytes from {len(everything):,} examples")


if __name__ == "__main__":
    main()
