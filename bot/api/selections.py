"""Several requests together: as one file, as one sum."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from fastapi import Response

from bot.api.answers.requests import read_request
from bot.api.owned import owned
from bot.api.parts import ApiParts
from bot.api.problems import not_done
from bot.domain.attachment_format import Format
from bot.domain.document import Document, Outcome
from bot.domain.replying.answer_view import answer_view
from bot.domain.replying.attachments import file_name
from bot.domain.requests.client import Client
from bot.domain.requests.corrected_papers import with_corrections
from bot.domain.requests.correction import FieldCorrection
from bot.domain.requests.record import RequestRecord
from bot.domain.requests.selection import EndedRequest, combined

MOST_SELECTED: Final = 500
_MEDIA_TYPES: Final = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def selected(parts: ApiParts, client: Client, ids: Sequence[str]) -> list[RequestRecord]:
    """Return the requests of these ids, each once; raises `ApiProblem` for one that the caller does not have."""
    return [owned(parts, client, one) for one in dict.fromkeys(ids)]


def read_and_corrected(parts: ApiParts, records: Sequence[RequestRecord]) -> list[EndedRequest]:
    """Return the requests as they were read, with corrections; raises `ApiProblem` if one is not read."""
    found = []
    for record in records:
        ended = read_request(parts, record)
        if ended is None:
            raise not_done()
        corrections = parts.requests.corrections(record.id)
        outcomes = tuple(_corrected(outcome, corrections, file) for file, outcome in enumerate(ended.outcomes))
        found.append(EndedRequest(task=ended.task, outcomes=outcomes))
    return found


def _corrected(outcome: Outcome, corrections: Sequence[FieldCorrection], file: int) -> Outcome:
    return with_corrections(outcome, corrections, file=file) if isinstance(outcome, Document) else outcome


def exported(parts: ApiParts, records: Sequence[RequestRecord], form: Format) -> Response:
    """Return the response with a spreadsheet or a document made of these requests."""
    whole = combined(read_and_corrected(parts, records))
    view = answer_view(whole.task, whole.outcomes)
    name = file_name(view, form)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(parts.export(view, form), media_type=_MEDIA_TYPES[form], headers=headers)
