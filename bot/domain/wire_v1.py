"""Payloads of version 1: the shapes that have changed since, and how to upgrade them.

These shapes never change. A kind that is not listed kept its shape, apart from fields with defaults.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.attachment_format import Format
from bot.domain.message import Attachment, DingTalkConversation
from bot.domain.organisation import Company, DuplicateScope
from bot.domain.prompt import Prompt
from bot.domain.receipt import Receipt, ReceiptRules, SentReceipt
from bot.domain.task import Command, Content, PageChoice, Read, Refer, RunCommand, Say, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatTask:
    """A task in one flat record: which fields are set decides which of the others count."""

    id: str
    address: DingTalkConversation
    received_at: float
    answer: str = ""
    note: str = ""
    attachments: tuple[Attachment, ...] = ()
    prompt: Prompt | None = None
    candidates: tuple[Prompt, ...] = ()
    only: tuple[str, ...] = ()
    masked: bool = False
    companies: tuple[Company, ...] = ()
    duplicates: DuplicateScope = DuplicateScope.OFF
    plain: str = ""
    refers: tuple[str, ...] = ()
    inherits: bool = False
    pages: PageChoice = PageChoice.SAME
    about: str = ""
    remember_seconds: int = 0
    command: Command | None = None
    formats: tuple[Format, ...] = ()
    first_page: int = 0
    most_pages: int = 20
    most_members: int = 20
    receipt: ReceiptRules = ReceiptRules(mode=Receipt.OFF)  # noqa: RUF009 - frozen
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressedNote:
    """A receipt with the address it was sent to."""

    task_id: str
    mode: Receipt
    address: DingTalkConversation
    rules: ReceiptRules


def upgrade_task(old: FlatTask) -> Task:
    """Return a task of version 1 in its present shape."""
    return Task(
        id=old.id,
        recipient=old.address,
        received_at=old.received_at,
        content=_content_of(old),
        most_members=old.most_members,
        remember_seconds=old.remember_seconds,
        receipt=old.receipt,
        service_notice=old.notice,
    )


def upgrade_note(old: AddressedNote) -> SentReceipt:
    """Return a receipt of version 1 in its present shape."""
    return SentReceipt(task_id=old.task_id, mode=old.mode, recipient=old.address, rules=old.rules)


# For each kind that had another shape: the class to decode its payload with, and the function that upgrades it.
UPGRADES: Mapping[Any, tuple[Any, Callable[[Any], object]]] = {
    Task: (FlatTask, upgrade_task),
    SentReceipt: (AddressedNote, upgrade_note),
}


def _content_of(old: FlatTask) -> Content:
    """Return the content that the fields stood for; the order of the conditions is that of version 1."""
    if old.command is not None and not old.answer:
        return RunCommand(command=old.command, references=old.refers)
    if old.prompt is None or (old.answer and not old.refers):
        return Say(text=old.answer)
    read = _read_of(old, old.prompt)
    if not old.refers:
        return read
    return Refer(references=old.refers, read=read, inherits=old.inherits, pages=old.pages, unknown=old.answer)


def _read_of(old: FlatTask, prompt: Prompt) -> Read:
    return Read(
        attachments=old.attachments,
        prompt=prompt,
        candidates=old.candidates,
        wanted_fields=old.only,
        formats=old.formats,
        first_page=old.first_page,
        most_pages=old.most_pages,
        masked=old.masked,
        companies=old.companies,
        duplicates=old.duplicates,
        full_text_word=old.plain,
        quoted_task=old.about,
        note=old.note,
    )
