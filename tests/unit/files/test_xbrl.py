"""The XBRL of electronic vouchers as a file of its own and attached to a PDF."""

import io
from datetime import date
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from bot.config.prompt_files import load
from bot.domain.document import Document, Status
from bot.domain.errors import Refused
from tests.fakes.embedded_files import pdf
from tests.fakes.no_engine import NoEngine
from workers.files.file_type import identify
from workers.files.safe_xml import XmlAllowance, parse_xml
from workers.files.xbrl import read_xbrl
from workers.reading.document import ReadRequest, read_document

PAPERS = Path(__file__).parents[2] / "data" / "papers"
PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")
RAIL = (PAPERS / "rail_rai.xml").read_bytes()


def read(data: bytes) -> Document:
    request = ReadRequest(
        file=identify(data), prompt=PROMPTS.default, candidates=PROMPTS.candidates, today=date(2026, 11, 26)
    )
    return read_document(request, NoEngine())


def with_attachments(data: bytes, *attached: bytes) -> bytes:
    document, stream = PdfDocument(data), io.BytesIO()
    for number, content in enumerate(attached):
        document.new_attachment(f"{number}.xml").set_data(content)
    document.save(stream)
    return stream.getvalue()


TICKET = pdf(
    [
        (150, 30, "电子发票（铁路电子客票）"),
        (40, 70, "发票号码:26329116804002389321"),
        (400, 70, "开票日期:2026年01月20日"),
        (40, 120, "票价:￥264.99"),
        (40, 160, "电子客票号:168"),
    ]
)


def test_a_file_of_facts_alone_is_of_the_kind_of_its_taxonomy() -> None:
    document = read(RAIL)

    assert document.prompt == "train"
    found = {field.name: field.value for field in document.fields if field.value}
    assert (found["车次"], found["税率"], found["票价"]) == ("G1655", "9%", "263.99")


def test_facts_of_no_known_taxonomy_come_as_text() -> None:
    document = read(RAIL.replace(b"/rai", b"/ctp").replace(b"rai:", b"ctp:"))

    assert document.prompt == "text"
    assert "TrainNumber：G1655" in document.text


def test_other_xml_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read(b"<xbrl xmlns:a='http://example.invalid/rai'><a:Fare>1</a:Fare></xbrl>")
    assert refused.value.reason == "kind_xml"


def test_facts_in_tuples_are_the_lines_of_a_table() -> None:
    line = b"<rai:ATuple><rai:A contextRef='c'>%d</rai:A><rai:B contextRef='c'></rai:B></rai:ATuple>"
    tuples = line % 1 + line % 2 + b"</xbrl>"

    voucher = read_xbrl(parse_xml(RAIL.replace(b"</xbrl>", tuples), XmlAllowance()))

    assert voucher is not None
    assert voucher.rows == ({"A": "1"}, {"A": "2"})


def test_what_a_pdf_has_attached_fills_what_it_does_not_print_and_confirms_what_it_does() -> None:
    document = read(with_attachments(TICKET, b"\x89PNG", RAIL))

    fields = {field.name: field for field in document.fields}
    assert (fields["车次"].value, fields["车次"].status) == ("G1655", Status.UNCHECKED)
    assert fields["发票号码"].status is Status.CHECKED


def test_of_two_attached_vouchers_none_is_used() -> None:
    document = read(with_attachments(TICKET, RAIL, RAIL.replace(b"G1655", b"G1656")))

    assert "车次" not in {field.name for field in document.fields if field.value}
