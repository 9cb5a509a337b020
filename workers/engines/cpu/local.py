"""The embedded engine: PP-OCR on the CPU, inside this process."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import BoundedSemaphore
from time import monotonic

import cv2
import numpy as np
from PIL.Image import Image

from bot.cores import available_cores
from bot.domain.document import Box, Line, Reading, Stop, Straightening
from workers.engines.base import USUAL, AskOptions, EncodedPicture, PictureForm
from workers.engines.cpu import networks as nets
from workers.engines.cpu import turning
from workers.engines.cpu.arrays import Floats, Pixels
from workers.engines.cpu.deskew import deskewed
from workers.engines.cpu.form import CPU_FORM
from workers.engines.cpu.networks import Networks
from workers.engines.cpu.pausing import PageSteps, Pausing
from workers.engines.cpu.runtime import RuntimeName, WantedRuntime
from workers.engines.cpu.turns import is_behind
from workers.engines.picture_encoding import decode
from workers.layout.reading_order import reading_order
from workers.layout.rows import join_rows

_MOST_LINES = 1000
_LEAST_CONFIDENCE = 0.5
_DOUBTFUL = 0.7  # confidence; below it a line is also read upside down
_LONGEST = 4  # times its short side, the long side of the detector's picture at most
_SMALL, _LARGE = 736, 1600  # pixels: its short side at least, its long side at most
_WIDEST = 40  # times its height, a crop's width at most: the recogniser's memory grows with it

_ReadLine = Callable[[Floats], tuple[str, float] | None]


class LocalRapid:
    """An `Engine` that reads on this machine, using all `cores` even for a single page.

    Pages of `MOST_PRIORITY` pause between their steps while another is read: see `Pausing`.
    """

    name = "rapid"
    takes_prompts = False

    def __init__(self, *, cores: int | None = None, runtime: WantedRuntime = "auto") -> None:
        self._cores = cores or available_cores()
        self._nets = nets.load(cores=self._cores, runtime=runtime)
        detections = max(1, self._cores // 2)  # one takes all cores, and much memory
        self._pausing = Pausing(detections)
        # Threads of their own: the C library keeps what a detection used for the thread that it ran in.
        self._detectors = ThreadPoolExecutor(detections, thread_name_prefix="detector")
        self._threads = ThreadPoolExecutor(self._cores, thread_name_prefix="lines")

    @property
    def cores(self) -> int:
        """How many cores the engine uses."""
        return self._cores

    def form(self) -> PictureForm:
        """Return the form of a picture whose every pixel is kept."""
        return CPU_FORM

    @property
    def runtime(self) -> RuntimeName:
        """The library that runs the networks."""
        return self._nets.runtime

    def ask(
        self,
        picture: EncodedPicture,
        prompt: str,  # noqa: ARG002 - part of `Engine.ask`
        *,
        options: AskOptions = USUAL,
    ) -> Reading:
        """Return the lines on `picture`; after its time-out those read so far, with `Stop.TIME`.

        Boxes are in pixels of `picture`. For a page that is sideways, upside down or askew they are in pixels of
        `picture` turned upright and levelled, as the reading's `straightening` says.
        """
        with self._pausing.page(behind=is_behind(options.priority), seconds=options.timeout) as steps:
            return self._read(picture, steps, options.timeout)

    def _read(self, picture: EncodedPicture, steps: PageSteps, seconds: float) -> Reading:
        started = monotonic()
        with steps.detecting():
            page, quads = self._detectors.submit(_detect, self._nets, picture).result()
        steps.pause()
        quarters = turning.quarters_to_upright(self._nets, page, quads)
        page, quads = turning.rotated(page, quads, quarters)
        level, levelling = deskewed(quads)
        boxes = [_bounding_box(quad) for quad in level]
        rows = reading_order(boxes)
        order = [index for row in rows for index in row]
        work = partial(_read_line, self._nets, page, started + seconds)
        read = dict(zip(order, self._read_lines(work, [quads[index] for index in order], steps), strict=True))
        by_row = [[line for index in row if (line := _confident_line(boxes[index], read[index]))] for row in rows]
        return Reading(
            text=join_rows((line.text for line in row) for row in by_row),
            lines=tuple(line for row in by_row for line in row),
            stop=Stop.TIME if None in read.values() else Stop.DONE,
            seconds=monotonic() - started,
            straightening=Straightening(quarters=quarters, levelling=levelling) if quarters or levelling else None,
        )

    def _read_lines(self, work: _ReadLine, quads: Sequence[Floats], steps: PageSteps) -> list[tuple[str, float] | None]:
        """Return what `work` reads of each line; few wait at once for a thread, so that other pages come between."""
        room = BoundedSemaphore(self._cores + 1)  # one more, so that no thread waits for this one
        reading = []
        for quad in quads:
            room.acquire()
            steps.pause()
            line = self._threads.submit(work, quad)
            line.add_done_callback(lambda _: room.release())
            reading.append(line)
        return [line.result() for line in reading]

    def close(self) -> None:
        """End the threads and drop the lines that wait for one."""
        for threads in (self._detectors, self._threads):
            threads.shutdown(wait=True, cancel_futures=True)


def _detect(networks: Networks, picture: EncodedPicture) -> tuple[Pixels, Floats]:
    """Return the pixels of a picture and the corners of its lines."""
    page = _bgr_pixels(decode(picture))
    return page, _detect_lines(networks, page)


def _bgr_pixels(image: Image) -> Pixels:
    return np.asarray(cv2.cvtColor(np.asarray(image.convert("RGB")), cv2.COLOR_RGB2BGR), np.uint8)


def _detect_lines(networks: Networks, page: Pixels) -> Floats:
    """Return the corners of the page's lines, shape (n, 4, 2); a long strip is padded for the detector."""
    height, width = page.shape[:2]
    down, across = (
        max(0, (-(-long // _LONGEST) - short + 1) // 2) for long, short in ((width, height), (height, width))
    )
    edge = np.concatenate([page[0], page[-1], page[:, 0], page[:, -1]])
    border = [float(value) for value in np.median(edge, axis=0)]
    padded = cv2.copyMakeBorder(page, down, down, across, across, cv2.BORDER_CONSTANT, value=border)
    quads = nets.detect(networks, np.asarray(padded, np.uint8), size=_detection_size(padded.shape), most=_MOST_LINES)
    return np.clip(quads - np.array([across, down], np.float32), 0, [width - 1, height - 1]).astype(np.float32)


def _detection_size(shape: Sequence[int]) -> tuple[int, int]:
    """Return the size, width first, at which the detector sees a picture of `shape`."""
    height, width = shape[:2]
    scale = min(max(1.0, _SMALL / min(height, width)), _LARGE / max(height, width))
    return round(width * scale), round(height * scale)


def _bounding_box(quad: Floats) -> Box:
    left, top = np.floor(quad.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(quad.max(axis=0)).astype(int).tolist()
    return Box(left=left, top=top, right=right + 1, bottom=bottom + 1)


def _read_line(networks: Networks, page: Pixels, deadline: float, quad: Floats) -> tuple[str, float] | None:
    """Return a line's text and confidence, None if the time is over."""
    if monotonic() >= deadline:
        return None
    line = turning.horizontal(nets.crop(page, quad))
    text, confidence = _recognise(networks, line)
    if confidence < _DOUBTFUL and nets.upside_down(networks, line) > 1 / 2:
        return max((text, confidence), _recognise(networks, turning.half_turned(line)), key=lambda found: found[1])
    return text, confidence


def _recognise(networks: Networks, line: Pixels) -> tuple[str, float]:
    height, width = line.shape[:2]
    if width <= _WIDEST * height:
        return nets.recognise(networks, line)
    parts = [nets.recognise(networks, part) for part in _split_wide_line(line)]
    letters = sum(len(text) for text, _ in parts)
    if not letters:
        return "", 0.0
    return "".join(text for text, _ in parts), sum(len(text) * confidence for text, confidence in parts) / letters


def _split_wide_line(line: Pixels) -> list[Pixels]:
    """Return a very wide line cut between characters, in pieces that the recogniser can hold."""
    height, width = line.shape[:2]
    ink = line.std(axis=(0, 2))
    step, slack = _WIDEST * height * 3 // 4, max(1, height)
    cuts, at = [0], step
    while at + slack < width:
        at = at - slack + int(ink[at - slack : at + slack].argmin())
        cuts.append(at)
        at += step
    return [np.ascontiguousarray(line[:, start:end]) for start, end in zip(cuts, [*cuts[1:], width], strict=True)]


def _confident_line(box: Box, found: tuple[str, float] | None) -> Line | None:
    if found is None or found[1] < _LEAST_CONFIDENCE or not found[0].strip():
        return None
    return Line(text=found[0].strip(), box=box, confidence=round(found[1], 4))
