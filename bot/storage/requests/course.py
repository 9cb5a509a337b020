"""The course of a request once it is its turn: it is read, page by page, and it ends, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from redis import Redis

from bot.domain import wire
from bot.domain.china import CHINA
from bot.domain.requests.record import RequestEnd, RequestRecord, RequestState
from bot.domain.webhooks.event import WebhookEvent, event_of
from bot.storage import scripts
from bot.storage.file_store.protocol import FileStore
from bot.storage.file_store.references import REFERENCE_BYTES
from bot.storage.jobs.webhook_events import WebhookEvents
from bot.storage.keys.tasks import FILE
from bot.storage.requests.listing import readable_record
from bot.storage.requests.record_fields import of_prompt, of_state, scopes_of
from bot.storage.requests.request_keys import (
    API_BEGUN,
    API_FORGET,
    API_PAGES,
    API_REQUEST,
    API_TASK,
    API_UPLOAD,
    PAGES_SECONDS,
)


class Course:
    """Notes how far requests have come; the files of one that has ended are kept with `kept`."""

    def __init__(self, redis: Redis, kept: FileStore) -> None:
        self._redis = redis
        self._kept = kept
        self._change = scripts.load(redis, "change_request", functions="life")
        self._events = WebhookEvents(redis)
        self._set_if_exists = scripts.load(redis, "set_if_exists")

    def begin(self, request_id: str, client: str, now: float) -> None:
        """Note that a request is being read since `now` (Unix seconds), unless that is noted."""
        self._change_state(
            (request_id, client), (RequestState.QUEUED,), RequestState.READING, ("started", repr(now)), now=now
        )

    def page_read(self, request_id: str, index: int, done: int, total: int) -> None:
        """Note how many pages of a file were read, and how many there are to read."""
        with self._redis.pipeline(transaction=False) as pipe:  # the request may be deleted while it is read
            for field, value in (("done", done), ("total", total)):
                self._set_if_exists(keys=[API_REQUEST.key(request_id)], args=[f"{field}:{index}", value], client=pipe)
            pipe.execute()

    def end(self, request_id: str, client: str, end: RequestEnd, *, keep_seconds: int, files: int) -> bool:
        """End a request; its record, and its `files` as they were read, are kept for so many seconds from now.

        Its webhook's event is there in the same moment: whoever is killed next, the client is told. Return whether it
        had not ended before.
        """
        record = self.record(request_id)
        until = end.at + keep_seconds
        fields = ("end", wire.encode(end), "until", repr(until))
        open_states = (RequestState.QUEUED, RequestState.READING)
        life = (str(keep_seconds), repr(until), end.pages)
        event = _event(record, end) if record is not None and record.webhook else None
        has_ended = self._change_state(
            (request_id, client),
            open_states,
            end.state,
            fields,
            life=life,
            now=end.at,
            prompts=end.prompts,
            event=event,
        )
        if record is not None:
            self._keep_files(record, keep_seconds, files)
        return has_ended

    def _change_state(  # noqa: PLR0913 - keyword-only
        self,
        request: tuple[str, str],
        before: Sequence[RequestState],
        state: RequestState,
        fields: Sequence[str | bytes],
        *,
        now: float,
        life: tuple[str, str, int] = ("", "", 0),
        prompts: Sequence[str] = (),
        event: WebhookEvent | None = None,
    ) -> bool:
        request_id, client = request
        scopes = scopes_of(client)
        leaving = [of_state(scope, one) for scope in scopes for one in before]
        entering = [of_state(scope, state) for scope in scopes]
        entering += [of_prompt(scope, prompt) for scope in scopes for prompt in prompts]
        keys = [API_REQUEST.key(request_id), API_BEGUN.key(), API_FORGET.key(), pages_key(client, now)]
        names = f",{','.join(before)},"
        with self._redis.pipeline(transaction=True) as pipe:
            self._change(
                keys=[*keys, *leaving, *entering],
                args=[request_id, names, len(leaving), *life, PAGES_SECONDS, "state", state.value, *fields],
                client=pipe,
            )
            if event is not None:
                self._events.add(event, now=now, client=pipe)
            return bool(pipe.execute()[0])

    def _keep_files(self, record: RequestRecord, seconds: int, files: int) -> None:
        """Drop what was sent, and keep the files as they were read, which may be those of an archive."""
        uploads = [API_UPLOAD.key(record.id, index) for index in range(len(record.files))]
        with self._redis.pipeline(transaction=False) as pipe:
            for key in (*uploads, *(FILE.key(record.id, index) for index in range(files))):
                pipe.getrange(key, 0, REFERENCE_BYTES - 1)
            pipe.delete(API_TASK.key(record.id), *uploads)
            *beginnings, _ = cast("list[bytes]", pipe.execute())
        for reference in beginnings[: len(uploads)]:
            self._kept.delete(reference)
        for reference in beginnings[len(uploads) :]:
            self._kept.keep(reference, seconds=seconds)

    def record(self, request_id: str) -> RequestRecord | None:
        """Return a request, None if there is none."""
        return readable_record(cast("dict[bytes, bytes]", self._redis.hgetall(API_REQUEST.key(request_id))))


def _event(record: RequestRecord, end: RequestEnd) -> WebhookEvent:
    """Return the event that tells of the end of a request: of an earlier one, if it has ended before."""
    return event_of(record if record.state.has_ended else replace(record, state=end.state, finished_at=end.at))


def pages_key(client: str, now: float) -> str:
    """Return the key of the pages of a client on the day in China that includes `now` (Unix seconds)."""
    return API_PAGES.key(client, datetime.fromtimestamp(now, CHINA).date().isoformat())
