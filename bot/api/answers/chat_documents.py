"""Documents from chats as the JSON that admins get."""

from pydantic import Field

from bot.api.answers.failures import failure_json
from bot.api.answers.json_models import ApiJson, FailureJson, PaperJson, PaperTitleJson
from bot.api.answers.papers import PaperContext, iso_time, papers_json
from bot.domain.document import Document, Failure, OnlyPage, Outcome
from bot.domain.message import ConversationKind
from bot.domain.requests.record import RequestState
from bot.storage.house.chat_documents import ChatPosting


class ConversationJson(ApiJson):
    """Where it was posted: DingTalk's id of the chat."""

    kind: ConversationKind
    id: str


class PersonJson(ApiJson):
    """Who posted it."""

    name: str
    staff_id: str = Field(description="empty for people outside the company")


class ChatFileJson(ApiJson):
    """A file in a message."""

    name: str = Field(description="empty for a picture, which has none")
    papers: list[PaperTitleJson]
    problem: FailureJson | None


class ChatPostingJson(ApiJson):
    """A message from a chat that brought files."""

    id: str
    status: RequestState
    received_at: str
    keep_until: str | None = Field(description="null while it has no answer")
    conversation: ConversationJson
    person: PersonJson
    files: list[ChatFileJson]


class ChatPostingsJson(ApiJson):
    """The messages that are kept, those that wait for their answers first."""

    items: list[ChatPostingJson]
    more: int = Field(description="how many are kept beyond these")


class ChatPictureJson(ApiJson):
    """The size of the only page in whose pixels boxes are; the file turned by `quarters` is that page."""

    width: int
    height: int
    quarters: int = Field(description="anticlockwise turns of 90 degrees, after those that its EXIF data asks for")


class ChatDocumentJson(ChatPostingJson):
    """One file of a message, and what was read of it."""

    number: int = Field(description="which of the message's files it is, from 1")
    is_kept: bool = Field(description="whether the file itself is still there")
    picture: ChatPictureJson | None = Field(description="null for a file of several pages, or that is no picture")
    papers: list[PaperJson]
    left_over: str
    problem: FailureJson | None


def posting_json(posting: ChatPosting, *, now: float, language: str) -> ChatPostingJson:
    """Return a message as of `now` (Unix seconds)."""
    conversation = posting.task.conversation
    left = posting.keep_seconds
    return ChatPostingJson(
        id=posting.task.id,
        status=_state(posting),
        received_at=iso_time(posting.task.received_at),
        keep_until=None if left is None else iso_time(now + left),
        conversation=ConversationJson(kind=conversation.conversation_kind, id=conversation.conversation_id),
        person=PersonJson(name=conversation.nick, staff_id=conversation.staff_id),
        files=[
            ChatFileJson(
                name=attachment.member or attachment.name,
                papers=_titles(outcome),
                problem=_problem(outcome, language),
            )
            for attachment, outcome in zip(posting.task.attachments, posting.outcomes, strict=True)
        ],
    )


def chat_document_json(
    posting: ChatPosting, number: int, context: PaperContext, *, now: float, is_kept: bool
) -> ChatDocumentJson:
    """Return file `number`, from 1, of a message."""
    outcome = posting.outcomes[number - 1]
    document = outcome if isinstance(outcome, Document) else None
    common = posting_json(posting, now=now, language=context.language)
    return ChatDocumentJson(
        **{name: getattr(common, name) for name in ChatPostingJson.model_fields},
        number=number,
        is_kept=is_kept,
        picture=_picture(document.only_page if document else None),
        papers=papers_json(document, context) if document else [],
        left_over=document.left_over if document else "",
        problem=_problem(outcome, context.language),
    )


def _state(posting: ChatPosting) -> RequestState:
    if posting.is_open:
        return RequestState.READING if any(posting.outcomes) else RequestState.QUEUED
    is_read = any(isinstance(outcome, Document) for outcome in posting.outcomes)
    return RequestState.DONE if is_read else RequestState.FAILED


def _picture(page: OnlyPage | None) -> ChatPictureJson | None:
    return ChatPictureJson(width=page.width, height=page.height, quarters=page.quarters) if page else None


def _titles(outcome: Outcome | None) -> list[PaperTitleJson]:
    papers = outcome.papers if isinstance(outcome, Document) else ()
    return [PaperTitleJson(prompt=paper.prompt, title=paper.title) for paper in papers]


def _problem(outcome: Outcome | None, language: str) -> FailureJson | None:
    return failure_json(outcome.reason, outcome.text, language) if isinstance(outcome, Failure) else None
