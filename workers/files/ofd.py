"""OFD (GB/T 33190), a zip of XML; invoice data may be in an attachment, in document properties and in tags."""

import posixpath
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

from bot.domain import texts
from bot.domain.document import Box, Line
from bot.domain.errors import Refused
from bot.domain.limits import MOST_TEXT_LINES, MOST_TEXT_PAGES
from bot.domain.roles import Role
from workers.files.einvoice_xml import NAMES, PATHS, EInvoice, read_einvoice
from workers.files.embedded import EmbeddedContent, EmbeddedData, page_texts, voucher_data
from workers.files.file_type import FileKind, IdentifiedFile
from workers.files.format_protocol import NoPages, OpenedFile, OpenRequest
from workers.files.safe_xml import Node
from workers.files.xbrl import Voucher, read_xbrl
from workers.files.xml_package import XmlPackage

_MOST_ATTACHED = 8
_TENTHS = 10  # of a millimetre


def recognises(file: IdentifiedFile) -> bool:
    """Return whether the file is an OFD."""
    return file.kind is FileKind.OFD


@contextmanager
def open_file(request: OpenRequest) -> Iterator[OpenedFile]:
    """Yield the text and data of all pages, without page images."""
    embedded = read_ofd(request.file.data)
    yield OpenedFile(embedded=embedded, pages=NoPages(), count=embedded.pages)


def read_ofd(data: bytes) -> EmbeddedContent:
    """Return the text and data of an OFD. Raises `Refused` if it is broken, too large or without text."""
    package = XmlPackage(data, broken="ofd_broken", too_large="ofd_too_large")
    head = package.xml("OFD.xml")
    place = head.text_at("DocBody/DocRoot") if head is not None else ""
    document = package.xml(place) if place else None
    if head is None or document is None:
        raise Refused("ofd_broken", texts.unreadable.file_broken())
    folder = posixpath.dirname(place)
    pages = [*(document.at("Pages") or document).all("Page")]
    contents = _page_layers(package, document, folder, pages[:MOST_TEXT_PAGES])
    placed = (line for number, layers in enumerate(contents) for line in _placed_lines(layers, number))
    lines = tuple(islice(placed, MOST_TEXT_LINES))
    invoice = _attached_invoice(package)
    values = [
        EmbeddedData(
            place=texts.warnings.PLACE_ATTACHED,
            values=invoice.values if invoice else {},
            form=invoice.form if invoice else frozenset(),
            goods=invoice.goods if invoice else (),
        ),
        EmbeddedData(place=texts.warnings.PLACE_PROPERTIES, values=_document_properties(head)),
        EmbeddedData(
            place=texts.warnings.PLACE_PRINTED, values=_tagged_values(package, pages[:MOST_TEXT_PAGES], contents)
        ),
    ]
    voucher = _attached_voucher(package)
    if voucher is not None:
        values.insert(0, voucher_data(texts.warnings.PLACE_ATTACHED, voucher))
    text = page_texts(lines, len(contents)) or (invoice.text if invoice else "") or (voucher.text if voucher else "")
    if not text:
        raise Refused("ofd_without_text", texts.unreadable.file_ofd())
    return EmbeddedContent(
        pages=max(1, len(pages)),
        text=text,
        lines=lines,
        data=tuple(one for one in values if one.values or one.facts),
        code=invoice.code if invoice else "",
        doubts=(texts.unreadable.pages_left_out(MOST_TEXT_PAGES, len(pages)),) if len(pages) > MOST_TEXT_PAGES else (),
    )


def _attached_invoice(package: XmlPackage) -> EInvoice | None:
    """Return the invoice in the attachments, whatever its file name; usually `original_invoice.xml`."""
    for path in islice(package.under("attachs"), _MOST_ATTACHED):
        root = package.xml(path)
        invoice = read_einvoice(root) if root is not None else None
        if invoice is not None:
            return invoice
    return None


def _attached_voucher(package: XmlPackage) -> Voucher | None:
    """Return the only XBRL voucher in the attachments, None if there is none or more than one."""
    roots = (package.xml(path) for path in islice(package.under("attachs"), _MOST_ATTACHED))
    vouchers = [voucher for root in roots if root is not None and (voucher := read_xbrl(root)) is not None]
    return vouchers[0] if len(vouchers) == 1 else None


def _document_properties(head: Node) -> dict[Role, str]:
    pairs = ((NAMES.get(one.attributes.get("Name", "")), one.text) for one in head.all("CustomData"))
    return {role: value for role, value in pairs if role and value}


