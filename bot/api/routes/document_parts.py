"""What belongs to a document: pictures of its pages, cut-outs of fields, files made of it, events, corrections."""

from http import HTTPStatus
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from bot.api.answers.json_models import CorrectionJson, CorrectionsJson
from bot.api.answers.papers import correction_json
from bot.api.answers.requests import batch_json, document_json, read_request
from bot.api.following import events
from bot.api.limits import Limited
from bot.api.openapi import binary, described, errors
from bot.api.owned import file_number, owned
from bot.api.parts import ApiParts, Given
from bot.api.pictures import as_form, cut_out
from bot.api.problems import ApiProblem, invalid, language_of, no_room, not_done, unknown_document
from bot.api.routes.documents import JSON, FileNumber, answered
from bot.api.selections import exported
from bot.api.submitting import Line
from bot.domain.attachment_format import Format
from bot.domain.document import Document
from bot.domain.document import Field as ReadField
from bot.domain.requests.correction import FieldCorrection
from bot.domain.requests.record import RequestRecord
from bot.domain.requests.submission import RequestKind
from bot.domain.texts import api as texts

_FOLLOW_LATER: Final = "5"  # seconds

PaperNumber = Annotated[int, Query(ge=1, le=1000, description="which paper of the file")]
RowNumber = Annotated[int | None, Query(ge=1, le=100_000, description="the row, for a field of the table")]


