"""Archives among the attachments: each gives way to the files in it, in the same place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot.domain.document import Document, Failure
from bot.domain.errors import Refused
from bot.domain.message import Attachment
from bot.domain.replying.escape_markdown import neutralise, neutralise_line
from bot.domain.task import Task
from bot.domain.texts import chat as texts
from bot.storage.ledger import FILE_SECONDS, result_key
from bot.storage.unpacking import FilePlace
from workers.files.file_type import identify
from workers.files.zip_archive import (
    Archive,
    ArchiveAllowance,
    Skipped,
    display_names,
    nothing_readable,
    readable_files,
)
from workers.steps.parts import Parts

_log = structlog.get_logger("ocrbot.steps")


@dataclass(slots=True, kw_only=True)
class _Unpacked:
    """What one archive held, by their paths, and what is said of the rest."""

    paths: list[str] = field(default_factory=list)
    known: dict[int, tuple[Document, bytes]] = field(default_factory=dict)  # those that were read before
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expanded:
    """The task as it is written down now, where its files were before, and documents that are known already."""

    task: Task
    places: Sequence[FilePlace]
    known: dict[int, tuple[Document, bytes]]  # by the index in the rewritten task

    def index_of(self, index: int) -> int:
        """Return where an attachment of the former task is that is no archive."""
        return self.places.index(FilePlace(index=index))


def expand(parts: Parts, task: Task, archives: Sequence[int]) -> Expanded | None:
    """Put the files of the attachments at `archives` in their places, once and for all.

    An archive that gives nothing to read stays, with a failure for its outcome. None, and nothing has changed but
    that, where the task was closed or rewritten meanwhile.
    """
    allowance = ArchiveAllowance(files=task.most_members)
    found: dict[int, _Unpacked] = {}
    failures: dict[int, Failure] = {}
    for index in archives:
        try:
            found[index] = _unpack(parts, task, index, allowance)
        except Refused as refused:
            failures[index] = Failure(reason=refused.reason, text=refused.text)
    if failures and parts.store.task(task.id) != task:
        return None
    for index, failure in failures.items():
        parts.put(task, index, failure)
    rewritten = [*_rewritten(task, found)]
    expanded = Expanded(
        task=replace(
            task,
            attachments=tuple(attachment for attachment, _ in rewritten),
            note="\n\n".join(filter(None, [task.note, *(one.note for one in found.values())])),
        ),
        places=[place for _, place in rewritten],
        known={
            index: found[place.index].known[place.member]
            for index, (_, place) in enumerate(rewritten)
            if place.member is not None and place.member in found[place.index].known
        },
    )
    if not found:
        return expanded
    if not parts.store.unpacking.replace(task, expanded.task, expanded.places):
        return None
    _log.info("archives unpacked", archives=len(found), files=len(expanded.task.attachments))
    return expanded


def _unpack(parts: Parts, task: Task, index: int, allowance: ArchiveAllowance) -> _Unpacked:
    data = parts.store.file(task.id, index)
    if data is None:
        raise Refused("file_gone", texts.file_gone())
    archive, skipped, unpacked = Archive(identify(data)), Skipped(), _Unpacked()
    for path, file in readable_files(archive, allowance, skipped):
        content = file.data
        place = FilePlace(index=index, member=len(unpacked.paths))
        known = parts.store.result(result_key(content, task, parts.engine.name))
        if known is None:
            parts.store.unpacking.stage(task.id, place, content, seconds=FILE_SECONDS)
        else:
            unpacked.known[len(unpacked.paths)] = (known, content)
        unpacked.paths.append(path)
    if not unpacked.paths and not skipped.over:
        raise nothing_readable(skipped, task.most_members)
    sentences = skipped.sentences(task.most_members)
    if not unpacked.paths:
        raise Refused("archive_over", "".join(sentences))
    name = neutralise_line(task.attachments[index].name)
    unpacked.note = texts.archive_note(name, [neutralise(one) for one in sentences]) if sentences else ""
    return unpacked


def _rewritten(task: Task, found: dict[int, _Unpacked]) -> Iterator[tuple[Attachment, FilePlace]]:
    for index, attachment in enumerate(task.attachments):
        if index not in found:
            yield attachment, FilePlace(index=index)
            continue
        paths = found[index].paths
        for number, (path, name) in enumerate(zip(paths, display_names(paths), strict=True)):
            yield replace(attachment, name=name, member=path), FilePlace(index=index, member=number)
