"""The embedded engine, loaded by the first picture: files that need no engine do not wait for it."""

from threading import Lock
from typing import TYPE_CHECKING

from bot.domain.document import Reading
from workers.engines.base import USUAL, AskOptions, EncodedPicture, PictureForm
from workers.engines.cpu.form import CPU_FORM

if TYPE_CHECKING:
    from workers.engines.cpu.local import LocalRapid
    from workers.engines.cpu.runtime import WantedRuntime


class LazyRapid:
    """An `Engine`: the embedded one in this process, from the first picture on."""

    name = "rapid"
    takes_prompts = False

    def __init__(self, runtime: "WantedRuntime" = "auto") -> None:
        self._runtime = runtime
        self._lock = Lock()
        self._loaded: LocalRapid | None = None

    def form(self) -> PictureForm:
        """Return the form of a picture whose every pixel is kept."""
        return CPU_FORM

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL) -> Reading:
        """Return the embedded engine's reading."""
        return self._engine().ask(picture, prompt, options=options)

    def _engine(self) -> "LocalRapid":
        with self._lock:
            if self._loaded is None:
                from workers.engines.cpu.local import LocalRapid  # noqa: PLC0415 - takes seconds

                self._loaded = LocalRapid(runtime=self._runtime)
            return self._loaded
