"""Zip archives that depend on nothing but what is in them."""

import io
import zipfile
from collections.abc import Iterable

_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip knows


def pack(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip of these names and contents, in this order."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, _BEGINNING)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return data.getvalue()


def repack(data: bytes) -> bytes:
    """Return the same archive without the times that its members were written at."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return pack((name, archive.read(name)) for name in archive.namelist())
