"""A PDF as this side sees it: its pages' characters and pictures, from a process that may fail without harm."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Self

from PIL import Image

from bot.domain.errors import Refused
from bot.domain.limits import MOST_PAGE_PIXELS
from bot.domain.texts import chat as texts

_USUAL = 200 / 72  # pixels to a point: A4 is 3.9 million pixels then, just below what HunyuanOCR 1.0 looks at
_LONGEST = 20_000
MOST_SECONDS = 10  # of CPU for a page; one of a scan takes 0.05 to 0.5
_LEAST = 16
_FARTHEST = 1e7  # points; what lies further off is no number
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG")  # no credentials
_MOST_DEATHS = 3  # pages that may end the process before the file is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfChar:
    """A character and its place on the upright page, in points from the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContents:
    """What a page is made of: its `characters`, whether it is a scan, and the size that it is drawn at, in pixels."""

    characters: tuple[PdfChar, ...] = ()
    scan: bool = False
    empty: bool = False
    size: tuple[int, int] = (0, 0)


class PdfFile:
    """An open PDF. Safe to use from several threads: one question is asked at a time. Close it."""

    def __init__(self, data: bytes, *, seconds: int = MOST_SECONDS) -> None:
        """Open it; raises `Refused` for one that is broken, locked or too much. A page may take `seconds` of CPU."""
        self._data = data
        self._seconds = seconds
        self._lock = Lock()
        self._deaths = 0
        self._process, self.pages = self._started()

    def __enter__(self) -> Self:
        """Nothing more to do."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            _end(self._process)

    def contents(self, number: int) -> PageContents:
        """Return what page `number`, from 0, is made of. Raises `Refused` for a page that cannot be opened."""
        answer, _ = self._ask(number)
        return PageContents(
            characters=tuple(_chars(answer["characters"])),
            scan=answer["scan"],
            empty=answer["empty"],
            size=_size(answer),
        )

    def image(self, number: int, size: tuple[int, int]) -> Image.Image:
        """Draw page `number`, upright, RGB. Raises `Refused` for a page that cannot be drawn."""
        answer, pixels = self._ask(number, size=size)
        return Image.frombytes("RGB", size, pixels, "raw", "BGR", answer["stride"])

    def _ask(self, number: int, **more: Any) -> tuple[Mapping[str, Any], bytes]:
        with self._lock:
            if self._process.poll() is not None:
                self._process, _ = self._started()
            try:
                _send(self._process, json.dumps({"page": number, **more}).encode() + b"\n")
                answer, payload = _received(self._process)
            except OSError as error:
                _end(self._process)
                self._deaths += 1
                raise Refused("pdf_page_heavy", texts.file_too_complex()) from error
        if "error" in answer:
            raise Refused("pdf_broken", texts.file_broken())
        return answer, payload

    def _started(self) -> "tuple[subprocess.Popen[bytes], int]":
        if self._deaths >= _MOST_DEATHS:
            raise Refused("pdf_heavy", texts.file_too_complex())
        command = [sys.executable, "-P", "-m", "workers.files.pdf.sandbox", str(self._seconds)]
        process = subprocess.Popen(  # noqa: S603 - our own module; the file goes through a pipe
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )
        try:
            _send(process, len(self._data).to_bytes(8, "big") + self._data)
            answer, _ = _received(process)
        except OSError as error:
            _end(process)
            raise Refused("pdf_heavy", texts.file_too_complex()) from error
        if "error" in answer:
            _end(process)
            raise _refusal(answer["error"])
        return process, int(answer["pages"])


def _refusal(reason: str) -> Refused:
    locked = reason == "locked"
    return Refused(f"pdf_{reason}", texts.file_locked() if locked else texts.file_broken())


def _send(process: "subprocess.Popen[bytes]", data: bytes) -> None:
    if process.stdin is None:
        raise BrokenPipeError
    process.stdin.write(data)
    process.stdin.flush()


def _received(process: "subprocess.Popen[bytes]") -> tuple[Mapping[str, Any], bytes]:
    """Return the next answer; raises `BrokenPipeError` where the process ended instead."""
    line = process.stdout.readline() if process.stdout else b""
    if not line.endswith(b"\n"):
        raise BrokenPipeError
    answer: Mapping[str, Any] = json.loads(line)
    payload = process.stdout.read(answer["bytes"]) if process.stdout else b""
    if len(payload) != answer["bytes"]:
        raise BrokenPipeError
    return answer, payload


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # what was still to be written goes nowhere
                continue


def _chars(rows: Sequence[Sequence[Any]]) -> "list[PdfChar]":
    return [
        PdfChar(text=text, left=left, top=top, right=right, bottom=bottom)
        for text, left, top, right, bottom in rows
        if all(abs(place) < _FARTHEST for place in (left, top, right, bottom))
    ]


def _size(answer: Mapping[str, Any]) -> tuple[int, int]:
    """Return the pixels a page is drawn at: as many as its scan has, so that it is read as the picture would be."""
    width, height = (min(max(float(answer[side]), 1.0), _FARTHEST) for side in ("width", "height"))
    scale = float(answer["density"]) if answer["scan"] and answer["density"] > 0 else _USUAL
    if not answer["only"]:
        scale = max(scale, _USUAL)
    scale = min(scale, math.sqrt(MOST_PAGE_PIXELS / (width * height)), _LONGEST / max(width, height))
    return max(_LEAST, round(width * scale)), max(_LEAST, round(height * scale))
