"""Whether the process is live and ready, and its metrics."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.api.answers.json_models import HealthJson
from bot.api.callers import is_forwarded
from bot.api.openapi import described
from bot.api.parts import Given

_RESPONSES: Final = {
    **described(HTTPStatus.OK, "all checks are ok", HealthJson),
    **described(HTTPStatus.SERVICE_UNAVAILABLE, "a check found something wrong", HealthJson),
}


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["health"])
    for path, answer, summary in (
        ("/v1/health/live", live, "Whether the process is live"),
        ("/v1/health/ready", ready, "Whether Redis answers and background work goes on"),
    ):
        routes.add_api_route(path, answer, summary=summary, operation_id=answer.__name__, responses=_RESPONSES)
    routes.add_api_route("/metrics", metrics, summary="Metrics for Prometheus", include_in_schema=False)
    return routes


def live(parts: Given) -> Response:
    """Answer 200 or 503, with what each check found."""
    status, body = parts.health.is_live()
    return Response(body, status, media_type="application/json")


def ready(parts: Given) -> Response:
    """Answer 200 or 503, with what each check found."""
    status, body = parts.health.is_ready()
    return Response(body, status, media_type="application/json")


def metrics(request: Request, parts: Given) -> Response:
    """Answer with all metrics in Prometheus' text format, to those who ask inside: not through a proxy."""
    if is_forwarded(request):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Response(generate_latest(parts.metrics.registry), media_type=CONTENT_TYPE_LATEST)
