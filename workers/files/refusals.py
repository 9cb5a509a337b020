"""Refusals of files before they are opened: of kinds that are not read, or too large."""

import math
from typing import Final

from bot.domain import texts
from bot.domain.errors import Refused
from bot.domain.limits import MEGABYTE, MOST_READ_BYTES
from workers.files.file_type import FileKind

_SENTENCES: Final = {
    FileKind.EMPTY: texts.unreadable.file_empty,
    FileKind.OTHER_PICTURE: texts.unreadable.picture_format_unknown,
    FileKind.PDF: texts.unreadable.file_pdf,
    FileKind.OFD: texts.unreadable.file_ofd,
    FileKind.XML: texts.unreadable.file_xml,
    FileKind.WORD: texts.unreadable.file_word,
    FileKind.EXCEL: texts.unreadable.file_excel,
    FileKind.SLIDES: texts.unreadable.file_slides,
    FileKind.LOCKED_OFFICE: texts.unreadable.file_locked_office,
    FileKind.ARCHIVE: texts.unreadable.file_archive,
    FileKind.AUDIO: texts.unreadable.file_audio,
    FileKind.VIDEO: texts.unreadable.file_video,
    FileKind.TEXT: texts.unreadable.file_text,
    FileKind.UNKNOWN: texts.unreadable.file_unknown,
}


def unreadable_kind(kind: FileKind) -> Refused:
    """Return the refusal of a file of this kind, with its sentence for the person."""
    return Refused(f"kind_{kind}", _SENTENCES[kind]())


def check_size(data: bytes) -> None:
    """Raise `Refused` for a file of more than `MOST_READ_BYTES`."""
    if len(data) > MOST_READ_BYTES:
        raise Refused(
            "file_too_large", texts.unreadable.file_too_large(_megabytes(len(data)), _megabytes(MOST_READ_BYTES))
        )


def _megabytes(number: int) -> int:
    return math.ceil(number / MEGABYTE)
