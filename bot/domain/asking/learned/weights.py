"""The weights that were learned from examples: `make learn` writes them, and they are read when first needed."""

import json
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

FILE = "weights.bin"
_STEPS = 127  # of a weight, which takes a byte


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

    def of(self, features: Iterable[str], factor: float) -> dict[int, float]:
        """Return the sums of the weights of `features`, times `factor`, by the numbers of labels; no others."""
        factor *= self.step
        found: dict[int, float] = {}
        for number, value in self._weights_of(features):
            found[number] = found.get(number, 0.0) + value * factor
        return found

    def add(self, features: Iterable[str], sums: list[float], factor: float) -> None:
        """Add the weights of `features`, times `factor`, to the sums of the labels."""
        factor *= self.step
        for number, value in self._weights_of(features):
            sums[number] += value * factor

    def _weights_of(self, features: Iterable[str]) -> Iterator[tuple[int, int]]:
        """Yield the number of a label and a weight in steps, for each that the features have."""
        keys, starts, numbers, values = self.keys, self.starts, self.numbers, self.values
        for feature in features:
            key = zlib.crc32(feature.encode())
            place = bisect_left(keys, key)
            if place < len(keys) and keys[place] == key:
                start, end = starts[place], starts[place + 1]
                yield from zip(numbers[start:end], values[start:end], strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """All that was learned, and `source`, the digest of what it was learned from."""

    acts: LinearModel
    topics: LinearModel
    evidence: tuple[float, ...]  # the weights of what speaks for one field, see `meaning`
    source: str


def table(labels: Sequence[str], rows: Iterable[tuple[str, Sequence[tuple[int, float]]]]) -> LinearModel:
    """Return the table of features with their (number of label, weight) pairs."""
    known = sorted((zlib.crc32(feature.encode()), pairs) for feature, pairs in rows if pairs)
    step = max((abs(weight) for _, pairs in known for _, weight in pairs), default=1.0) / _STEPS
    keys, starts, numbers, values = array("I"), array("I", [0]), array("B"), array("b")
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
    for name, one in (("acts", weights.acts), ("topics", weights.topics)):
        lengths = array("B", [end - start for start, end in zip(one.starts, one.starts[1:], strict=False)])
        header[name] = {"labels": one.labels, "step": one.step, "keys": len(one.keys), "values": len(one.values)}
        # Of keys in order only how far each is from the one before, each byte of it apart: that packs better.
        gaps = _little(array("I", [one.keys[0], *(b - a for a, b in zip(one.keys, one.keys[1:], strict=False))]))
        arrays += [
            *(gaps[byte::4] for byte in range(4)),
            lengths.tobytes(),
            one.numbers.tobytes(),
            one.values.tobytes(),
        ]
    packed = zlib.compress(b"".join(arrays), 9)
    return json.dumps(header, ensure_ascii=False).encode() + b"\n" + packed


def decoded(contents: bytes) -> Weights:
    """Return the weights in the contents of a file; raises `ValueError` if they are none."""
    line, _, packed = contents.partition(b"\n")
    header, data = json.loads(line), zlib.decompress(packed)
    tables, place = {}, 0
    for name in ("acts", "topics"):
        about = header[name]
        number, entries = about["keys"], about["values"]
        gaps = bytearray(4 * number)
        for byte in range(4):
            gaps[byte::4] = data[place + byte * number : place + (byte + 1) * number]
        place += 4 * number
        lengths, place = data[place : place + number], place + number
        numbers, place = array("B", data[place : place + entries]), place + entries
        values, place = array("b", data[place : place + entries]), place + entries
        tables[name] = LinearModel(
            labels=tuple(about["labels"]),
            step=about["step"],
            keys=_sums(array("I", _native(bytes(gaps)))),
            starts=_sums(array("I", [0, *lengths])),
            numbers=numbers,
            values=values,
        )
    return Weights(
        acts=tables["acts"], topics=tables["topics"], evidence=tuple(header["evidence"]), source=header["source"]
    )


@cache
def weights() -> Weights:
    """Return the weights of the package, read once: a piece of the code, in a form that takes less room."""
    return decoded(files("bot.domain.asking.learned").joinpath(FILE).read_bytes())


def _sums(gaps: "array[int]") -> "array[int]":
    total = 0
    for place, gap in enumerate(gaps):
        total += gap
        gaps[place] = total
    return gaps


def _little(numbers: "array[int]") -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _native(data: bytes) -> bytes:
    numbers = array("I", data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
