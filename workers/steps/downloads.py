"""Downloading a task's attachments, or finding the documents that equal bytes gave before."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial

from bot.domain import texts
from bot.domain.document import Document, Failure
from bot.domain.errors import OcrbotError, Refused
from bot.domain.message import ApiClient
from bot.domain.outbox import Download
from bot.domain.task import Task
from bot.storage.results import result_key
from bot.storage.store import Store
from workers.files.file_type import identify
from workers.files.page_count import has_own_text, scanned_pages
from workers.files.zip_archive import is_archive, may_be_archive, read_member
from workers.steps.retrying import Retrying

_DOWNLOADS_AT_ONCE = 4


@dataclass(slots=True, kw_only=True)
class Downloaded:
    """The results of downloading some attachments."""

    errors: list[OcrbotError] = field(default_factory=list)  # after which a later try may succeed
    known: dict[int, tuple[Document, bytes]] = field(
        default_factory=dict
    )  # documents read before with their bytes, by index
    archives: list[int] = field(default_factory=list)  # indices
    pages: dict[int, int] = field(default_factory=dict)  # of scanned PDFs, by index
    own_text: set[int] = field(default_factory=set)  # indices of files that look as if no engine were needed
    outdated: bool = False  # the task was rewritten meanwhile
    unread: list[int] = field(default_factory=list)  # indices without an outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloads:
    """Puts the missing files of a task into the store."""

    store: Store
    download: Download
    engine_name: str
    retrying: Retrying

    def get(self, task: Task) -> Downloaded:
        """Download the attachments that have no outcome yet and are not stored, a few at a time."""
        outcomes, beginnings = self.store.files.to_fetch(task.id, len(task.attachments))
        open_ = {index: beginnings[index] for index, outcome in enumerate(outcomes) if outcome is None}
        get = partial(self._get_group, task, open_)
        groups = _by_code(task, [*open_])
        if len(groups) == 1:
            return get(groups[0])
        with ThreadPoolExecutor(_DOWNLOADS_AT_ONCE) as threads:
            contexts = [copy_context() for _ in groups]
            parts = list(threads.map(lambda context, group: context.run(get, group), contexts, groups))
        return Downloaded(
            errors=[error for part in parts for error in part.errors],
            known={index: known for part in parts for index, known in part.known.items()},
            archives=sorted(index for part in parts for index in part.archives),
            pages={index: number for part in parts for index, number in part.pages.items()},
            own_text={index for part in parts for index in part.own_text},
            outdated=any(part.outdated for part in parts),
            unread=sorted(index for part in parts for index in part.unread),
        )

    def _get_group(self, task: Task, beginnings: Mapping[int, bytes], indexes: Sequence[int]) -> Downloaded:
        """Get the attachments at `indexes`, which all come with one download."""
        result, missing = Downloaded(unread=[*indexes]), list[int]()
        for index in indexes:
            beginning = beginnings[index]
            if not beginning:
                missing.append(index)
            elif not task.attachments[index].member and may_be_archive(beginning):
                data = self.store.file(task.id, index)
                result.archives += [index] if data and is_archive(identify(data)) else []
        if missing:
            self._download(task, missing, result)
        return result

    def _download(self, task: Task, indexes: Sequence[int], result: Downloaded) -> None:
        try:
            data = self._bytes(task, indexes[0])
        except OcrbotError as error:
            failure = self.retrying.failure(task, error)
            if failure is None:
                result.errors.append(error)
                return
            if self.store.task(task.id) != task:  # its files have other indices now, or it is over
                result.outdated = True
                return
            self._put_failures(task, dict.fromkeys(indexes, failure), result)
            return
        contents, failures = _contents(task, indexes, data)
        digests = [result_key(content, task.to_read, self.engine_name) for content in contents.values()]
        now, known = self.store.files.with_results(task.id, digests)
        if now != task:  # its files have other indices now
            result.outdated = True
            return
        if isinstance(task.recipient, ApiClient):
            known = [None for _ in known]  # pictures of its pages are wanted too
        self._put_failures(task, failures, result)
        for (index, content), document in zip(contents.items(), known, strict=True):
            self._keep(task, index, content, document, result)

    def _bytes(self, task: Task, index: int) -> bytes:
        """Return what an attachment's code leads to: a file that DingTalk has, or one that a client of the API sent."""
        attachment = task.attachments[index]
        if not isinstance(task.recipient, ApiClient):
            return self.download(attachment, task.recipient)
        data = self.store.requests.uploaded(attachment.download_code)
        if data is None:
            raise Refused("file_gone", texts.failures.file_gone())
        return data

    def _put_failures(self, task: Task, failures: Mapping[int, Failure], result: Downloaded) -> None:
        """Store why files cannot be had; those that another worker has fetched meanwhile stay to be read."""
        for index, failure in failures.items():
            if self.store.files.put_without_file(task.id, index, failure, remember_seconds=task.remember_seconds):
                result.unread.remove(index)

    def _keep(self, task: Task, index: int, content: bytes, known: Document | None, result: Downloaded) -> None:
        """Store a file, unless it is `known` because equal bytes were read before."""
        if known is not None:
            result.known[index] = known, content
            return
        self.store.put_file(task.id, index, content)
        if pages := scanned_pages(content):
            result.pages[index] = pages
        if has_own_text(content):
            result.own_text.add(index)
        if not task.attachments[index].member and is_archive(identify(content)):
            result.archives.append(index)


def _contents(task: Task, indexes: Sequence[int], data: bytes) -> tuple[dict[int, bytes], dict[int, Failure]]:
    """Return what a download brings for each of these attachments, itself or a file in it, and what cannot be had."""
    contents: dict[int, bytes] = {}
    failures: dict[int, Failure] = {}
    for index in indexes:
        path = task.attachments[index].member
        try:
            contents[index] = read_member(data, path) if path else data
        except Refused as refused:
            failures[index] = Failure(reason=refused.reason, text=refused.text)
    return contents, failures


def _by_code(task: Task, indexes: Sequence[int]) -> list[list[int]]:
    """Group the indices of attachments that come with one download, the files of an archive."""
    groups: dict[object, list[int]] = {}
    for index in indexes:
        attachment = task.attachments[index]
        groups.setdefault(attachment.download_code if attachment.member else index, []).append(index)
    return list(groups.values())
