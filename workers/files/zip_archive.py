"""Zip archives: the readable files in them, in the order in which people number their files.

Only stored and deflated members are unpacked, because other methods expand without bounds.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain import texts
from bot.domain.errors import Refused
from bot.domain.limits import MEGABYTE, MOST_FILE_BYTES, MOST_UNPACKED_BYTES
from workers.files.file_type import BROKEN_ZIP, PLAIN_ZIP, FileKind, IdentifiedFile, identify, is_crowded

_ZIP = b"PK"
_MOST_EXAMINED = 1000  # files of one archive
_MOST_RATIO, _FREE = 250, 4 * MEGABYTE  # a nearly empty page compresses 100 to 1, a zip bomb 1000 to 1
_USUAL_RATIO, _USUAL_PIXELS = 20, 100  # to a packed byte: what all of a message's files may have
_CHUNK = 2**16
_NUMBERS = re.compile(r"(\d{1,18})")
_UTF8, _ENCRYPTED = 0x800, 0x1  # flags of a member
_SYSTEMS_OWN = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


@dataclass(slots=True, kw_only=True)
class ArchiveAllowance:
    """How many files, bytes and pixels may still be unpacked from the archives of one message.

    What files have in proportion to their packed bytes, as most do, does not count towards `swollen` and `pixels`.
    """

    files: int
    unpacked: int = MOST_UNPACKED_BYTES
    swollen: int = 32 * MEGABYTE  # bytes beyond `_USUAL_RATIO`
    pixels: int = 200_000_000  # beyond `_USUAL_PIXELS`: those of twenty scans of A4

    def takes_pixels(self, pixels: int, packed: int) -> bool:
        """Deduct the pixels of a picture, if so many are left."""
        beyond = max(0, pixels - _USUAL_PIXELS * packed)
        if beyond > self.pixels:
            return False
        self.pixels -= beyond
        return True

    def takes_bytes(self, unpacked: int, packed: int) -> bool:
        """Deduct the bytes of a file, if so many are left."""
        beyond = max(0, unpacked - _USUAL_RATIO * packed)
        if beyond > self.swollen:
            return False
        self.swollen -= beyond
        return True


@dataclass(slots=True, kw_only=True)
class Skipped:
    """The paths of the files that are not read, by reason."""

    unreadable: list[str] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)
    large: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    over: int = 0  # the number of files beyond the limit

    def sentences(self, most: int) -> list[str]:
        """Return a sentence for each reason; `most` is the limit of files read per message."""
        reasons: Sequence[tuple[object, Callable[[], str]]] = (
            (self.over, lambda: texts.unreadable.archive_over(self.over, most)),
            (self.locked, lambda: texts.unreadable.archive_locked(self.locked)),
            (self.nested, lambda: texts.unreadable.archive_nested(self.nested)),
            (self.large, lambda: texts.unreadable.archive_large(self.large)),
            (self.broken, lambda: texts.unreadable.archive_broken_files(self.broken)),
            (self.unreadable, lambda: texts.unreadable.archive_unreadable(self.unreadable)),
        )
        return [sentence() for paths, sentence in reasons if paths]


class Archive:
    """The files of a zip by path, in natural order, without folders and files of operating systems."""

    def __init__(self, file: IdentifiedFile) -> None:
        """Open the archive; raises `Refused` if it is broken or has far too many files."""
        if not is_archive(file):
            raise Refused("archive_kind", texts.unreadable.file_archive())
        if is_crowded(file.data):
            raise Refused("archive_broken", texts.unreadable.archive_broken())
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(file.data))
        except BROKEN_ZIP as error:
            raise Refused("archive_broken", texts.unreadable.archive_broken()) from error
        if sum(member.compress_size for member in self._zip.infolist()) > len(file.data):  # they share their bytes
            raise Refused("archive_broken", texts.unreadable.archive_broken())
        named = {_member_path(member): member for member in self._zip.infolist() if not member.is_dir()}
        self._members = {path: member for path, member in named.items() if not _is_system_file(path)}
        self.paths = sorted(self._members, key=_natural_order)

    def read(self, path: str, allowance: ArchiveAllowance, skipped: Skipped) -> bytes | None:
        """Return a file's bytes; None if it is encrypted, too large or broken, and then add its path to `skipped`."""
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
        too_large = len(data) > MOST_FILE_BYTES or allowance.unpacked < 0 or _is_bomb(member, len(data))
        if too_large or not allowance.takes_bytes(len(data), member.compress_size):
            skipped.large.append(path)
            return None
        return data

    def packed_size(self, path: str) -> int:
        """Return how many bytes a file takes in the archive."""
        return self._members[path].compress_size

    def _unpacked(self, member: zipfile.ZipInfo, allowance: ArchiveAllowance) -> bytes:
        """Unpack to the end or just beyond a limit, whatever size the archive claims.

        The bytes of a member that turns out to be broken also count towards the allowance.
        """
        data = bytearray()
        with self._zip.open(member) as stream:
            while len(data) <= MOST_FILE_BYTES and allowance.unpacked >= 0 and not _is_bomb(member, len(data)):
                chunk = stream.read(_CHUNK)
                if not chunk:
                    break
                data += chunk
                allowance.unpacked -= len(chunk)
        return bytes(data)


