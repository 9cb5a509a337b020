"""How often something may be called, for all processes on all hosts."""

from redis import Redis

from bot.storage import scripts
from bot.storage.keys import BUDGET


class Budgets:
    """Budgets by name, each a number of calls within a sliding window."""

    def __init__(self, redis: Redis) -> None:
        self._take = scripts.load(redis, "take_call")

    def take(self, name: str, limit: int, seconds: float) -> float:
        """Take one of `limit` calls in any `seconds`; 0.0 when granted, else the seconds until one is free."""
        return float(self._take(keys=[BUDGET.key(name)], args=[limit, seconds]))
