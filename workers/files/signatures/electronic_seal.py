"""Signatures of electronic seals: GB/T 38540, whose version is 4, and GM/T 0031 before it."""

from dataclasses import dataclass

from workers.files.signatures.certificates import read_certificate, time_of
from workers.files.signatures.der import GENERALIZED_TIME, INTEGER, OCTET_STRING, SEQUENCE, BadDer, DerValue, read_der
from workers.files.signatures.digests import SM3, WEAK, digest_of
from workers.files.signatures.public_keys import Signed, UnknownMethod, digest_of_method
from workers.files.signatures.signature_check import DIFFERS, UNKNOWN, SignatureCheck, SignatureFit


@dataclass(frozen=True, slots=True, kw_only=True)
class _SealSignature:
    """A SES_Signature of either version."""

    signed: DerValue
    seal: DerValue
    time: DerValue
    digest: bytes
    certificate: bytes
    method: str
    value: bytes


def is_seal_signature(value: DerValue) -> bool:
    """Return whether a value looks like the signature of a seal."""
    parts = value.parts() if value.tag == SEQUENCE else ()
    inside = parts[0].parts() if parts and parts[0].tag == SEQUENCE else ()
    return [part.tag for part in inside[:2]] == [INTEGER, SEQUENCE]


def check_seal_signature(value: DerValue, covered: Signed) -> SignatureCheck:
    """Return whether the signature of a seal fits the bytes that it covers. Raises `BadDer`."""
    try:
        return _check_seal(_parsed(value), covered)
    except UnknownMethod:
        return UNKNOWN


def _parsed(value: DerValue) -> _SealSignature:
    parts = value.sequence(2)
    signed = parts[0].sequence(5)
    if len(parts) >= 4 and parts[1].tag == OCTET_STRING:  # noqa: PLR2004 - version 4
        certificate, method, bits = parts[1:4]
    else:
        if len(signed) < 7:  # noqa: PLR2004 - the certificate and the method stand inside
            raise BadDer("too few values")
        certificate, method, bits = signed[5], signed[6], parts[1]
    return _SealSignature(
        signed=parts[0],
        seal=signed[1],
        time=signed[2],
        digest=signed[3].bits(),
        certificate=certificate.octets(),
        method=method.oid(),
        value=bits.bits(),
    )


def _check_seal(signature: _SealSignature, covered: Signed) -> SignatureCheck:
    certificate = read_der(signature.certificate)
    key = read_certificate(certificate).key
    name = SM3 if key.is_sm2 else digest_of_method(signature.method)
    if digest_of(name, covered) != signature.digest:
        return DIFFERS
    if not key.verifies(signature.value, [signature.signed.whole], name):
        return DIFFERS
    if name in WEAK or not _is_of_seal(signature):
        return UNKNOWN
    at = time_of(signature.time) if signature.time.tag == GENERALIZED_TIME else None
    return SignatureCheck(fit=SignatureFit.FITS, certificate=certificate, signed_at=at)


def _is_of_seal(signature: _SealSignature) -> bool:
    """Return whether the seal names the signer's certificate, or its digest, among those that may use it."""
    of_seal = signature.seal.sequence(1)[0].sequence(3)[2].whole
    names = (SM3, "sha256")
    return signature.certificate in of_seal or any(digest_of(one, [signature.certificate]) in of_seal for one in names)
