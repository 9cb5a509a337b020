"""Files that are refused before they are opened: of a kind that is not read, or too large."""

import math
from typing import Final

from bot.domain.errors import Refused
from bot.domain.limits import MEGABYTE, MOST_READ_BYTES
from bot.domain.texts import chat as texts
from workers.files.file_type import FileKind

_SENTENCES: Final = {
    FileKind.EMPTY: texts.file_empty,
    FileKind.OTHER_PICTURE: texts.picture_format_unknown,
    FileKind.PDF: texts.file_pdf,
    FileKind.OFD: texts.file_ofd,
    FileKind.XML: texts.file_xml,
    FileKind.WORD: texts.file_word,
    FileKind.EXCEL: texts.file_excel,
    FileKind.SLIDES: texts.file_slides,
    FileKind.LOCKED_OFFICE: texts.file_locked_office,
    FileKind.ARCHIVE: texts.file_archive,
    FileKind.AUDIO: texts.file_audio,
    FileKind.VIDEO: texts.file_video,
    FileKind.TEXT: texts.file_text,
    FileKind.UNKNOWN: texts.file_unknown,
}


def unreadable_kind(kind: FileKind) -> Refused:
    """Return the refusal of a file of this kind, with a sentence of its own."""
    return Refused(f"kind_{kind}", _SENTENCES[kind]())


def check_size(data: bytes) -> None:
    """Raise `Refused` for a file of more than `MOST_READ_BYTES`."""
    if len(data) > MOST_READ_BYTES:
        raise Refused("file_too_large", texts.file_too_large(_megabytes(len(data)), _megabytes(MOST_READ_BYTES)))


def _megabytes(number: int) -> int:
    return math.ceil(number / MEGABYTE)
