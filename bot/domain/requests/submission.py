"""What a client of the API asks for."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.limits import MOST_MEMBERS
from bot.domain.message import ApiClient, Attachment
from bot.domain.task import Read, Task

_DAY = 24 * 3600


class RequestKind(StrEnum):
    """What a request was sent as."""

    DOCUMENT = "document"  # one file
    BATCH = "batch"  # several, or an archive


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file as it was sent."""

    name: str
    bytes: int
    sha256: str  # in hexadecimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One request of a client: its files by name, and how to read them. `read` has no attachments yet."""

    client: str
    kind: RequestKind = RequestKind.DOCUMENT
    names: tuple[str, ...]  # of the files, as the client calls them
    read: Read
    reference: str = ""  # the client's own id, given back
    webhook: str = ""  # the name of one of the client's webhooks
    idempotency_key: str = ""
    most_members: int = MOST_MEMBERS  # the most files to read from its archives
    keep_seconds: int = _DAY  # for which files and outcomes are kept once it is done

    def fingerprint(self, files: Sequence[StoredFile]) -> str:
        """Return a digest of what is asked of these files: equal ones under the same key are the same request."""
        read = self.read
        asked = (self.kind, read.prompt.name, read.kind_named, read.wanted_fields, read.first_page, read.most_pages)
        whole = (*asked, self.reference, self.webhook, [(file.name, file.sha256) for file in files])
        return hashlib.sha256(repr(whole).encode()).hexdigest()

    def task(self, request_id: str, *, received_at: float) -> Task:
        """Return the task that reads it, received at `received_at` (Unix seconds)."""
        attachments = tuple(
            Attachment(download_code=f"{request_id}:{index}", name=name) for index, name in enumerate(self.names)
        )
        return Task(
            id=request_id,
            recipient=ApiClient(client=self.client),
            received_at=received_at,
            content=replace(self.read, attachments=attachments),
            most_members=self.most_members,
            remember_seconds=self.keep_seconds,
        )


def stored_file(name: str, data: bytes) -> StoredFile:
    """Return the description of a file."""
    return StoredFile(name=name, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
