"""Which kind a file would be taken for where nobody names one: it is read with the prompts in use. For admins."""

from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bot.api.admin.match_forms import MatchForm, papers_form, words_form
from bot.api.admin.trial_forms import failure_form
from bot.api.callers import CallingAdmin
from bot.api.parts import Given
from bot.api.problems import ApiProblem, language_of
from bot.api.routes.admin_given import FileToRead, GivenAdmin, bytes_of
from bot.domain.prompt import ENOUGH_WORDS
from bot.domain.texts import api_admin as texts


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchBegun:
    """A match that was begun; `location` is where it is looked at."""

    id: str
    location: str


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/prompt-set/match", tags=["admin"])
    routes.add_api_route(
        "", begin_match, methods=["POST"], status_code=HTTPStatus.ACCEPTED, summary="Which kind would this file get?"
    )
    routes.add_api_route(
        "/{match}", match_state, summary="The kinds of the papers in a file, and the words that decide"
    )
    return routes


async def begin_match(
    _: CallingAdmin,
    admin: GivenAdmin,
    parts: Given,
    response: Response,
    file: FileToRead,
) -> MatchBegun:
    """Have a file read as the kind that it is recognised as, through the queue."""
    data = await bytes_of(file)
    config = parts.config()

    def begin() -> str:
        return admin.trials.begin(
            config.prompts.default,
            data,
            name=file.filename or "",
            organisation=config.organisation,
            candidates=config.prompts.candidates,
        )

    begun = await run_in_threadpool(begin)
    location = f"/v1/prompt-set/match/{begun}"
    response.headers["Location"] = location
    return MatchBegun(id=begun, location=location)


def match_state(request: Request, _: CallingAdmin, admin: GivenAdmin, parts: Given, match: str) -> MatchForm:
    """Return how far a match has come, and once it has ended what the file was taken for."""
    record = admin.trials.record(match)
    if record is None:
        raise ApiProblem(HTTPStatus.NOT_FOUND, "unknown-trial", texts.unknown_trial())
    outcome = admin.trials.outcome(match) if record.state.has_ended else None
    prompts = parts.config().prompts
    return MatchForm(
        id=match,
        status=record.state.value,
        file=record.name,
        default=prompts.default.title,
        enough=ENOUGH_WORDS,
        papers=papers_form(outcome, prompts.candidates),
        words=words_form(outcome, prompts.candidates),
        failure=failure_form(outcome, record.sentence, language_of(request)),
    )
