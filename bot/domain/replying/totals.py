"""The total of the documents in one message, and how sure it is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.checking.money import money
from bot.domain.document import Status
from bot.domain.prompt import FieldType, Prompt
from bot.domain.replying.document_view import DocumentView, OutcomeView
from bot.domain.replying.formatting import in_yuan


class LeftOut(StrEnum):
    """Why a document is not part of the total."""

    SAME = "same"  # the same document as an earlier one in this message
    NO_TOTAL = "no_total"
    FOREIGN = "foreign"
    UNREAD = "unread"
    NO_AMOUNT = "no_amount"  # its kind has none, such as plain text


@dataclass(frozen=True, slots=True, kw_only=True)
class Summand:
    """One document, by its number in the message, from 1. It counts unless `left_out` gives a reason."""

    number: int
    title: str = ""  # of its kind of document
    amount: Decimal = Decimal(0)
    status: Status = Status.MISSING
    left_out: LeftOut | None = None
    same_as: int = 0  # the number of the file with the same document, 0 if there is none
    repeated: bool = False  # perhaps a duplicate in this message, or posted before: it counts, but the reply warns


@dataclass(frozen=True, slots=True, kw_only=True)
class GrandTotal:
    """The total of a message: an entry for each of its files, in their order."""

    entries: tuple[Summand, ...]

    @property
    def counted(self) -> tuple[Summand, ...]:
        """The entries that count."""
        return tuple(entry for entry in self.entries if entry.left_out is None)

    @property
    def total(self) -> Decimal:
        """The sum of the entries that count."""
        return sum((entry.amount for entry in self.counted), Decimal(0))

    @property
    def kinds(self) -> tuple[tuple[str, int], ...]:
        """How many documents there are of each kind, counted or not."""
        return tuple(Counter(entry.title for entry in self.entries if entry.title).items())

    @property
    def status(self) -> Status:
        """How sure the total is: doubtful if an entry in it is, or if one is missing that may belong to it."""
        unsure = {LeftOut.NO_TOTAL, LeftOut.UNREAD, LeftOut.FOREIGN}
        if any(entry.left_out in unsure or (entry.repeated and entry.left_out is None) for entry in self.entries):
            return Status.DOUBTFUL
        statuses = {entry.status for entry in self.counted}
        if Status.DOUBTFUL in statuses:
            return Status.DOUBTFUL
        return Status.CHECKED if statuses == {Status.CHECKED} else Status.UNCHECKED


def sum_of(views: Sequence[OutcomeView]) -> GrandTotal | None:
    """Return the total of the documents, None if fewer than two of them have an amount."""
    entries = tuple(map(_entry, views))
    with_amount = sum(entry.status is not Status.MISSING for entry in entries)
    return GrandTotal(entries=entries) if with_amount > 1 else None


def _total_key(prompt: Prompt | None) -> str:
    """Return the key of the field with a document's amount: the first of type money in its headline."""
    money_keys = {spec.key for spec in (prompt.fields if prompt else ()) if spec.type is FieldType.MONEY}
    return next((key for key in (prompt.headline if prompt else ()) if key in money_keys), "")


def _entry(view: OutcomeView) -> Summand:
    if not isinstance(view, DocumentView):
        return Summand(number=view.number, left_out=LeftOut.UNREAD)
    key = _total_key(view.prompt)
    if not key:
        return Summand(number=view.number, left_out=LeftOut.NO_AMOUNT)
    document = view.document
    field = next((field for field in document.fields if field.key == key), None)
    amount = money(field.value) if field is not None else None
    if field is None or amount is None:
        return Summand(number=view.number, title=document.title, left_out=LeftOut.NO_TOTAL)
    foreign = None if in_yuan(document) else LeftOut.FOREIGN
    return Summand(
        number=view.number,
        title=document.title,
        amount=amount,
        status=Status.DOUBTFUL if document.mixed else field.status,
        left_out=LeftOut.SAME if view.same_for_sure else foreign,
        same_as=view.same_as,
        repeated=document.first is not None and not view.same_for_sure,
    )
