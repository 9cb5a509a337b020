"""Taking what is sent: room and limits first, then the body, then the claim in Redis, then the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Header, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from bot.api.answers.json_models import RequestJson
from bot.api.limits import take_pages
from bot.api.owned import owned
from bot.api.parts import ApiParts
from bot.api.problems import ApiProblem, invalid
from bot.api.uploads import SentFile, read_upload
from bot.domain.requests.asking import Wanted, field_names, read_wanted
from bot.domain.requests.client import Client
from bot.domain.requests.record import Accepted, RequestRecord
from bot.domain.requests.submission import RequestKind, Submission
from bot.domain.task import Read
from bot.domain.texts import api as texts

_LISTS: Final = ("fields",)


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must have no control characters")
    return text


Line = Annotated[str, AfterValidator(_printable)]


class AskedValues(BaseModel):
    """What is asked of files: query parameters of a raw body, or values of a form."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: Line = Field("", max_length=60, description="the name of a prompt; empty: the page decides")
    fields: list[Line] = Field([], max_length=60, description="names of fields to find, repeated or with commas")
    pages: Line = Field("", max_length=20, description="which pages to read: 3, 1-3 or 4-")
    reference: Line = Field("", max_length=200, description="the caller's own id, given back")
    webhook: Line = Field("", max_length=60, description="the name of one of the client's webhooks")
    name: str = Field("", max_length=400, description="the file's name, for a raw body")


IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=255,
        description="the same key and body give the same request for a day; draft-ietf-httpapi-idempotency-key-header",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What a route takes: as a document or a batch, of so many bytes and files."""

    kind: RequestKind
    most_bytes: int
    most_files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request that was taken: it is in Redis; `made` is what its caller gets unless it waits."""

    record: RequestRecord
    made: RequestJson


async def submit(  # noqa: PLR0913, PLR0917 - what a request consists of
    request: Request,
    client: Client,
    parts: ApiParts,
    asked: AskedValues,
    key: str,
    sending: Sending,
    make: Callable[[RequestRecord], RequestJson],
) -> Sent:
    """Take a request, and make its JSON. Raises `ApiProblem`."""
    upload = await read_upload(request, parts.uploads, most_bytes=sending.most_bytes, name=asked.name)
    if len(upload.files) > sending.most_files:
        one_only = sending.most_files == 1
        raise invalid([texts.several_files() if one_only else texts.too_many_files(sending.most_files)])
    asked = _with_values(asked, upload.values)
    submission = _submission(parts, client, asked, key, [file.name for file in upload.files], sending.kind)

    def take() -> Sent:
        accepted = _accept(request, parts, client, submission, upload.files)
        record = accepted.record or owned(parts, client, accepted.id)
        return Sent(record=record, made=make(record))

    sent = await run_in_threadpool(take)
    parts.wake()
    return sent


def _with_values(asked: AskedValues, values: Mapping[str, tuple[str, ...]]) -> AskedValues:
    """Return what is asked with the values of a form in place of those of the query."""
    given = {name: list(texts_) if name in _LISTS else texts_[-1] for name, texts_ in values.items()}
    if not given:
        return asked
    try:
        return AskedValues.model_validate({**asked.model_dump(), **given})
    except ValidationError as error:
        wrong = [texts.wrong_value(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]
        raise invalid(wrong) from error


def _submission(  # noqa: PLR0913, PLR0917 - the parts of a submission
    parts: ApiParts, client: Client, asked: AskedValues, key: str, names: Sequence[str], kind: RequestKind
) -> Submission:
    config = parts.config()
    wanted = Wanted(prompt=asked.prompt, fields=field_names(asked.fields), pages=asked.pages)
    read = read_wanted(wanted, client, config.prompts, config.organisation)
    wrong = () if isinstance(read, Read) else read
    if asked.webhook and client.webhook(asked.webhook) is None:
        wrong = (*wrong, texts.wrong_webhook([webhook.name for webhook in client.webhooks]))
    if wrong or not isinstance(read, Read):
        raise invalid(wrong)
    return Submission(
        client=client.name,
        kind=kind,
        names=tuple(names),
        read=read,
        reference=asked.reference,
        webhook=asked.webhook,
        idempotency_key=key,
        most_members=config.organisation.most_members,
        keep_seconds=client.keep_seconds,
    )


def _accept(
    request: Request, parts: ApiParts, client: Client, submission: Submission, files: Sequence[SentFile]
) -> Accepted:
    take_pages(request, parts, client, len(files))
    accepted = parts.requests.accept(submission, [file.data for file in files], now=parts.clock(), wait=parts.wait)
    if accepted.conflicts:
        raise ApiProblem(HTTPStatus.UNPROCESSABLE_ENTITY, "key-reused", texts.key_reused())
    return accepted
