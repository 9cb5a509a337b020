"""What an OFD says by itself: the texts of its pages, and invoice data in an attachment, in properties and in tags."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from bot.domain import texts
from bot.domain.document import Line
from bot.domain.limits import MOST_TEXT_CHARACTERS, MOST_TEXT_LINES, MOST_TEXT_PAGES
from bot.domain.roles import Role
from workers.files.einvoice_xml import NAMES, PATHS, EInvoice, read_einvoice
from workers.files.embedded import EmbeddedContent, EmbeddedData, page_texts, voucher_data
from workers.files.ofd_pages.picture_pages import LayerContents, contents_of, is_picture
from workers.files.ofd_pages.sources import OfdDocument, PageSource
from workers.files.ofd_pages.texts import Layer, layer_of
from workers.files.safe_xml import Node
from workers.files.xbrl import Voucher, read_xbrl
from workers.files.xml_package import XmlPackage

_MOST_ATTACHED = 8
_MOST_REFERRED = 100  # objects that hold one value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OfdContents:
    """Some pages of an OFD by number, from 0, with the texts of each, and the data that are attached to the file."""

    document: OfdDocument
    sources: Mapping[int, PageSource]
    seen: Mapping[Node, tuple[Layer, LayerContents]]  # of each root once: templates serve many pages
    invoice: EInvoice | None = None
    voucher: Voucher | None = None
    believes_properties: bool = True

    @classmethod
    def of(cls, document: OfdDocument, numbers: Sequence[int], *, known: "OfdContents | None" = None) -> "OfdContents":
        """Read these pages, but those that are known. Raises `Refused` for a package that is too large."""
        sources = dict(known.sources) if known is not None else {}
        seen = dict(known.seen) if known is not None else {}
        for number in numbers:
            if number not in sources:
                sources[number] = document.source(number)
            for root in sources[number].roots:
                if root not in seen:
                    layer = layer_of(root)
                    seen[root] = layer, contents_of(root, layer)
        return cls(
            document=document,
            sources={number: sources[number] for number in numbers},
            seen=seen,
            invoice=known.invoice if known is not None else _attached_invoice(document.package),
            voucher=known.voucher if known is not None else _attached_voucher(document.package),
        )

    @property
    def has_attached_data(self) -> bool:
        """Whether an attachment says what is in the file."""
        return self.invoice is not None or self.voucher is not None

    @property
    def picture_pages(self) -> Sequence[int]:
        """The pages that are to be read as pictures, because what they show is not in their texts."""
        return [
            number
            for number, source in self.sources.items()
            if is_picture([self.seen[root][1] for root in source.roots], source.area)
        ]

    def without_properties(self) -> "OfdContents":
        """Return the same without the properties in `OFD.xml`, for which the signatures do not speak."""
        return replace(self, believes_properties=False)

    def layers(self, number: int) -> Sequence[Layer]:
        """Return the texts of a page: its own content, then its templates, which hold the printed form."""
        return [self.seen[root][0] for root in self.sources[number].roots]

    def embedded(self, numbers: Sequence[int]) -> EmbeddedContent:
        """Return the texts of these pages and the data of the file."""
        lines = tuple(islice(self._lines(numbers), MOST_TEXT_LINES))
        data = [
            EmbeddedData(
                place=texts.warnings.PLACE_ATTACHED,
                values=self.invoice.values if self.invoice else {},
                form=self.invoice.form if self.invoice else frozenset(),
                goods=self.invoice.goods if self.invoice else (),
            ),
            EmbeddedData(
                place=texts.warnings.PLACE_PROPERTIES,
                values=_document_properties(self.document.head) if self.believes_properties else {},
            ),
            EmbeddedData(place=texts.warnings.PLACE_PRINTED, values=self._tagged_values()),
        ]
        if self.voucher is not None:
            data.insert(0, voucher_data(texts.warnings.PLACE_ATTACHED, self.voucher))
        told = (self.invoice.text if self.invoice else "") or (self.voucher.text if self.voucher else "")
        total = len(self.document.pages)
        is_cut = len(numbers) == MOST_TEXT_PAGES < total
        return EmbeddedContent(
            pages=max(1, total),
            text=page_texts(lines, max(numbers, default=0) + 1) or told,
            lines=lines,
            data=tuple(one for one in data if one.values or one.facts),
            code=self.invoice.code if self.invoice else "",
            doubts=(texts.unreadable.pages_left_out(MOST_TEXT_PAGES, total),) if is_cut else (),
        )

    def _lines(self, numbers: Sequence[int]) -> Iterator[Line]:
        """Yield the lines of these pages, up to as many characters as are read of a file."""
        left = MOST_TEXT_CHARACTERS
        for number in numbers:
            area = self.sources[number].area
            for line in chain.from_iterable(layer.lines(number, area) for layer in self.layers(number)):
                left -= len(line.text)
                if left < 0:
                    return
                yield line

    def _tagged_values(self) -> dict[Role, str]:
        """Return the printed values of an invoice that the tags refer to, by role."""
        by_page: dict[str, Sequence[Mapping[str, str]]] = {}
        of_layers: dict[int, Mapping[str, str]] = {}
        for number in self.sources:
            layers = self.layers(number)
            for layer in layers:
                if id(layer) not in of_layers:
                    of_layers[id(layer)] = {one.id: one.text for one in layer.texts}
            by_page[self.sources[number].id] = [of_layers[id(layer)] for layer in reversed(layers)]
        found: dict[Role, str] = {}
        package = self.document.package
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


def _referred_texts(tag: Node, pages: Mapping[str, Sequence[Mapping[str, str]]]) -> Iterator[str]:
    for one in tag.children[:_MOST_REFERRED]:
        layers = pages.get(one.attributes.get("PageRef", ""), ())
        yield next((layer[one.text] for layer in layers if one.text in layer), "")
