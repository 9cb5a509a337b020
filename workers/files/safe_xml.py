"""Parsing untrusted XML into a plain tree: no document type, entities or external access, limited depth and size."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from bot.domain.limits import MOST_XML_BYTES

_DEEPEST = 100
_PIECE = 2**16  # bytes of text that come together
_UNKNOWN_ENCODING = expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]
_CHINESE_ENCODING = re.compile(rb"encoding\s*=\s*['\"](?:gb2312|gbk|gb18030)['\"]", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class XmlAllowance:
    """How many elements and characters may still be parsed for one package.

    An element takes about 500 bytes of memory, a character up to four.
    """

    elements: int = 400_000
    characters: int = 24_000_000  # of texts and attributes

    @property
    def is_exhausted(self) -> bool:
        """Whether there was more than a package may have."""
        return self.elements < 0 or self.characters < 0


class BadXml(ValueError):  # noqa: N818 - it describes the bytes
    """The bytes are not XML, or XML with a document type, too deep or too large."""


class UnknownEncoding(BadXml):
    """The XML is in an encoding that is not read."""


@dataclass(slots=True, kw_only=True, eq=False)
class Node:
    """An element. Names are without namespace prefixes, which vary and are not always declared."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    own: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The element's own text, stripped."""
        return "".join(self.own).strip()

    def at(self, path: str) -> "Node | None":
        """Return the first element at `path`, names joined with slashes; None if there is none."""
        first, _, rest = path.partition("/")
        found = next((child for child in self.children if child.name == first), None)
        return found.at(rest) if found is not None and rest else found

    def text_at(self, path: str) -> str:
        """Return the text of the first element at `path`, "" if there is none."""
        found = self.at(path)
        return found.text if found is not None else ""

    def all(self, name: str) -> Iterator["Node"]:
        """Yield all descendants with this name in document order."""
        waiting = [*reversed(self.children)]
        while waiting:
            node = waiting.pop()
            if node.name == name:
                yield node
            waiting += reversed(node.children)


def parse_xml(data: bytes, allowance: XmlAllowance) -> Node:
    """Return the root element of `data`: UTF-8, UTF-16 or a declared Chinese encoding.

    What is parsed is deducted from `allowance`. Raises `BadXml`, and of that `UnknownEncoding`.
    """
    if len(data) > MOST_XML_BYTES:
        raise BadXml("too large")
    is_chinese = _CHINESE_ENCODING.search(data[:200]) is not None
    builder = _Builder(allowance)
    parser = expat.ParserCreate("utf-8" if is_chinese else None)
    parser.buffer_text = True  # without it, each line is a piece
    parser.buffer_size = _PIECE
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.add_text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(data.decode("gb18030").encode() if is_chinese else data, True)  # noqa: FBT003 - its own name is hidden
    except BadXml:
        raise
    except (expat.ExpatError, UnicodeError) as error:
        unknown = isinstance(error, expat.ExpatError) and error.code == _UNKNOWN_ENCODING
        raise (UnknownEncoding if unknown else BadXml)(str(error)) from error
    except (LookupError, ValueError) as error:  # of the codec: expat reads encodings of one byte with Python's
        raise UnknownEncoding(str(error)) from error
    if builder.root is None:
        raise BadXml("empty")
    return builder.root


def _refuse_doctype(*_: object) -> None:
    """Refuse a document type: entity bombs need one, and neither invoices nor office documents have one."""
    raise BadXml("a document type")


class _Builder:
    """Builds the tree from parser events without resolving namespaces, because `<:eInvoice>` occurs."""

    def __init__(self, allowance: XmlAllowance) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._allowance = allowance

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._allowance.elements -= 1
        self._take(sum(map(len, attributes.values())))
        if self._allowance.elements < 0 or len(self._open) >= _DEEPEST:
            raise BadXml("too many elements")
        node = Node(name=_local_name(name), attributes={_local_name(key): value for key, value in attributes.items()})
        if self._open:
            self._open[-1].children.append(node)
        elif self.root is None:
            self.root = node
        self._open.append(node)

    def end(self, _: str) -> None:
        self._open.pop()

    def _take(self, characters: int) -> None:
        self._allowance.characters -= characters
        if self._allowance.characters < 0:
            raise BadXml("too many characters")

    def add_text(self, text: str) -> None:
        self._take(len(text))
        self._open[-1].own.append(text)


def _local_name(name: str) -> str:
    return name.rpartition(":")[2]
