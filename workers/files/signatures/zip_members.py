"""The members of a signed zip by path, with their digests: those that the reader of the package would take."""

import io
import zipfile
from dataclasses import dataclass, field

from bot.domain.limits import MOST_OFD_BYTES, MOST_OFD_MEMBERS
from workers.files.file_type import BROKEN_ZIP, PLAIN_ZIP
from workers.files.signatures.digests import new_digest
from workers.files.xml_package import normalised_path

_ENCRYPTED = 0x1  # a flag of a member
_CHUNK = 2**16
_MOST_KEPT = 2**20  # bytes of a member that is looked into: descriptions of signatures and their values
_MOST_SHARED_BYTES = 2**20  # packed, that several members share


class BrokenMember(Exception):  # noqa: N818 - it describes the bytes
    """A member that the package needs is missing or cannot be unpacked, here and by the reader of the package."""


class UnclearZip(Exception):  # noqa: N818 - it describes the bytes
    """The zip is none, or takes too much to look through."""


@dataclass(slots=True, kw_only=True)
class ZipMembers:
    """The members of a zip by their normalised paths; of two with one path the last, as the package's reader takes it.

    Each is unpacked once for each digest, all within one limit. A zip that may look different to different programs is
    not `clear`.
    """

    archive: zipfile.ZipFile
    infos: dict[str, zipfile.ZipInfo]
    clear: bool
    packed_left: int
    left: int = MOST_OFD_BYTES
    digests: dict[tuple[str, str], bytes] = field(default_factory=dict)

    @property
    def files(self) -> set[str]:
        """The paths of all members but folders."""
        return {path for path, info in self.infos.items() if not info.is_dir() or info.file_size}

    def digest(self, path: str, name: str) -> bytes | None:
        """Return the digest of a member, None if it is missing. Raises `BrokenMember` and `UnclearZip`."""
        path = normalised_path(path)
        if path in self.infos and (path, name) not in self.digests:
            digest = new_digest(name)
            try:
                with self.archive.open(self._taken(path)) as stream:
                    while chunk := stream.read(_CHUNK):
                        self._count(len(chunk))
                        digest.update(chunk)
            except BROKEN_ZIP as error:
                raise BrokenMember(path) from error
            self.digests[path, name] = digest.digest()
        return self.digests.get((path, name))

    def content(self, path: str) -> bytes | None:
        """Return the bytes of a small member, None if it is missing. Raises `BrokenMember` and `UnclearZip`."""
        path = normalised_path(path)
        if path not in self.infos:
            return None
        try:
            with self.archive.open(self._taken(path)) as stream:
                data = stream.read(_MOST_KEPT + 1)
        except BROKEN_ZIP as error:
            raise BrokenMember(path) from error
        self._count(len(data))
        if len(data) > _MOST_KEPT:
            raise UnclearZip("too large to look into")
        return data

    def _taken(self, path: str) -> zipfile.ZipInfo:
        info = self.infos[path]
        if info.flag_bits & _ENCRYPTED or info.compress_type not in PLAIN_ZIP:
            raise BrokenMember(info.filename)
        self.packed_left -= info.compress_size
        if self.packed_left < 0:
            raise UnclearZip("members that share their bytes")
        return info

    def _count(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise UnclearZip("too large")


def open_members(data: bytes) -> ZipMembers:
    """Return the members of a zip. Raises `UnclearZip`."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN_ZIP as error:
        raise UnclearZip("no zip") from error
    infos = archive.infolist()
    if len(infos) > MOST_OFD_MEMBERS:
        raise UnclearZip("too many members")
    paths = [normalised_path(info.filename) for info in infos]
    twice, with_content = len(set(paths)) < len(paths), any(info.is_dir() and info.file_size for info in infos)
    return ZipMembers(
        archive=archive,
        infos=dict(zip(paths, infos, strict=True)),
        clear=not twice and not with_content,
        packed_left=2 * len(data) + _MOST_SHARED_BYTES,  # one is read for its digest, and some to be looked into
    )
