"""Several requests as one answer: their files in order, for sums and for exports of a selection."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.document import Document, Outcome
from bot.domain.prompt import Prompt
from bot.domain.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedRequest:
    """A request that was read: its task, and the outcomes of its files."""

    task: Task
    outcomes: tuple[Outcome, ...]


def combined(requests: Sequence[EndedRequest]) -> EndedRequest:
    """Return the requests, one at least, as a single one; the same paper in two of them counts as in one message."""
    first = requests[0].task
    begins = [sum(len(one.outcomes) for one in requests[:number]) for number in range(len(requests))]
    places = {one.task.id: begin for one, begin in zip(requests, begins, strict=True)}
    reads = [one.task.to_read for one in requests]
    read = replace(
        reads[0],
        attachments=tuple(attachment for one in reads for attachment in one.attachments),
        candidates=tuple({prompt.name: prompt for prompt in _prompts(requests)}.values()),
        wanted_fields=reads[0].wanted_fields if len(requests) == 1 else (),
        masked=any(one.masked for one in reads),
        corrections=(),
    )
    outcomes = tuple(_as_of(outcome, first.id, places) for one in requests for outcome in one.outcomes)
    return EndedRequest(task=replace(first, content=read), outcomes=outcomes)


def _prompts(requests: Sequence[EndedRequest]) -> Iterator[Prompt]:
    for one in requests:
        read = one.task.to_read
        yield from (*read.candidates, *([read.prompt] if read.kind_named else []))


def _as_of(outcome: Outcome, task_id: str, begins: dict[str, int]) -> Outcome:
    """Return an outcome whose earlier posting is in the combined task, if it is in one of those."""

    def moved(paper: Document) -> Document:
        first = paper.first
        if first is None or first.task_id not in begins:
            return paper
        return replace(paper, first=replace(first, task_id=task_id, index=begins[first.task_id] + first.index))

    return outcome.with_each(moved) if isinstance(outcome, Document) else outcome
