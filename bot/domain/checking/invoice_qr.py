"""The text in an invoice's QR code."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.domain.checking.check_digits import is_digits

_POLYNOMIAL = 0x8005
_CHECKED_FIELDS = 7  # the checksum covers them, with the comma after the last
_MONEY = re.compile(r"-?\d+(?:\.\d{1,2})?", re.ASCII)
_TOTAL_WITH_TAX = frozenset({"31", "32", "51", "61"})
_SUM_WITHOUT_TAX = frozenset({"01", "04", "10"})
# Their checksums are of an unknown form, so that a mismatch shows nothing.
_OTHER_CHECKSUM = frozenset({"51", "61", "83", "84", "85", "86"})
_DAY = re.compile(r"(\d{4})(-?)(\d\d)\2(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceQr:
    """The contents of the code. `intact` is None if its checksum says nothing; False means unconfirmed, not forged.

    The kinds seen: 01 special, 03 motor vehicle, 04 general, 08 electronic special, 10 electronic general, 11 roll,
    14 toll, 15 used vehicle, 31 and 32 fully digital, 51 train, 61 flight, 83 to 86 fully digital, of vehicles or on
    paper.
    """

    kind: str  # two digits
    code: str  # empty on a fully digital invoice
    number: str
    amount: Decimal
    amount_has_tax: bool | None  # whether `amount` is the total with tax or the sum without it; None: unknown
    issued: date
    check_code: str  # empty on a fully digital invoice
    intact: bool | None


def parse_invoice_qr(text: str) -> InvoiceQr | None:
    """Parse `01,kind,code,number,amount,day,check code,checksum[,]`; return None for anything else.

    The day is YYYYMMDD, or YYYY-MM-DD as some issuers write it.
    """
    parts = text.strip().split(",")
    if len(parts) < _CHECKED_FIELDS or parts[0] != "01":
        return None
    kind, code, number, amount, day, check_code = parts[1:_CHECKED_FIELDS]
    issued = _date_of(day)
    if issued is None or not _MONEY.fullmatch(amount) or not is_digits(kind) or not is_digits(number):
        return None
    return InvoiceQr(
        kind=kind,
        code=code,
        number=number,
        amount=Decimal(amount),
        amount_has_tax=kind in _TOTAL_WITH_TAX if kind in _TOTAL_WITH_TAX | _SUM_WITHOUT_TAX else None,
        issued=issued,
        check_code=check_code,
        intact=_is_intact(parts),
    )


def qr_checksum(data: bytes) -> int:
    """Return the CRC-16 with polynomial 0x8005, initial value 0, no reflection and no final xor."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ (_POLYNOMIAL if crc & 0x8000 else 0)
            crc &= 0xFFFF
    return crc


def _is_intact(parts: list[str]) -> bool | None:
    checksum = parts[_CHECKED_FIELDS] if len(parts) > _CHECKED_FIELDS else ""
    if not checksum:
        return None
    covered = ",".join(parts[:_CHECKED_FIELDS]) + ","
    if checksum.upper() == f"{qr_checksum(covered.encode()):04X}":
        return True
    return None if parts[1] in _OTHER_CHECKSUM else False


def _date_of(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    try:
        return date(int(match[1]), int(match[3]), int(match[4])) if match else None
    except ValueError:
        return None
