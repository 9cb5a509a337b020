"""A PDF of one page (ISO 32000-1) that is made of objects already written."""

from collections.abc import Mapping
from typing import Final

_HEAD: Final = b"%PDF-1.7\n"


class PdfWriter:
    """Collects the objects of a PDF; each is known by its number from 1."""

    def __init__(self) -> None:
        self._objects: list[bytes] = []

    def add(self, dictionary: str) -> int:
        """Add a dictionary or an array and return its number."""
        self._objects.append(dictionary.encode("ascii"))
        return len(self._objects)

    def add_stream(self, data: bytes, entries: str = "") -> int:
        """Add a stream with further entries of its dictionary and return its number."""
        head = f"<<{entries}/Length {len(data)}>>stream\n".encode("ascii")
        self._objects.append(b"".join([head, data, b"\nendstream"]))
        return len(self._objects)

    def page(self, size: tuple[float, float], contents: str, resources: Mapping[str, Mapping[str, str]]) -> bytes:
        """Return the PDF whose page has this size in points and these contents.

        `resources` are the names that the contents use, by kind, each with what it stands for.
        """
        stream = self.add_stream(contents.encode("ascii"))
        named = "".join(
            f"/{kind}<<{''.join(f'/{name} {what}' for name, what in names.items())}>>"
            for kind, names in resources.items()
        )
        parent = len(self._objects) + 2
        page = self.add(
            f"<</Type/Page/Parent {parent} 0 R/MediaBox[0 0 {size[0]:.3f} {size[1]:.3f}]"
            f"/Resources<<{named}>>/Contents {stream} 0 R>>"
        )
        pages = self.add(f"<</Type/Pages/Kids[{page} 0 R]/Count 1>>")
        return self._file(self.add(f"<</Type/Catalog/Pages {pages} 0 R>>"))

    def _file(self, root: int) -> bytes:
        parts, offsets, place = [_HEAD], [], len(_HEAD)
        for number, content in enumerate(self._objects, 1):
            offsets.append(place)
            parts += [f"{number} 0 obj\n".encode("ascii"), content, b"\nendobj\n"]
            place += sum(map(len, parts[-3:]))
        count = len(self._objects) + 1
        table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
        end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer<</Size {count}/Root {root} 0 R>>\n"
        return b"".join([*parts, f"{end}startxref\n{place}\n%%EOF\n".encode("ascii")])
