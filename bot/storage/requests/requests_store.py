"""Requests of the API, for all who need them: accepted, looked up, listed, corrected, deleted, read and ended.

A request waits in its client's line until it is its turn; then it is an open task like any other. Methods that take a
`client` show it only its own requests: another's does not exist for it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from redis import Redis

from bot.domain.document import Outcome
from bot.domain.errors import Undecodable
from bot.domain.requests.record import Accepted, RequestFilter, RequestRecord, RequestState
from bot.domain.requests.submission import Submission
from bot.domain.task import Task
from bot.storage.earlier_tasks import EarlierTasks
from bot.storage.file_store.protocol import FileStore
from bot.storage.files_and_outcomes import FilesAndOutcomes
from bot.storage.ledger import Ledger
from bot.storage.queue import QueueLengths
from bot.storage.receipts import Receipts
from bot.storage.replicas.waiting import NO_WAIT, ReplicaWait
from bot.storage.requests.acceptance import Acceptance
from bot.storage.requests.beside import BesideRequests
from bot.storage.requests.course import Course
from bot.storage.requests.listing import ListedRequests, Listing
from bot.storage.requests.reading_speed import ReadingSpeed
from bot.storage.requests.removal import Removal
from bot.storage.requests.request_keys import API_FORGET, API_TASK, API_UPLOAD
from bot.storage.requests.turns_of_clients import ClientTurns
from bot.storage.task_payloads import TaskPayloads
from bot.storage.unpacking import Unpacking


class Requests:
    """All requests. Its parts are for those who read them: `course`, `turns` and `beside`."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of the store that it is built on
        self,
        redis: Redis,
        payloads: TaskPayloads,
        ledger: Ledger,
        files: FilesAndOutcomes,
        receipts: Receipts,
        kept: FileStore,
    ) -> None:
        self._redis = redis
        self._payloads = payloads
        self._files = files
        self._kept = kept
        self._earlier = EarlierTasks(redis, payloads)
        self._speed = ReadingSpeed(QueueLengths(redis), receipts)
        self._acceptance = Acceptance(redis, payloads, kept)
        self._listing = Listing(redis)
        self._removal = Removal(redis, ledger, Unpacking(redis, payloads, kept), kept)
        self.course = Course(redis, kept)
        self.turns = ClientTurns(redis)
        self.beside = BesideRequests(redis)

        self.waiting = self.turns.waiting
        self.picture = self.beside.picture
        self.picture_sizes = self.beside.picture_sizes
        self.correct = self.beside.correct
        self.corrections = self.beside.corrections

    def accept(
        self, submission: Submission, files: Sequence[bytes], *, now: float, wait: ReplicaWait = NO_WAIT
    ) -> Accepted:
        """Accept a submission at `now` (Unix seconds); when this returns, it is read whatever is killed.

        The same submission under the same key is accepted once a day. Raises `Unavailable` if there is no room for its
        files, or if not as many replicas have it in time as `wait` wants: it may be sent again under its key.
        """
        return self._acceptance.accept(submission, files, now, wait)

    def record(self, client: str | None, request_id: str) -> RequestRecord | None:
        """Return a request of this client, None if it has no such request; `client` is None for those who see all."""
        record = self.course.record(request_id)
        return record if record is not None and client in {None, record.client} else None

    def listed(self, client: str | None, wanted: RequestFilter, *, cursor: str = "", limit: int = 50) -> ListedRequests:
        """Return requests of a client, None for all, the latest first; raises `ValueError` if the cursor is none."""
        return self._listing.listed(client, wanted, cursor, limit)

    def task(self, request_id: str) -> Task | None:
        """Return the task that reads a request, None if it is forgotten; its files are those in an archive."""
        task, _ = self._earlier.task(request_id)
        return task or self._waiting_task(request_id)

    def decoded(self, payload: bytes, *, received_at: float) -> Task:
        """Return the task of a request that waited, as if it had been received then; raises `Undecodable`."""
        return replace(self._payloads.decode(payload), received_at=received_at)

    def _waiting_task(self, request_id: str) -> Task | None:
        payload = cast("bytes | None", self._redis.get(API_TASK.key(request_id)))
        return self._payloads.decode(payload) if payload is not None else None

    def outcomes(self, request_id: str) -> list[Outcome | None]:
        """Return what was read of each of a request's files, None for those still open; none if it is forgotten."""
        return self._files.outcomes(request_id, self._files_of(request_id))

    def _files_of(self, request_id: str) -> int:
        """Return how many files a request has as they are read, those in archives by themselves."""
        try:
            task = self.task(request_id)
        except Undecodable:
            task = None
        if task is not None:
            return len(task.attachments)
        record = self.course.record(request_id)
        return len(record.files) if record is not None else 0

    def file(self, request_id: str, index: int) -> bytes | None:
        """Return a file as it is read, None if it is forgotten; raises as `FileStore.get` does."""
        return self._files.file(request_id, index) or self.upload(request_id, index)

    def upload(self, request_id: str, index: int) -> bytes | None:
        """Return a file as it was sent, None once it was read; raises as `FileStore.get` does."""
        kept = cast("bytes | None", self._redis.get(API_UPLOAD.key(request_id, index)))
        return self._kept.get(kept) if kept is not None else None

    def uploaded(self, code: str) -> bytes | None:
        """Return the file that an attachment's code stands for, None if it is gone; raises as `FileStore.get` does."""
        request_id, _, index = code.partition(":")
        return self.upload(request_id, int(index))

    def ahead(self, record: RequestRecord) -> int:
        """Return how many tasks and requests are read before a request."""
        return 0 if record.state is not RequestState.QUEUED else self.turns.ahead(record.client, record.id)

    def expected_seconds(self, ahead: int, engine_name: str) -> float | None:
        """Return the estimated seconds until a request with so many ahead is read; None if no speed is known."""
        return self._speed.seconds_until_read(ahead + 1, engine_name)

    def delete(self, client: str | None, request_id: str, *, now: float) -> bool:
        """Delete a request of this client now and for good; return False if it has no such request."""
        record = self.record(client, request_id)
        if record is None:
            return False
        self._removal.remove(record, files=self._files_of(request_id), now=now)
        return True

    def forget(self, *, now: float, most: int = 100) -> int:
        """Take requests whose time is over at `now` (Unix seconds) off all lists; return how many were."""
        due = cast("list[bytes]", self._redis.zrange(API_FORGET.key(), "-inf", now, byscore=True, offset=0, num=most))
        for request_id in due:
            self.delete(None, request_id.decode(), now=now)
            self._redis.zrem(API_FORGET.key(), request_id)
        return len(due)
