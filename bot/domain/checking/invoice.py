"""Check an invoice's fields against each other. No check changes a value.

A value becomes CHECKED by passing a check that would have caught a misreading. A plausible form is no such check: it
can only make a value DOUBTFUL.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.domain import texts
from bot.domain.checking.amounts_in_words import parse_amount_words
from bot.domain.checking.check_digits import credit_code_fits, identity_number_fits
from bot.domain.checking.money import money, tax_within_rates
from bot.domain.checking.order import day_of
from bot.domain.checking.verdicts import Verdict, with_verdicts
from bot.domain.document import Field
from bot.domain.roles import Role

_CENT = Decimal("0.01")
_EARLIEST = date(2000, 1, 1)
_DIGITAL_NUMBER = 20
_NUMBER = 8
_CODES = (10, 12)
_LENGTHS: Mapping[Role, tuple[int, ...]] = {Role.CHECK_CODE: (20,), Role.MACHINE_NUMBER: (12,)}
_TAX_IDS = (15, 18, 20)
_CREDIT_CODE = 18
_SUM = (Role.AMOUNT_WITHOUT_TAX, Role.TAX_AMOUNT, Role.TOTAL_WITH_TAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class _InvoiceValues:
    """An invoice's values and their keys in the prompt, by role; roles without a value are left out."""

    values: Mapping[Role, str]
    keys: Mapping[Role, str]

    def __contains__(self, role: Role) -> bool:
        return role in self.values

    def __getitem__(self, role: Role) -> str:
        return self.values.get(role, "")

    def verdict(self, *roles: Role, reason: str = "") -> Verdict:
        """Return the verdict on the fields of these roles."""
        return Verdict(keys=self.keys_of(roles), reason=reason)

    def keys_of(self, roles: Sequence[Role]) -> tuple[str, ...]:
        return tuple(self.keys[role] for role in roles)


def check_invoice(fields: Sequence[Field], *, today: date | None) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    """Return the fields, in their order, as the checks leave them, and doubts about the whole invoice.

    Fields are found by role; those without one stay as they are. Without `today` no date counts as in the future. A
    field that any check refutes is doubtful, even if another confirms it, and a doubtful one stays so.
    """
    filled = {field.role: field for field in fields if field.role is not None and field.value}
    invoice = _InvoiceValues(
        values={role: field.value for role, field in filled.items()},
        keys={role: field.key for role, field in filled.items()},
    )
    verdicts = [
        *_check_words(invoice),
        *_check_sum(invoice),
        *_check_zero(invoice),
        *_check_tax_ids(invoice),
        *_check_number(invoice),
        *_check_lengths(invoice),
        *_check_issue_date(invoice, today),
    ]
    return with_verdicts(fields, verdicts), tuple(_gaps(invoice, {field.role for field in fields}))


def _check_words(invoice: _InvoiceValues) -> Iterator[Verdict]:
    """Compare 大写 with 小写."""
    words, total = invoice[Role.TOTAL_IN_WORDS], invoice[Role.TOTAL_WITH_TAX]
    amount = parse_amount_words(words)
    if words and amount is None:
        yield invoice.verdict(Role.TOTAL_IN_WORDS, reason=texts.warnings.doubt_words_unreadable(words))
    elif words and total:
        reason = "" if amount == money(total) else texts.warnings.doubt_words_differ(words, total)
        yield invoice.verdict(Role.TOTAL_IN_WORDS, Role.TOTAL_WITH_TAX, reason=reason)


def _check_sum(invoice: _InvoiceValues) -> Iterator[Verdict]:
    """Compare 金额 and 税额 with 价税合计, and the tax with the highest rate: the sum allows them to be swapped."""
    if not all(role in invoice for role in _SUM):
        return
    printed = [invoice[role] for role in _SUM]
    verdicts = tuple(sums_up(invoice.keys_of(_SUM), printed, texts.warnings.doubt_sum(*printed)))
    yield from verdicts
    amount, tax = money(printed[0]), money(printed[1])
    if any(verdict.reason for verdict in verdicts) or amount is None or tax is None:
        return
    if not tax_within_rates(amount, tax, day_of(invoice[Role.ISSUE_DATE])):
        yield invoice.verdict(*_SUM[:2], reason=texts.warnings.doubt_tax_above_rates(*printed[:2]))


def _check_zero(invoice: _InvoiceValues) -> Iterator[Verdict]:
    """Refute a total of nothing: it is a label misread, or the amount of another line."""
    if money(invoice[Role.TOTAL_WITH_TAX]) == 0:
        reason = texts.warnings.doubt_zero(Role.TOTAL_WITH_TAX.term)
        yield invoice.verdict(Role.TOTAL_WITH_TAX, reason=reason)


