"""Prompt files as they are edited: read, checked while somebody writes, saved, tried on a file. For admins."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form, Header, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from bot.api.admin.forms import CheckForm, SourceForm, completions_form, problem_forms
from bot.api.admin.parts import AdminParts
from bot.api.admin.trial_forms import TrialForm
from bot.api.callers import CallingAdmin
from bot.api.parts import Given
from bot.api.problems import ApiProblem, language_of
from bot.api.routes.admin_given import FileToRead, GivenAdmin, bytes_of
from bot.config import folder as config_folder
from bot.config.editing.completion import completions
from bot.config.editing.draft import MOST_BYTES, ChangedMeanwhile, DraftCheck
from bot.config.file_types import is_key
from bot.domain.asking.trial_plans import with_input
from bot.domain.errors import Misconfigured
from bot.domain.texts import api_admin as texts
from bot.domain.texts import console
from bot.domain.texts.api import ProblemText, WrongValue

_LONGEST_NAME: Final = 60

Name = Annotated[str, Path(max_length=_LONGEST_NAME, description="the name of a prompt file, without .toml")]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBody:
    """The text of a prompt file, and where in it the cursor is, if what may stand there is wanted."""

    source: str
    line: int = 0  # from 1; 0: no completion
    column: int = 0  # characters before the cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBody:
    """The text of a prompt file that is saved."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedForm:
    """A file that was saved, with its new ETag."""

    name: str
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBegun:
    """A trial that was accepted; `location` is where it is looked at."""

    id: str
    location: str


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/prompts/{name}", tags=["admin"])
    routes.add_api_route("/source", source, summary="The text of a prompt file, with its ETag")
    routes.add_api_route("/source", save, methods=["PUT"], summary="Save a prompt file, unless it is faulty or changed")
    routes.add_api_route(
        "/source",
        retire,
        methods=["DELETE"],
        status_code=HTTPStatus.NO_CONTENT,
        summary="Retire a kind: remove its file, unless others need it or it was changed",
    )
    routes.add_api_route("/check", check, methods=["POST"], summary="What is wrong with a draft, and what may follow")
    routes.add_api_route(
        "/trials", begin_trial, methods=["POST"], status_code=HTTPStatus.ACCEPTED, summary="Try a draft on a file"
    )
    routes.add_api_route("/trials/{trial}", trial_state, summary="A trial: the engine's answers, the fields, the reply")
    return routes


def source(_: CallingAdmin, admin: GivenAdmin, name: Name, response: Response) -> SourceForm:
    """Return a prompt file as it is on disk."""
    found = admin.folder.source(name)
    if found is None:
        raise unknown_prompt()
    response.headers["ETag"] = f'"{found.tag}"'
    checked = admin.folder.check(name, found.text)
    return SourceForm(
        name=name,
        source=found.text,
        etag=found.tag,
        writable=admin.folder.is_writable,
        problems=problem_forms(checked.problems),
    )


def check(_: CallingAdmin, admin: GivenAdmin, name: Name, body: DraftBody) -> CheckForm:
    """Return all problems of a draft with their lines, and what may stand at the cursor. Nothing is saved."""
    _require_name(name)
    _require_size(body.source)
    found = admin.folder.check(name, body.source)
    wanted = completions(body.source, line=body.line, column=body.column) if body.line else None
    prompt = found.prompt
    return CheckForm(
        problems=problem_forms(found.problems),
        elsewhere=problem_forms(found.elsewhere),
        notes=_notes(found),
        title=prompt.title if prompt is not None else "",
        sent=prompt.text if prompt is not None else "",
        takes_input=prompt is not None and prompt.takes_input,
        completions=completions_form(wanted) if wanted is not None else None,
    )


