"""How much clients of the API take in a window of time, counted over all processes on all hosts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from redis import Redis

from bot.storage import scripts
from bot.storage.keys.shared import API_RATE
from bot.storage.requests.course import pages_key


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
    day_is_over: bool = False  # the pages of this day were all read: nothing was taken


@dataclass(frozen=True, slots=True, kw_only=True)
class DayQuota:
    """How many pages may be read for a client on the day in China that includes `now` (Unix seconds)."""

    pages: int
    now: float


class Rates:
    """Counts what clients take."""

    def __init__(self, redis: Redis) -> None:
        self._take = scripts.load(redis, "take_rates")

    def take(self, client: str, wanted: Sequence[tuple[RatePolicy, int]], day: DayQuota | None = None) -> TakenRates:
        """Take so much of each policy; one round trip.

        Take nothing at all if one of them has too little left, or if as many pages as `day` allows were read.
        """
        keys = [API_RATE.key(client, policy.name) for policy, _ in wanted]
        args = [part for policy, amount in wanted for part in (policy.quota, amount, policy.window)]
        if day is not None:
            keys.append(pages_key(client, day.now))
            args.append(day.pages)
        refused, *numbers = cast("list[int]", self._take(keys=keys, args=args))
        left = tuple(
            RateLeft(
                policy=policy,
                remaining=max(0, policy.quota - used),
                reset=math.ceil(milliseconds / 1000) if milliseconds else policy.window,
            )
            for (policy, _), used, milliseconds in zip(wanted, numbers[::2], numbers[1::2], strict=True)
        )
        return TakenRates(
            left=left,
            refused=left[refused - 1] if 0 < refused <= len(left) else None,
            day_is_over=refused > len(left),
        )
