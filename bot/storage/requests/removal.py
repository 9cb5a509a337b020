"""Deleting a request at once and for good, also while it waits or is read."""

from collections.abc import Sequence
from typing import cast

from redis import Redis

from bot.domain.message import ApiClient
from bot.domain.requests.record import RequestRecord, RequestState
from bot.domain.webhooks.event import event_id
from bot.domain.wire import envelope_of
from bot.storage import scripts
from bot.storage.file_store.dropping import drop
from bot.storage.file_store.protocol import FileStore
from bot.storage.file_store.references import REFERENCE_BYTES
from bot.storage.jobs.webhook_events import WebhookEvents
from bot.storage.keys.tasks import EARLIER_TASK, FILE, OPEN_OF_PERSON, OUTCOME, POSTED, TASK
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
from bot.storage.unpacking import Unpacking


class Removal:
    """Deletes requests. Files outside Redis are deleted with `kept`."""

    def __init__(self, redis: Redis, ledger: Ledger, unpacking: Unpacking, kept: FileStore) -> None:
        self._redis = redis
        self._ledger = ledger
        self._unpacking = unpacking
        self._kept = kept
        self._events = WebhookEvents(redis)
        self._remove = scripts.load(redis, "remove_request")

    def remove(self, record: RequestRecord, *, files: int, now: float) -> None:
        """Delete a request with its `files` as they are read, at `now` (Unix seconds).

        The request goes first: what is read of it meanwhile is kept nowhere, and no webhook is told of it. Of one that
        has ended, the files outside Redis go before: if this process dies then, it can be asked for this again.
        """
        references = self._beginnings(self._keys_of_files(record, files))
        if record.state.has_ended:
            self._delete_kept(references)
        references += self._remove_request(record, files)
        self._events.forget(record.id)
        files = max(files, self._close(record.id, now))
        drop(self._redis, self._kept, [FILE.key(record.id, index) for index in range(files)])
        self._delete_kept(references)
        self._unpacking.forget_all_staged(record.id, len(record.files))
        self._redis.delete(*(OUTCOME.key(record.id, index) for index in range(max(1, files))))

    def _remove_request(self, record: RequestRecord, files: int) -> list[bytes]:
        """Remove all that is known of the request; return the beginnings of its files."""
        idempotency = cast("bytes | None", self._redis.hget(API_REQUEST.key(record.id), "key"))
        begin = [API_REQUEST.key(record.id), API_LINE.key(record.client), API_BEGUN.key(), API_FORGET.key()]
        indexes, held = indexes_of(record, record.prompts), self._keys_of_files(record, files)
        kept = [*held, *(OUTCOME.key(record.id, index) for index in range(files)), *_beside(record, files)]
        with self._redis.pipeline(transaction=True) as pipe:
            for key in held:
                pipe.getrange(key, 0, REFERENCE_BYTES - 1)
            keys = [*begin, idempotency or begin[0], *indexes, *kept]
            self._remove(keys=keys, args=[record.id, len(indexes)], client=pipe)
            pipe.zrem(OPEN_OF_PERSON.key(ApiClient(client=record.client).person), record.id)
            return cast("list[bytes]", pipe.execute()[: len(held)])

    def _close(self, request_id: str, now: float) -> int:
        """Close the request's task, so that nothing is kept of it from then on; return how many files it had."""
        remembered = EARLIER_TASK.key(request_id)
        with self._redis.pipeline(transaction=True) as pipe:  # it may be rewritten, or end, until then
            pipe.get(TASK.key(request_id))
            pipe.get(remembered)
            pipe.delete(remembered, POSTED.key(request_id))
            self._ledger.close(request_id, 0, Closing(now=now), client=pipe)
            is_open, has_ended, *_ = pipe.execute()
        envelope = envelope_of(is_open or has_ended or b"")
        return envelope.files if envelope is not None else 0

    def _beginnings(self, keys: Sequence[str]) -> list[bytes]:
        with self._redis.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.getrange(key, 0, REFERENCE_BYTES - 1)
            return cast("list[bytes]", pipe.execute())

    def _delete_kept(self, references: Sequence[bytes]) -> None:
        for reference in references:
            self._kept.delete(reference)

    @staticmethod
    def _keys_of_files(record: RequestRecord, files: int) -> list[str]:
        uploads = [API_UPLOAD.key(record.id, index) for index in range(len(record.files))]
        return [*uploads, *(FILE.key(record.id, index) for index in range(files))]


def _beside(record: RequestRecord, files: int) -> list[str]:
    """Return the keys of what is kept beside a request."""
    pictures = [API_PICTURES.key(record.id, index) for index in range(max(files, len(record.files)))]
    remembered = [EARLIER_TASK.key(record.id), POSTED.key(record.id)]
    events = [EVENT.key(event_id(record.id, state)) for state in RequestState if state.has_ended]
    return [API_TASK.key(record.id), API_CORRECTIONS.key(record.id), *remembered, *events, *pictures]
