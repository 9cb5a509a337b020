"""The weights that were learned from examples: `make learn` writes them, and they are read when first needed."""

import json
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files

FILE = "weights.bin"
_STEPS = 127  # of a weight, which takes a byte
_LONG_ROW = 12  # weights of a feature from which they are added up together
_BITS = 32  # for the sum of one label


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    """The weights of features for each of some labels; a feature is known by the CRC-32 of its text.

    The weights of the feature `keys[i]` are `values[starts[i]:starts[i + 1]]`, in steps of `step`, those of the labels
    with the numbers at the same places of `numbers`.
    """

    labels: tuple[str, ...]
    step: float
    keys: "array[int]"
    starts: "array[int]"
    numbers: "array[int]"
    values: "array[int]"
    packed: dict[int, int] = field(default_factory=dict, compare=False, repr=False)  # of long rows, by their place

    def sums(self, features: Iterable[str]) -> list[int]:
        """Return for each label the sum of the weights of `features`, in steps."""
        keys, starts, numbers, values = self.keys, self.starts, self.numbers, self.values
        sums, number_of_keys, together = [0] * len(self.labels), len(keys), 0
        for feature in features:
            key = zlib.crc32(feature.encode())
            place = bisect_left(keys, key)
            if place < number_of_keys and keys[place] == key:
                start, end = starts[place], starts[place + 1]
                if end - start >= _LONG_ROW:
                    together += self.packed.get(place) or self._packed(place)
                    continue
                for number, value in zip(numbers[start:end], values[start:end], strict=False):
                    sums[number] += value
        return [one + other for one, other in zip(sums, self._unpacked(together), strict=True)] if together else sums

    def _packed(self, place: int) -> int:
        """Return the weights of a row as one number, each label's in bits of its own: to add two adds all at once."""
        row = slice(self.starts[place], self.starts[place + 1])
        pairs = zip(self.numbers[row], self.values[row], strict=True)
        self.packed[place] = sum(value << _BITS * number for number, value in pairs)
        return self.packed[place]

    def _unpacked(self, together: int) -> "array[int]":
        """Return what such numbers add up to for each label."""
        number = len(self.labels)
        zero = 1 << (_BITS - 1)  # so that no label's sum is below nothing, which would take from the next one
        raised = together + zero * (((1 << _BITS * number) - 1) // ((1 << _BITS) - 1))
        found = array("I")
        found.frombytes(raised.to_bytes(number * found.itemsize, sys.byteorder))
        if sys.byteorder == "big":
            found.reverse()
        return array("l", [one - zero for one in found])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights:
    """All that was learned, and `source`, the digest of what it was learned from."""

    acts: LinearModel
    topics: LinearModel
    places: LinearModel  # what words say for the topics after a paper of a kind: the labels are KIND TOPIC
    evidence: tuple[float, ...]  # the weights of what speaks for one field, see `meaning`
    source: str


_TABLES = tuple(field.name for field in fields(Weights) if field.type in {LinearModel, "LinearModel"})


def table(labels: Sequence[str], rows: Iterable[tuple[str, Sequence[tuple[int, float]]]]) -> LinearModel:
    """Return the table of features with their (number of label, weight) pairs."""
    known = sorted((zlib.crc32(feature.encode()), pairs) for feature, pairs in rows if pairs)
    step = max((abs(weight) for _, pairs in known for _, weight in pairs), default=1.0) / _STEPS
    keys, starts, numbers, values = array("I"), array("I", [0]), array("H"), array("b")
    for key, pairs in known:
        if keys and keys[-1] == key:
            continue
        kept = [(number, round(weight / step)) for number, weight in pairs if round(weight / step)]
        keys.append(key)
        numbers.extend(number for number, _ in kept)
        values.extend(value for _, value in kept)
        starts.append(len(values))
    return LinearModel(labels=tuple(labels), step=step, keys=keys, starts=starts, numbers=numbers, values=values)


def encoded(weights: Weights) -> bytes:
    """Return the weights as the contents of their file: a line of JSON, and the arrays compressed."""
    arrays: list[bytes] = []
    header: dict[str, object] = {"source": weights.source, "evidence": weights.evidence}
    for name in _TABLES:
        one: LinearModel = getattr(weights, name)
        lengths = array("H", [end - start for start, end in zip(one.starts, one.starts[1:], strict=False)])
        header[name] = {"labels": one.labels, "step": one.step, "keys": len(one.keys), "values": len(one.values)}
        # Of keys in order only how far each is from the one before, each byte of a number apart: that packs better.
        gaps = array("I", [one.keys[0], *(b - a for a, b in zip(one.keys, one.keys[1:], strict=False))])
        arrays += [*_bytes_apart(gaps), *_bytes_apart(lengths), *_bytes_apart(one.numbers), one.values.tobytes()]
    packed = zlib.compress(b"".join(arrays), 9)
    return json.dumps(header, ensure_ascii=False).encode() + b"\n" + packed


def decoded(contents: bytes) -> Weights:
    """Return the weights in the contents of a file; raises `ValueError` if they are none."""
    line, _, packed = contents.partition(b"\n")
    header, data = json.loads(line), _Numbers(data=zlib.decompress(packed))
    tables = {}
    for name in _TABLES:
        about = header[name]
        number, entries = about["keys"], about["values"]
        tables[name] = LinearModel(
            labels=tuple(about["labels"]),
            step=about["step"],
            keys=_sums(data.next("I", number)),
            starts=_sums(array("I", [0, *data.next("H", number)])),
            numbers=data.next("H", entries),
            values=data.next("b", entries),
        )
    return Weights(**tables, evidence=tuple(header["evidence"]), source=header["source"])


@cache
def weights() -> Weights:
    """Return the weights of the package, read once: a piece of the code, in a form that takes less room."""
    return decoded(files("bot.domain.asking.learned").joinpath(FILE).read_bytes())


@dataclass(slots=True, kw_only=True)
class _Numbers:
    """Arrays of numbers one behind the other, the bytes of each array's numbers apart."""

    data: bytes
    place: int = 0

    def next(self, code: str, number: int) -> "array[int]":
        """Return the next array, of numbers of this type code."""
        found = array(code)
        together = bytearray(found.itemsize * number)
        for byte in range(found.itemsize):
            together[byte :: found.itemsize] = self.data[self.place : self.place + number]
            self.place += number
        found.frombytes(bytes(together))
        if sys.byteorder == "big":
            found.byteswap()
        return found


def _bytes_apart(numbers: "array[int]") -> list[bytes]:
    """Return the first bytes of all numbers, the second ones, ..., those of the smallest value first."""
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    data = numbers.tobytes()
    return [data[byte :: numbers.itemsize] for byte in range(numbers.itemsize)]


def _sums(gaps: "array[int]") -> "array[int]":
    total = 0
    for place, gap in enumerate(gaps):
        total += gap
        gaps[place] = total
    return gaps
