"""What the check of one signature over some bytes says."""

from dataclasses import dataclass
from datetime import datetime
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


UNKNOWN = SignatureCheck(fit=SignatureFit.UNKNOWN)
DIFFERS = SignatureCheck(fit=SignatureFit.DIFFERS)
