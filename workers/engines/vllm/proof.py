"""The proof that a vLLM keeps the pictures of its callers apart.

vLLM 0.32 and 0.33 mix rows of pictures from requests that run together, and only a harmless-sounding warning in the
server's log shows it. So the proof reads the same pictures one after the other and then all together: each answer must
stay by far nearest to what its own picture gave alone. It compares the log-probabilities of the first tokens, which
batching moves a little and another picture moves a lot.
"""

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
from workers.engines.vllm.chat import messages
from workers.engines.vllm.faults import vllm_error
from workers.engines.vllm.specimens import salted, specimens

REMEDY = (
    "vLLM 0.32 and 0.33 mix up the pictures of requests that run together: start it with "
    "--max-num-batched-tokens 256, or use vLLM 0.28.0"
)
MOST_SECONDS = 120.0  # for a proof
_PROMPT = "提取图中的文字。"
_TOKENS = 4
_ROUNDS = 3
_COPIES = 2  # of each picture in a round: the more requests wait, the more share a step
_MARGIN = 0.25  # of the way to another picture's answer; batching alone stays below a tenth
_LEAST_APART = 0.01  # below it the answers do not depend on the pictures

TokenLogprobs = Sequence[Mapping[str, float]]
"""By position in an answer, the log-probability of each of the likeliest tokens; the chosen token comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofVerdict:
    """Whether an address may be used, and why or why not."""

    clean: bool
    why: str  # a sentence for the log; says what to do if something is wrong
    drift: float  # how far the worst answer moved towards another picture's: 0 not at all, 1 all the way
    seconds: float = 0.0


def prove(url: str, *, token: str, model: str, http: httpx.Client) -> ProofVerdict:
    """Read a few generated pictures alone and together with the vLLM at `url` and compare; takes seconds.

    Raises `Unavailable` if it does not answer, `Misconfigured` if it refuses the token or the model.
    """
    started = time.monotonic()
    probe = _Probe(url.rstrip("/"), token, model, http, started + MOST_SECONDS)
    alone = [probe.ask(number) for number in range(probe.count)]
    again = [probe.ask(number) for number in range(probe.count)]
    together: list[tuple[int, TokenLogprobs]] = []
    with ThreadPoolExecutor(probe.count * _COPIES) as callers:
        for _ in range(_ROUNDS):
            order = [*range(probe.count)] * _COPIES
            together += zip(order, callers.map(probe.ask, order), strict=True)
    return judge(alone, again, together, seconds=time.monotonic() - started)


def judge(
    alone: Sequence[TokenLogprobs],
    again: Sequence[TokenLogprobs],
    together: Sequence[tuple[int, TokenLogprobs]],
    *,
    seconds: float = 0.0,
) -> ProofVerdict:
    """Return the verdict on a server's answers.

    `alone` and `again` hold one for each picture, read by itself; `together` pairs the number of a picture with an
    answer that was read together with others. `seconds` is how long the proof took.
    """
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


def _drift(answer: TokenLogprobs, number: int, alone: Sequence[TokenLogprobs]) -> float:
    """Return how far an answer moved from its own picture's towards the nearest other picture's: 0..2."""
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


class _Probe:
    """Asks for the first tokens of the generated pictures, each time with bytes that no cache has seen."""

    def __init__(self, url: str, token: str, model: str, http: httpx.Client, deadline: float) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._model = model
        self._http = http
        self._deadline = deadline
        self._pictures = specimens()

    @property
    def count(self) -> int:
        return len(self._pictures)

    def ask(self, number: int) -> TokenLogprobs:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise Unavailable(f"{self._url}: the proof took longer than {MOST_SECONDS:g} s")
        try:
            answer = self._http.post(
                f"{self._url}/v1/chat/completions", json=self._question(number), headers=self._headers, timeout=left
            )
        except httpx.TransportError as error:
            raise Unavailable(f"{self._url}: {type(error).__name__} {error}") from error
        return _logprobs_of(answer, self._url)

    def _question(self, number: int) -> dict[str, object]:
        picture = salted(self._pictures[number], secrets.randbits(32))
        return {
            "model": self._model,
            "messages": messages(_PROMPT, ("image/png", picture)),
            "temperature": 0,
            "max_tokens": _TOKENS,
            "ignore_eos": True,
            "logprobs": True,
            "top_logprobs": 20,
            "return_tokens_as_token_ids": True,
        }


def _logprobs_of(response: httpx.Response, url: str) -> TokenLogprobs:
    if response.status_code != httpx.codes.OK:
        error = vllm_error(url, response.status_code, response.content)
        raise Misconfigured(f"the proof is refused: {error}") if isinstance(error, Refused) else error
    try:
        return tuple(_logprobs_at(position) for position in response.json()["choices"][0]["logprobs"]["content"])
    except (ValueError, LookupError, TypeError) as error:
        raise Misconfigured(f"{url} gives no log-probabilities, as a vLLM does") from error


def _logprobs_at(position: Mapping[str, Any]) -> Mapping[str, float]:
    """Return the log-probabilities of the chosen token and of the likeliest ones; the chosen one stays first."""
    likeliest = {str(one["token"]): float(one["logprob"]) for one in position["top_logprobs"]}
    return {str(position["token"]): float(position["logprob"]), **likeliest}
