"""Accepting a request: its files, what is known of it and its place in the client's line are there, or it is not."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Final, cast

from redis import Redis
from redis.exceptions import RedisError

from bot.domain.errors import Unavailable
from bot.domain.requests.record import Accepted, RequestRecord, RequestState
from bot.domain.requests.submission import StoredFile, Submission, stored_file
from bot.storage import scripts
from bot.storage.file_store.protocol import FileStore
from bot.storage.keys.tasks import SHARED
from bot.storage.replicas.waiting import ReplicaWait
from bot.storage.requests.record_fields import ALL_CLIENTS, fields_of, of_reference, of_state, scopes_of, whole
from bot.storage.requests.request_keys import (
    API_IDEMPOTENCY,
    API_LINE,
    API_REQUEST,
    API_TASK,
    API_TURNS,
    API_UPLOAD,
    IDEMPOTENCY_SECONDS,
    UNREAD_SECONDS,
)
from bot.storage.task_payloads import TaskPayloads

_ID_BYTES: Final = 16
_RETRY_SECONDS: Final = 2.0


class Acceptance:
    """Takes submissions. The bytes of their files are with `kept`."""

    def __init__(self, redis: Redis, payloads: TaskPayloads, kept: FileStore) -> None:
        self._redis = redis
        self._payloads = payloads
        self._kept = kept
        self._accept = scripts.load(redis, "accept_request", functions="life")

    def accept(self, submission: Submission, files: Sequence[bytes], now: float, wait: ReplicaWait) -> Accepted:
        """Accept a submission at `now` (Unix seconds); one round trip.

        The same submission under the same key is accepted once a day. Raises `Unavailable` if there is no room for its
        files, or if not as many replicas have it in time as `wait` wants: it may be sent again under its key.
        """
        request_id = secrets.token_hex(_ID_BYTES)
        stored = [stored_file(name, data) for name, data in zip(submission.names, files, strict=True)]
        record = RequestRecord(
            id=request_id,
            client=submission.client,
            kind=submission.kind,
            reference=submission.reference,
            webhook=submission.webhook,
            prompt=submission.read.prompt.name if submission.read.kind_named else "",
            files=tuple(stored),
            submitted_at=now,
        )
        kept = [self._kept.put(data, seconds=UNREAD_SECONDS) for data in files]
        payload, parts = self._payloads.encode(submission.task(request_id, received_at=now))
        seconds = UNREAD_SECONDS + submission.keep_seconds
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                self._payloads.write_stale(parts, pipe, seconds=seconds)
                for index, data in enumerate(kept):
                    pipe.set(API_UPLOAD.key(request_id, index), data, ex=UNREAD_SECONDS)
                begin = len(pipe)
                self._accept(
                    keys=_keys(record, submission),
                    args=[*_arguments(record, submission, payload, stored), *_flat(fields_of(record))],
                    client=pipe,
                )
                pipe.exists(*map(SHARED.key, parts))
                wait.add_to(pipe)
                results = pipe.execute()
        except RedisError:
            self._payloads.forget_written()
            raise
        replicated = wait.is_enough(results)
        if results[-1] < len(parts):  # somebody emptied this Redis
            self._payloads.forget_written()
            self._payloads.write(parts, self._redis, seconds=seconds)
        if not replicated:
            raise Unavailable("too few replicas of redis have the request", retry_after=_RETRY_SECONDS)
        taken, accepted_id = cast("tuple[int, bytes]", results[begin])
        if taken != 1:
            for reference in kept:
                self._kept.delete(reference)
        new = record if taken == 1 else None
        return Accepted(id=accepted_id.decode(), is_new=taken == 1, conflicts=taken < 0, record=new)


def _keys(record: RequestRecord, submission: Submission) -> list[str]:
    """Return the KEYS of `accept_request.lua`."""
    client = record.client
    key = submission.idempotency_key
    digest = hashlib.sha256(f"{client}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()
    scopes = scopes_of(client)
    return [
        *(API_REQUEST.key(record.id), API_TASK.key(record.id), API_LINE.key(client), API_TURNS.key()),
        *(API_IDEMPOTENCY.key(digest) if key else API_REQUEST.key(record.id), whole(ALL_CLIENTS), whole(client)),
        *(of_state(scope, RequestState.QUEUED) for scope in scopes),
        *(of_reference(scope, record.reference) for scope in scopes if record.reference),
        *(API_UPLOAD.key(record.id, index) for index in range(len(record.files))),
    ]


def _arguments(
    record: RequestRecord, submission: Submission, payload: bytes, files: Sequence[StoredFile]
) -> list[str | bytes | float]:
    """Return the first eight ARGV of `accept_request.lua`."""
    return [
        *(record.id, payload, record.submitted_at, UNREAD_SECONDS, record.client),
        *(submission.fingerprint(files), IDEMPOTENCY_SECONDS, len(files)),
    ]


def _flat(fields: dict[str, str | bytes]) -> list[str | bytes]:
    return [part for pair in fields.items() for part in pair]
