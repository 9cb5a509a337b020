"""What objects on OFD pages refer to by id: fonts, pictures, drawing parameters, colour spaces, composites."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from workers.files.safe_xml import Node
from workers.files.xml_package import XmlPackage

_MOST_FILES: Final = 16  # of resources that a document or a page names
_MOST_KEPT: Final = 20_000  # resources of a document
_LONGEST_CHAIN: Final = 16  # of drawing parameters that build on each other
_SMALL: Final = frozenset({"DrawParams", "ColorSpaces"})
_MOST_PARTS: Final = 8  # of a resource of these kinds


@dataclass(slots=True, kw_only=True)
class Resources:
    """Resources by id; `places` are the paths of the files of fonts and pictures."""

    nodes: dict[str, Node] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def parameters(self, name: str) -> list[Node]:
        """Return a drawing parameter and those that it builds on, itself first."""
        chain: list[Node] = []
        while name in self.nodes and len(chain) < _LONGEST_CHAIN:
            node = self.nodes[name]
            chain.append(node)
            name = node.attributes.get("Relative", "")
        return chain

    def with_those_of(self, package: XmlPackage, folder: str, page: Node) -> "Resources":
        """Return these and the resources of a page alone."""
        places = [*_named_files(page, "PageRes")]
        if not places:
            return self
        own = Resources(nodes=dict(self.nodes), places=dict(self.places))
        for place in places:
            _add_file(own, package, _path(package, folder, place))
        return own


def resources_of(package: XmlPackage, document: Node, folder: str) -> Resources:
    """Return the resources of all pages of a document in `folder`."""
    found = Resources()
    for name in ("PublicRes", "DocumentRes"):
        for place in _named_files(document, name):
            _add_file(found, package, _path(package, folder, place))
    return found


def _named_files(node: Node, name: str) -> Iterator[str]:
    """Yield the files of resources that stand at the head of a document or a page."""
    heads = [*node.children, *(child for one in node.children if one.name == "CommonData" for child in one.children)]
    return islice((one.text for one in heads if one.name == name and one.text), _MOST_FILES)


def _path(package: XmlPackage, folder: str, place: str) -> str:
    """Return a path relative to `folder`; some writers give it from the root of the package."""
    below = posixpath.join(folder, place)
    return below if package.holds(below) else place


def _add_file(found: Resources, package: XmlPackage, path: str) -> None:
    root = package.xml(path)
    if root is None:
        return
    base = posixpath.join(posixpath.dirname(path), root.attributes.get("BaseLoc", ""))
    for group in root.children:
        for node in group.children[: _MOST_KEPT - len(found.nodes)]:
            name = node.attributes.get("ID", "")
            file = node.text_at("FontFile") or node.text_at("MediaFile")
            found.nodes[name] = node
            if group.name in _SMALL:
                del node.children[_MOST_PARTS:]  # every object may look through them
            if file:
                below = posixpath.join(base, file)
                found.places[name] = below if package.holds(below) else _path(package, posixpath.dirname(path), file)
