"""The right to do something alone, for all processes on all hosts.

`redis.lock.Lock` was tried and does not serve. It takes a lock with SET NX alone: where the connection breaks after
Redis did that, the client's own retry (`bot.storage.connection`) is refused, by the lock that it holds itself, and
nobody has it until it expires. To prolong a lock or take it again once it has expired are three calls there, of which
one raises; here they are one step that may be repeated at will, since it asks who holds the lease and not whether
anybody does.
"""

import structlog
from redis import Redis
from redis.exceptions import RedisError

from bot.storage import scripts
from bot.storage.keys import LEASE

_log = structlog.get_logger("ocrbot.leases")


class Leases:
    """Leases by name. A holder is a string that is unique among all processes. Every method is one round trip."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._hold = scripts.load(redis, "hold_lease")
        self._delete_if_equal = scripts.load(redis, "delete_if_equal")

    def hold(self, name: str, holder: str, seconds: float) -> bool:
        """Take or prolong a lease for so long from now; False while another holds it."""
        milliseconds = max(1, int(seconds * 1000))
        return bool(self._hold(keys=[LEASE.key(name)], args=[holder, milliseconds]))

    def prolong(self, name: str, holder: str, seconds: float) -> None:
        """Hold a lease on, from beside the work that it is for: where Redis is away, that notices."""
        try:
            self.hold(name, holder, seconds)
        except RedisError as error:
            _log.warning("lease not prolonged", lease=name, error=str(error))

    def is_held(self, name: str) -> bool:
        """Tell whether anybody holds a lease."""
        return bool(self._redis.exists(LEASE.key(name)))

    def release(self, name: str, holder: str) -> None:
        """Give a lease back, if it is still the holder's."""
        self._delete_if_equal(keys=[LEASE.key(name)], args=[holder])
