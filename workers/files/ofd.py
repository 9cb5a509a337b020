"""OFD (GB/T 33190), a zip of XML; invoice data may be in an attachment, in document properties and in tags."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice

from bot.domain import texts
from bot.domain.document import Line, SignatureState
from bot.domain.errors import Refused
from bot.domain.limits import MOST_TEXT_CHARACTERS, MOST_TEXT_LINES, MOST_TEXT_PAGES
from bot.domain.roles import Role
from workers.files.einvoice_xml import NAMES, PATHS, EInvoice, read_einvoice
from workers.files.embedded import EmbeddedContent, EmbeddedData, page_texts, voucher_data
from workers.files.file_type import FileKind, IdentifiedFile
from workers.files.format_protocol import NoPages, OpenedFile, OpenRequest
from workers.files.ofd_pages.texts import Layer, layer_of
from workers.files.ofd_pages.visibility import rectangle
from workers.files.safe_xml import Node
from workers.files.signatures.ofd_signatures import check_ofd
from workers.files.xbrl import Voucher, read_xbrl
from workers.files.xml_package import XmlPackage

_MOST_ATTACHED = 8
_MOST_REFERRED = 100  # objects that hold one value


def recognises(file: IdentifiedFile) -> bool:
    """Return whether the file is an OFD."""
    return file.kind is FileKind.OFD


@contextmanager
def open_file(request: OpenRequest) -> Iterator[OpenedFile]:
    """Yield the text and data of all pages, without page images."""
    signatures = check_ofd(request.file.data, request.roots)
    is_intact = signatures.signature is not None and signatures.signature.state is SignatureState.INTACT
    embedded = read_ofd(request.file.data, with_properties=signatures.covers_head or not is_intact)
    yield OpenedFile(embedded=embedded, pages=NoPages(), count=embedded.pages, signature=signatures.signature)


def read_ofd(data: bytes, *, with_properties: bool = True) -> EmbeddedContent:
    """Return the text and data of an OFD. Raises `Refused` if it is broken, too large or without text.

    Without `with_properties`, nothing is taken from the properties in `OFD.xml`: the signatures do not cover them.
    """
    package = XmlPackage(data, broken="ofd_broken", too_large="ofd_too_large")
    head = package.xml("OFD.xml")
    place = head.text_at("DocBody/DocRoot") if head is not None else ""
    document = package.xml(place) if place else None
    if head is None or document is None:
        raise Refused("ofd_broken", texts.unreadable.file_broken())
    folder = posixpath.dirname(place)
    pages = [*(document.at("Pages") or document).all("Page")]
    contents = _page_layers(package, document, folder, pages[:MOST_TEXT_PAGES])
    lines = tuple(islice(_lines(contents, document), MOST_TEXT_LINES))
    invoice = _attached_invoice(package)
    values = [
        EmbeddedData(
            place=texts.warnings.PLACE_ATTACHED,
            values=invoice.values if invoice else {},
            form=invoice.form if invoice else frozenset(),
            goods=invoice.goods if invoice else (),
        ),
        EmbeddedData(
            place=texts.warnings.PLACE_PROPERTIES, values=_document_properties(head) if with_properties else {}
        ),
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


def _page_layers(package: XmlPackage, document: Node, folder: str, pages: list[Node]) -> list[list[Layer]]:
    """Return the layers of each page: its own content, then its templates, which hold the printed form."""
    places = {one.attributes.get("ID", ""): one.attributes.get("BaseLoc", "") for one in document.all("TemplatePage")}
    templates: dict[str, Layer | None] = {}
    of_pages = []
    for page in pages:
        content = _page_node(package, folder, page.attributes.get("BaseLoc", ""))
        used = [] if content is None else [one.attributes.get("TemplateID", "") for one in content.all("Template")]
        for name in dict.fromkeys(used):
            if name not in templates:
                template = _page_node(package, folder, places.get(name, ""))
                templates[name] = layer_of(template) if template is not None else None
        layers = [layer_of(content)] if content is not None else []
        of_pages.append([*layers, *filter(None, (templates[name] for name in dict.fromkeys(used)))])
    return of_pages


def _lines(contents: Sequence[Sequence[Layer]], document: Node) -> Iterator[Line]:
    """Yield the lines of all pages, up to as many characters as are read of a file."""
    usual = rectangle(document.text_at("CommonData/PageArea/PhysicalBox"))
    left = MOST_TEXT_CHARACTERS
    for number, layers in enumerate(contents):
        area = next((layer.area for layer in layers[:1] if layer.area), usual)
        for line in chain.from_iterable(layer.lines(number, area) for layer in layers):
            left -= len(line.text)
            if left < 0:
                return
            yield line


def _page_node(package: XmlPackage, folder: str, place: str) -> Node | None:
    if not place:
        return None
    below = posixpath.join(folder, place)
    return package.xml(below if package.holds(below) else place)


def _tagged_values(package: XmlPackage, pages: list[Node], contents: list[list[Layer]]) -> dict[Role, str]:
    """Return the printed values of an invoice that the tags refer to, by role."""
    by_page: dict[str, Sequence[Mapping[str, str]]] = {}
    of_layers: dict[int, Mapping[str, str]] = {}
    for page, layers in zip(pages, contents, strict=True):
        for layer in layers:
            if id(layer) not in of_layers:
                of_layers[id(layer)] = {one.id: one.text for one in layer.texts}
        by_page[page.attributes.get("ID", "")] = [of_layers[id(layer)] for layer in reversed(layers)]
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


def _referred_texts(tag: Node, pages: Mapping[str, Sequence[Mapping[str, str]]]) -> Iterator[str]:
    for one in tag.children[:_MOST_REFERRED]:
        layers = pages.get(one.attributes.get("PageRef", ""), ())
        yield next((layer[one.text] for layer in layers if one.text in layer), "")
