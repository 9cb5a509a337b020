"""The prompts as a set: its state, its examples, accepting it and rolling it back. For admins."""

from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter

from bot.api.admin.example_forms import ExampleRunForm
from bot.api.admin.prompt_set import PromptSetForm
from bot.api.callers import CallingAdmin
from bot.api.parts import Given
from bot.api.problems import ApiProblem
from bot.api.routes.admin_given import GivenAdmin
from bot.api.routes.admin_prompts import refused, require_writable, unknown_prompt
from bot.config.editing.roll_back import roll_back
from bot.domain.errors import Misconfigured
from bot.domain.texts import api_admin as texts


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBody:
    """Which examples to read: those of one prompt, or all."""

    prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptBody:
    """The run of all examples with whose results the set is accepted."""

    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBackBody:
    """The accepted set to put back, by the beginning of its id; "": the last one, or the one before it."""

    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBackForm:
    """What was put back. `saved` is the id of what was in use and in no record; `changed` is empty if nothing was."""

    id: str
    changed: list[str]
    saved: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedForm:
    """The id of the set that was accepted."""

    id: str


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/prompt-set", tags=["admin"])
    routes.add_api_route("", state, summary="All prompt files with their states, and the accepted sets")
    routes.add_api_route(
        "/examples", begin_run, methods=["POST"], status_code=HTTPStatus.ACCEPTED, summary="Read the examples"
    )
    routes.add_api_route("/examples/{run}", run_state, summary="The examples beside the last accepted run")
    routes.add_api_route("/accept", accept, methods=["POST"], summary="Accept the set, with a run of its examples")
    routes.add_api_route("/roll-back", put_back, methods=["POST"], summary="Put an accepted set back into use")
    return routes


def state(_: CallingAdmin, admin: GivenAdmin) -> PromptSetForm:
    """Return the set as it is on disk."""
    try:
        return admin.prompt_set.now()
    except Misconfigured as error:
        raise refused(error) from error


def begin_run(client: CallingAdmin, admin: GivenAdmin, parts: Given, body: RunBody) -> ExampleRunForm:
    """Have the examples read with the files on disk, as requests through the queue."""
    if body.prompt and body.prompt not in admin.folder.names():
        raise unknown_prompt()
    try:
        run = admin.examples.begin(body.prompt, by=client.name, now=parts.clock())
    except Misconfigured as error:
        raise refused(error) from error
    return _looked_at(admin, run.id)


def run_state(_: CallingAdmin, admin: GivenAdmin, run: str) -> ExampleRunForm:
    """Return how far a run has come, each example beside its result in the last accepted run."""
    return _looked_at(admin, run)


def accept(client: CallingAdmin, admin: GivenAdmin, body: AcceptBody) -> AcceptedForm:
    """Record the files on disk as accepted, with the results of a run that read all examples with just these files."""
    require_writable(admin)
    try:
        record = admin.examples.accept(body.run, by=client.name)
    except Misconfigured as error:
        raise refused(error) from error
    if record is None:
        raise ApiProblem(HTTPStatus.CONFLICT, "examples-first", texts.examples_first())
    return AcceptedForm(id=record.id)


def put_back(client: CallingAdmin, admin: GivenAdmin, body: RollBackBody) -> RolledBackForm:
    """Put an accepted set back; files in use that are in no record are recorded first."""
    require_writable(admin)
    try:
        done = roll_back(admin.examples.history, body.id, by=client.name)
    except Misconfigured as error:
        raise refused(error) from error
    return RolledBackForm(id=done.target.id, changed=list(done.changed), saved=done.saved)


def _looked_at(admin: GivenAdmin, run_id: str) -> ExampleRunForm:
    try:
        found = admin.examples.look(run_id)
    except Misconfigured as error:
        raise refused(error) from error
    if found is None:
        raise ApiProblem(HTTPStatus.NOT_FOUND, "unknown-run", texts.unknown_run())
    return found
