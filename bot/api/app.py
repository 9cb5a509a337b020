"""The application: its routes, its errors, and what goes with every answer."""

from typing import Any

from fastapi import FastAPI

from bot.api.each_answer import EachAnswer
from bot.api.openapi import description_of
from bot.api.page import routes as page_routes
from bot.api.page.page_parts import Visitors
from bot.api.parts import ApiParts
from bot.api.problems import add_problem_handlers
from bot.api.routes import (
    admin_chats,
    admin_house,
    admin_match,
    admin_prompt_set,
    admin_prompts,
    batches,
    document_parts,
    documents,
    health,
    prompts,
    selections,
)


class DescribedApp(FastAPI):
    """FastAPI with a description that says every error as it is answered."""

    def openapi(self) -> dict[str, Any]:
        """Return the description, made once."""
        self.openapi_schema = self.openapi_schema or description_of(self)
        return self.openapi_schema


def build_app(parts: ApiParts, visitors: Visitors | None = None) -> FastAPI:
    """Return the application that serves `parts`, and the page if `visitors` are given.

    FastAPI's own pages are off: they load scripts from elsewhere.
    """
    app = DescribedApp(title="ocrbot", version="1", openapi_url="/v1/openapi.json", docs_url=None, redoc_url=None)
    app.state.parts = parts
    add_problem_handlers(app)
    for router in (
        health.router(),
        documents.router(),
        document_parts.router(),
        batches.router(),
        selections.router(),
        prompts.router(),
    ):
        app.include_router(router)
    if parts.admin is not None:
        for routes in (admin_prompts, admin_prompt_set, admin_match, admin_house, admin_chats):
            app.include_router(routes.router())
    if visitors is not None:
        app.state.visitors = visitors
        app.include_router(page_routes.router())
    app.add_middleware(EachAnswer, metrics=parts.metrics)
    return app
