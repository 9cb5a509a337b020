"""Files in a bucket of an S3-compatible store that bot and workers share; Redis holds only a reference to each.

A file is written in one request, so that it is there as a whole or not at all. Its name is random and ends with its
size. Redis has the names of all files with the time until which each is kept, and has it before the file is written:
what is older is deleted, also what a process left behind that was killed before it could tell Redis of its file. What
Redis has forgotten is left to the bucket's own life-cycle rule.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol, cast

from redis import Redis

from bot.domain.errors import Misconfigured, Unavailable
from bot.storage.file_store.in_redis import FILES_IN_REDIS
from bot.storage.file_store.protocol import FilesUsage
from bot.storage.file_store.references import BUCKET_MARK, named_in_bucket
from bot.storage.keys.shared import FILES_IN_BUCKET
from bot.storage.keys.tasks import FILE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

KEPT_BEYOND_SECONDS: Final = 600.0  # the key that stands for a file may be set a while after the file was written
_RANDOM_BYTES, _SIZE_DIGITS = 12, 8
_FIRST_BYTES: Final = 4
_THERE: Final = "ocrbot"  # an object that is in the bucket wherever the bucket is there
_AT_ONCE: Final = 1000  # that S3 deletes in one request
_NO_ROOM_SECONDS: Final = 5.0


class Objects(Protocol):
    """The objects of a bucket by name; `bot.storage.file_store.s3` has those of an S3-compatible store.

    Each method raises `ObjectsAwayError`, and `ObjectsRefusedError` where the store does not let this process in.
    """

    def put(self, name: str, data: bytes) -> None:
        """Write an object as a whole."""
        ...

    def get(self, name: str) -> bytes | None:
        """Return an object's bytes; None if it is not there, or the bucket is not."""
        ...

    def delete(self, names: "Sequence[str]") -> None:
        """Delete those that are there."""
        ...


class ObjectsAwayError(Exception):
    """The store cannot be reached, or fails."""


class ObjectsRefusedError(Exception):
    """The store knows no such key, or does not let it do this, or has no such bucket."""


class BucketFiles:
    """A `FileStore` in a bucket that holds at most about `most_bytes`, 0 for any number; `clock` gives Unix seconds."""

    def __init__(self, objects: Objects, redis: Redis, clock: Callable[[], float], *, most_bytes: int = 0) -> None:
        self._objects = objects
        self._redis = redis
        self._clock = clock
        self._most_bytes = most_bytes

    def prepare(self) -> None:
        """Get ready for files; raises `Misconfigured` if none can be written there.

        A store that cannot be reached may be back before the first file comes.
        """
        try:
            self._objects.put(_THERE, b"")
        except ObjectsRefusedError as error:
            raise Misconfigured(f"OCRBOT_FILES__BUCKET cannot be written to: {error}") from error
        except ObjectsAwayError:
            return

    def put(self, data: bytes, *, seconds: int = FILE_SECONDS) -> bytes:
        """Write a file and return its reference; raises `Unavailable` if the store is away or refuses it."""
        name = f"{secrets.token_hex(_RANDOM_BYTES)}{len(data):0{_SIZE_DIGITS}x}"
        self._redis.zadd(FILES_IN_BUCKET.key(), {name: self._kept_until(seconds)})
        with _unavailable("a file cannot be kept"):
            self._objects.put(name, data)
        return data[:_FIRST_BYTES] + BUCKET_MARK + name.encode()

    def get(self, kept: bytes) -> bytes | None:
        """Return a file's bytes, None if it was deleted; what is no reference is bytes from before the bucket."""
        name = named_in_bucket(kept)
        if name is None:
            return FILES_IN_REDIS.get(kept)
        with _unavailable("a file cannot be read"):
            data = self._objects.get(name)
            if data is None and self._objects.get(_THERE) is None:
                raise Unavailable("the bucket of OCRBOT_FILES__BUCKET is not there")
        if data is not None:  # its life begins anew, as that of a copied key does
            until = self._kept_until(FILE_SECONDS)
            self._redis.zadd(FILES_IN_BUCKET.key(), {name: until}, xx=True, gt=True)
        return data

    def keep(self, kept: bytes, *, seconds: int) -> None:
        """Keep a file for so many seconds from now, if it is there."""
        name = named_in_bucket(kept)
        if name is not None:
            self._redis.zadd(FILES_IN_BUCKET.key(), {name: self._kept_until(seconds)}, xx=True)

    def delete(self, kept: bytes) -> None:
        """Delete a file, if it is there; while the store is away, a later sweep does."""
        name = named_in_bucket(kept)
        if name is not None:
            self._redis.zadd(FILES_IN_BUCKET.key(), {name: 0}, xx=True)
            try:
                self._forget([name])
            except (ObjectsAwayError, ObjectsRefusedError):
                return

    def sweep(self) -> FilesUsage:
        """Delete what nothing in Redis can stand for any more; raises `Unavailable` if the store is away."""
        swept = 0
        with _unavailable("the bucket of files cannot be looked at"):
            while due := self._due():
                self._forget(due)
                swept += len(due)
            self._objects.put(_THERE, b"")
        names = cast("list[bytes]", self._redis.zrange(FILES_IN_BUCKET.key(), 0, -1))
        total = sum(int(name[-_SIZE_DIGITS:], 16) for name in names)
        full = bool(self._most_bytes) and total >= self._most_bytes
        return FilesUsage(files=len(names), bytes=total, swept=swept, full=full)

    def _kept_until(self, seconds: int) -> float:
        return self._clock() + max(seconds, FILE_SECONDS) + KEPT_BEYOND_SECONDS

    def _due(self) -> list[str]:
        key, now = FILES_IN_BUCKET.key(), self._clock()
        due = self._redis.zrange(key, "-inf", now, byscore=True, offset=0, num=_AT_ONCE)
        return [name.decode() for name in cast("list[bytes]", due)]

    def _forget(self, names: "Sequence[str]") -> None:
        self._objects.delete(names)
        self._redis.zrem(FILES_IN_BUCKET.key(), *names)


@contextmanager
def _unavailable(what: str) -> Iterator[None]:
    """Raise `Unavailable` where the store is away or refuses something."""
    try:
        yield
    except (ObjectsAwayError, ObjectsRefusedError) as error:
        raise Unavailable(f"{what}: {error}", retry_after=_NO_ROOM_SECONDS) from error
