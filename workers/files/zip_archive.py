"""Zips: what in them can be read, in the order in which people number their files; bounded in number, size and ratio.

Only what the format's plain part allows is unpacked, stored or deflated: other methods expand without bounds.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.errors import Refused
from bot.domain.limits import MEGABYTE, MOST_FILE_BYTES, MOST_UNPACKED_BYTES
from bot.domain.texts import chat as texts
from workers.files.file_type import BROKEN_ZIP, PLAIN_ZIP, FileKind, IdentifiedFile, identify, is_crowded
from workers.files.registry import is_readable

_ZIP = b"PK"
_MOST_LOOKED_AT = 1000  # files of one archive
_MOST_RATIO, _FREE = 250, 4 * MEGABYTE  # a page without much ink packs 100 to 1; a bomb 1000 to 1
_CHUNK = 2**16
_NUMBERS = re.compile(r"(\d{1,18})")
_UTF8, _ENCRYPTED = 0x800, 0x1  # flags of a member
_SYSTEMS_OWN = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


@dataclass(slots=True, kw_only=True)
class ArchiveAllowance:
    """What may still be taken out of the archives of one message."""

    files: int
    unpacked: int = MOST_UNPACKED_BYTES


@dataclass(slots=True, kw_only=True)
class Skipped:
    """The members that are not read, by why."""

    unreadable: list[str] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)
    large: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    over: int = 0  # beyond the number that is read

    def sentences(self, most: int) -> list[str]:
        """Return what a person is told, at most `most` files of one message having been read."""
        said: Sequence[tuple[object, Callable[[], str]]] = (
            (self.over, lambda: texts.archive_over(self.over, most)),
            (self.locked, lambda: texts.archive_locked(self.locked)),
            (self.nested, lambda: texts.archive_nested(self.nested)),
            (self.large, lambda: texts.archive_large(self.large)),
            (self.broken, lambda: texts.archive_broken_files(self.broken)),
            (self.unreadable, lambda: texts.archive_unreadable(self.unreadable)),
        )
        return [sentence() for found, sentence in said if found]


class Archive:
    """A zip's files by their paths inside, in natural order; folders and what systems put there left out."""

    def __init__(self, file: IdentifiedFile) -> None:
        """Open it; raises `Refused` for one that is broken or that lists more files than anybody packs."""
        if not is_archive(file):
            raise Refused("archive_kind", texts.file_archive())
        if is_crowded(file.data):
            raise Refused("archive_broken", texts.archive_broken())
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(file.data))
        except BROKEN_ZIP as error:
            raise Refused("archive_broken", texts.archive_broken()) from error
        named = {_path(member): member for member in self._zip.infolist() if not member.is_dir()}
        self._members = {path: member for path, member in named.items() if not _is_systems(path)}
        self.paths = sorted(self._members, key=_natural)

    def read(self, path: str, allowance: ArchiveAllowance, skipped: Skipped) -> bytes | None:
        """Return a file's bytes; None, and noted in `skipped`, where it is locked, too large or broken."""
        member = self._members[path]
        if member.flag_bits & _ENCRYPTED:
            skipped.locked.append(path)
            return None
        if member.compress_type not in PLAIN_ZIP:
            skipped.broken.append(path)
            return None
        try:
            data = self._unpacked(member, allowance)
        except BROKEN_ZIP:
            skipped.broken.append(path)
            return None
        if len(data) > MOST_FILE_BYTES or allowance.unpacked < 0 or _is_bomb(member, len(data)):
            skipped.large.append(path)
            return None
        return data

    def _unpacked(self, member: zipfile.ZipInfo, allowance: ArchiveAllowance) -> bytes:
        """Unpack until the end, or just beyond what is allowed, whatever the archive says of the size.

        What turns out to be broken has been unpacked too, and counts.
        """
        whole = bytearray()
        with self._zip.open(member) as stream:
            while len(whole) <= MOST_FILE_BYTES and allowance.unpacked >= 0 and not _is_bomb(member, len(whole)):
                chunk = stream.read(_CHUNK)
                if not chunk:
                    break
                whole += chunk
                allowance.unpacked -= len(chunk)
        return bytes(whole)


def readable(archive: Archive, allowance: ArchiveAllowance, skipped: Skipped) -> Iterator[tuple[str, IdentifiedFile]]:
    """Yield the path and the content of each file that can be read, as far as `allowance` goes."""
    for looked_at, path in enumerate(archive.paths):
        if allowance.files <= 0 or allowance.unpacked <= 0 or looked_at >= _MOST_LOOKED_AT:
            skipped.over += len(archive.paths) - looked_at
            return
        data = archive.read(path, allowance, skipped)
        if data is None:
            continue
        file = identify(data)
        if is_readable(file):
            allowance.files -= 1
            yield path, file
        else:
            (skipped.nested if file.kind is FileKind.ARCHIVE else skipped.unreadable).append(path)


def nothing_readable(skipped: Skipped, most: int) -> Refused:
    """Return what a person is told of an archive with nothing in it that can be read."""
    if skipped.locked and not (skipped.unreadable or skipped.nested or skipped.large or skipped.broken):
        return Refused("archive_locked", texts.archive_all_locked())
    return Refused("archive_empty", "".join([texts.archive_empty(), *skipped.sentences(most)]))


def member(data: bytes, path: str) -> bytes:
    """Return one file of an archive by its path inside; raises `Refused` where it cannot be had."""
    archive, skipped = Archive(identify(data)), Skipped()
    found = archive.read(path, ArchiveAllowance(files=1), skipped) if path in archive.paths else None
    if found is None:
        raise Refused("archive_member_gone", texts.archive_broken())
    return found


def is_archive(file: IdentifiedFile) -> bool:
    """Return whether a file is a zip that holds files of its own."""
    return file.kind is FileKind.ARCHIVE and may_be_archive(file.data)


def may_be_archive(beginning: bytes) -> bool:
    """Return whether a file that begins with these bytes may be a zip: documents of several formats are one too."""
    return beginning.startswith(_ZIP)


def _is_bomb(packed: zipfile.ZipInfo, unpacked: int) -> bool:
    return unpacked > _FREE and unpacked > _MOST_RATIO * max(1, packed.compress_size)


def _path(packed: zipfile.ZipInfo) -> str:
    """Return the path with strokes; names without the flag for UTF-8 are UTF-8 on a Mac and GBK on Windows."""
    name = packed.filename
    if not packed.flag_bits & _UTF8:
        name = _decoded(name)
    return name.replace("\\", "/").lstrip("/")


def _decoded(name: str) -> str:
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:  # it came from the field that holds the name once more, as UTF-8
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _is_systems(path: str) -> bool:
    parts = path.split("/")
    return any(part.startswith(".") and part not in {".", ".."} for part in parts) or any(
        part.lower() in _SYSTEMS_OWN for part in parts
    )


def _natural(path: str) -> list[list[tuple[int, str]]]:
    """Order 发票2 before 发票10, folder by folder."""
    return [[_rank(piece) for piece in _NUMBERS.split(part)] for part in path.lower().split("/")]


def _rank(piece: str) -> tuple[int, str]:
    return (int(piece), "") if piece.isdecimal() else (-1, piece)


def shown(paths: list[str]) -> list[str]:
    """Return the names that people see: without folders where that leaves them apart."""
    names = [posixpath.basename(path) for path in paths]
    return names if len(set(names)) == len(names) else paths
