"""The files that an assistant may have read: those in folders that its person named.

A path comes from a model that may have been talked into anything, so it is resolved first, must lie in a folder that
was named, and is then opened from that folder part by part without following any link: what is swapped meanwhile is an
error, not a way out.
"""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.domain.errors import OcrbotError
from bot.domain.limits import MEGABYTE, MOST_FILE_BYTES

_PART: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe must not be waited for


class FileNotAllowed(OcrbotError):  # noqa: N818 - what it is about, as its siblings
    """A file that is not read; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileToSend:
    """A file's name, without its folders, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedFolders:
    """The folders whose files may be read, without those whose names begin with a dot."""

    folders: tuple[Path, ...]
    most_bytes: int = MOST_FILE_BYTES

    def read(self, path: str) -> FileToSend:
        """Return the file at a path, which is absolute, or relative to one of the folders.

        Raises `FileNotAllowed`, which tells no more of files elsewhere than that they are elsewhere.
        """
        if not self.folders:
            raise FileNotAllowed('no folder is allowed: set OCRBOT_MCP__FOLDERS, such as ["/home/me/invoices"]')
        for folder in self.folders:
            root = Path(os.path.realpath(folder))
            inside = _inside(root, path)
            if inside is not None and (data := self._data(root, inside)) is not None:
                return FileToSend(name=inside[-1], data=data)
        named = ", ".join(str(folder) for folder in self.folders)
        raise FileNotAllowed(f"there is no such file in the folders that are allowed: {named}")

    def _data(self, root: Path, parts: Sequence[str]) -> bytes | None:
        """Return a file's bytes, None if it is not there."""
        opened = [os.open(root, _PART | os.O_DIRECTORY)]
        try:
            for part in parts[:-1]:
                opened.append(os.open(part, _PART | os.O_DIRECTORY, dir_fd=opened[-1]))
            opened.append(os.open(parts[-1], _PART, dir_fd=opened[-1]))
            return self._bytes_of(opened[-1], parts[-1])
        except OSError:
            return None
        finally:
            for descriptor in opened:
                os.close(descriptor)

    def _bytes_of(self, descriptor: int, name: str) -> bytes:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise FileNotAllowed(f"{name} is no file")
        with os.fdopen(os.dup(descriptor), "rb") as file:
            data = file.read(self.most_bytes + 1)
        if len(data) > self.most_bytes:
            raise FileNotAllowed(f"{name} has more than {self.most_bytes // MEGABYTE} MB")
        if not data:
            raise FileNotAllowed(f"{name} is empty")
        return data


def _inside(root: Path, path: str) -> Sequence[str] | None:
    """Return the parts of a path below `root` with all links resolved; None if it lies elsewhere or is hidden."""
    if "\0" in path:
        return None
    resolved = Path(os.path.realpath(root / Path(path).expanduser()))
    if resolved == root or not resolved.is_relative_to(root):
        return None
    parts = resolved.relative_to(root).parts
    return None if any(part.startswith(".") for part in parts) else parts
