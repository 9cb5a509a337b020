"""The kinds of documents that a client may have read."""

from typing import Any

from fastapi import APIRouter

from bot.api.callers import Calling
from bot.api.parts import Given


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/prompts", tags=["prompts"])
    routes.add_api_route("", listed, summary="The kinds of documents, with their fields")
    return routes


def listed(client: Calling, parts: Given) -> dict[str, Any]:
    """Return the prompts that the caller may use."""
    prompts = [prompt for prompt in parts.config().prompts.prompts if client.may_use(prompt.name)]
    return {"items": [{"name": prompt.name, "title": prompt.title} for prompt in prompts]}
