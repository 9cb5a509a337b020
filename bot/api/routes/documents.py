"""Documents: sent, asked for, listed, deleted."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from bot.api.answers.json_models import ApiJson, DocumentJson, ListJson, RequestJson
from bot.api.answers.requests import document_json, listed_json
from bot.api.following import until_ended, wanted_wait
from bot.api.limits import Admitted, Limited
from bot.api.openapi import FILE, described, errors, upload_body
from bot.api.owned import file_number, owned, visible_to
from bot.api.parts import ApiParts, Given
from bot.api.problems import invalid, language_of
from bot.api.submitting import AskedValues, IdempotencyKey, Sending, Sent, submit
from bot.domain.limits import MOST_FILE_BYTES
from bot.domain.requests.record import RequestFilter, RequestRecord, RequestState
from bot.domain.requests.submission import RequestKind
from bot.domain.texts import api as texts

DOCUMENT: Final = Sending(kind=RequestKind.DOCUMENT, most_bytes=MOST_FILE_BYTES, most_files=1)
JSON: Final = "application/json"
_BODY: Final = upload_body("a file of at most 20 MB: as a form, or as it is", FILE)

Prefer = Annotated[str, Header(alias="Prefer", description="wait=N: answer within N seconds, 60 at most, if done")]
FileNumber = Annotated[int, Query(ge=1, le=1000, description="which file of a batch or an archive")]


class ListQuery(BaseModel):
    """Which requests to list, the latest first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: RequestState | None = None
    kind: str = Field("", max_length=60, description="a prompt that a paper was read with")
    reference: str = Field("", max_length=200)
    since: str = Field("", max_length=40, description="ISO 8601 with a zone; submitted then or later")
    until: str = Field("", max_length=40, description="ISO 8601 with a zone; submitted before")
    cursor: str = Field("", max_length=60, description="`next` of the page before")
    limit: int = Field(50, ge=1, le=200)


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/documents", tags=["documents"])
    routes.add_api_route(
        "",
        post_document,
        methods=["POST"],
        status_code=HTTPStatus.ACCEPTED,
        operation_id="post_document",
        summary="Have a file read",
        openapi_extra=_BODY,
        responses={
            **described(HTTPStatus.OK, "it is done, or was sent before and is done", DocumentJson),
            **described(HTTPStatus.ACCEPTED, "it is taken: Location says where to ask for it", DocumentJson),
            **errors(408, 413),
        },
    )
    routes.add_api_route(
        "",
        list_documents,
        operation_id="list_documents",
        summary="The caller's requests, the latest first",
        responses={**described(HTTPStatus.OK, "a page of them", ListJson), **errors()},
    )
    routes.add_api_route(
        "/{id}",
        get_document,
        operation_id="get_document",
        summary="One file: where it stands, and what was read",
        responses={**described(HTTPStatus.OK, "the document", DocumentJson), **errors(404)},
    )
    routes.add_api_route(
        "/{id}",
        delete_document,
        methods=["DELETE"],
        status_code=HTTPStatus.NO_CONTENT,
        operation_id="delete_document",
        summary="Delete a request now and for good, also while it is read",
        responses=errors(404),
    )
    return routes


async def post_document(
    request: Request,
    client: Admitted,
    parts: Given,
    asked: Annotated[AskedValues, Query()],
    key: IdempotencyKey = "",
    prefer: Prefer = "",
) -> Response:
    """Take one file. The claim is in Redis before the answer leaves; with the same Idempotency-Key it is taken once."""
    language = language_of(request)

    def make(record: RequestRecord) -> DocumentJson:
        return document_json(parts, client, record, number=1, language=language)

    sent = await submit(request, client, parts, asked, key, DOCUMENT, make)
    return await answer_sent(parts, sent, prefer, make, place=f"/v1/documents/{sent.record.id}")


async def answer_sent(
    parts: ApiParts, sent: Sent, prefer: str, make: Callable[[RequestRecord], RequestJson], *, place: str
) -> Response:
    """Answer 202 with a request that was taken, or 200 if it is done within the time that the caller waits."""
    wait = wanted_wait(prefer)
    record, made = sent.record, sent.made
    if wait and not record.state.has_ended:
        record = await until_ended(parts, record, wait)
        made = await run_in_threadpool(make, record)
    headers = {"Location": place, **({"Preference-Applied": f"wait={wait}"} if wait else {})}
    if record.state.has_ended:
        return answered(made, HTTPStatus.OK, headers)
    return answered(
        made, HTTPStatus.ACCEPTED, {**headers, "Retry-After": str(max(1, round(made.expected_seconds or 1)))}
    )


def get_document(
    request: Request,
    id: str,
    client: Limited,
    parts: Given,
    file: FileNumber = 1,
    *,
    text: bool = True,
) -> Response:
    """Answer with one file of a request."""
    record = owned(parts, client, id)
    made = document_json(parts, client, record, number=file, language=language_of(request))
    file_number(record, file, made.files)
    if not text:
        made = made.model_copy(update={"papers": [paper.model_copy(update={"text": ""}) for paper in made.papers]})
    return answered(made)


def list_documents(request: Request, client: Limited, parts: Given, wanted: Annotated[ListQuery, Query()]) -> Response:
    """Answer with a page of the caller's requests; an admin sees everybody's."""
    chosen = RequestFilter(
        state=wanted.status,
        prompt=wanted.kind,
        reference=wanted.reference,
        since=_time("since", wanted.since),
        until=_time("until", wanted.until),
    )
    try:
        found = parts.requests.listed(visible_to(client), chosen, cursor=wanted.cursor, limit=wanted.limit)
    except ValueError as error:
        raise invalid([texts.wrong_cursor()]) from error
    titles = {prompt.name: prompt.title for prompt in parts.config().prompts.prompts}
    language = language_of(request)
    items = [listed_json(parts, record, titles, language) for record in found.records]
    return answered(ListJson(items=items, next=found.next or None))


def delete_document(id: str, client: Limited, parts: Given) -> Response:
    """Delete a request, whatever its state."""
    record = owned(parts, client, id)
    parts.requests.delete(visible_to(client), record.id, now=parts.clock())
    return Response(status_code=HTTPStatus.NO_CONTENT)


def answered(made: ApiJson, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None) -> Response:
    """Return the response with this JSON."""
    return Response(made.model_dump_json(), status, headers, JSON)


def _time(at: str, text: str) -> float | None:
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is None:
            raise invalid([texts.wrong_time(at)])
        return time.timestamp()
    except (ValueError, OverflowError) as error:
        raise invalid([texts.wrong_time(at)]) from error
