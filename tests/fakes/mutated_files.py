"""Files damaged by chance: bytes changed, cut out, repeated and swapped, with a seed; inside of a zip too."""

import io
import random
import zipfile
from collections.abc import Iterator, Sequence

_MARKS = (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"NaN", b"1e999", b"-1", b"\xff\xda", b"9" * 30)


def mutated(originals: Sequence[bytes], *, seed: int, number: int) -> Iterator[bytes]:
    """Yield so many damaged copies of the originals, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    for _ in range(number):
        original = dice.choice(originals)
        inside = original.startswith(b"PK") and dice.random() < 0.7
        yield _damaged_members(original, dice) if inside else _damaged(original, dice)


def _damaged_members(data: bytes, dice: random.Random) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as after:
        names = before.namelist()
        chosen = dice.choice(names)
        for name in names:
            content = before.read(name)
            after.writestr(name, _damaged(content, dice) if name == chosen else content)
    return body.getvalue()


def _damaged(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        if not changed:
            return b""
        at, length = _place(len(changed), dice), dice.choice((1, 1, 2, 4, 64, 4096))
        match dice.randrange(6):
            case 0:
                changed[at] = dice.randrange(256)
            case 1:
                changed[at] ^= 1 << dice.randrange(8)
            case 2:
                mark = dice.choice(_MARKS)
                changed[at : at + len(mark)] = mark
            case 3:
                del changed[at : at + length]
            case 4:
                changed[at:at] = changed[at : at + length] * dice.choice((1, 2, 50))
            case _:
                other = _place(len(changed), dice)
                changed[at : at + length] = changed[other : other + length]
    return bytes(changed)


def _place(length: int, dice: random.Random) -> int:
    """Return a place, often near the beginning, where headers stand."""
    return dice.randrange(min(length, 512)) if dice.random() < 0.5 else dice.randrange(length)
