"""The description of the API at /v1/openapi.json: OpenAPI 3.1, with every error of every route."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from bot.api.answers.json_models import ProblemJson
from bot.api.problems import MEDIA_TYPE

_SCHEMA: Final = "ProblemJson"
_REFERENCE: Final = {"$ref": f"#/components/schemas/{_SCHEMA}"}
_ALWAYS: Final = (401, 403, 422, 429, 500, 503)
_MEANINGS: Final = {
    400: "the request is not HTTP as it should be",
    401: "no valid token",
    403: "not for this caller: admins only, or another site's page, or another machine where no client is configured",
    404: "there is no such thing, or it is another client's",
    405: "the address does not take this method",
    408: "the upload took too long",
    409: "it is not done yet, or could not be read",
    413: "the body is too large",
    422: "values are wrong: `errors` names them; or the Idempotency-Key was used for something else",
    429: "a limit of the client is used up: Retry-After says for how long",
    500: "a bug: `request` is the number of its log line",
    503: "no room, or Redis is away: Retry-After says when to try again",
}
_RETRY: Final = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}}
_LIMITS: Final = {
    "RateLimit": {"description": "what is left, draft-ietf-httpapi-ratelimit-headers", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "the client's limits", "schema": {"type": "string"}},
}
_DESCRIPTION: Final = (
    "Reads documents such as invoices, and checks what it read. A file is posted, waits, is read and is kept for as "
    "long as the client's keep time says. Every error is a problem of RFC 9457, in Chinese or English by "
    "Accept-Language. Limits on size, pages and time are those of the chat."
)

FILE: Final[Mapping[str, Any]] = {"type": "string", "format": "binary"}

Responses = dict[int | str, dict[str, Any]]


def errors(*statuses: int) -> Responses:
    """Return the responses of a route for these errors, and for those that every route has."""
    return {
        status: {
            "description": _MEANINGS[status],
            "content": {MEDIA_TYPE: {"schema": _REFERENCE}},
            **({"headers": _RETRY} if status in {429, 503} else {}),
        }
        for status in sorted({*_ALWAYS, *statuses})
    }


def described(status: HTTPStatus, description: str, model: Any) -> Responses:
    """Return the response of a route that answers with the JSON of `model`."""
    return {status.value: {"model": model, "description": description, "headers": _LIMITS}}


def binary(description: str, *media_types: str) -> Responses:
    """Return the response of a route that answers with a file."""
    content = {one: {"schema": FILE} for one in media_types}
    return {200: {"description": description, "content": content}}


def upload_body(description: str, file: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a route says of the body it takes: a form whose `file` has this schema, or a file as it is."""
    text = {"type": "string"}
    form = {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": file,
            "prompt": text,
            "fields": {"type": "array", "items": text},
            "pages": text,
            "reference": text,
            "webhook": text,
        },
    }
    content = {"multipart/form-data": {"schema": form}, "application/octet-stream": {"schema": FILE}}
    return {"requestBody": {"required": True, "description": description, "content": content}}


def description_of(app: FastAPI) -> dict[str, Any]:
    """Return the description of an application."""
    schema = get_openapi(
        title="ocrbot", version=app.version, openapi_version="3.1.0", description=_DESCRIPTION, routes=app.routes
    )
    components = schema.setdefault("components", {})
    models = components.setdefault("schemas", {})
    models[_SCHEMA] = {**ProblemJson.model_json_schema(ref_template="#/components/schemas/{model}")}
    for name, model in models[_SCHEMA].pop("$defs", {}).items():
        models.setdefault(name, model)
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    schema["security"] = [{"bearer": []}]
    return schema
