import json
from collections.abc import Sequence

from bot.domain.document import Document, Outcome
from bot.domain.files_out import source_name
from bot.domain.task import Task
from workers.exports.packing import pack
from workers.outcome_json import outcome_json

VERSION = 1


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
