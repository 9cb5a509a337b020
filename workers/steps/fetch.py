"""The `fetch` step: every attachment's bytes into the store, at once, for codes expire; archives unpacked."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from bot.domain.document import Document, Failure
from bot.domain.errors import OcrbotError, Refused
from bot.domain.task import Task
from bot.storage.answer_order import MOST_FILES
from bot.storage.ledger import result_key
from bot.storage.queue import again
from workers.files.file_type import identify
from workers.files.zip_archive import is_archive, may_be_archive, read_member
from workers.steps import follow_up, receipt
from workers.steps.parts import Parts
from workers.steps.unpack import expand

_DOWNLOADS_AT_ONCE = 4
_FOLLOWING_SECONDS = 1.0  # until it is looked again whether what a question is about has been read


def fetch(parts: Parts, task_id: str, generation: int) -> Any:
    """Download what is missing, answer from earlier results, enqueue the reads and the reply."""
    task = parts.store.task(task_id)
    if task is None:
        return None
    task = follow_up.resolve(parts, task)
    if task is None:
        return again(_FOLLOWING_SECONDS)
    outcomes = parts.store.outcomes(task_id, len(task.attachments))
    with ThreadPoolExecutor(_DOWNLOADS_AT_ONCE) as threads:
        groups = _by_code(task, [index for index, outcome in enumerate(outcomes) if outcome is None])
        fetched = list(threads.map(partial(_fetch, parts, task), groups))
    errors = [error for one in fetched for error in one.errors]
    if errors:
        return parts.later(task, errors)
    outdated = any(one.outdated for one in fetched)
    expanded = expand(parts, task, sorted(index for one in fetched for index in one.archives)) if not outdated else None
    if expanded is None:
        return again(_FOLLOWING_SECONDS)
    task = expanded.task
    if len(task.attachments) > MOST_FILES:
        parts.give_way(task)
    known = expanded.known | {expanded.index_of(index): found for one in fetched for index, found in one.known.items()}
    for index, (document, data) in sorted(known.items()):
        parts.settle(task, index, replace(document, first=None), data)  # who was first is another question
    outcomes = parts.store.outcomes(task_id, len(task.attachments))
    parts.queue.follow(task_id, generation, [index for index, outcome in enumerate(outcomes) if outcome is None])
    receipt.hasten(parts, task)
    return None


@dataclass(slots=True, kw_only=True)
class _Fetched:
    """What came of some attachments: what may pass, those read before, the archives; whether the task has changed."""

    errors: list[OcrbotError] = field(default_factory=list)
    known: dict[int, tuple[Document, bytes]] = field(default_factory=dict)
    archives: list[int] = field(default_factory=list)
    outdated: bool = False


def _by_code(task: Task, indexes: Sequence[int]) -> list[list[int]]:
    """Return the attachments that one download serves: the files of one archive."""
    groups: dict[object, list[int]] = {}
    for index in indexes:
        one = task.attachments[index]
        groups.setdefault(one.download_code if one.member else index, []).append(index)
    return list(groups.values())


def _fetch(parts: Parts, task: Task, indexes: Sequence[int]) -> _Fetched:
    fetched, lacking = _Fetched(), list[int]()
    for index in indexes:
        beginning = parts.store.beginning(task.id, index)
        if not beginning:
            lacking.append(index)
        elif not task.attachments[index].member and may_be_archive(beginning):
            whole = parts.store.file(task.id, index)
            fetched.archives += [index] if whole and is_archive(identify(whole)) else []
    if lacking:
        _download(parts, task, lacking, fetched)
    return fetched


def _download(parts: Parts, task: Task, indexes: Sequence[int], fetched: _Fetched) -> None:
    try:
        data = parts.download(task.attachments[indexes[0]], task.address)
    except OcrbotError as error:
        failure = parts.failure(task, error)
        if failure is None:
            fetched.errors.append(error)
            return
        for index in indexes:
            parts.put(task, index, failure)
        return
    if parts.store.task(task.id) != task:  # its files have other numbers since
        fetched.outdated = True
        return
    for index in indexes:
        _keep(parts, task, index, data, fetched)


def _keep(parts: Parts, task: Task, index: int, data: bytes, fetched: _Fetched) -> None:
    path = task.attachments[index].member
    try:
        content = read_member(data, path) if path else data
    except Refused as refused:
        parts.put(task, index, Failure(reason=refused.reason, text=refused.text))
        return
    known = parts.store.result(result_key(content, task, parts.engine.name))
    if known is not None:
        fetched.known[index] = known, content
        return
    parts.store.put_file(task.id, index, content)
    if not path and is_archive(identify(content)):
        fetched.archives.append(index)
