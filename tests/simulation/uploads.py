"""Documents that programs send over the API in a run: sent again until they are accepted, deleted, told of."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

from redis import Redis

from bot.domain.document import Document
from bot.domain.errors import OcrbotError, Unavailable
from bot.domain.prompt import Prompt
from bot.domain.requests.record import RequestState
from bot.domain.requests.submission import Submission
from bot.domain.task import Read
from bot.domain.webhooks.calling import WebhookAddress, WebhookAnswer
from bot.service.feeder import Feeder
from bot.storage.jobs.webhook_queue import WebhookQueue
from bot.storage.keys.tasks import CLAIM
from bot.storage.store import Store
from tests.simulation.outside import AroundSend, picture_of
from tests.simulation.plan import Upload

WEBHOOK = "ended"
_TEXT = Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00")
_AT_ONCE = 4
_RETRY_SECONDS = 1.0


@dataclass(slots=True, kw_only=True)
class WebhookRecords:
    """The servers of the clients, and what they were told: the address, the event's id and the body."""

    around: AroundSend
    calls: list[tuple[str, str, bytes]] = field(default_factory=list)

    @staticmethod
    def find(client: str, _webhook: str) -> WebhookAddress:
        return WebhookAddress(url=f"https://{client}.example.com", secrets="")

    def call(self, address: WebhookAddress, event_id: str, body: bytes) -> WebhookAnswer:
        try:
            self.around(
                lambda: self.calls.append((address.url, event_id, body)),
                lambda: Unavailable("no answer"),
                lambda: Unavailable("no answer"),
            )
        except OcrbotError:
            return WebhookAnswer(said="no answer", retry_after=_RETRY_SECONDS)
        return WebhookAnswer(status=204, said="204")


@dataclass(slots=True, kw_only=True)
class SentUpload:
    """What became of an upload as far as its client knows."""

    upload: Upload
    ids: list[str] = field(default_factory=list)  # that its client was told
    accepted: int = 0  # how often
    is_deleted: bool = False
    ends: list[RequestState] = field(default_factory=list)  # that were seen, one after the other


class UploadRecords:
    """The uploads of a run. `store` is watched, `plain` is not."""

    def __init__(self, uploads: tuple[Upload, ...], store: Store, plain: Redis) -> None:
        self._store = store
        self._redis = plain
        self._plain = Store(plain)
        self.sent = [SentUpload(upload=upload) for upload in uploads]

    def accept(self, number: int, now: float) -> None:
        """Have an upload accepted under its key."""
        sent = self.sent[number]
        submission = Submission(
            client=sent.upload.client,
            names=(f"{sent.upload.code}.png",),
            read=Read(prompt=_TEXT),
            webhook=WEBHOOK,
            idempotency_key=sent.upload.code,
        )
        accepted = self._store.requests.accept(submission, [_bytes_of(sent.upload)], now=now)
        sent.accepted += 1
        if accepted.id not in sent.ids:
            sent.ids.append(accepted.id)

    def delete(self, number: int, now: float) -> None:
        """Delete an upload that was accepted."""
        sent = self.sent[number]
        self._store.requests.delete(sent.upload.client, sent.ids[0], now=now)
        sent.is_deleted = True

    def look(self) -> None:
        """Take down which uploads have ended, and how."""
        for sent in self.sent:
            record = self._plain.requests.record(None, sent.ids[0]) if sent.ids else None
            if record is not None and record.state.has_ended and record.state not in sent.ends[-1:]:
                sent.ends.append(record.state)

    def are_over(self, calls: list[tuple[str, str, bytes]]) -> bool:
        """Return whether all were accepted, have ended or were deleted, and their clients were told."""
        told = {event_id.partition("-")[0] for _, event_id, _ in calls}
        return all(
            sent.accepted > sent.upload.repeats
            and (sent.is_deleted if sent.upload.deleted_after else _told(sent, told))
            for sent in self.sent
        )

    def problems(self, calls: list[tuple[str, str, bytes]], *, complete: bool) -> list[str]:
        """Return what went wrong; with `complete` every readable file had to be read."""
        self.look()
        return [
            f"upload {number} {what}"
            for number, sent in enumerate(self.sent)
            for what in (
                self._of_deleted(sent) if sent.is_deleted else self._of_kept(sent, calls, complete=complete)
            )
        ]  # fmt: skip

    def _of_deleted(self, sent: SentUpload) -> list[str]:
        left = [
            key.decode()
            for key in self._redis.scan_iter(
                match=f"ocrbot:*{sent.ids[0]}*", count=1000
            )  # a job of RQ holds no more than the id
            if not key.startswith(CLAIM.prefix.encode())
        ]
        return [f"is deleted, but there is {left}"] if left else []

    def _of_kept(self, sent: SentUpload, calls: list[tuple[str, str, bytes]], *, complete: bool) -> list[str]:
        if len(sent.ids) != 1:
            return [f"has the ids {sent.ids}"]
        (id_,) = sent.ids
        record = self._plain.requests.record(sent.upload.client, id_)
        if record is None or not record.state.has_ended:
            return ["has not ended"]
        problems = [f"has ended as {sent.ends}"] if len(sent.ends) != 1 else []
        texts = [one.text for one in self._plain.requests.outcomes(id_) if isinstance(one, Document)]
        is_done = record.state is RequestState.DONE
        if (is_done and texts != sent.upload.texts) or (not is_done and (texts or not record.sentence)):
            problems.append(f"is {record.state}, and {texts} was read")
        if complete and is_done != sent.upload.code.startswith("picture"):
            problems.append(f"is {record.state}: {record.reason}")
        told = [(url, event_id, body) for url, event_id, body in calls if event_id.startswith(id_)]
        if not told:
            problems.append("is not told to its client")
        url = WebhookRecords.find(sent.upload.client, WEBHOOK).url
        if any((to, event_id) != (url, f"{id_}-{record.state}") for to, event_id, _ in told) or len(set(told)) > 1:
            problems.append(f"is told as {told}")
        return problems


def _bytes_of(upload: Upload) -> bytes:
    files = [picture_of(text) for text in upload.texts]
    if not upload.members:
        return files[0]
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for number, file in enumerate(files):
            archive.writestr(zipfile.ZipInfo(f"{number}.png"), file)
    return data.getvalue()


def _told(sent: SentUpload, told: set[str]) -> bool:
    return bool(sent.ends) and not told.isdisjoint(sent.ids)


def build_feeder(store: Store, webhooks: WebhookQueue, clock: Callable[[], float]) -> Feeder:
    """Return the feeder of a process of the API."""
    return Feeder(store, webhooks.jobs, clock, at_once=_AT_ONCE, webhooks=webhooks)
