"""The CPU engine with a cache, so that changes of extraction are measured without reading every page again."""

import hashlib
from importlib.metadata import version
from pathlib import Path

from bot.domain import wire
from bot.domain.document import Reading, Stop
from workers.engines.base import USUAL, AskOptions, EncodedPicture, PictureForm
from workers.engines.cpu.form import CPU_FORM
from workers.engines.cpu.local import LocalRapid
from workers.engines.cpu.runtime import WantedRuntime

_ROOT = Path(__file__).resolve().parents[2]
_ENGINE = (
    "workers/engines/cpu/local.py",
    "workers/engines/cpu/networks.py",
    "workers/engines/cpu/onnx_runtime.py",
    "workers/engines/cpu/openvino_runtime.py",
    "workers/engines/cpu/deskew.py",
    "workers/engines/cpu/turning.py",
    "workers/layout/reading_order.py",
)


class CachedEngine:
    """An `Engine` that caches the readings of `LocalRapid` in `folder`, by picture and by the engine's code."""

    name = "rapid"
    takes_prompts = False

    def __init__(self, folder: Path, *, runtime: WantedRuntime = "onnxruntime") -> None:
        self._engine: LocalRapid | None = None
        self._runtime = runtime
        self._folder = folder / _fingerprint(runtime)
        self._folder.mkdir(parents=True, exist_ok=True)

    def form(self) -> PictureForm:
        """Return the form of `LocalRapid`."""
        return CPU_FORM

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL) -> Reading:
        """Return the reading of `LocalRapid` for this picture, from the cache if it is there."""
        digest = hashlib.sha256(f"{picture.media_type}{picture.size}".encode() + picture.data).hexdigest()
        cached = self._folder / f"{digest}.json"
        if cached.exists():
            return wire.decode(Reading, cached.read_bytes())
        self._engine = self._engine or LocalRapid(runtime=self._runtime)
        reading = self._engine.ask(picture, prompt, options=options)
        if reading.stop is Stop.DONE:  # one that ran out of time may come out better
            cached.write_bytes(wire.encode(reading))
        return reading

    def close(self) -> None:
        """End the engine's threads, if it was used at all."""
        if self._engine is not None:
            self._engine.close()


def _fingerprint(runtime: str) -> str:
    code = b"".join((_ROOT / file).read_bytes() for file in _ENGINE)
    versions = f"{runtime} {version('rapidocr')} {version('onnxruntime')}"
    return hashlib.sha256(code + versions.encode()).hexdigest()[:16]
