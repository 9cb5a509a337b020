"""XML from strangers as a plain tree: no document type, no entities, nothing fetched, bounded depth and size."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from bot.domain.limits import MOST_XML_BYTES

_DEEPEST = 100
_CHINESE = re.compile(rb"encoding\s*=\s*['\"](?:gb2312|gbk|gb18030)['\"]", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class XmlAllowance:
    """How many elements the files of one package may still have; each takes about half a kilobyte."""

    elements: int = 400_000


class BadXml(ValueError):  # noqa: N818 - it says what the bytes are
    """The bytes are no XML, or XML of a kind that only hurts."""


@dataclass(slots=True, kw_only=True, eq=False)
class Node:
    """An element: names without their prefixes, for prefixes differ and some files leave theirs undeclared."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    own: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The element's own text, without the white space around it."""
        return "".join(self.own).strip()

    def at(self, path: str) -> "Node | None":
        """Return the first element under `path`, names joined with strokes; None where there is none."""
        first, _, rest = path.partition("/")
        found = next((child for child in self.children if child.name == first), None)
        return found.at(rest) if found is not None and rest else found

    def said(self, path: str) -> str:
        """Return the text under `path`, "" where there is none."""
        found = self.at(path)
        return found.text if found is not None else ""

    def all(self, name: str) -> Iterator["Node"]:
        """Yield every element of this name below this one, in the order of the file."""
        waiting = [*reversed(self.children)]
        while waiting:
            node = waiting.pop()
            if node.name == name:
                yield node
            waiting += reversed(node.children)


def parse_xml(data: bytes, allowance: XmlAllowance) -> Node:
    """Return the root of `data`, UTF-8, UTF-16 or a Chinese encoding that it declares; raises `BadXml`.

    Its elements are taken from `allowance`.
    """
    if len(data) > MOST_XML_BYTES:
        raise BadXml("too large")
    is_chinese = _CHINESE.search(data[:200]) is not None
    builder = _Builder(allowance)
    parser = expat.ParserCreate("utf-8" if is_chinese else None)
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.words
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data.decode("gb18030").encode() if is_chinese else data, True)  # noqa: FBT003 - its own name is hidden
    except (expat.ExpatError, UnicodeError, LookupError) as error:
        raise BadXml(str(error)) from error
    if builder.root is None:
        raise BadXml("empty")
    return builder.root


def _refuse(*_: object) -> None:
    """Entities are declared in a document type; no invoice has one, and no bomb does without."""
    raise BadXml("a document type")


class _Builder:
    """Takes a parser's events; namespaces are not resolved, so that `<:eInvoice>` is only a name with a colon."""

    def __init__(self, allowance: XmlAllowance) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._allowance = allowance

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._allowance.elements -= 1
        if self._allowance.elements < 0 or len(self._open) >= _DEEPEST:
            raise BadXml("too many elements")
        node = Node(name=_local(name), attributes={_local(key): value for key, value in attributes.items()})
        if self._open:
            self._open[-1].children.append(node)
        elif self.root is None:
            self.root = node
        self._open.append(node)

    def end(self, _: str) -> None:
        self._open.pop()

    def words(self, text: str) -> None:
        self._open[-1].own.append(text)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
