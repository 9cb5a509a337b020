"""What the papers of one message come to, and how sure that is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.checking.money import money
from bot.domain.document import Document, Match, Outcome, Status
from bot.domain.prompt import FieldType, Prompt
from bot.domain.replying.disclosure import prompt_of
from bot.domain.replying.formatting import in_yuan
from bot.domain.task import Task


class LeftOut(StrEnum):
    """Why a paper is not in the sum."""

    SAME = "same"  # as an earlier one of this message
    NO_TOTAL = "no_total"
    FOREIGN = "foreign"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summand:
    """One paper, by its number in the message from 1. It counts unless there is a reason to leave it out."""

    number: int
    title: str = ""  # of its kind
    amount: Decimal = Decimal(0)
    status: Status = Status.MISSING
    left: LeftOut | None = None
    other: int = 0  # the number of the one that it is the same as
    repeated: bool = False  # perhaps the same as another, or posted before: it counts, and is told of


@dataclass(frozen=True, slots=True, kw_only=True)
class GrandTotal:
    """All papers that have a total or could not be read, in their order."""

    entries: tuple[Summand, ...]

    @property
    def counted(self) -> tuple[Summand, ...]:
        """Those in the sum."""
        return tuple(entry for entry in self.entries if entry.left is None)

    @property
    def total(self) -> Decimal:
        """The sum itself."""
        return sum((entry.amount for entry in self.counted), Decimal(0))

    @property
    def kinds(self) -> tuple[tuple[str, int], ...]:
        """How many papers there are of each kind, counted or not."""
        return tuple(Counter(entry.title for entry in self.entries if entry.title).items())

    @property
    def status(self) -> Status:
        """How sure the sum is: doubtful where one in it is, or where one is missing that may belong to it."""
        unsure = {LeftOut.NO_TOTAL, LeftOut.UNREAD, LeftOut.FOREIGN}
        if any(entry.left in unsure or (entry.repeated and entry.left is None) for entry in self.entries):
            return Status.DOUBTFUL
        statuses = {entry.status for entry in self.counted}
        if Status.DOUBTFUL in statuses:
            return Status.DOUBTFUL
        return Status.CHECKED if statuses == {Status.CHECKED} else Status.UNCHECKED


def total_key(prompt: Prompt | None) -> str:
    """Return the key of the field that says what a paper of a kind comes to: the first money of its headline."""
    money_keys = {spec.key for spec in (prompt.fields if prompt else ()) if spec.type is FieldType.MONEY}
    return next((key for key in (prompt.headline if prompt else ()) if key in money_keys), "")


def sum_of(task: Task, outcomes: Sequence[Outcome]) -> GrandTotal | None:
    """Return what the documents come to; None where fewer than two of them have a total."""
    entries = [entry for entry in (_entry(task, *pair) for pair in enumerate(outcomes, 1)) if entry is not None]
    found = GrandTotal(entries=tuple(entries))
    return found if sum(entry.status is not Status.MISSING for entry in entries) > 1 else None


def _entry(task: Task, number: int, outcome: Outcome) -> Summand | None:
    if not isinstance(outcome, Document):
        return Summand(number=number, left=LeftOut.UNREAD)
    prompt = prompt_of(task, outcome)
    key = total_key(prompt)
    if not key:
        return None
    field = next((field for field in outcome.fields if field.key == key), None)
    amount = money(field.value) if field is not None else None
    if field is None or amount is None:
        return Summand(number=number, title=outcome.title, left=LeftOut.NO_TOTAL)
    first = outcome.first
    here = first is not None and first.task_id == task.id
    same = here and first is not None and first.match is not Match.CONTENT
    left = LeftOut.SAME if same else None if in_yuan(outcome) else LeftOut.FOREIGN
    return Summand(
        number=number,
        title=outcome.title,
        amount=amount,
        status=field.status,
        left=left,
        other=first.index + 1 if here and first is not None else 0,
        repeated=first is not None and not same,
    )
