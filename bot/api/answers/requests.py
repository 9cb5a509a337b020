"""From a request to the JSON that its client gets: where it stands, and what was read once it is done."""

from collections.abc import Mapping
from typing import Any

from bot.api.answers.failures import failure_json
from bot.api.answers.json_models import (
    BatchJson,
    DocumentJson,
    FailureJson,
    FileJson,
    ListedJson,
    PaperTitleJson,
    PictureJson,
)
from bot.api.answers.papers import PaperContext, iso_time, papers_json
from bot.api.answers.sums import sum_json
from bot.api.parts import ApiParts
from bot.domain.document import Document, Failure, Outcome
from bot.domain.requests.client import Client
from bot.domain.requests.record import RequestRecord, RequestState
from bot.domain.requests.selection import EndedRequest
from bot.domain.requests.submission import StoredFile
from bot.domain.task import Task


def read_request(parts: ApiParts, record: RequestRecord) -> EndedRequest | None:
    """Return a request that has ended with its outcomes, None if it has not, or has none any more."""
    if not record.state.has_ended:
        return None
    task = parts.requests.task(record.id)
    outcomes = [one for one in parts.requests.outcomes(record.id) if one is not None]
    return EndedRequest(task=task, outcomes=tuple(outcomes)) if task is not None and outcomes else None


def document_json(
    parts: ApiParts, client: Client, record: RequestRecord, *, number: int, language: str
) -> DocumentJson:
    """Return file `number`, from 1, of a request. What it asks of the store is a bounded number of round trips."""
    ended = read_request(parts, record)
    outcomes = ended.outcomes if ended else ()
    files = max(len(record.files), len(outcomes), 1)
    outcome = outcomes[number - 1] if number <= len(outcomes) else None
    document = outcome if isinstance(outcome, Document) else None
    context = _context(parts, client, record, number, language)
    return DocumentJson(
        **_common(parts, record),
        file=_file(record, ended.task if ended else None, number),
        number=number,
        files=files,
        papers=papers_json(document, context) if document else [],
        left_over=document.left_over if document else "",
        pictures=_pictures(parts, record, number, document),
        problem=_problem(record, outcome, language),
    )


def batch_json(parts: ApiParts, client: Client, record: RequestRecord, *, language: str) -> BatchJson:
    """Return all files of a request, with their sum."""
    ended = read_request(parts, record)
    numbers = range(1, len(ended.outcomes) + 1) if ended else ()
    return BatchJson(
        **_common(parts, record),
        files=[_file_json(file) for file in record.files],
        documents=[document_json(parts, client, record, number=number, language=language) for number in numbers],
        sum=sum_json([ended]) if ended else None,
        problem=_problem(record, None, language),
    )


def listed_json(parts: ApiParts, record: RequestRecord, titles: Mapping[str, str], language: str) -> ListedJson:
    """Return a request as a list shows it; `titles` are those of prompts, by name."""
    return ListedJson(
        **_common(parts, record, waits=False),
        file=_file(record, None, 1),
        files=max(1, len(record.files)),
        papers=[PaperTitleJson(prompt=name, title=titles.get(name, name)) for name in record.prompts],
        problem=_problem(record, None, language),
    )


def _common(parts: ApiParts, record: RequestRecord, *, waits: bool = True) -> dict[str, Any]:
    is_waiting = waits and record.state is RequestState.QUEUED
    ahead = parts.requests.ahead(record) if is_waiting else 0
    expected = None if record.state.has_ended or not waits else parts.requests.expected_seconds(ahead, parts.engine)
    return {
        "id": record.id,
        "kind": record.kind,
        "status": record.state,
        "reference": record.reference,
        "submitted_at": iso_time(record.submitted_at),
        "started_at": iso_time(record.started_at) if record.started_at else None,
        "finished_at": iso_time(record.finished_at) if record.finished_at else None,
        "keep_until": iso_time(record.keep_until) if record.keep_until else None,
        "ahead": ahead,
        "expected_seconds": expected if expected is None else round(expected, 1),
        "pages_done": record.pages_done,
        "pages_total": record.pages_total,
        "client": record.client,
    }


def _file(record: RequestRecord, task: Task | None, number: int) -> FileJson:
    """Return a file as it was sent; one from an archive has only its name."""
    attachments = task.attachments if task is not None else ()
    if len(attachments) > len(record.files) and number <= len(attachments):
        member = attachments[number - 1]
        return FileJson(name=member.member or member.name, bytes=0, sha256="")
    known = record.files[number - 1 : number]
    return _file_json(known[0]) if known else FileJson(name="", bytes=0, sha256="")


def _file_json(file: StoredFile) -> FileJson:
    return FileJson(name=file.name, bytes=file.bytes, sha256=file.sha256)


def _problem(record: RequestRecord, outcome: Outcome | None, language: str) -> FailureJson | None:
    if isinstance(outcome, Failure):
        reason, sentence = outcome.reason, outcome.text
    elif record.state is RequestState.FAILED:
        reason, sentence = record.reason, record.sentence
    else:
        return None
    return failure_json(reason, sentence, language)


def _context(parts: ApiParts, client: Client, record: RequestRecord, number: int, language: str) -> PaperContext:
    corrections = parts.requests.corrections(record.id) if record.state.has_ended else ()
    visible = None if client.is_admin else client.name
    return PaperContext(
        corrections=[one for one in corrections if one.file == number - 1],
        may_see=lambda request_id: parts.requests.record(visible, request_id) is not None,
        language=language,
    )


def _pictures(parts: ApiParts, record: RequestRecord, number: int, document: Document | None) -> list[PictureJson]:
    if document is None:
        return []
    sizes = parts.requests.picture_sizes(record.id, number - 1)
    return [PictureJson(page=page + 1, width=width, height=height) for page, (width, height) in sorted(sizes.items())]
