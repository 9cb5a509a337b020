"""Whether the process is live and ready, and its metrics."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.api.parts import Given


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["health"])
    routes.add_api_route("/v1/health/live", live, summary="Whether the process is live")
    routes.add_api_route("/v1/health/ready", ready, summary="Whether Redis answers and background work goes on")
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


def metrics(parts: Given) -> Response:
    """Answer with all metrics in Prometheus' text format."""
    return Response(generate_latest(parts.metrics), media_type=CONTENT_TYPE_LATEST)
