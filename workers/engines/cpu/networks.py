"""The embedded engine's three networks, on BGR uint8 arrays of shape (height, width, 3).

The models and their pre- and postprocessing are PP-OCR's, and the rapidocr wheel contains the model files. Its Python
code is not imported: it can download models and fetch addresses, which nothing here may do.
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from bot.domain.errors import Misconfigured
from workers.engines.cpu.arrays import Floats, Pixels
from workers.engines.cpu.runtime import Network, RuntimeName, WantedRuntime
from workers.engines.cpu.runtime_choice import choose

_DET, _CLS, _REC = "PP-OCRv6_det_small.onnx", "ch_ppocr_mobile_v2.0_cls_mobile.onnx", "PP-OCRv6_rec_small.onnx"
_REC_HEIGHT, _REC_MIN_WIDTH = 48, 128  # the wider padding of PP-OCR's training costs a quarter more and reads no better
_CLS_SIZE = (192, 48)
_INK, _SURE, _GROW = 0.3, 0.5, 1.6  # PP-OCR's thresholds for a pixel and a box, and its growth of a shrunk box


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """The loaded networks; safe to call from several threads."""

    detector: Network
    classifier: Network
    recogniser: Network
    alphabet: tuple[str, ...]  # the character of each class; the first is the blank
    runtime: RuntimeName


def load(*, cores: int, runtime: WantedRuntime = "auto") -> Networks:
    """Load the models: detection runs on all `cores`, one page at a time; the others on one core, `cores` at a time.

    Raises `Misconfigured` if models or the wanted runtime lack.
    """
    folder = _model_folder()
    chosen = choose(runtime, folder / _DET, folder / _REC)
    recogniser = chosen.load(folder / _REC, cores=1, callers=cores)
    return Networks(
        detector=chosen.load(folder / _DET, cores=cores, callers=1),
        classifier=chosen.load(folder / _CLS, cores=1, callers=cores),
        recogniser=recogniser,
        alphabet=("", *recogniser.metadata("character").splitlines(), " "),
        runtime=chosen.name,
    )


def _model_folder() -> Path:
    spec = importlib.util.find_spec("rapidocr")
    folder = Path(spec.origin).parent / "models" if spec and spec.origin else Path()
    missing = [name for name in (_DET, _CLS, _REC) if not (folder / name).is_file()]
    if missing:
        raise Misconfigured(f"the rapidocr package lacks its models {', '.join(missing)}: install it again")
    return folder


def _normalised(image: Pixels) -> Floats:
    """Return `image` with the shape (1, 3, height, width) and 0..255 mapped to -1..1."""
    scaled: Floats = cv2.dnn.blobFromImage(image, 1 / 127.5, mean=(127.5, 127.5, 127.5)).astype(np.float32, copy=False)
    return scaled


def detect(nets: Networks, image: Pixels, *, size: tuple[int, int], most: int) -> Floats:
    """Return the corners of text lines, shape (n, 4, 2), clockwise from the top left, in pixels of `image`.

    The network sees `image` at about `size` (width, height). If there are more than `most` lines, the largest stay.
    """
    height, width = image.shape[:2]
    snapped = max(32, round(size[0] / 32) * 32), max(32, round(size[1] / 32) * 32)
    heat = nets.detector.run(_normalised(np.asarray(cv2.resize(image, snapped), np.uint8)))[0, 0]
    ink = cv2.dilate((heat > _INK).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    largest = sorted(contours, key=cv2.contourArea, reverse=True)[:most]
    quads = [quad for quad in (_grown_rectangle(heat, contour) for contour in largest) if quad is not None]
    scale = np.array([width / snapped[0], height / snapped[1]], np.float32)
    return np.clip(np.array(quads, np.float32).reshape(-1, 4, 2) * scale, 0, [width - 1, height - 1]).astype(np.float32)


def _grown_rectangle(heat: Floats, contour: npt.NDArray[Any]) -> Floats | None:
    """Return the rectangle around `contour`, grown back; None if it is too small or its score too low."""
    centre, (across, along), angle = cv2.minAreaRect(contour)
    if min(across, along) < 3 or _mean_score(heat, cv2.boxPoints((centre, (across, along), angle))) < _SURE:  # noqa: PLR2004 - PP-OCR's least size
        return None
    grow = 2 * _GROW * across * along / (2 * (across + along))
    corners = cv2.boxPoints((centre, (across + grow, along + grow), angle))
    left_to_right = corners[np.argsort(corners[:, 0], kind="stable")]
    top_left, bottom_left = left_to_right[:2][np.argsort(left_to_right[:2, 1])]
    top_right, bottom_right = left_to_right[2:][np.argsort(left_to_right[2:, 1])]
    return np.array([top_left, top_right, bottom_right, bottom_left], np.float32)


def _mean_score(heat: Floats, corners: npt.NDArray[Any]) -> float:
    low = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    high = np.ceil(corners.max(axis=0)).astype(int) + 1
    part = heat[low[1] : high[1], low[0] : high[0]]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [(corners - low).astype(np.int32)], [1])
    return float(cv2.mean(part, mask)[0])


def crop(image: Pixels, quad: Floats) -> Pixels:
    """Return the line inside `quad` as an upright rectangle; a vertical line stays vertical."""
    width = max(1, int(max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3]))))
    height = max(1, int(max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2]))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad, target)
    flat = cv2.warpPerspective(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_CUBIC)
    return np.asarray(flat, np.uint8)


def upside_down(nets: Networks, line: Pixels) -> float:
    """Return the probability, 0..1, that `line`, a horizontal crop, is upside down."""
    height, width = line.shape[:2]
    across, down = _CLS_SIZE
    batch = np.zeros((1, 3, down, across), np.float32)
    taken = min(across, max(1, -(-down * width // height)))
    batch[..., :taken] = _normalised(np.asarray(cv2.resize(line, (taken, down)), np.uint8))
    return float(nets.classifier.run(batch)[0, 1])


def recognise(nets: Networks, line: Pixels) -> tuple[str, float]:
    """Return the text of `line`, a horizontal crop, and the network's confidence in it: 0..1, 0 without text."""
    height, width = line.shape[:2]
    taken = max(8, -(-_REC_HEIGHT * width // height))
    batch = np.zeros((1, 3, _REC_HEIGHT, max(taken, _REC_MIN_WIDTH)), np.float32)
    batch[..., :taken] = _normalised(np.asarray(cv2.resize(line, (taken, _REC_HEIGHT)), np.uint8))
    scores = nets.recogniser.run(batch)[0]
    best = scores.argmax(axis=1)
    kept = np.flatnonzero((best != 0) & (np.diff(best, prepend=-1) != 0))
    if not kept.size:
        return "", 0.0
    return "".join(nets.alphabet[best[step]] for step in kept), float(scores[kept, best[kept]].mean())
