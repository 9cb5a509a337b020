"""The application: its routes, its errors, and what goes with every answer."""

from typing import Final

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.callers import wrong_tokens_at_once
from bot.api.page import routes as page_routes
from bot.api.page.page_parts import Visitors
from bot.api.parts import ApiParts
from bot.api.problems import add_problem_handlers
from bot.api.routes import admin_house, admin_prompt_set, admin_prompts, health, prompts

_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def build_app(parts: ApiParts, visitors: Visitors | None = None) -> FastAPI:
    """Return the application that serves `parts`, and the page if `visitors` are given.

    FastAPI's own pages are off: they load scripts from elsewhere.
    """
    app = FastAPI(
        title="ocrbot",
        version="1",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
    )
    app.state.parts = parts
    app.state.wrong_tokens = wrong_tokens_at_once()
    add_problem_handlers(app)
    for router in (health.router(), prompts.router()):
        app.include_router(router)
    if parts.admin is not None:
        for router in (admin_prompts.router(), admin_prompt_set.router(), admin_house.router()):
            app.include_router(router)
    if visitors is not None:
        app.state.visitors = visitors
        app.include_router(page_routes.router())
    app.add_middleware(SafeHeaders)
    return app


class SafeHeaders:
    """Adds to every answer the headers that keep browsers from making anything else of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
