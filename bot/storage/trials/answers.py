"""What engines answered to trials of prompts, as they answered, kept beside the outcomes for a while."""

import json
from collections.abc import Sequence
from typing import Final, cast

from pydantic import TypeAdapter, ValidationError
from redis import Redis

from bot.domain.trials import Call
from bot.storage.keys.shared import TRIAL_ANSWERS, TRIAL_SECONDS

_VERSION: Final = 1
_MOST_CALLS: Final = 60  # of one file
_CALLS: TypeAdapter[tuple[Call, ...]] = TypeAdapter(tuple[Call, ...])


class TrialAnswers:
    """The answers by the id under which a file is read: task and index."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def put(self, request_id: str, calls: Sequence[Call]) -> None:
        """Keep the answers of one file, the first of them if there are very many."""
        body = _CALLS.dump_python(tuple(calls[:_MOST_CALLS]), mode="json")
        payload = json.dumps({"version": _VERSION, "calls": body}, ensure_ascii=False)
        self._redis.set(TRIAL_ANSWERS.key(request_id), payload, ex=TRIAL_SECONDS)

    def get(self, request_id: str) -> tuple[Call, ...]:
        """Return the answers of one file; none if it was read without an engine, or they are no longer kept."""
        payload = cast("bytes | None", self._redis.get(TRIAL_ANSWERS.key(request_id)))
        if payload is None:
            return ()
        try:
            return _CALLS.validate_python(json.loads(payload)["calls"])
        except (KeyError, ValueError, ValidationError):  # of another version
            return ()


def answers_id(task_id: str, index: int = 0) -> str:
    """Return the id under which a file of a task is read."""
    return f"{task_id}-{index}"
