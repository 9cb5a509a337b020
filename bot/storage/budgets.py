"""Limits on how often something is called, counted over all processes on all hosts."""

from redis import Redis

from bot.storage import scripts
from bot.storage.keys import BUDGET


class Budgets:
    """Budgets by name, each a number of calls in a sliding window."""

    def __init__(self, redis: Redis) -> None:
        self._take = scripts.load(redis, "take_call")

    def take(self, name: str, limit: int, seconds: float) -> float:
        """Take one of the `limit` calls allowed in any `seconds`; return 0.0, or the seconds until one is free."""
        return float(self._take(keys=[BUDGET.key(name)], args=[limit, seconds]))
