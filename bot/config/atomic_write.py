"""Files put in place whole: whoever reads one sees what was there or what is there now, never half of it."""

import os
import tempfile
from pathlib import Path

from bot.domain.errors import Misconfigured
from bot.domain.texts import console as texts


def replace_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 to `path`, at once; raises `Misconfigured` where that is not possible."""
    replace_bytes(path, text.encode())


def replace_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`, at once and for good; raises `Misconfigured` where that is not possible."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The leading dot keeps it out of sight of those who look for *.toml.
        number, name = tempfile.mkstemp(prefix=".", suffix=path.name, dir=path.parent)
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path)
    except OSError as error:
        raise Misconfigured(texts.cannot_write(str(path), error.strerror or str(error))) from error
