"""What a worker and its readers tell each other, as frames on a stream socket.

A frame is eight bytes, the lengths of its two parts, then a message as JSON, then bytes that belong to it: a file or a
picture. Readers decode what strangers sent, so nothing from them is trusted: neither a pickle nor an endless frame.
"""

import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from bot.domain.document import Document, Reading
from bot.domain.engine_profile import Profile
from bot.domain.errors import Misconfigured, OcrbotError, Refused, Unavailable, Undecodable
from workers.engines.base import AskOptions, PictureForm
from workers.readers.base import FileRequest

MOST_JSON_BYTES: Final = 64 * 2**20
MOST_BLOB_BYTES: Final = 256 * 2**20  # a picture of 64 million pixels, raw
_HEAD: Final = struct.Struct("!II")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """To a reader: read this file; its bytes come with the message."""

    kind: Literal["read_file"] = "read_file"
    file: int
    request: FileRequest
    engine_name: str
    takes_prompts: bool
    roots: tuple[str, ...] = ()  # certificates as PEM


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedError:
    """An error of this project, so that it can be raised on the other side."""

    type: Literal["refused", "unavailable", "misconfigured"]
    words: str
    reason: str = ""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """To a reader: the engine's reading, its form, its model's profile if it has one, or what it raised."""

    kind: Literal["answered"] = "answered"
    question: int
    reading: Reading | None = None
    form: PictureForm | None = None
    profile: Profile | None = None
    error: TypedError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormAsked:
    """From a reader: in which form does the engine want pictures."""

    kind: Literal["form_asked"] = "form_asked"
    file: int
    question: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileAsked:
    """From a reader: which profile does the engine's model have."""

    kind: Literal["profile_asked"] = "profile_asked"
    file: int
    question: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureAsked:
    """From a reader: ask the engine for the text on this picture; its bytes come with the message."""

    kind: Literal["picture_asked"] = "picture_asked"
    file: int
    question: int
    media_type: str
    size: tuple[int, int]
    prompt: str
    options: AskOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    """From a reader: a page of a file was read."""

    kind: Literal["page_read"] = "page_read"
    file: int
    done: int
    total: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePictured:
    """From a reader: the picture of a page, from 0; its bytes come with the message."""

    kind: Literal["page_pictured"] = "page_pictured"
    file: int
    page: Annotated[int, Field(ge=0)]
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    media_type: Literal["image/jpeg"] = "image/jpeg"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """From a reader: a file is done."""

    kind: Literal["file_read"] = "file_read"
    file: int
    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFailed:
    """From a reader: a file could not be read, because of `error`, a bug (its traceback), or a lack of memory."""

    kind: Literal["file_failed"] = "file_failed"
    file: int
    error: TypedError | None = None
    traceback: str = ""


ToReader = ReadFile | Answered
FromReader = FormAsked | ProfileAsked | PictureAsked | PageRead | PagePictured | FileRead | FileFailed

TO_READER: Final[TypeAdapter[ToReader]] = TypeAdapter(Annotated[ToReader, Field(discriminator="kind")])
FROM_READER: Final[TypeAdapter[FromReader]] = TypeAdapter(Annotated[FromReader, Field(discriminator="kind")])


class Channel:
    """One end of the socket between a worker and a reader. Any thread may send, one may receive."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._sending = Lock()

    def send(self, adapter: TypeAdapter[Any], message: object, blob: bytes = b"") -> None:
        """Send a message. Raises `OSError` if the other side has gone."""
        body = adapter.dump_json(message)
        with self._sending:
            self._end.sendall(_HEAD.pack(len(body), len(blob)) + body)
            if blob:
                self._end.sendall(blob)

    def receive(self, adapter: TypeAdapter[Any]) -> tuple[Any, bytes]:
        """Return the next message and its bytes.

        Raises `EOFError` or `OSError` if the other side has gone, `Undecodable` for what is no message.
        """
        json_bytes, blob_bytes = _HEAD.unpack(self._exactly(_HEAD.size))
        if json_bytes > MOST_JSON_BYTES or blob_bytes > MOST_BLOB_BYTES:
            raise Undecodable(f"a message of {json_bytes} and {blob_bytes} bytes")
        body = self._exactly(json_bytes)
        try:
            return adapter.validate_json(body), self._exactly(blob_bytes)
        except ValidationError as error:
            raise Undecodable(f"no message: {error.errors(include_input=False)[0]['msg']}") from error

    def close(self) -> None:
        """Close this end, and wake who receives on it."""
        with suppress(OSError):  # the other side has gone
            self._end.shutdown(socket.SHUT_RDWR)
        self._end.close()

    def _exactly(self, length: int) -> bytes:
        if length == 0:
            return b""
        received = bytearray(length)
        view = memoryview(received)
        at = 0
        while at < length:
            count = self._end.recv_into(view[at:])
            if count == 0:
                raise EOFError
            at += count
        return bytes(received)


def typed(error: OcrbotError) -> TypedError:
    """Return the message for an error."""
    if isinstance(error, Refused):
        return TypedError(type="refused", words=error.text, reason=error.reason)
    if isinstance(error, Misconfigured):
        return TypedError(type="misconfigured", words=str(error))
    retry_after = error.retry_after if isinstance(error, Unavailable) else None
    return TypedError(type="unavailable", words=str(error), retry_after=retry_after)


def untyped(error: TypedError) -> OcrbotError:
    """Return the error of a message."""
    if error.type == "refused":
        return Refused(error.reason, error.words)
    if error.type == "misconfigured":
        return Misconfigured(error.words)
    return Unavailable(error.words, retry_after=error.retry_after)
