"""Writing ASN.1 in DER, for signatures and certificates that tests make."""

from datetime import datetime


def der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*parts: bytes) -> bytes:
    return der(0x30, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    return der(0x31, b"".join(sorted(parts)))


def integer(number: int) -> bytes:
    return der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def octets(content: bytes) -> bytes:
    return der(0x04, content)


def bits(content: bytes) -> bytes:
    return der(0x03, b"\x00" + content)


def utf8(text: str) -> bytes:
    return der(0x0C, text.encode())


def ascii_text(text: str) -> bytes:
    return der(0x16, text.encode("ascii"))


def null() -> bytes:
    return der(0x05, b"")


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    content = b""
    for number in (40 * first + second, *rest):
        digits = [number & 0x7F]
        while number := number >> 7:
            digits.append(number & 0x7F | 0x80)
        content += bytes(reversed(digits))
    return der(0x06, content)


def time(at: datetime) -> bytes:
    return der(0x18, f"{at:%Y%m%d%H%M%SZ}".encode("ascii"))
