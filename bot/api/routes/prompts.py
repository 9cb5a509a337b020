"""The kinds of documents that a client may have read."""

from http import HTTPStatus

from fastapi import APIRouter, Response

from bot.api.answers.json_models import PromptsJson
from bot.api.answers.prompts import prompt_json
from bot.api.limits import Limited
from bot.api.openapi import described, errors
from bot.api.parts import Given
from bot.api.routes.documents import answered


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/prompts", tags=["prompts"])
    routes.add_api_route(
        "",
        list_prompts,
        operation_id="list_prompts",
        summary="The kinds of documents, with their fields and the JSON Schema of what is read",
        responses={**described(HTTPStatus.OK, "the prompts", PromptsJson), **errors()},
    )
    return routes


def list_prompts(client: Limited, parts: Given) -> Response:
    """Answer with the prompts that the caller may use."""
    prompts = [prompt for prompt in parts.config().prompts.prompts if client.may_use(prompt.name)]
    return answered(PromptsJson(items=[prompt_json(prompt) for prompt in prompts]))