def sums_up(keys: tuple[str, ...], printed: Sequence[str], reason: str) -> Iterator[Verdict]:
    """Compare the last amount with the sum of the others. A difference of one cent is possible but confirms nothing."""
    *parts, total = map(money, printed)
    known = [part for part in parts if part is not None]
    apart = abs(sum(known) - total) if total is not None and len(known) == len(parts) else None
    if apart is None or apart > _CENT:
        yield Verdict(keys=keys, reason=reason)
    elif not apart:
        yield Verdict(keys=keys)


def _check_tax_ids(invoice: _InvoiceValues) -> Iterator[Verdict]:
    """Check 18 characters by their check digit; numbers of 15 and 20 characters have none."""
    for role in (Role.BUYER_TAX_ID, Role.SELLER_TAX_ID):
        value = invoice[role]
        if not value or (len(value) in _TAX_IDS and "*" in value):
            continue
        if len(value) not in _TAX_IDS:
            yield invoice.verdict(role, reason=texts.warnings.doubt_tax_id_length(value))
        elif len(value) == _CREDIT_CODE:
            # Natural persons have their identity number as tax number.
            fits = credit_code_fits(value) or identity_number_fits(value)
            yield invoice.verdict(role, reason="" if fits else texts.warnings.doubt_check_digit(value))


def _check_number(invoice: _InvoiceValues) -> Iterator[Verdict]:
    """Check the lengths: a number of 20 digits has no code, one of 8 digits goes with a code of 10 or 12."""
    number, code = invoice[Role.INVOICE_NUMBER], invoice[Role.INVOICE_CODE]
    if number and len(number) not in {_NUMBER, _DIGITAL_NUMBER}:
        yield invoice.verdict(Role.INVOICE_NUMBER, reason=texts.warnings.doubt_number_length(number))
    elif len(number) == _DIGITAL_NUMBER and code:
        reason = texts.warnings.doubt_code_beside_number(code, number)
        yield invoice.verdict(Role.INVOICE_NUMBER, Role.INVOICE_CODE, reason=reason)
    elif len(number) == _NUMBER and _is_digital(invoice):
        yield invoice.verdict(Role.INVOICE_NUMBER, reason=texts.warnings.doubt_number_length(number))
    if code and len(code) not in _CODES:
        yield invoice.verdict(Role.INVOICE_CODE, reason=texts.warnings.doubt_length(code, _CODES))


def _is_digital(invoice: _InvoiceValues) -> bool:
    return invoice[Role.INVOICE_TITLE].startswith("电子发票")


def _check_lengths(invoice: _InvoiceValues) -> Iterator[Verdict]:
    for role, lengths in _LENGTHS.items():
        value = invoice[role]
        if value and len(value) not in lengths:
            yield invoice.verdict(role, reason=texts.warnings.doubt_length(value, lengths))


def _check_issue_date(invoice: _InvoiceValues, today: date | None) -> Iterator[Verdict]:
    value = invoice[Role.ISSUE_DATE]
    if not value:
        return
    day = day_of(value)
    if day is None:
        yield invoice.verdict(Role.ISSUE_DATE, reason=texts.warnings.doubt_no_date(value))
    elif day < _EARLIEST:
        yield invoice.verdict(Role.ISSUE_DATE, reason=texts.warnings.doubt_date_too_early(value))
    elif today is not None and day > today:
        yield invoice.verdict(Role.ISSUE_DATE, reason=texts.warnings.doubt_date_in_future(value, today.isoformat()))


def _gaps(invoice: _InvoiceValues, roles: Collection[Role | None]) -> Iterator[str]:
    """Yield doubts about missing values that kept a check from being made; `roles` are those of the kind's fields."""
    is_short = len(invoice[Role.INVOICE_NUMBER]) == _NUMBER
    if is_short and Role.INVOICE_CODE in roles and Role.INVOICE_CODE not in invoice and not _is_digital(invoice):
        yield texts.warnings.gap_no_code()
    summed = Role.AMOUNT_WITHOUT_TAX in invoice and Role.TAX_AMOUNT in invoice
    words = Role.TOTAL_IN_WORDS in invoice
    if Role.TOTAL_IN_WORDS in roles and Role.TOTAL_WITH_TAX in invoice and not words and not summed:
        yield texts.warnings.gap_total_unconfirmed()
