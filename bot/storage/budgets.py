"""Limits on how often something is called, counted over all processes on all hosts."""

from typing import cast

from redis import Redis

from bot.storage import scripts
from bot.storage.keys.shared import BUDGET


class Budgets:
    """Budgets by name, each a number of calls in a sliding window."""

    def __init__(self, redis: Redis) -> None:
        self._take = scripts.load(redis, "take_call")
        self._take_spaced = scripts.load(redis, "take_spaced_call")
        self._reserve = scripts.load(redis, "reserve_call")

    def take(self, name: str, limit: int, seconds: float) -> float:
        """Take one of the `limit` calls allowed in any `seconds`; return 0.0, or the seconds until one is free."""
        return float(self._take(keys=[BUDGET.key(name)], args=[limit, seconds]))

    def take_spaced(self, name: str, limit: int, seconds: float, *, free: int) -> tuple[float, int]:
        """Take one of the `limit` calls allowed in any `seconds`; return 0.0, or the seconds until one is free.

        The first `free` of a window follow one another freely; after them each pause is longer than the one before it.
        The second number is how many calls were left in the window before this one.
        """
        answer = self._take_spaced(keys=[BUDGET.key(name)], args=[limit, seconds, free])
        wait, left = cast("tuple[bytes, int]", answer)
        return float(wait), left

    def reserve(self, name: str, limit: int, seconds: float, *, burst: int, longest: float) -> float:
        """Reserve the next of the `limit` calls allowed in any `seconds`; return the seconds until its turn.

        Turns are given in the order in which they are asked for: `burst` in a window at once, the others evenly. If the
        wait is longer than `longest` seconds, it is returned, and nothing is reserved.
        """
        return float(self._reserve(keys=[BUDGET.key(name)], args=[limit, seconds, burst, longest]))
