"""The functions that RQ calls by name. They run the steps that `workers.entry` set in the context of their threads."""

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
    steps = STEPS.get()
    steps.read.reader.warm_up()  # meanwhile, for the first file after a pause
    step = steps.fetch
    return _run("fetch", task_id, lambda: step.run(task_id, generation), lambda: step.give_up(task_id))


def read(task_id: str, index: int) -> Any:
    """Read one of the task's files."""
    step = STEPS.get().read
    return _run("read", task_id, lambda: step.run(task_id, index), lambda: step.give_up(task_id, index))


def reply(task_id: str, generation: int) -> Any:  # noqa: ARG001 - the generation is only part of the job's id
    """Send the task's answer."""
    step = STEPS.get().reply
    return _run("reply", task_id, lambda: step.run(task_id), lambda: step.apologise(task_id))


def notice(task_id: str) -> Any:
    """Give a task its receipt, or end the one that it was given."""
    step = STEPS.get().notice
    return _run("notice", task_id, lambda: step.run(task_id), lambda: step.put_off(task_id))


def _run(step: str, task_id: str, work: Callable[[], Any], give_up: Callable[[], Any]) -> Any:
    with structlog.contextvars.bound_contextvars(task=task_id, step=step):
        try:
            return work()
        except RedisError:
            raise  # nothing can be stored now: the sweeper finds the interrupted step and repeats it
        except Exception:  # noqa: BLE001 - the entry of a job: a bug ends in the log and a sentence for the person
            _log.exception("step failed")
            return give_up()
