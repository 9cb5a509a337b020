"""Files that say by themselves what is in them, all of it: OFD and electronic invoices in XML.

Nothing here looks at a picture, so nothing is misread; signatures are not verified.
"""

from bot.domain import texts
from bot.domain.errors import Refused
from workers.carried import Carried, Data
from workers.einvoice_xml import read_einvoice
from workers.ofd import read_ofd
from workers.pages import check_size
from workers.sniff import Kind, sniff
from workers.xml_tree import Allowance, BadXml, parse_xml

EMBEDDED = "embedded"
"""What stands in a document's `engine` where no engine was asked."""


def read_carried(data: bytes) -> Carried | None:
    """Return what a file says by itself, None where it is none of these.

    Raises `Refused` for an OFD that is broken or has no text, and for XML that is no invoice.
    """
    check_size(data)
    kind = sniff(data)
    if kind is Kind.OFD:
        return read_ofd(data)
    return _read_xml(data) if kind is Kind.XML else None


def _read_xml(data: bytes) -> Carried:
    try:
        invoice = read_einvoice(parse_xml(data, Allowance()))
    except BadXml as error:
        raise Refused("xml_broken", texts.file_broken()) from error
    if invoice is None:
        raise Refused(f"kind_{Kind.XML}", texts.file_xml())
    data_ = Data(place=texts.PLACE_ATTACHED, values=invoice.values, form=invoice.form, goods=invoice.goods)
    return Carried(pages=1, text=invoice.text, data=(data_,), code=invoice.code)
