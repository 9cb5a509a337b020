"""ASN.1 as signatures and certificates are written in it: DER, and BER with indefinite lengths (ITU-T X.690).

A value is taken apart only as far as it is asked for; what is nested is entered by its caller, level by level.
"""

from dataclasses import dataclass
from typing import Final

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OID: Final = 0x06
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31
_CONSTRUCTED = 0x20
_LONG_TAG = 0x1F
_INDEFINITE = 0x80
_END = b"\x00\x00"
_DEEPEST = 16  # values of indefinite length within each other
_MOST_PARTS = 2000  # of one value; a seal has some tens
_MOST_LENGTH_BYTES = 4
_MOST_OID_BYTES = 32


class BadDer(ValueError):  # noqa: N818 - it describes the bytes
    """The bytes are not ASN.1, or not the value that was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DerValue:
    """A value: `whole` are its bytes with tag and length, `content` those without."""

    tag: int
    content: bytes
    whole: bytes

    def parts(self, tag: int | None = None) -> "tuple[DerValue, ...]":
        """Return the values in this one. Raises `BadDer` for other bytes, and for another tag than `tag`."""
        if not self.tag & _CONSTRUCTED or (tag is not None and self.tag != tag):
            raise BadDer("no value with parts, or another one")
        return _values_in(self.content)

    def sequence(self, least: int) -> "tuple[DerValue, ...]":
        """Return the values of a SEQUENCE of at least so many. Raises `BadDer` for anything else."""
        parts = self.parts(SEQUENCE)
        if len(parts) < least:
            raise BadDer("too few values")
        return parts

    def inside(self) -> "DerValue":
        """Return the first value in this one. Raises `BadDer` if there is none."""
        parts = self.parts()
        if not parts:
            raise BadDer("nothing inside")
        return parts[0]

    def octets(self, tag: int = OCTET_STRING) -> bytes:
        """Return the content of a value with this tag. Raises `BadDer` for another one."""
        if self.tag != tag:
            raise BadDer("another value than expected")
        return self.content

    def bits(self) -> bytes:
        """Return the bytes of a BIT STRING of whole bytes. Raises `BadDer` for anything else."""
        content = self.octets(BIT_STRING)
        if content[:1] != b"\x00":
            raise BadDer("bits that are no bytes")
        return content[1:]

    def oid(self) -> str:
        """Return an OBJECT IDENTIFIER with dots. Raises `BadDer` for anything else."""
        content = self.octets(OID)
        if not content or len(content) > _MOST_OID_BYTES or content[-1] & 0x80:
            raise BadDer("no object identifier")
        numbers, number = [], 0
        for byte in content:
            number = number << 7 | byte & 0x7F
            if not byte & 0x80:
                numbers.append(number)
                number = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))

    def integer(self) -> int:
        """Return an INTEGER. Raises `BadDer` for anything else."""
        return int.from_bytes(self.octets(INTEGER), "big", signed=True)


def read_der(data: bytes, *, padded: bool = False) -> DerValue:
    """Return the one value that `data` is, followed by nothing or, if it is `padded`, by zeros. Raises `BadDer`."""
    value, end = _value_at(data, 0, _DEEPEST)
    rest = data[end:]
    if rest.strip(b"\x00") if padded else rest:
        raise BadDer("bytes after the value")
    return value


def _values_in(content: bytes) -> tuple[DerValue, ...]:
    values: list[DerValue] = []
    at = 0
    while at < len(content):
        value, at = _value_at(content, at, _DEEPEST)
        values.append(value)
        if len(values) > _MOST_PARTS:
            raise BadDer("too many values")
    return tuple(values)


def _value_at(data: bytes, at: int, depth: int) -> tuple[DerValue, int]:
    """Return the value that begins at `at`, and where it ends."""
    tag, length, begin = _head_at(data, at)
    if length is None:
        end = _end_of_indefinite(data, begin, depth)
        return DerValue(tag=tag, content=data[begin:end], whole=data[at : end + len(_END)]), end + len(_END)
    return DerValue(tag=tag, content=data[begin : begin + length], whole=data[at : begin + length]), begin + length


def _head_at(data: bytes, at: int) -> tuple[int, int | None, int]:
    """Return a value's tag, the length of its content, None if that is indefinite, and where the content begins."""
    if at + 2 > len(data) or data[at] & _LONG_TAG == _LONG_TAG:
        raise BadDer("no value")
    tag, short = data[at], data[at + 1]
    begin = at + 2
    if short == _INDEFINITE:
        if not tag & _CONSTRUCTED:
            raise BadDer("bytes of indefinite length")
        return tag, None, begin
    length = short
    if short & 0x80:
        count = short & 0x7F
        length = int.from_bytes(data[begin : begin + count], "big")
        begin += count
        if count > _MOST_LENGTH_BYTES:
            raise BadDer("a length of too many bytes")
    if begin + length > len(data):
        raise BadDer("cut off")
    return tag, length, begin


def _end_of_indefinite(data: bytes, begin: int, depth: int) -> int:
    """Return where the content of a value of indefinite length ends."""
    if depth == 0:
        raise BadDer("too deep")
    at, left = begin, _MOST_PARTS
    while data[at : at + 2] != _END:
        _, length, start = _head_at(data, at)
        at = start + length if length is not None else _end_of_indefinite(data, start, depth - 1) + len(_END)
        left -= 1
        if left < 0:
            raise BadDer("too many values")
    return at
