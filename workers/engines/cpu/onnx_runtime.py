"""Networks on onnxruntime: little memory, every processor."""

import os
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read when onnxruntime is loaded

import onnxruntime

from workers.engines.cpu.arrays import Floats
from workers.engines.cpu.runtime import Network, RuntimeName

_ort: Any = onnxruntime  # it exports its names without types


class OnnxRuntime:
    """The `Runtime` of onnxruntime."""

    name: RuntimeName = "onnxruntime"

    def load(self, model: Path, *, cores: int, callers: int) -> Network:  # noqa: ARG002 - any number may call at once
        """Return the network in the file `model`, as `Runtime.load` does."""
        return OnnxNetwork(model, cores=cores)


class OnnxNetwork:
    """A `Network` on onnxruntime."""

    def __init__(self, model: Path, *, cores: int) -> None:
        options = _ort.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = cores
        options.inter_op_num_threads = 1
        # The arena and the pattern cache keep memory for each size of picture ever seen.
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        # Waiting threads must not take cores from working ones.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = _ort.InferenceSession(str(model), sess_options=options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def run(self, batch: Floats) -> Floats:
        """Return the first output for `batch`."""
        output: Floats = self._session.run(None, {self._input: batch})[0]
        return output

    def metadata(self, key: str) -> str:
        """Return what the model's file says under `key`."""
        return str(self._session.get_modelmeta().custom_metadata_map[key])