def readable_files(
    archive: Archive, allowance: ArchiveAllowance, skipped: Skipped
) -> Iterator[tuple[str, IdentifiedFile]]:
    """Yield the path and content of each readable file until `allowance` is used up."""
    # The decoders come with it: only a process that unpacks something holds them.
    from workers.files.pictures.claims import claimed_pixels  # noqa: PLC0415
    from workers.files.registry import is_readable  # noqa: PLC0415

    for examined, path in enumerate(archive.paths):
        if allowance.files <= 0 or allowance.unpacked <= 0 or examined >= _MOST_EXAMINED:
            skipped.over += len(archive.paths) - examined
            return
        data = archive.read(path, allowance, skipped)
        if data is None:
            continue
        file = identify(data)
        if not allowance.takes_pixels(claimed_pixels(file), archive.packed_size(path)):
            skipped.large.append(path)
        elif is_readable(file):
            allowance.files -= 1
            yield path, file
        else:
            (skipped.nested if file.kind is FileKind.ARCHIVE else skipped.unreadable).append(path)


def nothing_readable(skipped: Skipped, most: int) -> Refused:
    """Return the refusal of an archive that holds nothing readable."""
    if skipped.locked and not (skipped.unreadable or skipped.nested or skipped.large or skipped.broken):
        return Refused("archive_locked", texts.unreadable.archive_all_locked())
    return Refused("archive_empty", "".join([texts.unreadable.archive_empty(), *skipped.sentences(most)]))


def read_member(data: bytes, path: str) -> bytes:
    """Return the bytes of the file at `path` inside an archive; raises `Refused` if it is missing or unreadable."""
    archive, skipped = Archive(identify(data)), Skipped()
    content = archive.read(path, ArchiveAllowance(files=1), skipped) if path in archive.paths else None
    if content is None:
        raise Refused("archive_member_gone", texts.unreadable.archive_broken())
    return content


def is_archive(file: IdentifiedFile) -> bool:
    """Return whether a file is a zip of separate files rather than a document that uses zip as its container."""
    return file.kind is FileKind.ARCHIVE and may_be_archive(file.data)


def may_be_archive(beginning: bytes) -> bool:
    """Return whether a file with this beginning may be a zip archive; some document formats begin the same way."""
    return beginning.startswith(_ZIP)


def _is_bomb(packed: zipfile.ZipInfo, unpacked: int) -> bool:
    return unpacked > _FREE and unpacked > _MOST_RATIO * max(1, packed.compress_size)


def _member_path(packed: zipfile.ZipInfo) -> str:
    """Return the path with forward slashes; names without the UTF-8 flag are UTF-8 (macOS) or GBK (Windows)."""
    name = packed.filename
    if not packed.flag_bits & _UTF8:
        name = _decoded_name(name)
    return name.replace("\\", "/").lstrip("/")


def _decoded_name(name: str) -> str:
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:  # the name came from the extra field, which is UTF-8
        return name
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _is_system_file(path: str) -> bool:
    parts = path.split("/")
    return any(part.startswith(".") and part not in {".", ".."} for part in parts) or any(
        part.lower() in _SYSTEMS_OWN for part in parts
    )


def _natural_order(path: str) -> list[list[tuple[int, str]]]:
    """Return a sort key that puts 发票2 before 发票10, folder by folder."""
    return [[_sort_rank(piece) for piece in _NUMBERS.split(part)] for part in path.lower().split("/")]


def _sort_rank(piece: str) -> tuple[int, str]:
    return (int(piece), "") if piece.isdecimal() else (-1, piece)


def display_names(paths: list[str]) -> list[str]:
    """Return the names to show: without folders if they are unique even so."""
    names = [posixpath.basename(path) for path in paths]
    return names if len(set(names)) == len(names) else paths
