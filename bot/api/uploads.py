"""Reading what is sent: multipart or a raw body, never more of it than may be, never to a disk."""

import asyncio
import unicodedata
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from bot.api.problems import ApiProblem, invalid, no_room
from bot.api.upload_room import UploadRoom
from bot.domain.limits import MEGABYTE
from bot.domain.texts import api as texts

LONGEST_NAME: Final = 200  # characters of a file's name
_FORM_BYTES: Final = 256 * 1024  # of a multipart body besides its files
_MOST_VALUES: Final = 64
_SILENT_SECONDS: Final = 30.0  # between two pieces of a body
_UPLOAD_SECONDS: Final = 600.0  # for a whole body
_RETRY_SECONDS: Final = "2"
_NAMES: Final = {
    "application/pdf": "document.pdf",
    "application/ofd": "document.ofd",
    "application/xml": "document.xml",
    "text/xml": "document.xml",
    "application/zip": "documents.zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "document.docx",
    "image/png": "picture.png",
    "image/jpeg": "picture.jpg",
    "image/webp": "picture.webp",
    "image/heic": "picture.heic",
    "image/tiff": "picture.tiff",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file with the name that the caller gives it, made safe to show."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """The files of a body, and its other values by name; a raw body has none."""

    files: tuple[SentFile, ...]
    values: Mapping[str, tuple[str, ...]]


class _InMemoryParser(MultiPartParser):
    spool_max_size = 1 << 40  # what is sent is never written to a disk: how much that may be is bounded before


async def read_upload(request: Request, room: UploadRoom, *, most_bytes: int, name: str) -> Upload:
    """Return what a request brings: files of `most_bytes` in sum; `name` is that of a raw body.

    Raises `ApiProblem` before the body is read if it says that it is too large, or if there is no room for it now.
    """
    limit = most_bytes + (_FORM_BYTES if _is_form(request) else 0)
    size = _said_size(request)
    if size is not None and size > limit:
        raise too_large(most_bytes)
    expected = limit if size is None else size
    if not room.has(expected):
        raise no_room(_RETRY_SECONDS)
    with room.held(expected):
        try:
            async with asyncio.timeout(_UPLOAD_SECONDS):
                body = _bounded(request, limit, most_bytes)
                return await _form(request, body, most_bytes) if _is_form(request) else await _raw(request, body, name)
        except TimeoutError:
            raise _too_slow() from None


def file_name(given: str) -> str:
    """Return the last part of a name, without what could be taken for anything but a name."""
    last = given.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    stem, dot, suffix = kept.strip().rpartition(".")
    if len(kept) > LONGEST_NAME:
        return f"{stem[: LONGEST_NAME - len(suffix) - 1]}{dot}{suffix}"[:LONGEST_NAME]
    return kept.strip()


def too_large(most_bytes: int) -> ApiProblem:
    """Return the problem of a body with more bytes than that."""
    return ApiProblem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too-large",
        texts.too_large(most_bytes // MEGABYTE),
        headers={"Connection": "close"},
    )


def _too_slow() -> ApiProblem:
    return ApiProblem(
        HTTPStatus.REQUEST_TIMEOUT, "upload-too-slow", texts.upload_too_slow(), headers={"Connection": "close"}
    )


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _is_form(request: Request) -> bool:
    return _media_type(request) == "multipart/form-data"


def _said_size(request: Request) -> int | None:
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else None


async def _bounded(request: Request, limit: int, most_bytes: int) -> AsyncGenerator[bytes, None]:
    """Yield a body piece by piece; raises `ApiProblem` once it is larger than `limit`, or stops coming."""
    received = 0
    pieces = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(_SILENT_SECONDS):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise _too_slow() from None
        received += len(piece)
        if received > limit:
            raise too_large(most_bytes)
        yield piece


async def _raw(request: Request, body: AsyncGenerator[bytes, None], name: str) -> Upload:
    data = b"".join([piece async for piece in body])
    if not data:
        raise invalid([texts.file_missing()])
    given = file_name(name) or _NAMES.get(_media_type(request), "")
    return Upload(files=(SentFile(name=given, data=data),), values={})


async def _form(request: Request, body: AsyncGenerator[bytes, None], most_bytes: int) -> Upload:
    parser = _InMemoryParser(request.headers, body, max_files=_MOST_VALUES, max_fields=_MOST_VALUES)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, UnicodeDecodeError) as error:
        reason = error.message if isinstance(error, MultiPartException) else "not multipart/form-data with a boundary"
        raise invalid([texts.wrong_value("body", reason)]) from error
    files: list[SentFile] = []
    values: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.append(SentFile(name=file_name(value.filename or ""), data=await value.read()))
            await value.close()
        else:
            values.setdefault(name, []).append(value)
    if not files or not all(file.data for file in files):
        raise invalid([texts.file_missing()])
    if sum(len(file.data) for file in files) > most_bytes:
        raise too_large(most_bytes)
    return Upload(files=tuple(files), values={name: tuple(given) for name, given in values.items()})
