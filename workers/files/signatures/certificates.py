"""X.509 certificates (RFC 5280): the key in one, and whose it is if it leads to a root that is trusted."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from workers.files.signatures.der import (
    BOOLEAN,
    GENERALIZED_TIME,
    OCTET_STRING,
    OID,
    SET,
    UTC_TIME,
    BadDer,
    DerValue,
    read_der,
)
from workers.files.signatures.public_keys import PublicKey, UnknownMethod, digest_of_method, public_key

_COMMON_NAME, _ORGANISATION = "2.5.4.3", "2.5.4.10"
_BASIC_CONSTRAINTS = "2.5.29.19"
_VERSION, _EXTENSIONS = 0xA0, 0xA3
_ENCODINGS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "gb18030", 0x16: "ascii", 0x1E: "utf-16-be"}
_MOST_STEPS = 5  # from a certificate to a root
_MOST_TRIED = 32  # certificates that may be the issuer's, in all steps
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
_MOST_NAME = 60  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The parts of a certificate that are used."""

    whole: bytes
    signed: bytes  # what its issuer signed
    method: str
    value: bytes  # of its issuer's signature
    issuer: bytes
    subject: DerValue
    begins: datetime
    ends: datetime
    key_info: DerValue
    serial: bytes
    is_issuer: bool  # it may issue certificates

    @property
    def key(self) -> PublicKey:
        """The key in it. Raises `BadDer` and `UnknownMethod`."""
        return public_key(self.key_info)

    @property
    def name(self) -> str:
        """Its subject's common name or, without one, its organisation; "" if neither can be read."""
        names = _names(self.subject)
        return names.get(_COMMON_NAME) or names.get(_ORGANISATION) or ""

    def is_issued_by(self, other: "Certificate") -> bool:
        """Return whether the key of another certificate, which may issue some, made the signature in this one."""
        if self.issuer != other.subject.whole or not other.is_issuer:
            return False
        try:
            digest = digest_of_method(self.method, "sm3" if other.key.is_sm2 else "")
            return other.key.verifies(self.value, [self.signed], digest)
        except (BadDer, UnknownMethod):
            return False


def read_certificate(value: DerValue) -> Certificate:
    """Return the certificate in a value. Raises `BadDer`."""
    body, method, signature = value.sequence(3)[:3]
    parts = body.sequence(6)
    parts = parts[1:] if parts[0].tag == _VERSION else parts
    if len(parts) < 6:  # noqa: PLR2004 - up to the key
        raise BadDer("too few values")
    begins, ends = (time_of(one) for one in parts[3].sequence(2)[:2])
    return Certificate(
        whole=value.whole,
        signed=body.whole,
        method=method.sequence(1)[0].oid(),
        value=signature.bits(),
        issuer=parts[2].whole,
        subject=parts[4],
        begins=begins,
        ends=ends,
        key_info=parts[5],
        serial=parts[0].content,
        is_issuer=_may_issue(parts[6:]),
    )


def roots_in(pem: Sequence[str]) -> tuple[Certificate, ...]:
    """Return the certificates in PEM files; what cannot be read is left out."""
    found = []
    for match in (match for text in pem for match in _PEM.finditer(text)):
        try:
            found.append(read_certificate(read_der(base64.b64decode("".join(match[1].split())))))
        except (BadDer, binascii.Error):
            continue
    return tuple(found)


def is_trusted(
    certificate: Certificate, others: Sequence[Certificate], roots: Sequence[Certificate], at: datetime
) -> bool:
    """Return whether a certificate leads to one of the roots through `others`, all of them valid at this time."""
    waiting, tried = [(certificate, 0)], 0
    known_roots = {root.whole for root in roots}
    while waiting:
        one, steps = waiting.pop()
        if not one.begins <= at <= one.ends:
            continue
        if one.whole in known_roots:
            return True
        for issuer in (*roots, *others) if steps < _MOST_STEPS else ():
            if issuer.subject.whole != one.issuer:
                continue
            tried += 1
            if tried > _MOST_TRIED:
                return False
            if one.is_issued_by(issuer):
                waiting.append((issuer, steps + 1))
    return False


def time_of(value: DerValue) -> datetime:
    """Return the time in a UTCTime or a GeneralizedTime, in UTC. Raises `BadDer`."""
    forms = {UTC_TIME: ("%y%m%d%H%M%S", 12), GENERALIZED_TIME: ("%Y%m%d%H%M%S", 14)}
    if value.tag not in forms:
        raise BadDer("no time")
    form, digits = forms[value.tag]
    try:
        return datetime.strptime(value.content[:digits].decode("ascii"), form).replace(tzinfo=UTC)
    except ValueError as error:
        raise BadDer("no time") from error


def _may_issue(rest: Sequence[DerValue]) -> bool:
    """Return whether the extensions say that the key may issue certificates (RFC 5280, 4.2.1.9)."""
    for extensions in (part for part in rest if part.tag == _EXTENSIONS):
        for extension in extensions.inside().sequence(0):
            parts = extension.sequence(2)
            if parts[0].oid() == _BASIC_CONSTRAINTS:
                inside = read_der(parts[-1].octets(OCTET_STRING)).sequence(0)
                return bool(inside) and inside[0].tag == BOOLEAN and inside[0].content != b"\x00"
    return False


def _names(subject: DerValue) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in subject.sequence(0):
        for pair in part.parts(SET):
            kind, text = pair.sequence(2)[:2]
            if kind.tag == OID and text.tag in _ENCODINGS:
                words = text.content.decode(_ENCODINGS[text.tag], "ignore")
                found[kind.oid()] = "".join(char for char in words if char.isprintable())[:_MOST_NAME].strip()
    return found
