"""A zip of XML files, such as an OFD or an office document, unpacked and parsed within limits."""

import io
import posixpath
import zipfile
from collections.abc import Iterator

from bot.domain import texts
from bot.domain.errors import Refused
from bot.domain.limits import MEGABYTE, MOST_OFD_BYTES, MOST_OFD_MEMBERS, MOST_XML_BYTES
from workers.files.file_type import BROKEN_ZIP, PLAIN_ZIP
from workers.files.safe_xml import BadXml, Node, XmlAllowance, parse_xml

_ENCRYPTED = 0x1  # a flag of a member
_MOST_SHARED_BYTES = MEGABYTE  # packed, that are read more than once


class XmlPackage:
    """The members of a package by path; each is unpacked only on request."""

    def __init__(self, data: bytes, *, broken: str, too_large: str) -> None:
        """Open the package; raises `Refused`, with the reason `broken` or `too_large`, if it is no zip or too large."""
        self._too_large = too_large
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN_ZIP as error:
            raise Refused(broken, texts.unreadable.file_broken()) from error
        members = self._archive.infolist()
        if len(members) > MOST_OFD_MEMBERS:
            raise self.refusal()
        self._members = {normalised_path(member.filename): member for member in members}
        self._left = MOST_OFD_BYTES
        self._packed_left = len(data) + _MOST_SHARED_BYTES
        self._allowance = XmlAllowance()

    def xml(self, path: str) -> Node | None:
        """Return the root element of a member; None if it is missing, not XML, or has too many elements.

        Raises `Refused` if it is too large.
        """
        data = self._unpacked(path, MOST_XML_BYTES)
        if data is None:
            return None
        try:
            return parse_xml(data, self._allowance)
        except BadXml:
            return None

    def data(self, path: str) -> bytes | None:
        """Return the bytes of a member, such as a picture or a font; None if it is missing or cannot be unpacked.

        Raises `Refused` if it is too large.
        """
        return self._unpacked(path, MOST_OFD_BYTES)

    def _unpacked(self, path: str, most: int) -> bytes | None:
        member = self._members.get(normalised_path(path))
        if member is None or member.flag_bits & _ENCRYPTED or member.compress_type not in PLAIN_ZIP:
            return None
        self._packed_left -= member.compress_size
        if self._packed_left < 0:
            raise self.refusal()
        try:
            with self._archive.open(member) as stream:
                data = stream.read(min(most, self._left) + 1)
        except BROKEN_ZIP:
            return None
        self._left -= len(data)
        if len(data) > most or self._left < 0:
            raise self.refusal()
        return data

    def under(self, folder: str) -> Iterator[str]:
        """Yield the paths of the XML files in folders of this name."""
        return (path for path in self._members if f"/{folder}/" in f"/{path}" and path.endswith(".xml"))

    def holds(self, path: str) -> bool:
        """Return whether there is a member of this path."""
        return normalised_path(path) in self._members

    @property
    def is_exhausted(self) -> bool:
        """Whether the members had more elements or characters than a package may have."""
        return self._allowance.is_exhausted

    def refusal(self) -> Refused:
        """Return the refusal of a package that is too large."""
        return Refused(self._too_large, texts.unreadable.file_unpacks_too_large())


def normalised_path(path: str) -> str:
    """Return a path as it is looked up: some writers add a leading slash, others change the case."""
    return posixpath.normpath(path.replace("\\", "/").lstrip("/")).lower()
