"""Sums and files of several requests together."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from bot.api.answers.json_models import ApiJson, BatchJson, SumJson
from bot.api.answers.requests import batch_json
from bot.api.answers.sums import sum_json
from bot.api.limits import Limited
from bot.api.openapi import binary, described, errors
from bot.api.parts import Given
from bot.api.problems import language_of
from bot.api.routes.documents import JSON, answered
from bot.api.selections import MOST_SELECTED, exported, read_and_corrected, selected
from bot.domain.attachment_format import Format


class SelectionBody(BaseModel):
    """Which requests."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: list[str] = Field(min_length=1, max_length=MOST_SELECTED)


class ExportBody(SelectionBody):
    """Which requests, and as what."""

    format: Format


class SelectedSumJson(ApiJson):
    """The sum of a selection; null where fewer than two papers have an amount."""

    sum: SumJson | None


class ExportedJson(ApiJson):
    """Several requests as JSON."""

    items: list[BatchJson]


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["selections"])
    routes.add_api_route(
        "/sums",
        sums,
        methods=["POST"],
        operation_id="sum_documents",
        summary="The sum of several requests, as the chat adds up",
        responses={**described(HTTPStatus.OK, "the sum", SelectedSumJson), **errors(404, 409)},
    )
    routes.add_api_route(
        "/exports",
        exports,
        methods=["POST"],
        operation_id="export_documents",
        summary="Several requests as one file",
        response_class=Response,
        responses={**binary("the file", "application/octet-stream", JSON), **errors(404, 409)},
    )
    return routes


def sums(body: SelectionBody, client: Limited, parts: Given) -> Response:
    """Answer with the sum of what was read, with the corrections that were made."""
    records = selected(parts, client, body.ids)
    return answered(SelectedSumJson(sum=sum_json(read_and_corrected(parts, records))))


def exports(request: Request, body: ExportBody, client: Limited, parts: Given) -> Response:
    """Answer with one file made of all."""
    records = selected(parts, client, body.ids)
    if body.format is not Format.JSON:
        return exported(parts, records, body.format)
    read_and_corrected(parts, records)  # or say that one is not done
    language = language_of(request)
    items = [batch_json(parts, client, record, language=language) for record in records]
    return answered(ExportedJson(items=items), headers={"Content-Disposition": 'attachment; filename="documents.json"'})
