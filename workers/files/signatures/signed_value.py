"""The value of a signature, in whatever form of those that are verified here."""

from workers.files.signatures.cms import check_cms, is_cms
from workers.files.signatures.der import SEQUENCE, BadDer, read_der
from workers.files.signatures.electronic_seal import check_seal_signature, is_seal_signature
from workers.files.signatures.public_keys import Signed
from workers.files.signatures.signature_check import DIFFERS, UNKNOWN, SignatureCheck


def is_seals(data: bytes, *, padded: bool = False) -> bool:
    """Return whether a value is that of an electronic seal."""
    try:
        return is_seal_signature(read_der(data, padded=padded))
    except BadDer:
        return False


def check_value(data: bytes, covered: Signed, *, padded: bool = False) -> SignatureCheck:
    """Return whether a signature's value fits the bytes that it covers; zeros follow it if it is `padded`."""
    try:
        value = read_der(data, padded=padded)
    except BadDer:  # cut off or damaged, unless it is of quite another form
        return DIFFERS if data[:1] == bytes([SEQUENCE]) else UNKNOWN
    try:
        if is_cms(value):
            return check_cms(value, covered)
        return check_seal_signature(value, covered) if is_seal_signature(value) else UNKNOWN
    except BadDer:
        return UNKNOWN
