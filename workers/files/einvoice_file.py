"""Electronic invoices in XML, read from their data alone; signatures in XML are not verified."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.domain import texts
from bot.domain.errors import Refused
from workers.files.einvoice_xml import read_einvoice
from workers.files.embedded import EmbeddedContent, EmbeddedData, voucher_data
from workers.files.file_type import FileKind, IdentifiedFile
from workers.files.format_protocol import NoPages, OpenedFile, OpenRequest
from workers.files.refusals import unreadable_kind
from workers.files.safe_xml import BadXml, UnknownEncoding, XmlAllowance, parse_xml
from workers.files.xbrl import read_xbrl


def recognises(file: IdentifiedFile) -> bool:
    """Return whether the file is XML; one that is no invoice is refused on opening."""
    return file.kind is FileKind.XML


@contextmanager
def open_file(request: OpenRequest) -> Iterator[OpenedFile]:
    """Yield the invoice's data. Raises `Refused` for XML that is broken or no invoice."""
    yield OpenedFile(embedded=_embedded_invoice(request.file.data), pages=NoPages())


def _embedded_invoice(data: bytes) -> EmbeddedContent:
    try:
        root = parse_xml(data, XmlAllowance())
    except UnknownEncoding as error:
        raise Refused("xml_encoding", texts.unreadable.xml_encoding_unknown()) from error
    except BadXml as error:
        raise Refused("xml_broken", texts.unreadable.file_broken()) from error
    voucher = read_xbrl(root)
    if voucher is not None:
        data_of_file = voucher_data(texts.warnings.PLACE_ATTACHED, voucher)
        return EmbeddedContent(pages=1, text=voucher.text, data=(data_of_file,))
    invoice = read_einvoice(root)
    if invoice is None:
        raise unreadable_kind(FileKind.XML)
    values = EmbeddedData(
        place=texts.warnings.PLACE_ATTACHED, values=invoice.values, form=invoice.form, goods=invoice.goods
    )
    return EmbeddedContent(pages=1, text=invoice.text, data=(values,), code=invoice.code)
