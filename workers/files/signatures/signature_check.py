"""What the check of one signature over some bytes says."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from workers.files.signatures.der import DerValue


class SignatureFit(StrEnum):
    """Whether a signature belongs to the bytes that it is said to cover."""

    FITS = "fits"
    DIFFERS = "differs"  # other bytes were signed, or the signature was changed
    UNKNOWN = "unknown"  # made in a way that is not verified here, or one that proves too little


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCheck:
    """Whether a signature fits; if it does, by whose certificate, beside which others, and when, as it says itself."""

    fit: SignatureFit
    certificate: DerValue | None = None
    others: tuple[DerValue, ...] = ()
    signed_at: datetime | None = None

    def at(self, written: str) -> "SignatureCheck":
        """Return the check with the time that the file says, such as 20200723130907Z, if the value itself has none."""
        return self if self.signed_at is not None else replace(self, signed_at=_time_in(written))


def _time_in(written: str) -> datetime | None:
    """Return the time in a text that begins with a year, to the day: its hours may be of any zone."""
    found = re.search(r"(\d{4})\D?(\d{2})\D?(\d{2})", written, re.ASCII)
    if found is None:
        return None
    year, month, day = map(int, found.groups())
    try:
        return datetime(year, month, day, 12, tzinfo=UTC)
    except ValueError:
        return None


UNKNOWN = SignatureCheck(fit=SignatureFit.UNKNOWN)
DIFFERS = SignatureCheck(fit=SignatureFit.DIFFERS)
