"""Runs of the prompts' examples: which requests read them, and the set of prompts that was read with."""

from dataclasses import dataclass
from typing import Final, cast

from pydantic import TypeAdapter, ValidationError
from redis import Redis

from bot.domain.prompt import Example
from bot.storage.keys.shared import EXAMPLE_RUN, TRIAL_SECONDS

_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleReading:
    """One example of a run. `recognised` is the request that lets the page decide, `read` the one with its own prompt.

    `skipped` is a sentence that says why neither was made, `failure` why the picture could not be taken.
    """

    example: Example
    recognised: str = ""
    read: str = ""
    skipped: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleRun:
    """One run: all examples, or those of one prompt; `sha256` is of the prompt files that it reads with."""

    id: str
    prompt: str = ""  # "" for all
    sha256: str
    began_at: float  # Unix seconds
    by: str
    readings: tuple[ExampleReading, ...] = ()
    version: int = _VERSION


_RUN: TypeAdapter[ExampleRun] = TypeAdapter(ExampleRun)


class ExampleRuns:
    """The runs of the last hours by their ids."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def put(self, run: ExampleRun) -> None:
        """Keep a run, in place of what was kept of it before."""
        self._redis.set(EXAMPLE_RUN.key(run.id), _RUN.dump_json(run), ex=TRIAL_SECONDS)

    def get(self, run_id: str) -> ExampleRun | None:
        """Return a run, None if it is no longer kept."""
        payload = cast("bytes | None", self._redis.get(EXAMPLE_RUN.key(run_id)))
        if payload is None:
            return None
        try:
            return _RUN.validate_json(payload)
        except ValidationError:  # of another version
            return None
