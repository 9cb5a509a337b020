"""The static files of the page, with an address that changes with their contents."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "static"
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One static file."""

    data: bytes
    media_type: str


class Assets:
    """All files under `folder`, read once, at their paths below it.

    They share one digest, because modules import each other by relative addresses: `/static/DIGEST/app.js`. So each
    may be kept for ever, and a new release is at another address.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self.files = {
            path.relative_to(folder).as_posix(): Asset(data=path.read_bytes(), media_type=_MEDIA_TYPES[path.suffix])
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    @cached_property
    def digest(self) -> str:
        """Return 16 hexadecimal digits that change with any file's name or contents."""
        digest = hashlib.sha256()
        for name, asset in self.files.items():
            digest.update(f"{name}\0{len(asset.data)}\0".encode() + asset.data)
        return digest.hexdigest()[:16]

    def find(self, digest: str, name: str) -> Asset | None:
        """Return the file of this name, None if there is none or the digest is another release's."""
        return self.files.get(name) if digest == self.digest else None
