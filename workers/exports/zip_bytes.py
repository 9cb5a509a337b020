"""Zip archives whose bytes depend only on the names and contents of their members."""

import io
import zipfile
from collections.abc import Iterable

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can record


def pack(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip of these (name, content) pairs, in this order."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return data.getvalue()


def repack(data: bytes) -> bytes:
    """Return the same archive without the modification times of its members."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return pack((name, archive.read(name)) for name in archive.namelist())
