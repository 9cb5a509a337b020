"""Papers that stand beside an invoice and explain or prove it: a trip list, a bank receipt, the page of a payment."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.checking.money import money
from bot.domain.replying.document_view import DocumentView, OutcomeView
from bot.domain.replying.totals import amount_key


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenInvoice:
    """The invoice that a paper belongs to, and both amounts, which may differ."""

    invoice: DocumentView
    amount: Decimal
    own: Decimal

    @property
    def agrees(self) -> bool:
        """Whether the amounts are equal; a payment is printed as a negative one."""
        return self.amount == abs(self.own)


def invoice_of(view: OutcomeView, views: Sequence[OutcomeView]) -> ProvenInvoice | None:
    """Return the invoice that a paper belongs to, None if it is itself one or if that cannot be told.

    That is the only invoice of the message with its amount or, if there are one such paper and one invoice, that one.
    """
    own = _amount(view) if _is_proof(view) else None
    if own is None:
        return None
    invoices = [(other, amount) for other in views if (amount := _amount(other)) is not None and not _is_proof(other)]
    alike = [(other, amount) for other, amount in invoices if amount == abs(own)]
    is_alone = len(invoices) == 1 and sum(map(_is_proof, views)) == 1
    chosen = alike or (invoices if is_alone else [])
    if len(chosen) != 1 or not isinstance(chosen[0][0], DocumentView):
        return None
    return ProvenInvoice(invoice=chosen[0][0], amount=chosen[0][1], own=own)


def _is_proof(view: OutcomeView) -> bool:
    return isinstance(view, DocumentView) and view.prompt is not None and not view.prompt.adds_up


def _amount(view: OutcomeView) -> Decimal | None:
    if not isinstance(view, DocumentView):
        return None
    key = amount_key(view.prompt)
    return next((money(field.value) for field in view.document.fields if field.key == key and field.value), None)
