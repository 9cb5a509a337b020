"""Tasks as they are stored: what many have in common, prompts and companies, is kept once and named by its digest."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, cast

import structlog
from redis import Redis
from redis.client import Pipeline

from bot.domain import texts, wire
from bot.domain.errors import Undecodable
from bot.domain.shared_parts import PartsByIdentity
from bot.domain.task import Say, Task
from bot.storage import scripts
from bot.storage.keys.tasks import SHARED, SHARED_SECONDS

_RENEWED_SECONDS: Final = 3600.0  # the life of a part is longer than that of any task by more than this
_MOST_KNOWN: Final = 2048  # decoded parts

_log = structlog.get_logger("ocrbot.tasks")


class TaskPayloads:
    """Encodes and decodes tasks for one process, which decodes each shared part once."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._store = scripts.load(redis, "store_parts")
        self._encoded = PartsByIdentity(wire.encode_part)
        self._known: dict[str, object] = {}
        self._written: dict[tuple[str, int], float] = {}  # when this process last wrote a part: by digest, for how long

    def encode(self, task: Task) -> tuple[bytes, Mapping[str, bytes]]:
        """Return a task's payload, and the parts that it names by digest: store these first, with `write`."""
        return wire.encode_task(task, self._encoded.part)

    def write(self, parts: Mapping[str, bytes], client: "Redis | Pipeline", *, seconds: int = SHARED_SECONDS) -> None:
        """Store parts for longer than any task that names them now may live; what is to live longer already, does."""
        if parts:
            pipe = client if isinstance(client, Pipeline) else None
            self._store(keys=[SHARED.key(digest) for digest in parts], args=[seconds, *parts.values()], client=pipe)

    def write_stale(self, parts: Mapping[str, bytes], client: Pipeline, *, seconds: int = SHARED_SECONDS) -> None:
        """Store those parts that this process has not stored for `seconds` within the hour."""
        now = time.monotonic()
        stale = {
            digest: parts[digest]
            for digest in parts
            if self._written.get((digest, seconds), -1e9) < now - _RENEWED_SECONDS
        }
        self.write(stale, client, seconds=seconds)
        self._written |= {(digest, seconds): now for digest in stale}

    def forget_written(self) -> None:
        """Write all parts again with the next tasks: the last ones were not written, or have vanished."""
        self._written.clear()

    def decode(self, payload: bytes) -> Task:
        """Return the task in a payload; one whose parts have vanished says so. Raises `Undecodable`."""
        try:
            return self._decode(payload)
        except wire.MissingParts as missing:
            _log.error("the prompts of a task have vanished", task=missing.task.id, digests=missing.digests)
            return replace(missing.task, content=Say(text=texts.failures.interrupted(missing.task.id)))

    def decode_remembered(self, payload: bytes) -> Task | None:
        """Return the answered task in a payload, None if its parts have vanished; raises `Undecodable`."""
        try:
            return self._decode(payload)
        except wire.MissingParts:
            return None

    def readable(self, task_id: str, payload: bytes | None) -> Task | None:
        """Return the task in a payload, None if there is none or it cannot be decoded, which is logged."""
        try:
            return self.decode(payload) if payload is not None else None
        except Undecodable as error:
            _log.error("task unreadable", task=task_id, error=str(error))
            return None

    def _decode(self, payload: bytes) -> Task:
        try:
            return wire.decode_task(payload, self._known)
        except wire.MissingParts as missing:
            self._fetch(missing.digests)
        return wire.decode_task(payload, self._known)

    def _fetch(self, digests: Iterable[str]) -> None:
        found = cast("list[bytes | None]", self._redis.mget([SHARED.key(digest) for digest in digests]))
        if len(self._known) > _MOST_KNOWN:
            self._known = {}
        for digest, payload in zip(digests, found, strict=True):
            if payload is not None:
                try:
                    self._known[digest] = wire.decode_part(payload)
                except Undecodable as error:
                    _log.error("a shared part is unreadable", digest=digest, error=str(error))
