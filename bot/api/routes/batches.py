"""Batches: several files, or an archive, as one request with the sum of its papers."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from bot.api.answers.json_models import BatchJson
from bot.api.answers.requests import batch_json
from bot.api.following import until_ended, wanted_wait
from bot.api.limits import Limited
from bot.api.openapi import described, errors
from bot.api.owned import owned
from bot.api.parts import Given
from bot.api.problems import language_of
from bot.api.routes.documents import Prefer, answered
from bot.api.submitting import AskedValues, IdempotencyKey, Sending, submit
from bot.domain.limits import MOST_UNPACKED_BYTES
from bot.domain.requests.submission import RequestKind

_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "files of at most 20 MB each and 100 MB together, or an archive",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "prompt": {"type": "string"},
                        "fields": {"type": "array", "items": {"type": "string"}},
                        "pages": {"type": "string"},
                        "reference": {"type": "string"},
                        "webhook": {"type": "string"},
                    },
                }
            },
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


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
    client: Limited,
    parts: Given,
    asked: Annotated[AskedValues, Query()],
    key: IdempotencyKey = "",
    prefer: Prefer = "",
) -> Response:
    """Take several files; they are deleted, exported and followed as a document is, by the same id."""
    most_files = parts.config().organisation.most_attachments
    sending = Sending(kind=RequestKind.BATCH, most_bytes=MOST_UNPACKED_BYTES, most_files=most_files)
    accepted = await submit(request, client, parts, asked, key, sending)
    record = await run_in_threadpool(owned, parts, client, accepted.id)
    wait = wanted_wait(prefer)
    record = await until_ended(parts, record, wait)
    made = await run_in_threadpool(batch_json, parts, client, record, language=language_of(request))
    headers = {"Location": f"/v1/batches/{record.id}", **({"Preference-Applied": f"wait={wait}"} if wait else {})}
    return answered(made, HTTPStatus.OK if record.state.has_ended else HTTPStatus.ACCEPTED, headers)


def get_batch(request: Request, id: str, client: Limited, parts: Given) -> Response:
    """Answer with all files of a request."""
    return answered(batch_json(parts, client, owned(parts, client, id), language=language_of(request)))
