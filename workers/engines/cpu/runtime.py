"""What the embedded engine asks of the library that runs its networks."""

from pathlib import Path
from typing import Literal, Protocol

from workers.engines.cpu.arrays import Floats

RuntimeName = Literal["onnxruntime", "openvino", "openvino-bf16"]
WantedRuntime = Literal["auto", "onnxruntime", "openvino", "openvino-bf16"]


class Network(Protocol):
    """A network ready to run; safe to call from several threads."""

    def run(self, batch: Floats) -> Floats:
        """Return the first output for `batch`, which has the shape (n, 3, height, width)."""
        ...

    def metadata(self, key: str) -> str:
        """Return what the model's file says under `key`."""
        ...


class Runtime(Protocol):
    """A library that runs networks."""

    @property
    def name(self) -> RuntimeName:
        """The library's name."""
        ...

    def load(self, model: Path, *, cores: int, callers: int) -> Network:
        """Return the network in the file `model`: a call uses `cores` cores, and `callers` calls run at once."""
        ...
