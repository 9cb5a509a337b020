"""The client of the process that holds a PDF: the characters and images of its pages.

The process may be killed for using too much memory or time; it is then restarted, up to a limit.
"""

import json
import math
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from threading import Lock
from typing import Any, Self

from PIL import Image

from bot.domain import texts
from bot.domain.errors import Refused
from bot.domain.limits import MOST_PAGE_PIXELS, MOST_XML_BYTES
from workers.files.pdf.time_allowance import TimeAllowance

_USUAL = 200 / 72  # pixels to a point: A4 then has 3.9 million pixels, just below the limit of HunyuanOCR 1.0
_LONGEST = 20_000
MOST_SECONDS = 2.0  # of CPU for a page without pictures; a scanned page takes 0.05 to 0.5
_OPENING_SECONDS = 2.5  # likewise for opening the file
_LEAST = 16
_FARTHEST = 1e7  # points; larger coordinates are invalid
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG")  # no credentials
_MOST_DEATHS = 2  # of the process before the file is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfChar:
    """A character and its box on the upright page, in points from the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfPageContents:
    """A page's `characters`, whether it is a scan or empty, and the size in pixels at which it is to be drawn.

    Of a scan the picture speaks: its `layer` holds what the file says of it, which may be something else.
    """

    characters: tuple[PdfChar, ...] = ()
    layer: tuple[PdfChar, ...] = ()
    scan: bool = False
    empty: bool = False
    size: tuple[int, int] = (0, 0)
    pixels: int = 0  # of all its pictures
    looked_at: int = 0  # characters of the layer, whether they are seen or not


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfSignature:
    """A signature: the ranges of bytes that it covers, each a beginning and a length, its kind and its value."""

    ranges: tuple[int, ...]
    kind: str  # the SubFilter
    signed_at: str  # as the signer's program wrote it: D:20240528101112+08'00'
    value: bytes


class PdfFile:
    """An open PDF, to be closed after use. Thread-safe: requests are sent one at a time."""

    def __init__(self, data: bytes, *, seconds: float = MOST_SECONDS, allowance: TimeAllowance | None = None) -> None:
        """Open the PDF; raises `Refused` if it is broken, encrypted or too heavy.

        A page gets `seconds` of CPU and more for its pictures, but only if the pages before it took little. Files that
        are parts of one share its `allowance`.
        """
        self._data = data
        self._allowance = allowance or TimeAllowance(most=seconds)
        self._pixels: dict[int, int] = {}  # of the pictures on each page
        self._lock = Lock()
        self._deaths = 0
        self._process, self.pages = self._start_process()

    def __enter__(self) -> Self:
        """Return the open file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            _end_process(self._process)

    def contents(self, number: int) -> PdfPageContents:
        """Return the contents of page `number`, from 0. Raises `Refused` if the page cannot be opened."""
        answer, _ = self._request(page=number)
        self._pixels[number] = answer["pixels"]
        return PdfPageContents(
            characters=tuple(_parse_characters(answer["characters"])),
            layer=tuple(_parse_characters(answer["layer"])),
            scan=answer["scan"],
            empty=answer["empty"],
            size=_pixel_size(answer),
            pixels=answer["pixels"],
            looked_at=answer["looked_at"],
        )

    def attachments(self) -> tuple[bytes, ...]:
        """Return the small attached files that may be XML. Raises `Refused` if that takes too much."""
        answer, payload = self._request(attachments=MOST_XML_BYTES)
        return tuple(payload[start:end] for start, end in pairwise(accumulate(answer.get("sizes", ()), initial=0)))

    def signatures(self) -> "tuple[PdfSignature, ...] | None":
        """Return the signatures that the file says it has, None if there are too many. Raises `Refused`."""
        answer, payload = self._request(signatures=True)
        found = answer["signatures"]
        if found is None:
            return None
        bounds = pairwise(accumulate((one["size"] for one in found), initial=0))
        return tuple(
            PdfSignature(
                ranges=tuple(one["range"]), kind=one["sub_filter"], signed_at=one["at"], value=payload[start:end]
            )
            for one, (start, end) in zip(found, bounds, strict=True)
        )

    def is_same(self, before: int, after: int, *, page: int | None, stamped: bool) -> bool | None:
        """Return whether the file's first `before` bytes show the same as its first `after` bytes; None if unknown.

        What is compared, see `revisions.is_same`. Raises `Refused` if that takes too much.
        """
        answer, _ = self._request(compared=(before, after), page=page, stamped=stamped)
        same: bool | None = answer["same"]
        return same

    @property
    def data(self) -> bytes:
        """The file's bytes."""
        return self._data

    def image(self, number: int, size: tuple[int, int]) -> Image.Image:
        """Return page `number` drawn upright, RGB. Raises `Refused` if the page cannot be drawn."""
        answer, pixels = self._request(page=number, size=size)
        return Image.frombytes("RGB", size, pixels, "raw", "BGR", answer["stride"])

    def _request(self, **wanted: Any) -> tuple[Mapping[str, Any], bytes]:
        with self._lock:
            if self._process.poll() is not None:
                self._process, _ = self._start_process()
            pixels = self._pixels.get(wanted.get("page", -1), 0)
            seconds = self._allowance.for_answer(pixels)
            try:
                request = json.dumps({**wanted, "seconds": seconds})
                _write_all(self._process, request.encode() + b"\n")
                answer, payload = _read_answer(self._process)
            except OSError as error:
                _end_process(self._process)
                self._deaths += 1
                self._allowance.take(seconds, pixels)
                raise Refused("pdf_page_heavy", texts.unreadable.file_too_complex()) from error
            self._allowance.take(answer["spent"], pixels)
        if answer.get("error") == "complex":
            raise Refused("pdf_page_heavy", texts.unreadable.file_too_complex())
        if "error" in answer:
            raise Refused("pdf_broken", texts.unreadable.file_broken())
        return answer, payload

    def _start_process(self) -> "tuple[subprocess.Popen[bytes], int]":
        if self._deaths >= _MOST_DEATHS:
            raise Refused("pdf_heavy", texts.unreadable.file_too_complex())
        command = [sys.executable, "-P", "-m", "workers.files.pdf.sandbox", str(_OPENING_SECONDS)]
        process = subprocess.Popen(  # noqa: S603 - a module of this project; the file goes through a pipe
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )
        try:
            _write_all(process, len(self._data).to_bytes(8, "big") + self._data)
            answer, _ = _read_answer(process)
        except OSError as error:
            _end_process(process)
            raise Refused("pdf_heavy", texts.unreadable.file_too_complex()) from error
        if "error" in answer:
            _end_process(process)
            raise _opening_refusal(answer["error"])
        return process, int(answer["pages"])


