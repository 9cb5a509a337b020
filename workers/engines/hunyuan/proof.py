"""The proof that a vLLM keeps the pictures of its callers apart.

vLLM 0.32 and 0.33 hand requests that run together rows of one another's pictures; a harmless-sounding warning in the
server's own log is all there is to see. So the same pictures are read one after the other and then all together:
each answer must stay by far the nearest to what its own picture gave alone. What is compared are the
log-probabilities of the first tokens; batching moves them a little, another picture moves them a lot.
"""

import base64
import math
import secrets
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import httpx

from bot.domain.errors import Misconfigured, Refused, Unavailable
from workers.engines.hunyuan.faults import fault
from workers.engines.hunyuan.specimens import salted, specimens

REMEDY = (
    "vLLM 0.32 and 0.33 mix up the pictures of requests that run together: start it with "
    "--max-num-batched-tokens 256, or use vLLM 0.28.0"
)
MOST_SECONDS = 120.0  # for a proof
_PROMPT = "提取图中的文字。"
_TOKENS = 4
_ROUNDS = 3
_COPIES = 2  # of each picture in a round: more of them wait, so more share a step
_MARGIN = 0.25  # of the way to the next picture; batching alone stays below a tenth
_LEAST_APART = 0.01  # below, the answers say nothing of the pictures


Answer = Sequence[Mapping[str, float]]
"""The log-probabilities of the likeliest tokens at the first places of an answer, the chosen token first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofVerdict:
    """What a proof found: whether the address may be used, and why not."""

    clean: bool
    why: str  # a sentence for the log, with what to do where something is wrong
    drift: float  # how far the worst answer went on the way to another picture's: 0 stayed, 1 arrived
    seconds: float = 0.0


def prove(url: str, *, key: str, model: str, http: httpx.Client) -> ProofVerdict:
    """Read a handful of made pictures alone and together at a vLLM's address, and compare; takes seconds.

    Raises `Unavailable` where it does not answer, `Misconfigured` where it refuses the key or the model.
    """
    started = time.monotonic()
    probe = _Probe(url.rstrip("/"), key, model, http, started + MOST_SECONDS)
    alone = [probe.ask(number) for number in range(probe.count)]
    again = [probe.ask(number) for number in range(probe.count)]
    together: list[tuple[int, Answer]] = []
    with ThreadPoolExecutor(probe.count * _COPIES) as callers:
        for _ in range(_ROUNDS):
            order = [*range(probe.count)] * _COPIES
            together += zip(order, callers.map(probe.ask, order), strict=True)
    return judge(alone, again, together, seconds=time.monotonic() - started)


def judge(
    alone: Sequence[Answer], again: Sequence[Answer], together: Sequence[tuple[int, Answer]], *, seconds: float = 0.0
) -> ProofVerdict:
    """Compare answers: of each picture alone, once more alone, and of pictures by their number read together."""
    apart = min(distance(one, other) for one, other in combinations(alone, 2))
    noise = max(distance(one, other) for one, other in zip(alone, again, strict=True))
    if apart < max(_LEAST_APART, noise / _MARGIN):
        why = (
            f"different pictures get the same answer, or the same picture different ones (apart {apart:.3f}, noise "
            f"{noise:.3f}): whether pictures are kept apart cannot be told; is this the model's own address, and "
            "does it do something else at the moment?"
        )
        return ProofVerdict(clean=False, why=why, drift=1.0, seconds=seconds)
    drifts = [_drift(answer, number, alone) for number, answer in together]
    wrong = sum(drift > _MARGIN for drift in drifts)
    why = (
        f"{wrong} of {len(drifts)} pictures read together got an answer that is not their own. {REMEDY}"
        if wrong
        else f"{len(drifts)} pictures read together got the answers they get alone"
    )
    return ProofVerdict(clean=not wrong, why=why, drift=max(drifts), seconds=seconds)


def _drift(answer: Answer, number: int, alone: Sequence[Answer]) -> float:
    own = distance(answer, alone[number])
    other = min(distance(answer, one) for place, one in enumerate(alone) if place != number)
    return own / (own + other) * 2 if own + other else 1.0


def distance(one: Answer, other: Answer) -> float:
    """Return how far two answers are apart: the largest mean difference of the log-probabilities at one place.

    Each token counts by how likely it is. Places are compared up to the first where the chosen tokens differ: what
    follows has another beginning.
    """
    found = 0.0
    for mine, theirs in zip(one, other, strict=False):
        found = max(found, _place(mine, theirs))
        if next(iter(mine), "") != next(iter(theirs), ""):
            break
    return found


def _place(mine: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    # A token that is not among the likeliest is at most as likely as the last of them.
    least_mine, least_theirs = min(mine.values(), default=-99.0), min(theirs.values(), default=-99.0)
    total = weight = 0.0
    for token in mine.keys() | theirs.keys():
        left, right = mine.get(token, least_mine), theirs.get(token, least_theirs)
        share = math.exp(max(left, right))
        total += share * abs(left - right)
        weight += share
    return total / weight if weight else 0.0


class _Probe:
    """Asks for the first tokens of the made pictures, each time in a form that no cache has seen."""

    def __init__(self, url: str, key: str, model: str, http: httpx.Client, deadline: float) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._model = model
        self._http = http
        self._deadline = deadline
        self._pictures = specimens()

    @property
    def count(self) -> int:
        return len(self._pictures)

    def ask(self, number: int) -> Answer:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise Unavailable(f"{self._url}: the proof took longer than {MOST_SECONDS:g} s")
        try:
            answer = self._http.post(
                f"{self._url}/v1/chat/completions", json=self._question(number), headers=self._headers, timeout=left
            )
        except httpx.TransportError as error:
            raise Unavailable(f"{self._url}: {type(error).__name__} {error}") from error
        return _answer(answer, self._url)

    def _question(self, number: int) -> dict[str, object]:
        body = base64.b64encode(salted(self._pictures[number], secrets.randbits(32))).decode()
        picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{body}"}}
        return {
            "model": self._model,
            "messages": [
                {"role": "system", "content": ""},
                {"role": "user", "content": [picture, {"type": "text", "text": _PROMPT}]},
            ],
            "temperature": 0,
            "max_tokens": _TOKENS,
            "ignore_eos": True,
            "logprobs": True,
            "top_logprobs": 20,
            "return_tokens_as_token_ids": True,
        }


def _answer(response: httpx.Response, url: str) -> Answer:
    if response.status_code != httpx.codes.OK:
        error = fault(url, response.status_code, response.content)
        raise Misconfigured(f"the proof is refused: {error}") if isinstance(error, Refused) else error
    try:
        return tuple(_chances(place) for place in response.json()["choices"][0]["logprobs"]["content"])
    except (ValueError, LookupError, TypeError) as error:
        raise Misconfigured(f"{url} names no log-probabilities, as a vLLM does") from error


def _chances(place: Mapping[str, Any]) -> Mapping[str, float]:
    """Return the chosen token and the likeliest ones; a dict keeps the chosen one first."""
    likeliest = {str(one["token"]): float(one["logprob"]) for one in place["top_logprobs"]}
    return {str(place["token"]): float(place["logprob"]), **likeliest}
