"""What is served of the page itself: the shell at / and the static files."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from bot.api.page import session_routes
from bot.api.page.assets import Assets
from bot.api.page.headers import ASSET_HEADERS, SHELL_HEADERS
from bot.api.page.shell import LANGUAGES, Shell
from bot.api.problems import ApiProblem, language_of
from bot.domain.texts import api as texts

LANGUAGE_COOKIE: Final = "ocrbot_language"
THEME_COOKIE: Final = "ocrbot_theme"


def router() -> APIRouter:
    """Return the routes of the page and of its sessions; none of them is part of the API's description."""
    served = _Served(Assets())
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/", served.shell, methods=["GET", "HEAD"])
    routes.add_api_route("/static/{digest}/{name:path}", served.asset, methods=["GET", "HEAD"])
    routes.include_router(session_routes.router())
    return routes


class _Served:
    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        self._shell = Shell(assets)

    async def shell(self, request: Request) -> Response:
        """Answer with the page in the language and theme that the person chose, else in those of the browser."""
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        language = chosen if chosen in LANGUAGES else language_of(request)
        html = self._shell.html(language=language, theme=request.cookies.get(THEME_COOKIE, ""))
        return HTMLResponse(html, headers=SHELL_HEADERS)

    async def asset(self, digest: str, name: str) -> Response:
        """Answer with a static file."""
        found = self._assets.find(digest, name)
        if found is None:
            raise ApiProblem(HTTPStatus.NOT_FOUND, "unknown-address", texts.unknown_path())
        return Response(found.data, media_type=found.media_type, headers=ASSET_HEADERS)
