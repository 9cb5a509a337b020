"""The digests that signatures are made of."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

SM3: Final = "sm3"
SHA1: Final = "sha1"
MD5: Final = "md5"
WEAK: Final = frozenset({SHA1, MD5})
"""Two contents can be made to have the same digest: that one is right proves little, that it is wrong a change."""

_BY_NAME: Mapping[str, str] = {
    "1.2.156.10197.1.401": SM3,  # GM/T 0006
    "1.2.156.10197.1.401.1": SM3,
    "sm3": SM3,
    "2.16.840.1.101.3.4.2.1": "sha256",
    "sha256": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "1.3.14.3.2.26": SHA1,
    "sha1": SHA1,
    "1.2.840.113549.2.5": MD5,
    "md5": MD5,
}


class Digest(Protocol):
    """A digest that is being computed."""

    def update(self, data: bytes | memoryview, /) -> None:
        """Take the next bytes."""
        ...

    def digest(self) -> bytes:
        """Return the digest of all bytes so far."""
        ...


def digest_named(name: str) -> str:
    """Return the digest that an object identifier or a name such as `SHA-256` means, "" if it is none of ours."""
    return _BY_NAME.get(name.strip().lower().replace("-", ""), "")


def size_of(name: str) -> int:
    """Return how many bytes a digest has."""
    return len(digest_of(name, ()))


def new_digest(name: str) -> Digest:
    """Begin a digest by one of the names that `digest_named` returns.

    Without SM3 in Python's own OpenSSL, as some builds are made, it is that of the package cryptography.
    """
    if name == SM3 and SM3 not in hashlib.algorithms_available:
        return _Sm3()
    return hashlib.new(name, usedforsecurity=False)


def digest_of(name: str, chunks: Iterable[bytes | memoryview]) -> bytes:
    """Return the digest of these bytes, one after the other."""
    digest = new_digest(name)
    for chunk in chunks:
        digest.update(chunk)
    return digest.digest()


class _Sm3:
    def __init__(self) -> None:
        from cryptography.hazmat.primitives.hashes import SM3 as SM3_ALGORITHM  # noqa: PLC0415 - seldom needed
        from cryptography.hazmat.primitives.hashes import Hash  # noqa: PLC0415 - the same

        self._hash = Hash(SM3_ALGORITHM())

    def update(self, data: bytes | memoryview, /) -> None:
        self._hash.update(data)

    def digest(self) -> bytes:
        return self._hash.finalize()
