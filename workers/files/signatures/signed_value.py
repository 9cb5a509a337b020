"""The value of a signature, in whatever form of those that are verified here."""

from workers.files.signatures.cms import check_cms, is_cms
from workers.files.signatures.der import DerValue
from workers.files.signatures.electronic_seal import check_seal_signature, is_seal_signature
from workers.files.signatures.public_keys import Signed
from workers.files.signatures.signature_check import UNKNOWN, SignatureCheck


def check_value(value: DerValue, covered: Signed) -> SignatureCheck:
    """Return whether a signature's value fits the bytes that it covers. Raises `BadDer`."""
    if is_cms(value):
        return check_cms(value, covered)
    return check_seal_signature(value, covered) if is_seal_signature(value) else UNKNOWN
