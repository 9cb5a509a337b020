"""The time of day that processes see: see `shifted_time/sitecustomize.py`."""

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "shifted_time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The clocks of processes, by name; the shifts are kept in `folder`."""

    folder: Path
    names: Sequence[str]

    def environment(self) -> dict[str, str]:
        """Return what the processes need in their environment, with no clock shifted yet."""
        self.folder.mkdir()
        for name in self.names:
            (self.folder / name).write_bytes(struct.pack("d", 0.0))
        path = os.pathsep.join(part for part in (str(_FOLDER), os.environ.get("PYTHONPATH", "")) if part)
        return {"SHIFTED_TIME": str(self.folder), "PYTHONPATH": path}

    def shift(self, name: str, seconds: float) -> None:
        """Let the clocks of a process and those below it be `seconds` fast, from now on."""
        with (self.folder / name).open("r+b") as file:
            file.write(struct.pack("d", seconds))
