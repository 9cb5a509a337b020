"""Unpacking archives among the attachments: each is replaced by the files in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot.domain import texts
from bot.domain.document import Document, Failure
from bot.domain.errors import Refused
from bot.domain.message import ApiClient, Attachment
from bot.domain.replying.escape_markdown import neutralise, neutralise_line
from bot.domain.task import Task
from bot.storage.keys.tasks import FILE_SECONDS
from bot.storage.results import result_key
from bot.storage.store import Store
from bot.storage.unpacking import FilePlace
from workers.files.file_type import identify
from workers.files.page_count import has_own_text
from workers.files.zip_archive import (
    Archive,
    ArchiveAllowance,
    Skipped,
    display_names,
    nothing_readable,
    readable_files,
)
from workers.steps.outcomes import put_outcome

_log = structlog.get_logger("ocrbot.steps")


@dataclass(slots=True, kw_only=True)
class _Contents:
    """The readable files of one archive, by their paths, and a note about the others."""

    paths: list[str] = field(default_factory=list)
    own_text: list[bool] = field(default_factory=list)  # of each, whether it looks as if no engine were needed
    known: dict[int, tuple[Document, bytes]] = field(
        default_factory=dict
    )  # documents read before with their bytes, by index
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpackedTask:
    """A rewritten task, the former places of its files, and the documents that are already known."""

    task: Task
    places: Sequence[FilePlace]
    known: dict[int, tuple[Document, bytes]]  # with the bytes, by index in the rewritten task

    def index_of(self, index: int) -> int:
        """Return the new index of an attachment that is no archive, by its index in the former task."""
        return self.places.index(FilePlace(index=index))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacker:
    """Unpacks a task's archives in the store."""

    store: Store
    engine_name: str

    def unpack(self, task: Task, archives: Sequence[int]) -> UnpackedTask | None:
        """Replace the attachments at `archives` by the files in them, and rewrite the task.

        An archive without anything readable stays, with a failure as its outcome. Return None, without rewriting the
        task, if it was closed or rewritten by another process meanwhile.
        """
        allowance = ArchiveAllowance(files=task.most_members)
        contents: dict[int, _Contents] = {}
        failures: dict[int, Failure] = {}
        for index in archives:
            try:
                contents[index] = self._contents(task, index, allowance)
            except Refused as refused:
                failures[index] = Failure(reason=refused.reason, text=refused.text)
        if failures and self.store.task(task.id) != task:
            self.store.unpacking.forget_staged(task.id, _staged(contents))
            return None
        for index, failure in failures.items():
            put_outcome(self.store, task, index, failure)
        if not contents:
            places = [FilePlace(index=index) for index in range(len(task.attachments))]
            return UnpackedTask(task=task, places=places, known={})
        unpacked = _unpacked(task, contents)
        if not self.store.unpacking.replace(task, unpacked.task, unpacked.places):
            return None
        _log.info("archives unpacked", archives=len(contents), files=len(unpacked.task.attachments))
        return unpacked

    def _known(self, task: Task, content: bytes) -> Document | None:
        """Return the document that equal bytes gave before, None for a client, who wants pictures of its pages too."""
        if isinstance(task.recipient, ApiClient):
            return None
        return self.store.result(result_key(content, task.to_read, self.engine_name))

    def _contents(self, task: Task, index: int, allowance: ArchiveAllowance) -> _Contents:
        """Stage the files of one archive; raises `Refused` if there is nothing readable in it."""
        data = self.store.file(task.id, index)
        if data is None:
            raise Refused("file_gone", texts.failures.file_gone())
        archive, skipped, contents = Archive(identify(data)), Skipped(), _Contents()
        for path, file in readable_files(archive, allowance, skipped):
            content = file.data
            place = FilePlace(index=index, member=len(contents.paths))
            known = self._known(task, content)
            if known is None:
                self.store.unpacking.stage(task.id, place, content, seconds=FILE_SECONDS)
            else:
                contents.known[len(contents.paths)] = (known, content)
            contents.paths.append(path)
            contents.own_text.append(has_own_text(content))
        if not contents.paths and not skipped.over:
            raise nothing_readable(skipped, task.most_members)
        sentences = skipped.sentences(task.most_members)
        if not contents.paths:
            raise Refused("archive_over", "".join(sentences))
        name = neutralise_line(task.attachments[index].name)
        contents.note = texts.unreadable.archive_note(name, [neutralise(one) for one in sentences]) if sentences else ""
        return contents


def _staged(contents: Mapping[int, _Contents]) -> list[FilePlace]:
    return [FilePlace(index=index, member=n) for index, one in contents.items() for n in range(len(one.paths))]


def _unpacked(task: Task, contents: Mapping[int, _Contents]) -> UnpackedTask:
    rewritten = [*_rewritten(task, contents)]
    attachments = tuple(attachment for attachment, _ in rewritten)
    note = "\n\n".join(filter(None, [task.to_read.note, *(one.note for one in contents.values())]))
    return UnpackedTask(
        task=replace(task, content=replace(task.to_read, attachments=attachments, note=note)),
        places=[place for _, place in rewritten],
        known={
            index: contents[place.index].known[place.member]
            for index, (_, place) in enumerate(rewritten)
            if place.member is not None and place.member in contents[place.index].known
        },
    )


def _rewritten(task: Task, contents: Mapping[int, _Contents]) -> Iterator[tuple[Attachment, FilePlace]]:
    """Yield the attachments, with the files of each archive in place of it, and their former places."""
    for index, attachment in enumerate(task.attachments):
        if index not in contents:
            yield attachment, FilePlace(index=index)
            continue
        paths = contents[index].paths
        own_text = contents[index].own_text
        for number, (path, name) in enumerate(zip(paths, display_names(paths), strict=True)):
            member = replace(attachment, name=name, member=path, own_text=own_text[number])
            yield member, FilePlace(index=index, member=number)
