"""The parts of an OFD (GB/T 33190, 7) that make its pages: each page's own content and the templates that it uses."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain import texts
from bot.domain.errors import Refused
from workers.files.ofd_pages.visibility import Rectangle, rectangle
from workers.files.safe_xml import Node
from workers.files.xml_package import XmlPackage

_IN_FRONT = "Foreground"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PageSource:
    """What a page shows: its content, None for one that cannot be read, behind and in front of it templates."""

    id: str
    content: Node | None
    behind: tuple[Node, ...] = ()
    in_front: tuple[Node, ...] = ()
    area: Rectangle | None = None  # of the page in mm, None where nothing tells it

    @property
    def roots(self) -> Sequence[Node]:
        """The content and the templates in the order in which they are read: what the page itself says first."""
        return [*([self.content] if self.content is not None else []), *self.behind, *self.in_front]


@dataclass(slots=True, kw_only=True, eq=False)
class OfdDocument:
    """An open OFD: the package, its head `OFD.xml`, its first document and the folder of that."""

    package: XmlPackage
    head: Node
    root: Node
    folder: str
    pages: Sequence[Node]  # what the document says of each
    entries: Mapping[str, Node]  # what the document says of each template
    _templates: dict[str, Node | None] = field(default_factory=dict)

    @property
    def usual_area(self) -> Rectangle | None:
        """The area of pages that tell none of their own, in mm."""
        return rectangle(self.root.text_at("CommonData/PageArea/PhysicalBox"))

    def source(self, number: int) -> PageSource:
        """Return what page `number` shows. Raises `Refused` for a package that is too large."""
        node = self.pages[number]
        content = self.part(node.attributes.get("BaseLoc", ""))
        used = [] if content is None else [*content.all("Template")]
        named = {one.attributes.get("TemplateID", ""): one.attributes.get("ZOrder", "") for one in used}
        found = [
            (template, self._is_in_front(name, where))
            for name, where in named.items()
            if (template := self._template(name))
        ]
        area = rectangle(content.text_at("Area/PhysicalBox")) if content is not None else None
        return PageSource(
            id=node.attributes.get("ID", ""),
            content=content,
            behind=tuple(template for template, in_front in found if not in_front),
            in_front=tuple(template for template, in_front in found if in_front),
            area=area or self.usual_area,
        )

    def part(self, place: str) -> Node | None:
        """Return the root of an XML file of the document; some writers give its path from the root of the package."""
        if not place:
            return None
        below = posixpath.join(self.folder, place)
        return self.package.xml(below if self.package.holds(below) else place)

    def annotations(self, source: PageSource) -> Iterator[Node]:
        """Yield the appearances of the annotations of a page that are shown."""
        place = self.root.text_at("Annotations")
        listed = self.part(place)
        files = (
            [] if listed is None else [one for one in listed.all("Page") if one.attributes.get("PageID") == source.id]
        )
        for file in files[:1]:
            path = file.text_at("FileLoc")
            beside = posixpath.join(posixpath.dirname(place), path)
            root = self.part(beside if self.package.holds(posixpath.join(self.folder, beside)) else path)
            for annotation in root.all("Annot") if root is not None else ():
                appearance = annotation.at("Appearance")
                if appearance is not None and annotation.attributes.get("Visible", "").lower() not in {"false", "0"}:
                    yield appearance

    def _template(self, name: str) -> Node | None:
        if name not in self._templates:
            entry = self.entries.get(name)
            self._templates[name] = self.part(entry.attributes.get("BaseLoc", "")) if entry is not None else None
        return self._templates[name]

    def _is_in_front(self, name: str, where: str) -> bool:
        entry = self.entries.get(name)
        usual = entry.attributes.get("ZOrder", "") if entry is not None else ""
        return (where or usual) == _IN_FRONT


def open_ofd(data: bytes) -> OfdDocument:
    """Return the first document of an OFD. Raises `Refused` if it is broken or too large."""
    package = XmlPackage(data, broken="ofd_broken", too_large="ofd_too_large")
    head = package.xml("OFD.xml")
    place = head.text_at("DocBody/DocRoot") if head is not None else ""
    root = package.xml(place) if place else None
    if head is None or root is None:
        raise Refused("ofd_broken", texts.unreadable.file_broken())
    pages = [*(root.at("Pages") or root).all("Page")]
    entries = {one.attributes.get("ID", ""): one for one in root.all("TemplatePage")}
    folder = posixpath.dirname(place)
    return OfdDocument(package=package, head=head, root=root, folder=folder, pages=pages, entries=entries)
