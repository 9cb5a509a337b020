"""The bytes of a file that goes with an answer. They depend on nothing but what is in them."""

import io
import json
import zipfile
from collections.abc import Iterable, Sequence

from bot.domain.document import Document, Outcome
from bot.domain.replying.attachments import file_name, source_name
from bot.domain.task import Format, Task
from workers.exports.outcome_json import outcome_json

VERSION = 1
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip knows


def make(task: Task, outcomes: Sequence[Outcome], kind: Format) -> bytes:
    """Return the bytes of a file that holds all `outcomes`, as they may be shown; the same for the same.

    The libraries are loaded by the first call that needs them.
    """
    match kind:
        case Format.XLSX:
            from workers.exports.workbook import workbook  # noqa: PLC0415 - see above

            return workbook(task, outcomes)
        case Format.DOCX:
            from workers.exports.word import word  # noqa: PLC0415

            return word(task, outcomes)
        case Format.JSON:
            return machine(task, outcomes, file_name(task, outcomes, kind))


def machine(task: Task, outcomes: Sequence[Outcome], name: str) -> bytes:
    """Return a zip with one JSON file: `version`, the task's number, and a result for each file in their order."""
    results = [_result(task, index, outcome) for index, outcome in enumerate(outcomes)]
    whole = {"version": VERSION, "task": task.id, "results": results}
    text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    return pack([(f"{name.rpartition('.')[0]}.json", text.encode(errors="replace"))])


def _result(task: Task, index: int, outcome: Outcome) -> dict[str, object]:
    result = outcome_json(source_name(task, index), outcome)
    first = outcome.first if isinstance(outcome, Document) else None
    if first is None:
        return result
    here = {"task": first.task_id, "file": first.index + 1, "match": first.match.value}
    return {**result, "same_as": here}


def pack(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip of these names and contents, in this order."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, _BEGINNING)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return data.getvalue()


def repack(data: bytes) -> bytes:
    """Return the same archive without the times that its members were written at."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return pack((name, archive.read(name)) for name in archive.namelist())
