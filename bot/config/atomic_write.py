"""Replaces files atomically: a reader sees the old file or the new one, never a part of one."""

import os
import tempfile
from pathlib import Path

from bot.domain.errors import Misconfigured
from bot.domain.texts import console as texts


def replace_text(path: Path, text: str) -> None:
    """Replace the file at `path` with `text` in UTF-8; raises `Misconfigured` if it cannot be written."""
    replace_bytes(path, text.encode())


def replace_bytes(path: Path, data: bytes) -> None:
    """Replace the file at `path` with `data`, which is on disk on return; raises `Misconfigured` if that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Readers of the folder skip names with a leading dot.
        descriptor, draft = tempfile.mkstemp(prefix=".", suffix=path.name, dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(draft).replace(path)
    except OSError as error:
        raise Misconfigured(texts.cannot_write(str(path), error.strerror or str(error))) from error
