"""Storing the outcomes of a task's files; whoever stores the last one goes on to reply."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.domain import texts
from bot.domain.checking.duplicates import likenesses, scope_of
from bot.domain.document import Document, Failure, Outcome
from bot.domain.task import READ_SECONDS, Task
from bot.storage.first_postings import Posting
from bot.storage.store import Store


def put_outcome(store: Store, task: Task, index: int, outcome: Outcome, *, result: str = "") -> Task | None:
    """Store the outcome of a file unless it has one; also store a document under the key `result`, if that is given.

    Return the task if each of its files has an outcome now.
    """
    all_read = store.put_outcome(
        task.id,
        index,
        outcome,
        files=len(task.attachments),
        result=result,
        remember_seconds=task.remember_seconds,
    )
    return task if all_read else None


def complete(task: Task, found: Sequence[Outcome | None], *, now: float) -> list[Outcome]:
    """Return an outcome for each file, a failure for each that is still missing at `now` (Unix seconds)."""
    late = now >= task.received_at + READ_SECONDS
    missing = Failure(
        reason="late" if late else "interrupted",
        text=(texts.failures.too_late if late else texts.failures.interrupted)(task.id),
    )
    return [outcome or missing for outcome in found]


def put_document(  # noqa: PLR0913 - keyword-only
    store: Store, task: Task, index: int, document: Document, data: bytes, *, result: str = ""
) -> Task | None:
    """Store a document together with the first posting of the same paper, if any; `data` are the file's bytes.

    Return the task if each of its files has an outcome now.
    """
    claimed = document.with_each(partial(_claimed, store, task, index, data))
    return put_outcome(store, task, index, claimed, result=result)


def _claimed(store: Store, task: Task, index: int, data: bytes, document: Document) -> Document:
    """Return one paper of a file with its first posting."""
    read = task.to_read
    scope = scope_of(task.recipient, read.duplicates)
    prompts = (read.prompt, *read.candidates)
    prompt = next((prompt for prompt in prompts if prompt.name == document.prompt), None)
    if scope is None or prompt is None or prompt.duplicates is None:
        return document
    paper = document.place.number - 1 if document.place is not None else 0
    # The number of a paper that is to be posted again by itself must not be taken now.
    likeness = likenesses(() if document.mixed else document.fields, prompt.duplicates, data, paper=paper)
    first = store.first_postings.claim(Posting(task=task, index=index, paper=paper), scope, likeness)
    return replace(document, first=first)
