"""The proof that a vLLM keeps the pictures of its callers apart.

vLLM 0.32 and 0.33 mix rows of pictures from requests that run together, and only a harmless-sounding warning in the
server's log shows it. So the proof reads the same pictures one after the other, each beside copies of itself, and then
all together: each answer must stay by far nearest to what its own picture gave alone. It compares the
log-probabilities of the first tokens, which batching moves a little and another picture moves a lot.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from bot.domain.errors import Misconfigured, Refused, Unavailable
from workers.engines.vllm.chat import messages
from workers.engines.vllm.faults import vllm_error
from workers.engines.vllm.proof_judgement import NumberedAnswer, ProofAnswers, ProofVerdict, TokenLogprobs, judge
from workers.engines.vllm.specimens import salted, specimens

MOST_SECONDS = 120.0  # for a proof
_PROMPT = "提取图中的文字。"
_TOKENS = 4
_ROUNDS = 3
_COPIES = 2  # of each picture in a round: the more requests wait, the more share a step


def prove(url: str, *, token: str, model: str, http: httpx.Client) -> ProofVerdict:
    """Read a few generated pictures alone and together with the vLLM at `url` and compare; takes seconds.

    Raises `Unavailable` if it does not answer, `Misconfigured` if it refuses the token or the model.
    """
    started = time.monotonic()
    probe = _Probe(url.rstrip("/"), token, model, http, started + MOST_SECONDS)
    alone = [probe.ask(number) for number in range(probe.count)]
    again = [probe.ask(number) for number in range(probe.count)]
    copies: list[NumberedAnswer] = []
    together: list[NumberedAnswer] = []
    with ThreadPoolExecutor(probe.count * _COPIES) as callers:
        for number in range(probe.count):
            copies += _ask_at_once(probe, callers, [number] * probe.count)
        for _ in range(_ROUNDS):
            together += _ask_at_once(probe, callers, [*range(probe.count)] * _COPIES)
    answers = ProofAnswers(alone=alone, again=again, copies=copies, together=together)
    return judge(answers, seconds=time.monotonic() - started)


def _ask_at_once(probe: "_Probe", callers: ThreadPoolExecutor, numbers: Sequence[int]) -> list[NumberedAnswer]:
    return [*zip(numbers, callers.map(probe.ask, numbers), strict=True)]


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
