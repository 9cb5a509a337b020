"""Batches: several files, or an archive, as one request with the sum of its papers."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from bot.api.answers.json_models import BatchJson
from bot.api.answers.requests import batch_json
from bot.api.limits import Admitted, Limited
from bot.api.openapi import FILE, described, errors, upload_body
from bot.api.owned import owned
from bot.api.parts import Given
from bot.api.problems import language_of
from bot.api.routes.documents import Prefer, answer_sent, answered
from bot.api.submitting import AskedValues, IdempotencyKey, Sending, submit
from bot.domain.limits import MOST_UNPACKED_BYTES
from bot.domain.requests.record import RequestRecord
from bot.domain.requests.submission import RequestKind

_BODY: Final = upload_body(
    "files of at most 20 MB each and 100 MB together, or an archive", {"type": "array", "items": FILE}
)


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/batches", tags=["batches"])
    routes.add_api_route(
        "",
        post_batch,
        methods=["POST"],
        status_code=HTTPStatus.ACCEPTED,
        operation_id="post_batch",
        summary="Have several files read as one request",
        openapi_extra=_BODY,
        responses={
            **described(HTTPStatus.OK, "it is done, or was sent before and is done", BatchJson),
            **described(HTTPStatus.ACCEPTED, "it is taken: Location says where to ask for it", BatchJson),
            **errors(408, 413),
        },
    )
    routes.add_api_route(
        "/{id}",
        get_batch,
        operation_id="get_batch",
        summary="All files of a request, with their sum",
        responses={**described(HTTPStatus.OK, "the batch", BatchJson), **errors(404)},
    )
    return routes


async def post_batch(
    request: Request,
    client: Admitted,
    parts: Given,
    asked: Annotated[AskedValues, Query()],
    key: IdempotencyKey = "",
    prefer: Prefer = "",
) -> Response:
    """Take several files; they are deleted, exported and followed as a document is, by the same id."""
    most_files, language = parts.config().organisation.most_attachments, language_of(request)

    def make(record: RequestRecord) -> BatchJson:
        return batch_json(parts, client, record, language=language)

    sending = Sending(kind=RequestKind.BATCH, most_bytes=MOST_UNPACKED_BYTES, most_files=most_files)
    sent = await submit(request, client, parts, asked, key, sending, make)
    return await answer_sent(parts, sent, prefer, make, place=f"/v1/batches/{sent.record.id}")


def get_batch(request: Request, id: str, client: Limited, parts: Given) -> Response:
    """Answer with all files of a request."""
    return answered(batch_json(parts, client, owned(parts, client, id), language=language_of(request)))
