"""Deleting a request at once and for good, also while it waits or is read."""

from collections.abc import Sequence
from typing import Final, cast

from redis import Redis

from bot.domain.requests.record import RequestRecord, RequestState
from bot.domain.webhooks.event import event_id
from bot.storage import scripts
from bot.storage.file_store.protocol import FileStore
from bot.storage.jobs.webhook_events import WebhookEvents
from bot.storage.keys import EARLIER_TASK, FILE, OUTCOME, POSTED
from bot.storage.ledger import Closing, Ledger
from bot.storage.requests.record_fields import indexes_of
from bot.storage.requests.request_keys import (
    API_BEGUN,
    API_CORRECTIONS,
    API_FORGET,
    API_LINE,
    API_PICTURES,
    API_REQUEST,
    API_TASK,
    API_UPLOAD,
    EVENT,
)

_REFERENCE_BYTES: Final = 100  # of what stands for a file, if it is not the file itself


class Removal:
    """Deletes requests. Files outside Redis are deleted with `kept`."""

    def __init__(self, redis: Redis, ledger: Ledger, kept: FileStore) -> None:
        self._redis = redis
        self._ledger = ledger
        self._kept = kept
        self._events = WebhookEvents(redis)
        self._remove = scripts.load(redis, "remove_request")

    def remove(self, record: RequestRecord, *, files: int, now: float) -> None:
        """Delete a request with its `files` as they are read, at `now` (Unix seconds).

        The request goes first: what is read of it meanwhile is kept nowhere, and no webhook is told of it.
        """
        held = self._files_of(record, files)
        with self._redis.pipeline(transaction=False) as pipe:
            for key in held:
                pipe.getrange(key, 0, _REFERENCE_BYTES - 1)
            pipe.hget(API_REQUEST.key(record.id), "key")
            *references, idempotency = cast("list[bytes | None]", pipe.execute())
        begin = [API_REQUEST.key(record.id), API_LINE.key(record.client), API_BEGUN.key(), API_FORGET.key()]
        indexes = indexes_of(record, record.prompts)
        kept = [*held, *(OUTCOME.key(record.id, index) for index in range(files)), *_beside(record, files)]
        self._remove(keys=[*begin, idempotency or begin[0], *indexes, *kept], args=[record.id, len(indexes)])
        self._events.forget(record.id)
        self._ledger.close(record.id, files, Closing(now=now))
        of_files = [family.key(record.id, index) for family in (FILE, OUTCOME) for index in range(files)]
        self._redis.delete(EARLIER_TASK.key(record.id), POSTED.key(record.id), *of_files)  # it may just have ended
        for reference in references:
            if reference:
                self._kept.delete(reference)

    def _files_of(self, record: RequestRecord, files: int) -> Sequence[str]:
        uploads = [API_UPLOAD.key(record.id, index) for index in range(len(record.files))]
        return [*uploads, *(FILE.key(record.id, index) for index in range(files))]


def _beside(record: RequestRecord, files: int) -> list[str]:
    """Return the keys of what is kept beside a request."""
    pictures = [API_PICTURES.key(record.id, index) for index in range(max(files, len(record.files)))]
    remembered = [EARLIER_TASK.key(record.id), POSTED.key(record.id)]
    events = [EVENT.key(event_id(record.id, state)) for state in RequestState if state.has_ended]
    return [API_TASK.key(record.id), API_CORRECTIONS.key(record.id), *remembered, *events, *pictures]