def save(
    _: CallingAdmin,
    admin: GivenAdmin,
    name: Name,
    body: SourceBody,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> SavedForm:
    """Replace a prompt file as a whole; `If-Match` holds the ETag that was read, `If-None-Match: *` makes a new one."""
    _require_name(name)
    _require_size(body.source)
    require_writable(admin)
    tag = "" if if_match is None and if_none_match == "*" else (if_match or "").strip().strip('"')
    if not tag and if_none_match != "*":
        raise ApiProblem(HTTPStatus.PRECONDITION_REQUIRED, "if-match-missing", texts.not_conditional())
    found = admin.folder.check(name, body.source)
    if not found.is_good:
        raise faulty(found)
    try:
        new_tag = admin.folder.write(name, body.source, tag=tag)
    except ChangedMeanwhile as error:
        raise ApiProblem(HTTPStatus.PRECONDITION_FAILED, "changed-meanwhile", texts.changed_meanwhile()) from error
    except Misconfigured as error:
        raise refused(error) from error
    response.headers["ETag"] = f'"{new_tag}"'
    return SavedForm(name=name, etag=new_tag)


def retire(
    _: CallingAdmin, admin: GivenAdmin, name: Name, if_match: Annotated[str | None, Header()] = None
) -> Response:
    """Remove a prompt file; `If-Match` holds the ETag that was read. A roll-back to an accepted set brings it back."""
    _require_name(name)
    require_writable(admin)
    if admin.folder.source(name) is None:
        raise unknown_prompt()
    tag = (if_match or "").strip().strip('"')
    if not tag:
        raise ApiProblem(HTTPStatus.PRECONDITION_REQUIRED, "if-match-missing", texts.not_conditional())
    found = admin.folder.check_without(name)
    if not found.is_good:
        raise _with_problems(found, HTTPStatus.CONFLICT, "kind-needed", texts.kind_needed())
    try:
        admin.folder.remove(name, tag=tag)
    except ChangedMeanwhile as error:
        raise ApiProblem(HTTPStatus.PRECONDITION_FAILED, "changed-meanwhile", texts.changed_meanwhile()) from error
    except Misconfigured as error:
        raise refused(error) from error
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def begin_trial(
    _: CallingAdmin,
    admin: GivenAdmin,
    name: Name,
    response: Response,
    file: FileToRead,
    source: Annotated[str, Form(description="the draft; the file on disk if it is left out")] = "",
    input: Annotated[str, Form(description="what a person asks to be found")] = "",
) -> TrialBegun:
    """Have a file read with a draft, as the workers read: a request through the queue, whose answers are kept."""
    _require_name(name)
    data = await bytes_of(file)
    wanted = _DraftToTry(source=source, input=input, data=data, file=file.filename or "")
    begun = await run_in_threadpool(_begin, admin, name, wanted)
    location = f"/v1/prompts/{name}/trials/{begun}"
    response.headers["Location"] = location
    return TrialBegun(id=begun, location=location)


def trial_state(
    request: Request, _: CallingAdmin, admin: GivenAdmin, parts: Given, name: Name, trial: str
) -> TrialForm:
    """Return how far a trial has come, and once it has ended all that came of it."""
    language = language_of(request)
    found = admin.trials.look(trial, parts.config().organisation, language=language) if is_key(name) else None
    if found is None:
        raise ApiProblem(HTTPStatus.NOT_FOUND, "unknown-trial", texts.unknown_trial())
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _DraftToTry:
    """What is to be tried: a draft, "" for the file on disk, on the bytes of a file."""

    source: str
    input: str
    data: bytes
    file: str


def _begin(admin: AdminParts, name: str, wanted: _DraftToTry) -> str:
    on_disk = admin.folder.source(name)
    text = wanted.source or (on_disk.text if on_disk is not None else "")
    if not text:
        raise unknown_prompt()
    _require_size(text)
    found = admin.folder.check(name, text)
    if not found.is_good or found.prompt is None or found.prompts is None:
        raise faulty(found)
    prompt = with_input(found.prompt, wanted.input, found.prompts)
    if prompt.takes_input:
        raise ApiProblem(HTTPStatus.UNPROCESSABLE_ENTITY, "input-needed", texts.input_needed())
    organisation = config_folder.load(admin.folder.config).organisation
    return admin.trials.begin(prompt, wanted.data, name=wanted.file, organisation=organisation)


def _notes(found: DraftCheck) -> list[str]:
    title = found.prompt.title if found.prompt is not None else ""
    return [
        console.role_lost(
            title, lost.role, lost.role.term, lost.uses, (lost.spec.name, lost.spec.key) if lost.spec else None
        )
        for lost in found.lost
    ]


def _require_name(name: str) -> None:
    if not is_key(name):
        raise unknown_prompt()


def _require_size(text: str) -> None:
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise ApiProblem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "draft-too-long", texts.draft_too_long())


def require_writable(admin: AdminParts) -> None:
    """Raise `ApiProblem` where the configuration cannot be written."""
    if not admin.folder.is_writable:
        raise ApiProblem(HTTPStatus.CONFLICT, "read-only", texts.read_only())


def unknown_prompt() -> ApiProblem:
    """Return the problem of a name that no prompt file has."""
    return ApiProblem(HTTPStatus.NOT_FOUND, "unknown-prompt", texts.unknown_prompt())


def faulty(found: DraftCheck) -> ApiProblem:
    """Return the problem of a draft with mistakes: each by file, line and key, as in `ocrbot prompts check`."""
    return _with_problems(found, HTTPStatus.UNPROCESSABLE_ENTITY, "faulty-draft", texts.faulty_draft())


def _with_problems(found: DraftCheck, status: HTTPStatus, slug: str, text: ProblemText) -> ApiProblem:
    wrong = tuple(
        WrongValue(at=":".join(filter(None, (one.file, str(one.line or ""), one.key))), zh=one.what, en=one.what)
        for one in (*found.problems, *found.elsewhere)
    )
    return ApiProblem(status, slug, text, wrong=wrong)


def refused(error: Misconfigured) -> ApiProblem:
    """Return the problem of what the configuration on disk does not allow, with the sentence for admins."""
    return ApiProblem(HTTPStatus.CONFLICT, "refused", texts.set_refused(str(error)))
