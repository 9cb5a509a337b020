"""Files in a folder that bot and workers share, such as a volume; Redis holds only a reference to each.

A file is written beside its place, synced and renamed, so that it is there as a whole or not at all. Its name is
random. A file that was read or written is kept for as long as a key in Redis may stand for it; whatever is older is
swept away: also what a process left behind that was killed before it could tell Redis of its file. A file that is to be
kept for longer has a time of change that lies ahead.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.domain.errors import Misconfigured, Unavailable
from bot.storage.file_store.in_redis import FILES_IN_REDIS
from bot.storage.file_store.protocol import FilesUsage
from bot.storage.file_store.references import FOLDER_MARK, named_in_folder
from bot.storage.keys.tasks import FILE_SECONDS

KEPT_SECONDS: Final = FILE_SECONDS + 600.0  # since a file was last read or written
_NAME_BYTES: Final = 16
_FIRST_BYTES: Final = 4
_PART: Final = ".part"  # the ending of what is not complete
_CLOCK: Final = ".clock"  # is there wherever the folder is, and not in the place of a volume that is not mounted
_FREE_SHARE, _FREE_BYTES = 10, 2**30  # a tenth of the disk is left free, a gigabyte of a large one
_NO_ROOM_SECONDS: Final = 5.0


class FolderFiles:
    """A `FileStore` in a folder that holds at most about `most_bytes`, 0 for as many as the disk has room for."""

    def __init__(self, folder: Path, *, most_bytes: int = 0) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    def prepare(self) -> None:
        """Get ready for files, before the first one; raises `Misconfigured` if none can be written there."""
        try:
            self._now()
            self.get(self.put(b""))
        except (OSError, Unavailable) as error:
            raise Misconfigured(f"OCRBOT_FILES__FOLDER={self._folder} cannot be written to: {error}") from error

    def put(self, data: bytes, *, seconds: int = FILE_SECONDS) -> bytes:
        """Write a file and return its reference; raises `Unavailable` if the disk is full or fails."""
        self._require_folder()
        name = secrets.token_hex(_NAME_BYTES)
        part = self._folder / (name + _PART)
        try:
            _write_synced(part, data)
            _keep_for(part, seconds)
            part.rename(self._folder / name)
            _sync(self._folder)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise Unavailable(f"a file cannot be kept: {error.strerror}", retry_after=_NO_ROOM_SECONDS) from error
        return data[:_FIRST_BYTES] + FOLDER_MARK + name.encode()

    def get(self, kept: bytes) -> bytes | None:
        """Return a file's bytes, None if it was swept away; what is no reference is bytes from before the folder."""
        name = named_in_folder(kept)
        if name is None:
            return FILES_IN_REDIS.get(kept)
        path = self._folder / name
        try:
            data = path.read_bytes()
            if not _is_kept_for_longer(path):
                os.utime(path)  # its life begins anew, as that of a copied key does
        except FileNotFoundError:
            self._require_folder()
            return None
        except OSError as error:
            raise Unavailable(f"a file cannot be read from its folder: {error.strerror}") from error
        return data

    def keep(self, kept: bytes, *, seconds: int) -> None:
        """Keep a file for so many seconds from now, if it is there."""
        name = named_in_folder(kept)
        if name is not None:
            path = self._folder / name
            with suppress(FileNotFoundError):
                os.utime(path)
                _keep_for(path, seconds)

    def delete(self, kept: bytes) -> None:
        """Delete a file, if it is there."""
        name = named_in_folder(kept)
        if name is not None:
            with suppress(FileNotFoundError):
                (self._folder / name).unlink()

    def _require_folder(self) -> None:
        if not (self._folder / _CLOCK).exists():
            raise Unavailable("the folder of OCRBOT_FILES__FOLDER is not there: is its volume mounted?")

    def sweep(self) -> FilesUsage:
        """Remove what nothing in Redis can stand for any more; raises `OSError` if the folder cannot be looked at."""
        files = total = swept = 0
        now = self._now()
        for entry, status in self._entries():
            if now - status.st_mtime > KEPT_SECONDS:
                with suppress(FileNotFoundError):  # several bots sweep
                    Path(entry.path).unlink()
                swept += 1
            else:
                files, total = files + 1, total + status.st_size
        over = bool(self._most_bytes) and total >= self._most_bytes
        return FilesUsage(files=files, bytes=total, swept=swept, full=over or self._disk_is_full())

    def _entries(self) -> Iterator[tuple[os.DirEntry[str], os.stat_result]]:
        """Yield the files of this store, and only those: the folder may hold others'."""
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if named_in_folder(FOLDER_MARK + entry.name.removesuffix(_PART).encode()):
                    with suppress(FileNotFoundError):
                        yield entry, entry.stat(follow_symlinks=False)

    def _now(self) -> float:
        """Return the time by the clock that gives files their times, which may be that of a server."""
        clock = self._folder / _CLOCK
        clock.touch()
        return clock.stat().st_mtime

    def _disk_is_full(self) -> bool:
        disk = os.statvfs(self._folder)
        total, free = disk.f_frsize * disk.f_blocks, disk.f_frsize * disk.f_bavail
        return free < min(total // _FREE_SHARE, _FREE_BYTES)


def _write_synced(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _keep_for(path: Path, seconds: int) -> None:
    """Keep a file that was just changed for so many seconds, by the clock that gives files their times."""
    if seconds > FILE_SECONDS:
        at = path.stat().st_mtime + seconds - FILE_SECONDS
        os.utime(path, (at, at))


def _is_kept_for_longer(path: Path) -> bool:
    """Return whether a file's time was set ahead: the time of its last change of attributes is the clock's."""
    status = path.stat()
    return status.st_mtime > status.st_ctime


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
