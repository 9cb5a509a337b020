"""Writing files whole: a reader sees the old file or the new one, never half of one."""

import os
import tempfile
from pathlib import Path

from bot.domain.errors import Misconfigured
from bot.domain.texts import console as texts


def replace_text(path: Path, text: str) -> None:
    """Replace the file at `path` with `text` in UTF-8; raises `Misconfigured` where that is not possible."""
    replace_bytes(path, text.encode())


def replace_bytes(path: Path, data: bytes) -> None:
    """Replace the file at `path` with `data`, on disk when it returns; raises `Misconfigured` where that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # With a leading dot no reader takes the draft for a prompt.
        number, name = tempfile.mkstemp(prefix=".", suffix=path.name, dir=path.parent)
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path)
    except OSError as error:
        raise Misconfigured(texts.cannot_write(str(path), error.strerror or str(error))) from error
