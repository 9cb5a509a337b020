"""Public keys, and whether a signature value was made with their private half."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from workers.files.signatures import sm2
from workers.files.signatures.der import BadDer, DerValue, read_der
from workers.files.signatures.digests import digest_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

Signed = Sequence[bytes | memoryview]
"""The bytes that were signed, in pieces that follow each other."""

_EC, _RSA = "1.2.840.10045.2.1", "1.2.840.113549.1.1.1"
_SM2 = "1.2.156.10197.1.301"  # the curve, and in some certificates the algorithm of the key
_PSS = "1.2.840.113549.1.1.10"
_MOST_RSA_BITS = 8192
_MOST_EXPONENT_BITS = 64
_DIGEST_OF_SIGNATURE = {
    "1.2.156.10197.1.501": "sm3",
    "1.2.840.113549.1.1.4": "md5",
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}


class UnknownMethod(ValueError):  # noqa: N818 - what was met
    """A key or a way of signing that is not verified here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A key that `verifies(signature, signed, digest)` tells whether it fits; digests are named as in `digests`."""

    verifies: Callable[[bytes, Signed, str], bool]
    is_sm2: bool = False


def digest_of_method(method: str, named: str = "") -> str:
    """Return the digest that a way of signing uses; `named` is the one that stands beside it, "" if none does."""
    if method == _PSS:
        raise UnknownMethod(method)
    found = _DIGEST_OF_SIGNATURE.get(method, named)
    if not found:
        raise UnknownMethod(method)
    return found


def public_key(info: DerValue) -> PublicKey:
    """Return the key in a SubjectPublicKeyInfo (RFC 5280). Raises `BadDer` and `UnknownMethod`."""
    method, bits = info.sequence(2)[:2]
    names = [part.oid() for part in method.sequence(1)[:2] if part.tag == 6]  # noqa: PLR2004 - an object identifier
    if _SM2 in names:
        point = sm2.point_from(bits.bits())
        if point is None:
            raise BadDer("no point of the curve")
        return PublicKey(verifies=lambda value, signed, _: _verifies_sm2(point, value, signed), is_sm2=True)
    if names[:1] not in ([_EC], [_RSA]):
        raise UnknownMethod(names[0] if names else "")
    return _usual_key(info.whole)


def _verifies_sm2(point: sm2.Point, value: bytes, signed: Signed) -> bool:
    """Return whether a value fits: a SEQUENCE of r and s (GM/T 0009) or, as some write it, the two as they are."""
    if len(value) == 2 * sm2.SIZE:
        pair = int.from_bytes(value[: sm2.SIZE], "big"), int.from_bytes(value[sm2.SIZE :], "big")
    else:
        try:
            r, s = (part.integer() for part in read_der(value).sequence(2)[:2])
        except BadDer:
            return False
        pair = r, s
    return sm2.verifies(point, signed, pair)


def _usual_key(info: bytes) -> PublicKey:
    """Return a key for RSA with the padding of PKCS #1 1.5 or for ECDSA."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - only for such keys
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415 - the same

    try:
        key = load_der_public_key(info)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnknownMethod(str(error)) from error
    if isinstance(key, rsa.RSAPublicKey):
        exponent = key.public_numbers().e
        if key.key_size > _MOST_RSA_BITS or exponent.bit_length() > _MOST_EXPONENT_BITS:
            raise UnknownMethod("a key that takes too long")
    elif not isinstance(key, ec.EllipticCurvePublicKey):
        raise UnknownMethod(type(key).__name__)
    return PublicKey(verifies=partial(_verifies_usual, key))


def _verifies_usual(key: "RSAPublicKey | EllipticCurvePublicKey", value: bytes, signed: Signed, name: str) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415 - only for such keys
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed  # noqa: PLC0415 - the same

    algorithm = getattr(hashes, name.upper(), None)
    if algorithm is None:
        raise UnknownMethod(name)
    digest, method = digest_of(name, signed), Prehashed(algorithm())
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(value, digest, padding.PKCS1v15(), method)
        else:
            key.verify(value, digest, ec.ECDSA(method))
    except InvalidSignature:
        return False
    except UnsupportedAlgorithm as error:
        raise UnknownMethod(str(error)) from error
    return True
