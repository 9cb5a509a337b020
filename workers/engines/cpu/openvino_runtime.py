"""Networks on OpenVINO: about half the work of onnxruntime where a processor has AVX-512, more memory."""

import ctypes
import sys
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import Any

import numpy as np

from workers.engines.cpu.arrays import Floats
from workers.engines.cpu.runtime import Network, RuntimeName

_KEPT_KERNELS = 100  # compiled for sizes seen; more cost memory, fewer time


class OpenVino:
    """The `Runtime` of OpenVINO; in f32 it gives the characters that onnxruntime gives, in bf16 it does not."""

    def __init__(self, *, bf16: bool = False) -> None:
        self._core = _import_openvino().Core()
        self._precision = "bf16" if bf16 else "f32"
        self.name: RuntimeName = "openvino-bf16" if bf16 else "openvino"

    def load(self, model: Path, *, cores: int, callers: int) -> Network:
        """Return the network in the file `model`, as `Runtime.load` does."""
        options = {
            "INFERENCE_PRECISION_HINT": self._precision,
            "INFERENCE_NUM_THREADS": cores * callers,
            "NUM_STREAMS": callers,
            "ENABLE_CPU_PINNING": False,  # other processes use the same cores
            "CPU_RUNTIME_CACHE_CAPACITY": _KEPT_KERNELS,
        }
        if callers == 1:
            return _SizedNetwork(self._core, model, options)
        return _UnsizedNetwork(self._core, model, options, callers=callers)


def _import_openvino() -> Any:
    """Import openvino without its telemetry: it then takes a stand-in that sends nothing."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino  # noqa: PLC0415 - telemetry first

    return openvino


class _UnsizedNetwork:
    """A `Network` for pictures of any size; calls beyond its `callers` wait."""

    def __init__(self, core: Any, model: Path, options: dict[str, Any], *, callers: int) -> None:
        self._model = core.read_model(str(model))
        compiled = core.compile_model(self._model, "CPU", options)
        self._idle: SimpleQueue[Any] = SimpleQueue()
        for _ in range(callers):
            self._idle.put(compiled.create_infer_request())

    def run(self, batch: Floats) -> Floats:
        """Return the first output for `batch`."""
        request = self._idle.get()
        try:
            return _inferred(request, batch)
        finally:
            self._idle.put(request)

    def metadata(self, key: str) -> str:
        """Return what the model's file says under `key`."""
        return _metadata(self._model, key)


class _SizedNetwork:
    """A `Network` compiled for the size of the last picture, for one call at a time.

    For large pictures that takes half the memory, and the time that compiling takes is that of any new size.
    """

    def __init__(self, core: Any, model: Path, options: dict[str, Any]) -> None:
        self._core, self._model, self._options = core, core.read_model(str(model)), options
        self._turn = Lock()
        self._shape: tuple[int, ...] = ()
        self._request: Any = None

    def run(self, batch: Floats) -> Floats:
        """Return the first output for `batch`."""
        with self._turn:
            if batch.shape != self._shape:
                self._request = None  # its memory goes before the next takes its own
                _return_memory()
                self._model.reshape(list(batch.shape))
                self._request = self._core.compile_model(self._model, "CPU", self._options).create_infer_request()
                self._shape = batch.shape
            return _inferred(self._request, batch)

    def metadata(self, key: str) -> str:
        """Return what the model's file says under `key`."""
        return _metadata(self._model, key)


def _inferred(request: Any, batch: Floats) -> Floats:
    request.infer([batch])
    return np.array(request.get_output_tensor(0).data, np.float32)  # the next call overwrites it


def _metadata(model: Any, key: str) -> str:
    return str(model.get_rt_info()["framework"][key].value)


def _return_memory() -> None:
    """Give freed memory back to the system; glibc keeps hundreds of megabytes otherwise."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
