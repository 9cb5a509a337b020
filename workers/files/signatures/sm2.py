"""SM2 signatures (GB/T 32918.2) on the recommended curve (GB/T 32918.5).

Only what is public goes in, so that nothing here needs to take the same time for all values.
"""

from collections.abc import Iterable
from itertools import chain
from typing import Final

from workers.files.signatures.digests import SM3, digest_of

Point = tuple[int, int]
"""x and y of a point on the curve."""

DEFAULT_ID: Final = b"1234567812345678"
"""The signer's identity where none is agreed on (GM/T 0009)."""

Piece = bytes | memoryview
"""A piece of a message."""

_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _P - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
ORDER: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GENERATOR: Final[Point] = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
SIZE: Final = 32  # bytes of a coordinate

_Jacobian = tuple[int, int, int]
"""X, Y and Z of the point (X/Z², Y/Z³); Z is 0 at infinity."""

_INFINITY: _Jacobian = (1, 1, 0)


def point_from(encoded: bytes) -> Point | None:
    """Return the point in its uncompressed form, None for other bytes and for points off the curve."""
    if len(encoded) != 1 + 2 * SIZE or encoded[0] != 4:  # noqa: PLR2004 - the mark of the uncompressed form
        return None
    x, y = int.from_bytes(encoded[1 : 1 + SIZE], "big"), int.from_bytes(encoded[1 + SIZE :], "big")
    on_curve = x < _P and y < _P and (y * y - (x * x * x + _A * x + _B)) % _P == 0
    return (x, y) if on_curve else None


def verifies(key: Point, message: Iterable[Piece], signature: tuple[int, int], identity: bytes = DEFAULT_ID) -> bool:
    """Return whether `signature`, its r and s, was made of the message with the key's private half."""
    r, s = signature
    if not (0 < r < ORDER and 0 < s < ORDER):
        return False
    t = (r + s) % ORDER
    if t == 0:
        return False
    point = _sum_of_multiples(s, GENERATOR, t, key)
    return point is not None and (message_number(key, message, identity) + point[0]) % ORDER == r


def message_number(key: Point, message: Iterable[Piece], identity: bytes = DEFAULT_ID) -> int:
    """Return e, the digest of the signer's identity, curve and key, and of the message, as a number."""
    numbers = (_A, _B, *GENERATOR, *key)
    signer = [(8 * len(identity)).to_bytes(2, "big"), identity, *(number.to_bytes(SIZE, "big") for number in numbers)]
    return int.from_bytes(digest_of(SM3, chain([digest_of(SM3, signer)], message)), "big")


def multiple(factor: int, point: Point) -> Point | None:
    """Return `factor` times a point, None at infinity."""
    return _sum_of_multiples(factor, point, 0, point)


def _sum_of_multiples(first: int, one: Point, second: int, other: Point) -> Point | None:
    """Return first·one + second·other, None at infinity."""
    left, right = (*one, 1), (*other, 1)
    both = _added(left, right)
    total = _INFINITY
    for bit in range(max(first.bit_length(), second.bit_length()) - 1, -1, -1):
        total = _doubled(total)
        chosen = (first >> bit & 1) | (second >> bit & 1) << 1
        if chosen:
            total = _added(total, (left, right, both)[chosen - 1])
    x, y, z = total
    if z == 0:
        return None
    inverse = pow(z, -1, _P)
    return x * inverse * inverse % _P, y * inverse * inverse * inverse % _P


def _doubled(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    if z == 0 or y == 0:
        return _INFINITY
    square = y * y % _P
    s = 4 * x * square % _P
    m = (3 * x * x + _A * pow(z, 4, _P)) % _P
    new_x = (m * m - 2 * s) % _P
    return new_x, (m * (s - new_x) - 8 * square * square) % _P, 2 * y * z % _P


def _added(one: _Jacobian, other: _Jacobian) -> _Jacobian:
    if one[2] == 0 or other[2] == 0:
        return other if one[2] == 0 else one
    (x1, y1, z1), (x2, y2, z2) = one, other
    square1, square2 = z1 * z1 % _P, z2 * z2 % _P
    u1, u2 = x1 * square2 % _P, x2 * square1 % _P
    s1, s2 = y1 * square2 * z2 % _P, y2 * square1 * z1 % _P
    if u1 == u2:
        return _doubled(one) if s1 == s2 else _INFINITY
    h, r = (u2 - u1) % _P, (s2 - s1) % _P
    h2 = h * h % _P
    h3, v = h2 * h % _P, u1 * h2 % _P
    new_x = (r * r - h3 - 2 * v) % _P
    return new_x, (r * (v - new_x) - s1 * h3) % _P, z1 * z2 * h % _P