class CorrectionBody(BaseModel):
    """A value as it should be; the reading stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: int = Field(1, ge=1, le=1000)
    paper: int = Field(1, ge=1, le=1000)
    field: Line = Field(max_length=100)
    row: int | None = Field(None, ge=1, le=100_000)
    value: Line = Field(max_length=2000)


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/documents/{id}", tags=["documents"])
    routes.add_api_route(
        "/pages/{page}.{form}",
        page_picture,
        operation_id="get_page",
        summary="A page as it was read, upright",
        response_class=Response,
        responses={**binary("the picture", "image/png", "image/jpeg"), **errors(404)},
    )
    routes.add_api_route(
        "/fields/{key}.png",
        field_picture,
        operation_id="get_field_picture",
        summary="The place on the page where a value stands",
        response_class=Response,
        responses={**binary("the picture", "image/png"), **errors(404, 409)},
    )
    routes.add_api_route(
        "/export.{form}",
        export,
        operation_id="export_document",
        summary="The request as a file",
        response_class=Response,
        responses={**binary("the file", "application/octet-stream", JSON), **errors(404, 409)},
    )
    routes.add_api_route(
        "/events",
        follow,
        operation_id="follow_document",
        summary="Server-sent events: place, pages, done",
        response_class=StreamingResponse,
        responses={**binary("the events", "text/event-stream"), **errors(404)},
    )
    _add_corrections(routes)
    return routes


def _add_corrections(routes: APIRouter) -> None:
    routes.add_api_route(
        "/corrections",
        correct,
        methods=["POST"],
        status_code=HTTPStatus.CREATED,
        operation_id="correct_document",
        summary="Correct a value",
        responses={**described(HTTPStatus.CREATED, "the correction", CorrectionJson), **errors(404, 409)},
    )
    routes.add_api_route(
        "/corrections",
        corrections,
        operation_id="list_corrections",
        summary="All corrections of a request",
        responses={**described(HTTPStatus.OK, "the corrections", CorrectionsJson), **errors(404)},
    )


def page_picture(
    id: str,
    page: Annotated[int, Path(ge=1, le=10_000)],
    form: Literal["png", "jpg"],
    client: Limited,
    parts: Given,
    file: FileNumber = 1,
) -> Response:
    """Answer with the picture of a page, as it is kept if that is of the form that is wanted."""
    record = owned(parts, client, id)
    picture = parts.requests.picture(record.id, file - 1, page - 1)
    if picture is None:
        raise _no_picture()
    data, media_type = as_form(picture, form)
    return Response(data, media_type=media_type)


def field_picture(
    id: str,
    key: str,
    client: Limited,
    parts: Given,
    file: FileNumber = 1,
    paper: PaperNumber = 1,
    row: RowNumber = None,
) -> Response:
    """Answer with the cut-out of one value."""
    record = owned(parts, client, id)
    found = _value(_paper(parts, record, file, paper), key, row)
    if found is None or found.box is None or found.page is None:
        raise _no_picture()
    picture = parts.requests.picture(record.id, file - 1, found.page)
    if picture is None:
        raise _no_picture()
    return Response(cut_out(picture, found.box), media_type="image/png")


def export(request: Request, id: str, form: Format, client: Limited, parts: Given) -> Response:
    """Answer with a file made of a request, with the corrections that were made."""
    record = owned(parts, client, id)
    language = language_of(request)
    if form is not Format.JSON:
        return exported(parts, [record], form)
    if not record.state.has_ended:
        raise not_done()
    made = (
        batch_json(parts, client, record, language=language)
        if record.kind is RequestKind.BATCH
        else document_json(parts, client, record, number=1, language=language)
    )
    return answered(made, headers={"Content-Disposition": f'attachment; filename="{record.id}.json"'})


async def follow(id: str, client: Limited, parts: Given) -> StreamingResponse:
    """Answer with events until the request has ended."""
    record = await run_in_threadpool(owned, parts, client, id)
    if not parts.followers.has_room(record.client):
        raise no_room(_FOLLOW_LATER)
    headers = {"X-Accel-Buffering": "no"}  # proxies pass events on as they come
    return StreamingResponse(events(parts, record), media_type="text/event-stream", headers=headers)


def correct(request: Request, id: str, body: CorrectionBody, client: Limited, parts: Given) -> Response:
    """Keep a correction beside what was read."""
    record = owned(parts, client, id)
    row = None if body.row is None else body.row - 1
    found = _value(_paper(parts, record, body.file, body.paper), body.field, body.row)
    if found is None:
        raise invalid([texts.unknown_field()])
    made = [
        one.after
        for one in parts.requests.corrections(record.id)
        if (one.file, one.paper, one.field, one.row) == (body.file - 1, body.paper, body.field, row)
    ]
    correction = FieldCorrection(
        file=body.file - 1,
        paper=body.paper,
        field=body.field,
        row=row,
        before=made[-1] if made else found.value,
        after=body.value,
        by=parts.who(request, client),
        at=parts.clock(),
    )
    if not parts.requests.correct(record.id, correction):
        raise unknown_document()
    return answered(correction_json(correction), HTTPStatus.CREATED)


def corrections(id: str, client: Limited, parts: Given) -> Response:
    """Answer with the corrections of a request."""
    record = owned(parts, client, id)
    return answered(CorrectionsJson(items=[correction_json(one) for one in parts.requests.corrections(record.id)]))


def _paper(parts: ApiParts, record: RequestRecord, file: int, number: int) -> Document:
    ended = read_request(parts, record)
    if ended is None:
        raise not_done()
    outcome = ended.outcomes[file_number(record, file, len(ended.outcomes)) - 1]
    if not isinstance(outcome, Document):
        raise not_done()
    if number > len(outcome.papers):
        raise unknown_document()
    return outcome.papers[number - 1]


def _value(paper: Document, key: str, row: int | None) -> ReadField | None:
    """Return the field of a key, or of a role; in the table if `row`, from 1, is given."""
    fields = paper.fields if row is None else paper.rows[row - 1].cells if row <= len(paper.rows) else ()
    by_role = (one for one in fields if one.role is not None and one.role.value == key)
    return next((one for one in fields if one.key == key), None) or next(by_role, None)


def _no_picture() -> ApiProblem:
    return ApiProblem(HTTPStatus.NOT_FOUND, "no-picture", texts.no_picture())
