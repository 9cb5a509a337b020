"""The functions that RQ calls, by name. Each finds the steps that the worker's entry put in place before the fork."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import structlog
from redis.exceptions import RedisError

from workers.steps.wiring import Steps

STEPS: ContextVar[Steps] = ContextVar("steps")

_log = structlog.get_logger("ocrbot.jobs")


def fetch(task_id: str, generation: int) -> Any:
    """Download the task's attachments and start reading them."""
    step = STEPS.get().fetch
    return _run("fetch", task_id, lambda: step.run(task_id, generation), lambda: step.give_up(task_id))


def read(task_id: str, index: int) -> Any:
    """Read one of the task's files."""
    step = STEPS.get().read
    return _run("read", task_id, lambda: step.run(task_id, index), lambda: step.give_up(task_id, index))


def reply(task_id: str, generation: int) -> Any:  # noqa: ARG001 - the generation makes the job's id, no more
    """Send the task's answer."""
    step = STEPS.get().reply
    return _run("reply", task_id, lambda: step.run(task_id), lambda: step.apologise(task_id))


def notice(task_id: str) -> Any:
    """Give a task its receipt, or bring to an end what it was given."""
    step = STEPS.get().notice
    return _run("notice", task_id, lambda: step.run(task_id), lambda: step.put_off(task_id))


def _run(step: str, task_id: str, work: Callable[[], Any], give_up: Callable[[], Any]) -> Any:
    with structlog.contextvars.bound_contextvars(task=task_id, step=step):
        try:
            return work()
        except RedisError:
            raise  # nothing could be written down now: the step is found to be broken off, and is repeated
        except Exception:  # noqa: BLE001 - the entry of a job's process: a bug ends in a log and an honest sentence
            _log.exception("step failed")
            return give_up()