def _opening_refusal(reason: str) -> Refused:
    locked = reason == "locked"
    return Refused(f"pdf_{reason}", texts.unreadable.file_locked() if locked else texts.unreadable.file_broken())


def _write_all(process: "subprocess.Popen[bytes]", data: bytes) -> None:
    if process.stdin is None:
        raise BrokenPipeError
    process.stdin.write(data)
    process.stdin.flush()


def _read_answer(process: "subprocess.Popen[bytes]") -> tuple[Mapping[str, Any], bytes]:
    """Return the next answer and its payload; raises `BrokenPipeError` if the process has ended."""
    line = process.stdout.readline() if process.stdout else b""
    if not line.endswith(b"\n"):
        raise BrokenPipeError
    answer: Mapping[str, Any] = json.loads(line)
    payload = process.stdout.read(answer["bytes"]) if process.stdout else b""
    if len(payload) != answer["bytes"]:
        raise BrokenPipeError
    return answer, payload


def _end_process(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # nobody reads what is still buffered
                continue


def _parse_characters(rows: Sequence[Sequence[Any]]) -> "list[PdfChar]":
    return [
        PdfChar(text=text, left=left, top=top, right=right, bottom=bottom)
        for text, left, top, right, bottom in rows
        if all(abs(place) < _FARTHEST for place in (left, top, right, bottom))
    ]


def _pixel_size(answer: Mapping[str, Any]) -> tuple[int, int]:
    """Return the size in pixels at which to draw a page: a scan keeps the resolution of its picture."""
    width, height = (min(max(float(answer[side]), 1.0), _FARTHEST) for side in ("width", "height"))
    scale = float(answer["density"]) if answer["scan"] and answer["density"] > 0 else _USUAL
    if not answer["only"]:
        scale = max(scale, _USUAL)
    scale = min(scale, math.sqrt(MOST_PAGE_PIXELS / (width * height)), _LONGEST / max(width, height))
    return max(_LEAST, round(width * scale)), max(_LEAST, round(height * scale))
