"""How much clients of the API take in a window of time, counted over all processes on all hosts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from redis import Redis

from bot.storage import scripts
from bot.storage.keys import API_RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePolicy:
    """A limit by its name: `quota` in a window of so many seconds, which begins with what is taken first."""

    name: str
    quota: int
    window: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLeft:
    """What is left of a policy in the present window, and the seconds until the next one begins."""

    policy: RatePolicy
    remaining: int
    reset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRates:
    """What became of taking from several policies: the one that `refused`, None if none did, and what is left."""

    left: tuple[RateLeft, ...]
    refused: RateLeft | None = None


class Rates:
    """Counts what clients take."""

    def __init__(self, redis: Redis) -> None:
        self._take = scripts.load(redis, "take_rates")

    def take(self, client: str, wanted: Sequence[tuple[RatePolicy, int]]) -> TakenRates:
        """Take so much of each policy, or nothing at all if one of them has too little left; one round trip."""
        answer = cast(
            "list[int]",
            self._take(
                keys=[API_RATE.key(client, policy.name) for policy, _ in wanted],
                args=[part for policy, amount in wanted for part in (policy.quota, amount, policy.window)],
            ),
        )
        refused, *numbers = answer
        left = tuple(
            RateLeft(
                policy=policy,
                remaining=max(0, policy.quota - used),
                reset=math.ceil(milliseconds / 1000) if milliseconds else policy.window,
            )
            for (policy, _), used, milliseconds in zip(wanted, numbers[::2], numbers[1::2], strict=True)
        )
        return TakenRates(left=left, refused=left[refused - 1] if refused else None)
