"""The judgement on a proof's answers: whether pictures that were read together got their own.

The *drift* of an answer says how far it moved from its own picture's answer towards the nearest other picture's: 0 not
at all, 1 to where both are equally near, 2 all the way. A picture of which the share t was replaced by another's drifts
by about 2t. Answers drift without any fault, because the order of a server's sums depends on what it computes in the
same step. So the proof measures that drift first, on answers that no mixing can change: of a picture read alone twice,
and of a picture read together with copies of itself. Call the largest of them n.

Noise scales and is measured as the largest of a few dozen, as are the drifts that are judged; what separates it best
from a fault is a factor, not a sum. Between n, which noise explains, and 1, where an answer is no longer nearest to its
own, the limit is the geometric mean √(n · 1): as many times above the noise as it is below the boundary.

- n counts as at least 1/16, so that the limit is never below 1/4: a server that answers alone to the last digit the
  same still rounds differently in company (0.07 to 0.09 was measured). One of a picture's sixteen rows is worth 1/8.
- n of more than 4/9 leaves less than a factor of 3/2 on both sides. Then nothing is told to be clean; an answer beyond
  2/3 is still told to be wrong, unless pictures get different answers even alone.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

REMEDY: Final = "docs/hunyuanocr.md says which releases of vLLM keep pictures apart, and with which flags"
LEAST_NOISE: Final = 1 / 16
MOST_NOISE: Final = 4 / 9
_LEAST_APART: Final = 0.01  # below it the answers do not depend on the pictures

_UNTOLD: Final = "whether pictures are kept apart cannot be told"
_COMPUTES_DIFFERENTLY: Final = (
    "So did pictures beside copies of themselves: the server computes steps of different sizes differently. "
)

TokenLogprobs = Sequence[Mapping[str, float]]
"""By position in an answer, the log-probability of each of the likeliest tokens; the chosen token comes first."""

NumberedAnswer = tuple[int, TokenLogprobs]
"""The number of a picture and an answer that it got."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofAnswers:
    """A server's answers: to each picture read by itself, and to pictures in company."""

    alone: Sequence[TokenLogprobs]  # by number of the picture
    again: Sequence[TokenLogprobs]  # likewise, a second time
    copies: Sequence[NumberedAnswer]  # each read together with copies of the same picture only
    together: Sequence[NumberedAnswer]  # each read together with other pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofVerdict:
    """Whether an address may be used, and why or why not."""

    clean: bool
    why: str  # a sentence for the log; says what to do if something is wrong
    drift: float  # of the worst answer, 0..2
    limit: float = 0.0  # above which a drift is no noise; 0: it cannot be told
    seconds: float = 0.0


def judge(answers: ProofAnswers, *, seconds: float = 0.0) -> ProofVerdict:
    """Return the verdict on a server's answers; `seconds` is how long the proof took."""
    drifts = [_drift(answer, number, answers.alone) for number, answer in answers.together]
    alone = max(_drift(answer, number, answers.alone) for number, answer in enumerate(answers.again))
    copies = max(_drift(answer, number, answers.alone) for number, answer in answers.copies)
    apart = min(distance(one, other) for one, other in combinations(answers.alone, 2))
    limit = limit_above(max(alone, copies))
    wrong = sum(drift > limit for drift in drifts)
    if apart < _LEAST_APART or alone > MOST_NOISE:
        clean, limit, why = False, 0.0, _untold_alone(apart, alone)
    elif wrong:
        clean, why = False, f"{wrong} of {len(drifts)} pictures read together got an answer that is not their own."
        why = f"{why} {_COMPUTES_DIFFERENTLY if copies > MOST_NOISE else ''}{REMEDY}"
    elif copies > MOST_NOISE:
        clean, limit, why = False, 0.0, f"{_UNTOLD} (noise {copies:.2f}). {_COMPUTES_DIFFERENTLY}{REMEDY}"
    else:
        clean, why = True, f"{len(drifts)} pictures read together got the answers they get alone"
    return ProofVerdict(clean=clean, why=why, drift=max(drifts), limit=limit, seconds=seconds)


def _untold_alone(apart: float, noise: float) -> str:
    what = "different pictures get the same answer" if apart < _LEAST_APART else "one picture gets different answers"
    return (
        f"{_UNTOLD}: {what} (apart {apart:.3f}, noise {noise:.2f} of at most {MOST_NOISE:.2f}); is this the model's "
        "own address, and does it do something else at the moment?"
    )


def limit_above(noise: float) -> float:
    """Return the drift above which an answer is wrong, where noise alone gives a drift of up to `noise`: 1/4..2/3."""
    return math.sqrt(min(max(noise, LEAST_NOISE), MOST_NOISE))


def _drift(answer: TokenLogprobs, number: int, alone: Sequence[TokenLogprobs]) -> float:
    own = distance(answer, alone[number])
    other = min(distance(answer, one) for position, one in enumerate(alone) if position != number)
    return own / (own + other) * 2 if own + other else 1.0


def distance(one: TokenLogprobs, other: TokenLogprobs) -> float:
    """Return the distance of two answers: the largest mean difference of log-probabilities at one position.

    Tokens are weighted by their probability. Positions count up to the first at which the chosen tokens differ: after
    it the answers have different beginnings.
    """
    found = 0.0
    for mine, theirs in zip(one, other, strict=False):
        found = max(found, _mean_difference(mine, theirs))
        if next(iter(mine), "") != next(iter(theirs), ""):
            break
    return found


def _mean_difference(mine: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    # A token that is not listed is at most as likely as the last that is.
    least_mine, least_theirs = min(mine.values(), default=-99.0), min(theirs.values(), default=-99.0)
    total = weight = 0.0
    for token in mine.keys() | theirs.keys():
        left, right = mine.get(token, least_mine), theirs.get(token, least_theirs)
        share = math.exp(max(left, right))
        total += share * abs(left - right)
        weight += share
    return total / weight if weight else 0.0
