"""Signers with keys of their own, their certificates, and signature values in the forms that real files have."""

import base64
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zlib import crc32

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.fakes.der_writing import ascii_text, bits, der, integer, null, octets, oid, sequence, set_of, time, utf8
from workers.files.signatures import sm2
from workers.files.signatures.digests import digest_of

SIGNED_AT = datetime(2024, 5, 28, 2, 11, 12, tzinfo=UTC)
SM2_WITH_SM3, SM3 = "1.2.156.10197.1.501", "1.2.156.10197.1.401"
SHA256, SHA1 = "2.16.840.1.101.3.4.2.1", "1.3.14.3.2.26"
_RSA_WITH, _ECDSA_WITH = {SHA256: "1.2.840.113549.1.1.11", SHA1: "1.2.840.113549.1.1.5"}, "1.2.840.10045.4.3.2"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Somebody who signs: their certificate, and those between it and the root."""

    name: str
    method: str  # of their signatures
    digest: str
    sign: Callable[[bytes], bytes]
    certificate: bytes
    issuer: "Signer | None" = None

    @property
    def pem(self) -> str:
        encoded = base64.encodebytes(self.certificate).decode("ascii")
        return f"-----BEGIN CERTIFICATE-----\n{encoded}-----END CERTIFICATE-----\n"

    @property
    def digest_name(self) -> str:
        return {SM3: "sm3", SHA256: "sha256", SHA1: "sha1"}[self.digest]


def sm2_signer(name: str = "青州样例税务局", *, seed: int = 1, issuer: Signer | None = None, **how: bool) -> Signer:
    rng = random.Random(seed)  # noqa: S311 - the same keys in every run
    private = rng.randrange(1, sm2.ORDER - 1)
    key = sm2.multiple(private, sm2.GENERATOR)
    assert key is not None

    def sign(message: bytes) -> bytes:
        while True:
            k = rng.randrange(1, sm2.ORDER)
            point = sm2.multiple(k, sm2.GENERATOR)
            assert point is not None
            r = (sm2.message_number(key, [message]) + point[0]) % sm2.ORDER
            s = pow(1 + private, -1, sm2.ORDER) * (k - r * private) % sm2.ORDER
            if r and s and r + k != sm2.ORDER:
                return sequence(integer(r), integer(s))

    encoded = b"\x04" + b"".join(number.to_bytes(32, "big") for number in key)
    info = sequence(sequence(oid("1.2.840.10045.2.1"), oid("1.2.156.10197.1.301")), bits(encoded))
    return _signer(name, SM2_WITH_SM3, SM3, sign, info, issuer, **how)


def rsa_signer(name: str = "样例软件公司", *, digest: str = SHA256, issuer: Signer | None = None) -> Signer:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    algorithm = hashes.SHA256() if digest == SHA256 else hashes.SHA1()  # noqa: S303 - it is what is tried
    info = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(message: bytes) -> bytes:
        return key.sign(message, padding.PKCS1v15(), algorithm)

    return _signer(name, _RSA_WITH[digest], digest, sign, info, issuer)


def ecdsa_signer(name: str = "Example Ltd") -> Signer:
    key = ec.generate_private_key(ec.SECP256R1())
    info = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return _signer(name, _ECDSA_WITH, SHA256, lambda message: key.sign(message, ec.ECDSA(hashes.SHA256())), info, None)


def _signer(  # noqa: PLR0913, PLR0917
    name: str,
    method: str,
    digest: str,
    sign: Callable[[bytes], bytes],
    info: bytes,
    issuer: Signer | None,
    *,
    may_issue: bool = True,
    outdated: bool = False,
) -> Signer:
    begins, ends = datetime(2019, 1, 1, tzinfo=UTC), datetime(2023 if outdated else 2033, 1, 1, tzinfo=UTC)
    constraints = sequence(oid("2.5.29.19"), octets(sequence(der(0x01, b"\xff")) if may_issue else sequence()))
    signed_by = issuer.method if issuer else method
    body = sequence(
        der(0xA0, integer(2)),
        integer(crc32(name.encode())),
        sequence(oid(signed_by)),
        distinguished(issuer.name if issuer else name),
        sequence(time(begins), time(ends)),
        distinguished(name),
        info,
        der(0xA3, sequence(constraints)),
    )
    value = (issuer.sign if issuer else sign)(body)
    certificate = sequence(body, sequence(oid(signed_by)), bits(value))
    return Signer(name=name, method=method, digest=digest, sign=sign, certificate=certificate, issuer=issuer)


def distinguished(name: str) -> bytes:
    return sequence(set_of(sequence(oid("2.5.4.3"), utf8(name))))


def cms(signer: Signer, covered: bytes, *, attributes: bool = True, carried: bytes | None = None) -> bytes:
    """Return a detached CMS; `carried` puts content into it."""
    issuers = _issuers(signer)
    issuer = signer.issuer.name if signer.issuer else signer.name
    body = _serial_of(signer.certificate)
    named = sequence(distinguished(issuer), body)
    inside = b""
    signed = covered
    if attributes:
        found = set_of(
            sequence(oid("1.2.840.113549.1.9.3"), set_of(oid("1.2.840.113549.1.7.1"))),
            sequence(oid("1.2.840.113549.1.9.5"), set_of(time(SIGNED_AT))),
            sequence(oid("1.2.840.113549.1.9.4"), set_of(octets(digest_of(signer.digest_name, [covered])))),
        )
        signed, inside = found, b"\xa0" + found[1:]
    info = sequence(
        integer(1),
        named,
        sequence(oid(signer.digest), null()),
        inside,
        sequence(oid(signer.method)),
        octets(signer.sign(signed)),
    )
    content = der(0xA0, octets(carried)) if carried is not None else b""
    return sequence(
        oid("1.2.840.113549.1.7.2"),
        der(
            0xA0,
            sequence(
                integer(1),
                set_of(sequence(oid(signer.digest), null())),
                sequence(oid("1.2.840.113549.1.7.1"), content),
                der(0xA0, b"".join([signer.certificate, *(one.certificate for one in issuers)])),
                set_of(info),
            ),
        ),
    )


def _issuers(signer: Signer) -> Iterable[Signer]:
    while signer.issuer is not None:
        signer = signer.issuer
        yield signer


def _serial_of(certificate: bytes) -> bytes:
    from workers.files.signatures.der import read_der  # noqa: PLC0415 - beside its use

    return read_der(certificate).parts()[0].parts()[1].whole


def seal_signature(signer: Signer, covered: bytes, *, version: int = 4, of_seal: Signer | None = None) -> bytes:
    """Return a SES_Signature of GB/T 38540 (4) or GM/T 0031 (1); the seal may be used by `of_seal`."""
    certificate = octets((of_seal or signer).certificate)
    kind = [integer(1)] if version == 4 else []
    times = [time(SIGNED_AT)] * 3
    properties = sequence(integer(3), utf8(signer.name), *kind, sequence(certificate), *times)
    picture = sequence(ascii_text("png"), octets(b"a picture of a seal"), integer(30), integer(20))
    header = sequence(ascii_text("ES"), integer(version), ascii_text("TEST"))
    info = sequence(header, ascii_text("33010600000001"), properties, picture)
    method, value = oid(signer.method), bits(signer.sign(info))
    seal = sequence(info, *([certificate, method, value] if version == 4 else [sequence(certificate, method, value)]))
    digest = bits(digest_of(signer.digest_name, [covered]))
    when = time(SIGNED_AT) if version == 4 else bits(f"{SIGNED_AT:%Y%m%d%H%M%SZ}".encode())
    path = ascii_text("/Doc_0/Signs/Sign_0/Signature.xml")
    own = octets(signer.certificate)
    if version == 4:
        signed = sequence(integer(4), seal, when, digest, path)
        return sequence(signed, own, method, bits(signer.sign(signed)))
    signed = sequence(integer(1), seal, when, digest, path, own, method)
    return sequence(signed, bits(signer.sign(signed)))
