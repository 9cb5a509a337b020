"""Files that say by themselves what is in them, all of it: OFD and electronic invoices in XML.

Nothing here looks at a picture, so nothing is misread; signatures are not verified.
"""

from bot.domain.errors import Refused
from bot.domain.texts import chat as texts
from workers.files.einvoice_xml import read_einvoice
from workers.files.embedded import EmbeddedContent, EmbeddedData
from workers.files.file_type import Kind, sniff
from workers.files.images import check_size
from workers.files.ofd import read_ofd
from workers.files.safe_xml import BadXml, XmlAllowance, parse_xml

EMBEDDED = "embedded"
"""What stands in a document's `engine` where no engine was asked."""


def read_carried(data: bytes) -> EmbeddedContent | None:
    """Return what a file says by itself, None where it is none of these.

    Raises `Refused` for an OFD that is broken or has no text, and for XML that is no invoice.
    """
    check_size(data)
    kind = sniff(data)
    if kind is Kind.OFD:
        return read_ofd(data)
    return _read_xml(data) if kind is Kind.XML else None


def _read_xml(data: bytes) -> EmbeddedContent:
    try:
        invoice = read_einvoice(parse_xml(data, XmlAllowance()))
    except BadXml as error:
        raise Refused("xml_broken", texts.file_broken()) from error
    if invoice is None:
        raise Refused(f"kind_{Kind.XML}", texts.file_xml())
    data_ = EmbeddedData(place=texts.PLACE_ATTACHED, values=invoice.values, form=invoice.form, goods=invoice.goods)
    return EmbeddedContent(pages=1, text=invoice.text, data=(data_,), code=invoice.code)
