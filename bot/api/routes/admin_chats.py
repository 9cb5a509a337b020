"""What people posted in chats, for admins only, and only while it is kept for those people anyway."""

from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response

from bot.api.answers.chat_documents import (
    ChatDocumentJson,
    ChatPostingsJson,
    chat_document_json,
    posting_json,
)
from bot.api.answers.papers import PaperContext
from bot.api.callers import CallingAdmin
from bot.api.openapi import binary, described, errors
from bot.api.parts import Given
from bot.api.pictures import browser_type_of
from bot.api.problems import ApiProblem, language_of, unknown_document
from bot.api.routes.admin_given import GivenAdmin
from bot.api.routes.documents import FileNumber, answered
from bot.domain.texts import api as texts
from bot.storage.house.chat_documents import ChatPosting

_ANY_FILE: Final = "application/octet-stream"
# The file is as somebody posted it: a browser may show it as a picture and make nothing else of it.
_HARMLESS: Final = "default-src 'none'; sandbox"

Id = Annotated[str, Path(max_length=40)]


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/chat-documents", tags=["admin"])
    routes.add_api_route(
        "",
        list_chat_documents,
        operation_id="list_chat_documents",
        summary="What people posted in chats and is still kept, the latest first",
        responses={**described(HTTPStatus.OK, "the messages", ChatPostingsJson), **errors()},
    )
    routes.add_api_route(
        "/{id}",
        get_chat_document,
        operation_id="get_chat_document",
        summary="One file that was posted in a chat, and what was read of it",
        responses={**described(HTTPStatus.OK, "the document", ChatDocumentJson), **errors(404)},
    )
    routes.add_api_route(
        "/{id}/files/{number}",
        chat_file,
        operation_id="get_chat_file",
        summary="The file as it was posted",
        response_class=Response,
        responses={**binary("the file", _ANY_FILE, "image/png", "image/jpeg"), **errors(404)},
    )
    return routes


def list_chat_documents(
    request: Request,
    _: CallingAdmin,
    admin: GivenAdmin,
    parts: Given,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Answer with the latest messages with files."""
    found = admin.chats.latest(limit)
    now, language = parts.clock(), language_of(request)
    items = [posting_json(posting, now=now, language=language) for posting in found.postings]
    return answered(ChatPostingsJson(items=items, more=found.more))


def get_chat_document(
    request: Request, id: Id, _: CallingAdmin, admin: GivenAdmin, parts: Given, file: FileNumber = 1
) -> Response:
    """Answer with one file of a message."""
    posting = _posting(admin, id, file)
    context = PaperContext(
        corrections=(),
        may_see=lambda request_id: parts.requests.record(None, request_id) is not None,
        language=language_of(request),
    )
    is_kept = admin.chats.is_kept(posting, file - 1)
    return answered(chat_document_json(posting, file, context, now=parts.clock(), is_kept=is_kept))


def chat_file(id: Id, number: Annotated[int, Path(ge=1, le=1000)], _: CallingAdmin, admin: GivenAdmin) -> Response:
    """Answer with the file itself: what browsers show as a picture as that, anything else to be saved."""
    posting = _posting(admin, id, number)
    data = admin.chats.file(posting, number - 1)
    if data is None:
        raise ApiProblem(HTTPStatus.NOT_FOUND, "no-picture", texts.no_picture())
    media_type = browser_type_of(data)
    name = quote(posting.task.attachments[number - 1].name or id, safe="")
    headers = {
        "Content-Security-Policy": _HARMLESS,
        "Content-Disposition": f"{'inline' if media_type else 'attachment'}; filename*=UTF-8''{name}",
    }
    return Response(data, media_type=media_type or _ANY_FILE, headers=headers)


def _posting(admin: GivenAdmin, task_id: str, number: int) -> ChatPosting:
    posting = admin.chats.posting(task_id)
    if posting is None or number > len(posting.outcomes):
        raise unknown_document()
    return posting
