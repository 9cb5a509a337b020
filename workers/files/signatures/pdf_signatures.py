"""The signatures of a PDF (ISO 32000-2, 12.8): whether all that it shows is as it was signed.

A signature covers the file but for its own value. What was appended later may only be other signatures: the pages must
look the same, hold the same text, and the same files must be attached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.domain.document import FileSignature
from bot.domain.errors import Refused
from bot.domain.limits import MOST_PAGES
from workers.files.pdf.client import PdfFile, PdfSignature
from workers.files.signatures.signature_check import DIFFERS, UNKNOWN, SignatureCheck, SignatureFit
from workers.files.signatures.signed_value import check_value, is_seals
from workers.files.signatures.verdict import file_signature

_MARK = b"ByteRange"  # its key stands in the file as it is: a signature's dictionary cannot be packed
_TIME_STAMP = "ETSI.RFC3161"  # of the file: it says when, not who
_USUAL_NUMBERS = 4  # two beginnings and two lengths
_DETACHED = frozenset({"adbe.pkcs7.detached", "ETSI.CAdES.detached"})
"""The kinds of which it is laid down what they sign (ISO 32000-2, 12.8.3.3): others may differ without any change."""

_MOST_REVISIONS = 4
_BLANK = b" \t\r\n\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Covered:
    """The bytes that a signature covers, in two pieces, and where in the file they end."""

    pieces: tuple[memoryview, memoryview]
    end: int


def check_pdf(file: PdfFile, roots: Sequence[str] = ()) -> FileSignature | None:
    """Return what is said of a PDF's signatures, None if that is nothing; `roots` are trusted certificates as PEM."""
    if _MARK not in file.data:
        return None
    try:
        found = file.signatures()
        signatures = [one for one in found or () if one.value.strip(b"\x00") and one.kind != _TIME_STAMP]
        if not signatures:
            return None
        covered = [_covered(file.data, one) for one in signatures]
        checks = [_check(*pair) for pair in zip(signatures, covered, strict=True)]
        if any(check.fit is not SignatureFit.FITS for check in checks):
            return file_signature(checks, roots, whole=True)
        ends = sorted({one.end for one in covered if one is not None})
        return file_signature([*checks, *_appended(file, ends)], roots, whole=True)
    except Refused:
        return None


def _covered(data: bytes, signature: PdfSignature) -> _Covered | None:
    """Return what a signature covers, None unless that is all before some place of the file but for its own value.

    A gap that holds anything else than the value would hide it from the signature.
    """
    if len(signature.ranges) != _USUAL_NUMBERS:
        return None
    begin, first, second, length = signature.ranges
    if begin != 0 or not 0 < first < second or length <= 0 or second + length > len(data):
        return None
    gap = data[first:second]
    if gap[:1] != b"<" and data[first - 1 : first] == b"<" and data[second : second + 1] == b">":
        gap = b"<" + gap + b">"  # some leave out the brackets
    if gap[:1] != b"<" or gap[-1:] != b">" or gap[1:-1].lower() != signature.value.hex().encode():
        return None
    whole = memoryview(data)
    return _Covered(pieces=(whole[:first], whole[second : second + length]), end=second + length)


def _check(signature: PdfSignature, covered: _Covered | None) -> SignatureCheck:
    if covered is None:
        return DIFFERS if len(signature.ranges) == _USUAL_NUMBERS else UNKNOWN
    check = check_value(signature.value, covered.pieces, padded=True).at(signature.signed_at)
    is_detached = signature.kind in _DETACHED and not is_seals(signature.value, padded=True)
    return check if check.fit is SignatureFit.FITS or is_detached else UNKNOWN


def _appended(file: PdfFile, ends: Sequence[int]) -> list[SignatureCheck]:
    """Return a check for each part of the file that some signature does not cover: whether it changes anything."""
    steps = [(before, after, True) for before, after in pairwise(ends)]
    if file.data[ends[-1] :].strip(_BLANK):
        steps.append((ends[-1], len(file.data), False))
    if len(steps) > _MOST_REVISIONS or (steps and file.pages > MOST_PAGES):
        return [UNKNOWN]
    for before, after, stamped in steps:
        for page in (None, *range(file.pages)):
            same = file.is_same(before, after, page=page, stamped=stamped)
            if not same:
                return [UNKNOWN if same is None else DIFFERS]
    return []