def _page_layers(package: XmlPackage, document: Node, folder: str, pages: list[Node]) -> list[list[Node]]:
    """Return the layers of each page: its own content, then its templates, which hold the printed form."""
    places = {one.attributes.get("ID", ""): one.attributes.get("BaseLoc", "") for one in document.all("TemplatePage")}
    templates: dict[str, Node | None] = {}
    of_pages = []
    for page in pages:
        content = _page_node(package, folder, page.attributes.get("BaseLoc", ""))
        layers = [content] if content is not None else []
        for used in [*content.all("Template")] if content is not None else []:
            name = used.attributes.get("TemplateID", "")
            if name not in templates:
                templates[name] = _page_node(package, folder, places.get(name, ""))
            layers += filter(None, [templates[name]])
        of_pages.append(layers)
    return of_pages


def _page_node(package: XmlPackage, folder: str, place: str) -> Node | None:
    if not place:
        return None
    below = posixpath.join(folder, place)
    return package.xml(below if package.holds(below) else place)


def _tagged_values(package: XmlPackage, pages: list[Node], contents: list[list[Node]]) -> dict[Role, str]:
    """Return the printed values of an invoice that the tags refer to, by role."""
    printed = [
        {one.attributes.get("ID", ""): _object_text(one) for layer in layers for one in layer.all("TextObject")}
        for layers in contents
    ]
    by_page = {page.attributes.get("ID", ""): words for page, words in zip(pages, printed, strict=True)}
    found: dict[Role, str] = {}
    for path in islice(package.under("tags"), _MOST_ATTACHED):
        root = package.xml(path)
        if root is None or root.name.lower() != "einvoice":
            continue
        for role, (way,) in PATHS.items():
            tag = root.at(way)
            words = "".join(_referred_texts(tag, by_page)) if tag is not None else ""
            if words:
                found.setdefault(role, words)
    return found


def _referred_texts(tag: Node, pages: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for one in tag.children:
        yield pages.get(one.attributes.get("PageRef", ""), {}).get(one.text, "")


def _object_text(text_object: Node) -> str:
    return "".join("".join(one.own).strip("\r\n") for one in text_object.all("TextCode"))


def _placed_lines(layers: list[Node], number: int) -> Iterator[Line]:
    for layer in layers:
        for one in layer.all("TextObject"):
            for code in one.all("TextCode"):
                text = " ".join("".join(code.own).split())
                box = _text_box(one, code, text)
                if text and box is not None:
                    yield Line(text=text, box=box, page=number)


def _text_box(text_object: Node, code: Node, text: str) -> Box | None:
    """Return the box of the characters in tenths of a mm; an object's boundary is often wider than its text."""
    bounds = _parse_numbers(text_object.attributes.get("Boundary", ""))
    size, *_ = [*_parse_numbers(text_object.attributes.get("Size", "")), 0.0]
    if len(bounds) != 4:  # noqa: PLR2004 - left, top, width, height
        return None
    left, top, width, height = bounds
    steps = _parse_deltas(code.attributes.get("DeltaX", ""), len(text))
    is_one_row = not any(_parse_deltas(code.attributes.get("DeltaY", ""), len(text) - 1))
    if "CTM" not in text_object.attributes and size and is_one_row:
        x, *_ = [*_parse_numbers(code.attributes.get("X", "")), 0.0]
        y, *_ = [*_parse_numbers(code.attributes.get("Y", "")), size]
        left, top, height = left + x, top + y - size, size * 1.2
        width = sum(steps[: len(text) - 1]) + size if steps else size * sum(map(_relative_width, text))
    corners = [left, top, left + width, top + height]
    if not all(abs(corner) < 1e6 for corner in corners):  # noqa: PLR2004 - a kilometre of paper, or not a number
        return None
    placed = [round(corner * _TENTHS) for corner in corners]
    return Box(left=placed[0], top=placed[1], right=max(placed[2], placed[0] + 1), bottom=max(placed[3], placed[1] + 1))


def _relative_width(character: str) -> float:
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.5


def _parse_numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split()]
    except ValueError:
        return []


def _parse_deltas(text: str, most: int) -> list[float]:
    """Return the distances between characters; `g 3 2.5` stands for three times 2.5 (GB/T 33190)."""
    parts = text.split()
    steps: list[float] = []
    while parts and len(steps) < most:
        repeated = parts[0] == "g" and len(parts) > 2 and parts[1].isdigit()  # noqa: PLR2004 - the sign and two numbers
        times = min(int(parts[1]), most) if repeated else 1
        value = _parse_numbers(parts[2] if repeated else parts[0])
        steps += (value or [0.0]) * times
        parts = parts[3 if repeated else 1 :]
    return steps[:most] if most > 0 else []
