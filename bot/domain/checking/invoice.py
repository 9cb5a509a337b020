"""What an invoice's fields say about each other. No check changes a value.

A check that could have caught a misread value and did not makes it CHECKED. A plausible form alone shows nothing: it
can only make a field DOUBTFUL.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from bot.domain.checking.amounts_in_words import parse_amount_words
from bot.domain.checking.check_digits import credit_code_fits, identity_number_fits
from bot.domain.checking.money import money, tax_within_rates
from bot.domain.checking.verdicts import Verdict, judged
from bot.domain.document import Field
from bot.domain.texts import chat as texts

_CENT = Decimal("0.01")
EARLIEST = date(2000, 1, 1)
_DIGITAL_NUMBER = 20
_NUMBER = 8
_CODES = (10, 12)
_CHECK_CODES = (20,)
_MACHINE_NUMBERS = (12,)
_TAX_IDS = (15, 18, 20)
_CREDIT_CODE = 18
_PARTIES = ("buyer_tax_id", "seller_tax_id")


def check_invoice(fields: Sequence[Field], *, today: date | None) -> tuple[tuple[Field, ...], tuple[str, ...]]:
    """Return the fields with what the checks made of them, in the same order, and doubts about the whole.

    Fields are known by their keys, and unknown ones left alone. Without `today` no date is in the future. A field
    that one check confirms and another refutes is doubtful, as is one that was doubtful before.
    """
    values = {field.key: field.value for field in fields if field.value}
    verdicts = [
        *_words(values),
        *_sum(values),
        *_tax_ids(values),
        *_number(values),
        *_lengths(values),
        *_issue_date(values, today),
    ]
    return judged(fields, verdicts), tuple(_gaps(values))


def _words(values: Mapping[str, str]) -> Iterator[Verdict]:
    """Compare 大写 with 小写."""
    words, total = values.get("total_in_words", ""), values.get("total_with_tax", "")
    amount = parse_amount_words(words)
    if words and amount is None:
        yield Verdict(keys=("total_in_words",), reason=texts.doubt_words_unreadable(words))
    elif words and total:
        reason = "" if amount == money(total) else texts.doubt_words_differ(words, total)
        yield Verdict(keys=("total_in_words", "total_with_tax"), reason=reason)


def _sum(values: Mapping[str, str]) -> Iterator[Verdict]:
    """Compare 金额 and 税额 with 价税合计, and the tax with the highest rate: the sum alone takes them swapped."""
    keys = ("amount_without_tax", "tax_amount", "total_with_tax")
    if not all(key in values for key in keys):
        return
    printed = [values[key] for key in keys]
    verdicts = tuple(sums_up(keys, printed, texts.doubt_sum(*printed)))
    yield from verdicts
    amount, tax = money(printed[0]), money(printed[1])
    if any(verdict.reason for verdict in verdicts) or amount is None or tax is None:
        return
    if not tax_within_rates(amount, tax, _day(values.get("issue_date", ""))):
        yield Verdict(keys=keys[:2], reason=texts.doubt_tax_above_rates(*printed[:2]))


def sums_up(keys: tuple[str, ...], printed: Sequence[str], reason: str) -> Iterator[Verdict]:
    """Compare the last amount with the sum of the others. A cent apart is possible, and confirms nothing."""
    *parts, total = map(money, printed)
    known = [part for part in parts if part is not None]
    apart = abs(sum(known) - total) if total is not None and len(known) == len(parts) else None
    if apart is None or apart > _CENT:
        yield Verdict(keys=keys, reason=reason)
    elif not apart:
        yield Verdict(keys=keys)


def _tax_ids(values: Mapping[str, str]) -> Iterator[Verdict]:
    """Check 18 characters by their check digit; numbers of 15 and 20 characters have none."""
    for key in _PARTIES:
        value = values.get(key, "")
        if not value or (len(value) in _TAX_IDS and "*" in value):
            continue
        if len(value) not in _TAX_IDS:
            yield Verdict(keys=(key,), reason=texts.doubt_tax_id_length(value))
        elif len(value) == _CREDIT_CODE:
            # A person who is no business is taxed under the identity number.
            fits = credit_code_fits(value) or identity_number_fits(value)
            yield Verdict(keys=(key,), reason="" if fits else texts.doubt_check_digit(value))


def _number(values: Mapping[str, str]) -> Iterator[Verdict]:
    """20 digits stand alone; 8 digits go with a code of 10 or 12."""
    number, code = values.get("invoice_number", ""), values.get("invoice_code", "")
    if number and len(number) not in {_NUMBER, _DIGITAL_NUMBER}:
        yield Verdict(keys=("invoice_number",), reason=texts.doubt_number_length(number))
    elif len(number) == _DIGITAL_NUMBER and code:
        yield Verdict(keys=("invoice_number", "invoice_code"), reason=texts.doubt_code_beside_number(code, number))
    elif len(number) == _NUMBER and _is_digital(values):
        yield Verdict(keys=("invoice_number",), reason=texts.doubt_number_length(number))
    if code and len(code) not in _CODES:
        yield Verdict(keys=("invoice_code",), reason=texts.doubt_length(code, _CODES))


def _is_digital(values: Mapping[str, str]) -> bool:
    return values.get("invoice_title", "").startswith("电子发票")


def _lengths(values: Mapping[str, str]) -> Iterator[Verdict]:
    for key, lengths in (("check_code", _CHECK_CODES), ("machine_number", _MACHINE_NUMBERS)):
        value = values.get(key, "")
        if value and len(value) not in lengths:
            yield Verdict(keys=(key,), reason=texts.doubt_length(value, lengths))


def _issue_date(values: Mapping[str, str], today: date | None) -> Iterator[Verdict]:
    value = values.get("issue_date", "")
    if not value:
        return
    day = _day(value)
    if day is None:
        yield Verdict(keys=("issue_date",), reason=texts.doubt_no_date(value))
    elif day < EARLIEST:
        yield Verdict(keys=("issue_date",), reason=texts.doubt_date_too_early(value))
    elif today is not None and day > today:
        yield Verdict(keys=("issue_date",), reason=texts.doubt_date_in_future(value, today.isoformat()))


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _gaps(values: Mapping[str, str]) -> Iterator[str]:
    """Name what is missing so that a check could not be made."""
    if len(values.get("invoice_number", "")) == _NUMBER and "invoice_code" not in values and not _is_digital(values):
        yield texts.gap_no_code()
    summed = {"amount_without_tax", "tax_amount"} <= values.keys()
    if "total_with_tax" in values and "total_in_words" not in values and not summed:
        yield texts.gap_total_unconfirmed()
