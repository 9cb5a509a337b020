"""Which runtime reads on this processor: measured once, when the engine starts."""

import importlib.util
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import structlog

from bot.domain.errors import Misconfigured
from workers.engines.cpu.runtime import Runtime, RuntimeName, WantedRuntime

_log = structlog.get_logger("ocrbot.engines")
_PICTURE, _LINE, _LINES = (1, 3, 480, 736), (1, 3, 48, 640), 20  # a small page: what its networks see, how many lines
_ROUNDS = 2
_WORTHWHILE = 1.25  # times as fast, openvino must be for its memory


def choose(wanted: WantedRuntime, detector: Path, recogniser: Path) -> Runtime:
    """Return the runtime that is `wanted`; for "auto" the one that takes less processor time for a page.

    Only runtimes that give the same characters are compared. Raises `Misconfigured` if the wanted one is not installed.
    """
    if wanted == "onnxruntime":
        return _onnx_runtime()
    if importlib.util.find_spec("openvino") is None:
        if wanted != "auto":
            raise Misconfigured(f"OCRBOT_ENGINE__RUNTIME is {wanted}, which is not installed: pip install openvino")
        _log.info("runtime chosen", runtime="onnxruntime", reason="openvino is not installed")
        return _onnx_runtime()
    if wanted != "auto":
        return _openvino(bf16=wanted == "openvino-bf16")
    return _faster(_onnx_runtime(), _openvino(), detector, recogniser)


def _faster(onnx: Runtime, openvino: Runtime, detector: Path, recogniser: Path) -> Runtime:
    seconds = {runtime.name: _page_seconds(runtime, detector, recogniser) for runtime in (onnx, openvino)}
    name = faster(seconds)
    _log.info(
        "runtime chosen",
        runtime=name,
        reason=f"openvino is chosen from {_WORTHWHILE:g} times the speed of onnxruntime on",
        **{f"{each}_ms": round(1000 * taken, 1) for each, taken in seconds.items()},
    )
    return openvino if name == "openvino" else onnx


def faster(seconds: Mapping[RuntimeName, float]) -> RuntimeName:
    """Return the runtime to use, given the processor time of each; openvino only if it is well ahead."""
    ahead = seconds["onnxruntime"] >= _WORTHWHILE * seconds["openvino"]
    return "openvino" if ahead else "onnxruntime"


def _page_seconds(runtime: Runtime, detector: Path, recogniser: Path) -> float:
    """Return the processor time for a small page, without what a new size costs."""
    return _least_seconds(runtime, detector, _PICTURE) + _LINES * _least_seconds(runtime, recogniser, _LINE)


def _least_seconds(runtime: Runtime, model: Path, shape: tuple[int, ...]) -> float:
    """Return this process's processor time for a picture of `shape`, the least of several."""
    network = runtime.load(model, cores=1, callers=1)
    batch = np.zeros(shape, np.float32)
    network.run(batch)
    least = float("inf")
    for _ in range(_ROUNDS):
        started = time.process_time()
        network.run(batch)
        least = min(least, time.process_time() - started)
    return least


def _onnx_runtime() -> Runtime:
    from workers.engines.cpu.onnx_runtime import OnnxRuntime  # noqa: PLC0415 - only what is chosen is to be loaded

    return OnnxRuntime()


def _openvino(*, bf16: bool = False) -> Runtime:
    from workers.engines.cpu.openvino_runtime import OpenVino  # noqa: PLC0415 - as above

    return OpenVino(bf16=bf16)
