"""Signed messages in the form of CMS (RFC 5652) and its twin for SM2 (GM/T 0010), detached from what they cover."""

from collections.abc import Sequence
from dataclasses import dataclass

from workers.files.signatures.certificates import Certificate, read_certificate, time_of
from workers.files.signatures.der import OCTET_STRING, OID, SEQUENCE, SET, BadDer, DerValue
from workers.files.signatures.digests import SM3, WEAK, digest_named, digest_of
from workers.files.signatures.public_keys import Signed, UnknownMethod, digest_of_method
from workers.files.signatures.signature_check import DIFFERS, UNKNOWN, SignatureCheck, SignatureFit

_SIGNED_DATA = frozenset({"1.2.840.113549.1.7.2", "1.2.156.10197.6.1.4.2.2"})
_MESSAGE_DIGEST, _SIGNING_TIME = "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5"
_SIGNING_CERTIFICATES = ("1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47")  # RFC 5035
_FIRST, _SUBJECT_KEY_ID = 0xA0, 0x80  # tags of what the context tells
_MOST_CERTIFICATES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signer:
    """A SignerInfo."""

    certificate: Certificate
    digest: str
    attributes: DerValue | None
    method: str
    value: bytes


def is_cms(value: DerValue) -> bool:
    """Return whether a value is a signed message."""
    parts = value.parts() if value.tag == SEQUENCE else ()
    return bool(parts) and parts[0].tag == OID and parts[0].oid() in _SIGNED_DATA


def check_cms(message: DerValue, covered: Signed) -> SignatureCheck:
    """Return whether a signed message of one signer fits the bytes that it covers. Raises `BadDer`."""
    try:
        return _check_message(message, covered)
    except UnknownMethod:
        return UNKNOWN


def _check_message(message: DerValue, covered: Signed) -> SignatureCheck:
    parts = message.sequence(2)[1].inside().sequence(4)
    certificates = next((part.parts() for part in parts[3:] if part.tag == _FIRST), ())[:_MOST_CERTIFICATES]
    signers = parts[-1].parts(SET)
    if len(signers) != 1 or not _is_detached(parts[2], covered):
        return UNKNOWN
    signer = _signer(signers[0], [read_certificate(one) for one in certificates if one.tag == SEQUENCE])
    if signer is None:
        return UNKNOWN
    attributes = _attributes(signer.attributes) if signer.attributes is not None else {}
    signed = covered
    if signer.attributes is not None:
        if _one(attributes, _MESSAGE_DIGEST).octets() != digest_of(signer.digest, covered):
            return DIFFERS
        signed = [b"\x31" + signer.attributes.whole[1:]]  # signed as the SET that it is (RFC 5652, 5.4)
    name = SM3 if signer.certificate.key.is_sm2 else digest_of_method(signer.method, signer.digest)
    if not signer.certificate.key.verifies(signer.value, signed, name):
        return DIFFERS
    if {name, signer.digest} & WEAK or not _is_the_certificate(signer.certificate, attributes):
        return UNKNOWN
    times = attributes.get(_SIGNING_TIME, ())
    return SignatureCheck(
        fit=SignatureFit.FITS,
        certificate=next(one for one in certificates if one.whole == signer.certificate.whole),
        others=certificates,
        signed_at=time_of(times[0]) if times else None,
    )


def _is_detached(content: DerValue, covered: Signed) -> bool:
    """Return whether a message leaves out what it covers or carries just that."""
    carried = [part for part in content.sequence(1)[1:] if part.tag == _FIRST]
    return not carried or carried[0].inside().octets() == b"".join(covered)


def _signer(info: DerValue, certificates: Sequence[Certificate]) -> _Signer | None:
    """Return the signer with their certificate, None if that or the digest is not known."""
    parts = info.sequence(5)
    digest = digest_named(parts[2].sequence(1)[0].oid())
    certificate = next((one for one in certificates if _is_meant(parts[1], one)), None)
    if certificate is None or not digest:
        return None
    attributes = parts[3] if parts[3].tag == _FIRST else None
    rest = parts[4 if attributes is not None else 3 :]
    if len(rest) < 2:  # noqa: PLR2004 - the way of signing and the value
        raise BadDer("too few values")
    method, value = rest[:2]
    return _Signer(
        certificate=certificate,
        digest=digest,
        attributes=attributes,
        method=method.sequence(1)[0].oid(),
        value=value.octets(),
    )


def _is_meant(signer: DerValue, certificate: Certificate) -> bool:
    """Return whether a signer is named by the issuer and number of a certificate, or by the id of its key."""
    if signer.tag == SEQUENCE:
        issuer, serial = signer.sequence(2)[:2]
        return issuer.whole == certificate.issuer and serial.content == certificate.serial
    in_extension = bytes([OCTET_STRING, len(signer.content)]) + signer.content
    return signer.tag == _SUBJECT_KEY_ID and len(signer.content) < 0x80 and in_extension in certificate.signed  # noqa: PLR2004


def _attributes(attributes: DerValue) -> dict[str, tuple[DerValue, ...]]:
    """Return the values of signed attributes by their kinds. Raises `BadDer` if one is there twice."""
    found: dict[str, tuple[DerValue, ...]] = {}
    for attribute in attributes.parts():
        kind, values = attribute.sequence(2)[:2]
        if kind.oid() in found:
            raise BadDer("an attribute twice")
        found[kind.oid()] = values.parts(SET)
    return found


def _one(attributes: dict[str, tuple[DerValue, ...]], kind: str) -> DerValue:
    values = attributes.get(kind, ())
    if len(values) != 1:
        raise BadDer("no single value of an attribute")
    return values[0]


def _is_the_certificate(certificate: Certificate, attributes: dict[str, tuple[DerValue, ...]]) -> bool:
    """Return whether a certificate is the one whose digest was signed, if one was."""
    named = b"".join(value.whole for kind in _SIGNING_CERTIFICATES for value in attributes.get(kind, ()))
    digests = (digest_of(name, [certificate.whole]) for name in ("sha256", "sha1", SM3, "sha384", "sha512"))
    return not named or any(digest in named for digest in digests)
