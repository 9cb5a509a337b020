"""The `fetch` step: every attachment's bytes into the store, at once, for codes expire."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

from bot.domain.errors import OcrbotError
from bot.domain.task import Task
from bot.queue import again
from bot.store import result_key
from workers import following, noticing
from workers.parts import Parts

_DOWNLOADS_AT_ONCE = 4
_FOLLOWING_SECONDS = 1.0  # until it is looked again whether what a question is about has been read


def fetch(parts: Parts, task_id: str, generation: int) -> Any:
    """Download what is missing, answer from earlier results, enqueue the reads and the reply."""
    task = parts.store.task(task_id)
    if task is None:
        return None
    task = following.resolve(parts, task)
    if task is None:
        return again(_FOLLOWING_SECONDS)
    outcomes = parts.store.outcomes(task_id, len(task.attachments))
    missing = [index for index, outcome in enumerate(outcomes) if outcome is None]
    with ThreadPoolExecutor(_DOWNLOADS_AT_ONCE) as threads:
        errors = [error for error in threads.map(partial(_fetch_one, parts, task), missing) if error]
    if errors:
        return parts.later(task, errors)
    outcomes = parts.store.outcomes(task_id, len(task.attachments))
    parts.queue.follow(task_id, generation, [index for index, outcome in enumerate(outcomes) if outcome is None])
    noticing.hasten(parts, task)
    return None


def _fetch_one(parts: Parts, task: Task, index: int) -> OcrbotError | None:
    if parts.store.has_file(task.id, index):
        return None
    try:
        data = parts.download(task.attachments[index], task.address)
    except OcrbotError as error:
        failure = parts.failure(task, error)
        if failure is None:
            return error
        parts.put(task, index, failure)
        return None
    known = parts.store.result(result_key(data, task, parts.engine.name))
    if known is None:
        parts.store.put_file(task.id, index, data)
    else:
        parts.settle(task, index, replace(known, first=None), data)  # who was first is another question
    return None
