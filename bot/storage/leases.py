"""The exclusive right to do something, across all processes on all hosts.

Why not `redis.lock.Lock`: it takes a lock with a bare SET NX. If the connection breaks after Redis has executed that,
the client's own retry (see `bot.storage.connection`) is refused by the lock it has just taken, and nobody holds it
until it expires; `tests/contract/storage/test_leases.py` shows this. Renewing a lock, or taking it again after it
expired, is two calls there, with an exception in between. Here both are one atomic step that compares the holder, so
that it can be repeated at any time.
"""

import structlog
from redis import Redis
from redis.exceptions import RedisError

from bot.storage import scripts
from bot.storage.keys.tasks import LEASE

_log = structlog.get_logger("ocrbot.leases")


def answering(task_id: str) -> str:
    """Return the name of the lease for sending a task's answer, or for cancelling the task."""
    return f"reply:{task_id}"


class Leases:
    """Leases by name; a holder is a string that no other holder uses. Every method is one round trip."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._hold = scripts.load(redis, "hold_lease")
        self._renew = scripts.load(redis, "renew_lease")
        self._delete_if_equal = scripts.load(redis, "delete_if_equal")

    def hold(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew a lease for `seconds` from now; False while another holder has it."""
        milliseconds = max(1, int(seconds * 1000))
        return bool(self._hold(keys=[LEASE.key(name)], args=[holder, milliseconds]))

    def renew(self, name: str, holder: str, seconds: float) -> bool:
        """Renew a lease for `seconds` from now; False if `holder` has it no more.

        While it had expired, another may have held it and done all that it was for.
        """
        return bool(self._renew(keys=[LEASE.key(name)], args=[holder, max(1, int(seconds * 1000))]))

    def prolong(self, name: str, holder: str, seconds: float) -> None:
        """Renew a lease in the background; if Redis is down, only log it: the work itself will fail."""
        try:
            self.renew(name, holder, seconds)
        except RedisError as error:
            _log.warning("lease not prolonged", lease=name, error=str(error))

    def is_held(self, name: str) -> bool:
        """Return whether anybody holds a lease."""
        return bool(self._redis.exists(LEASE.key(name)))

    def release(self, name: str, holder: str) -> None:
        """Release a lease if `holder` still has it."""
        self._delete_if_equal(keys=[LEASE.key(name)], args=[holder])
