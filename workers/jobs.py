"""The functions that RQ calls by name. They run the steps that `workers.entry` set in the context of their threads."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.domain.errors import Undecodable
from bot.domain.task import Task
from bot.storage.queue import again, is_put_off, pause_of
from workers.steps.last_words import OTHER_VERSION_SECONDS
from workers.steps.wiring import ReadingSteps, Steps

STEPS: ContextVar[Steps | ReadingSteps] = ContextVar("steps")

_log = structlog.get_logger("ocrbot.jobs")


def fetch(task_id: str, generation: int) -> Any:
    """Download the task's attachments and start reading them."""
    steps = _all_steps()
    steps.read.reader.warm_up()  # meanwhile, for the first file after a pause
    step = steps.fetch
    ended = _run("fetch", task_id, lambda: step.run(task_id, generation), lambda: step.give_up(task_id))
    return _reply_at_once(task_id, ended)


def read(task_id: str, index: int) -> Any:
    """Read one of the task's files."""
    step = STEPS.get().read
    ended = _run("read", task_id, lambda: step.run(task_id, index), lambda: step.give_up(task_id, index))
    return _reply_at_once(task_id, ended)


def reply(task_id: str, generation: int) -> Any:  # noqa: ARG001 - the generation is only part of the job's id
    """Send the task's answer."""
    step = _all_steps().reply
    return _run("reply", task_id, lambda: step.run(task_id), lambda: step.apologise(task_id))


def notice(*task_ids: str) -> None:
    """Give tasks their receipts, or end those that they were given."""
    step = _all_steps().notice
    for task_id in task_ids:
        _run("notice", task_id, partial(step.run, task_id), partial(step.put_off, task_id))


def webhook(event_id: str, generation: int) -> Any:
    """Tell a client's server that a request has ended."""
    step = _all_steps().webhook
    return _run("webhook", event_id, lambda: step.run(event_id, generation), lambda: step.put_off(event_id))


def _all_steps() -> Steps:
    steps = STEPS.get()
    if isinstance(steps, ReadingSteps):
        raise TypeError("a worker that only reads was given a job of another step")
    return steps


def _reply_at_once(task_id: str, ended: Any) -> Any:
    """Go on to reply in the job that stored the last outcome and so ended with the task to answer.

    If the reply is put off, or this worker has no secret of DingTalk, that is a job of its own.

    If the process dies meanwhile, the job is repeated, finds the outcome and comes here again.
    """
    if not isinstance(ended, Task):
        return ended
    steps = STEPS.get()
    if isinstance(steps, ReadingSteps):
        steps.hand_over(ended)
        return None
    step = steps.reply
    put_off = _run("reply", task_id, lambda: step.answer(ended), lambda: step.apologise(task_id))
    if put_off is not None:
        step.run_later(task_id, pause_of(put_off))
    return None


def _run(step: str, task_id: str, work: Callable[[], Any], give_up: Callable[[], Any]) -> Any:
    with structlog.contextvars.bound_contextvars(task=task_id, step=step), _timed(step, task_id) as timed:
        try:
            value = work()
        except Undecodable as error:
            _log.warning("left to another version of ocrbot for now", error=str(error))
            return again(OTHER_VERSION_SECONDS)
        except RedisError:
            raise  # nothing can be stored now: the sweeper finds the interrupted step and repeats it
        except Exception:  # noqa: BLE001 - the entry of a job: a bug ends in the log and a sentence for the person
            _log.exception("step failed")
            return give_up()
        timed.result = "again" if is_put_off(value) else "done"
        return value


@dataclass(slots=True)
class _Timed:
    result: str = "failed"


@contextmanager
def _timed(step: str, task_id: str) -> Iterator[_Timed]:
    """Tell how the step ended, and how long it took."""
    timed, began, steps = _Timed(), time.monotonic(), STEPS.get()
    with steps.tracing.step(step, task_id) as span:
        try:
            yield timed
        finally:
            span.note(result=timed.result)
            steps.ended(step, timed.result, time.monotonic() - began)
