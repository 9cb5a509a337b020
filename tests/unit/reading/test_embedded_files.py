"""Files that say by themselves what is in them, through the whole reading; no engine may be asked."""

import json
import struct
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.config import prompt_files
from bot.domain.checking.invoice_qr import qr_checksum
from bot.domain.document import Document, Field, Source, Status
from bot.domain.errors import Refused
from bot.domain.prompt import FieldType, Output, Prompt
from tests.fakes.embedded_files import CODE, NUMBER, QR, VALUES, digital_xml, invoice_xml, ofd, pdf, zipped
from tests.fakes.no_engine import NoEngine
from tests.fakes.signed_files import unsigned
from workers.extraction.embedded_fields import clean
from workers.files.file_type import identify
from workers.files.safe_xml import BadXml, XmlAllowance, parse_xml
from workers.reading.document import ReadRequest, read_document

PROMPTS = prompt_files.load(Path(__file__).resolve().parents[3] / "config" / "prompts")
INTACT = f"{QR}{qr_checksum(QR.encode()):04X},"
TITLE = "青州增值税电子普通发票"
PRINTED = ((("title", TITLE), ("words", "价税合计（大写） 壹佰零陆圆整")),)


def read(data: bytes, prompt: Prompt | None = None) -> Document:
    candidates = () if prompt else PROMPTS.candidates
    return read_document(
        ReadRequest(
            file=identify(data), prompt=prompt or PROMPTS.default, candidates=candidates, today=date(2026, 1, 1)
        ),
        NoEngine(),
    )


def fields(data: bytes) -> dict[str, Field]:
    document = read(data)
    assert document.prompt == "invoice"
    return {field.key: field for field in document.fields if field.value}


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read(data)
    assert caught.value.text.endswith("。")
    return caught.value


EXPECTED = {
    "invoice_code": CODE,
    "invoice_number": NUMBER,
    "issue_date": "2024-05-28",
    "check_code": "12345678901234567890",
    "machine_number": "123456789012",
    "buyer_name": "青禾样例科技有限公司",
    "buyer_tax_id": "91990000MA0A1B2C3A",
    "seller_name": "云州示例办公用品有限公司",
    "seller_tax_id": "91990000MA7K5H8D4D",
    "amount_without_tax": "100.00",
    "tax_amount": "6.00",
    "total_with_tax": "106.00",
    "payee": "王小样",
    "reviewer": "李小样",
    "drawer": "赵小样",
}


def test_the_data_in_an_ofd_is_taken_and_held_against_its_qr_code() -> None:
    document = read(ofd(attached=invoice_xml(code=INTACT), printed=PRINTED))
    found = {field.key: field for field in document.fields if field.value}

    assert (document.prompt, document.engine, document.pages, document.doubts) == ("invoice", "embedded", 1, ())
    printed = {"invoice_title": TITLE, "total_in_words": "壹佰零陆圆整"}
    assert {key: field.value for key, field in found.items()} == EXPECTED | printed
    assert {field.source for field in found.values()} == {Source.EMBEDDED}
    assert all(found[key].status is Status.CHECKED for key in ("invoice_number", "check_code", "total_with_tax"))
    assert document.text.startswith(TITLE)


def test_data_and_qr_code_that_differ_are_both_shown() -> None:
    found = fields(ofd(attached=invoice_xml({**VALUES, "InvoiceNo": "87654321"}, code=INTACT)))

    assert (found["invoice_number"].value, found["invoice_number"].status) == ("87654321", Status.DOUBTFUL)
    assert found["invoice_number"].doubts == (f"文件数据为 87654321，二维码为 {NUMBER}，请对照原件",)


def test_a_page_that_shows_something_else_than_the_data_is_noticed() -> None:
    refs = "".join(f'<fp:ObjectRef PageRef="100">{number}</fp:ObjectRef>' for number in (9, 10))
    tags = f"<fp:eInvoice><fp:TaxInclusiveTotalAmount>{refs}</fp:TaxInclusiveTotalAmount></fp:eInvoice>"
    printed = ((("9", "¥"), ("10", "906.00")),)

    found = fields(ofd(attached=invoice_xml(), printed=printed, tags=tags))

    assert (found["total_with_tax"].value, found["total_with_tax"].status) == ("106.00", Status.DOUBTFUL)
    assert any("附带的数据为 106.00，版面为 906.00" in doubt for doubt in found["total_with_tax"].doubts)


def test_without_an_attachment_the_properties_count() -> None:
    properties = {
        "发票号码": NUMBER,
        "合计税额": "6.00",
        "校验码": "12345 67890 12345 67890",
        "template-version": "1.0",
    }

    found = fields(ofd(properties=properties, printed=((("1", "发票号码 价税合计"),),)))

    assert (found["invoice_number"].value, found["check_code"].value) == (NUMBER, "12345678901234567890")
    assert found["tax_amount"].source is Source.EMBEDDED


def test_without_both_the_tags_count_on_any_page_and_with_an_empty_prefix() -> None:
    tags = (
        '<?xml version="1.0" encoding="UTF-8"?><:eInvoice xmlns:=""><InvoiceNo><ofd:ObjectRef PageRef="101">7'
        '</ofd:ObjectRef></InvoiceNo><Seller><SellerName><ofd:ObjectRef PageRef="101">8</ofd:ObjectRef>'
        '<ofd:ObjectRef PageRef="101">9</ofd:ObjectRef></SellerName></Seller></:eInvoice>'
    )
    printed = ((("7", "发票号码 价税合计"),), (("7", NUMBER), ("8", "云州示例"), ("9", "办公用品有限公司")))

    document = read(ofd(printed=printed, tags=tags))
    found = {field.key: field.value for field in document.fields if field.value}

    assert document.pages == 2
    assert (found["invoice_number"], found["seller_name"]) == (NUMBER, "云州示例办公用品有限公司")


def test_what_the_data_leaves_empty_is_not_looked_for_on_the_page() -> None:
    without = {key: value for key, value in VALUES.items() if key != "BuyerTaxID"}
    printed = ((("1", "购买方纳税人识别号：91990000MA0A1B2C3A"),),)

    assert "buyer_tax_id" not in fields(ofd(attached=invoice_xml(without), printed=printed))


def test_a_person_who_asked_for_the_text_gets_the_text() -> None:
    document = read(ofd(attached=invoice_xml(), printed=PRINTED), PROMPTS.default)

    assert (document.prompt, document.fields) == ("text", ())
    assert document.text == f"{TITLE}\n价税合计（大写） 壹佰零陆圆整"


def test_what_needs_a_picture_says_so_of_a_file_that_has_no_pages() -> None:
    translation = next(prompt for prompt in PROMPTS.prompts if prompt.output is Output.TRANSLATION)

    with pytest.raises(Refused) as caught:
        read_document(
            ReadRequest(file=identify(digital_xml().encode()), prompt=translation, today=date(2026, 1, 1)), Prompting()
        )

    assert caught.value.reason == "picture_only"
    assert translation.title in caught.value.text


class Prompting(NoEngine):
    takes_prompts = True


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gbk", "gb18030"])
def test_an_e_invoice_as_xml_is_read_in_any_encoding(encoding: str) -> None:
    body = invoice_xml(code=INTACT, head=f'<?xml version="1.0" encoding="{encoding}"?>').encode(encoding)

    document = read(body)
    found = {field.key: field for field in document.fields if field.value}

    assert {key: field.value for key, field in found.items()} == EXPECTED
    assert found["invoice_number"].status is Status.CHECKED
    assert "*文具*钢笔 100.00" in document.text


def test_a_fully_digital_invoice_as_xml_is_read() -> None:
    found = fields(digital_xml().encode())

    assert {key: field.value for key, field in found.items()} == {
        "invoice_title": "普通发票",
        "invoice_number": "24992000000001234567",
        "issue_date": "2024-05-28",
        "buyer_name": "青禾样例科技有限公司",
        "buyer_tax_id": "91990000MA0A1B2C3A",
        "seller_name": "云州示例办公用品有限公司",
        "seller_tax_id": "91990000MA7K5H8D4D",
        "amount_without_tax": "100.00",
        "tax_amount": "6.00",
        "total_with_tax": "106.00",
        "total_in_words": "壹佰零陆圆整",
        "drawer": "赵小样",
    }
    assert all(found[key].status is Status.CHECKED for key in ("total_with_tax", "total_in_words", "seller_tax_id"))


def test_a_sum_that_does_not_add_up_is_doubtful_even_where_nobody_misread_it() -> None:
    assert fields(digital_xml(TotalTax="107.00").encode())["total_with_tax"].status is Status.DOUBTFUL


@pytest.mark.parametrize("claimed", ["NaN", "Infinity", "1e999999", "1e-999999", "-1e999999", "9" * 40, "sNaN"])
def test_a_number_that_nobody_can_mean_stays_as_it_is_written_and_vouches_for_nothing(claimed: str) -> None:
    document = read(digital_xml(TotalTax=claimed, Amount=claimed, TaxRate=claimed).encode())
    (row,) = document.rows
    said = [field for field in (*document.fields, *row.cells) if field.value == claimed]

    assert {field.key for field in said} >= {"total_with_tax", "amount", "tax_rate"}
    assert Status.CHECKED not in {field.status for field in said}


@pytest.mark.parametrize("body", [b"<?xml version='1.0'?><note>x</note>", b"<EInvoice><Header/></EInvoice>"])
def test_xml_that_is_no_invoice_is_refused(body: bytes) -> None:
    assert refusal(body).reason == "kind_xml"


BOMBS = {
    "entities": "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {one} '{f'&{before};' * 10}'>" for before, one in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><eInvoice><InvoiceNo>&i;</InvoiceNo><TaxInclusiveTotalAmount>1</TaxInclusiveTotalAmount></eInvoice>",
    "file": "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><eInvoice><InvoiceNo>&a;</InvoiceNo></eInvoice>",
    "address": "<!DOCTYPE eInvoice SYSTEM 'http://127.0.0.1:9/x.dtd'><eInvoice/>",
    "deep": "<a>" * 100_000 + "</a>" * 100_000,
    "many": "<eInvoice>" + "<a/>" * 500_000 + "</eInvoice>",
    "cut": "<eInvoice><InvoiceNo>1",
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
def test_xml_that_only_hurts_is_refused(body: str) -> None:
    assert refusal(b"<?xml version='1.0'?>" + body.encode()).reason == "xml_broken"


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
def test_an_ofd_with_such_xml_gives_what_else_it_has(body: str) -> None:
    document = read(ofd(attached=body, printed=PRINTED))

    assert document.text.startswith(TITLE)
    assert "root:" not in str(document)


def lying(data: bytes, name: bytes, size: int) -> bytes:
    """The same zip, its directory saying that a member is `size` bytes long."""
    entry = data.index(b"PK\x01\x02")
    while data[entry + 46 : entry + 46 + len(name)] != name:
        entry = data.index(b"PK\x01\x02", entry + 1)
    return data[: entry + 24] + struct.pack("<I", size) + data[entry + 28 :]


BIG = b"<a>" + b" " * (200 * 2**20) + b"</a>"
PACKED = ofd(more={"Doc_0/Attachs/original_invoice.xml": BIG})


@pytest.mark.parametrize("data", [PACKED, lying(PACKED, b"Doc_0/Attachs/original_invoice.xml", 100)], ids=["", "lying"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(data: bytes) -> None:
    tracemalloc.start()
    with suppress(Refused):
        assert read(data).text
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(data) < 2**20
    assert peak < 100 * 2**20
    assert refusal(PACKED).reason == "ofd_too_large"


def test_many_members_and_many_large_ones_are_refused() -> None:
    many = {f"x/{number}": b"" for number in range(10_001)}
    large = {f"Doc_0/Attachs/{number}.xml": b"<a>" + b" " * (15 * 2**20) + b"</a>" for number in range(6)}

    assert refusal(ofd(more=many)).reason == "ofd_too_large"
    assert refusal(ofd(more=dict.fromkeys((f"x/{number}" for number in range(30_000)), b""))).reason == "kind_archive"
    assert refusal(ofd(more=large)).reason == "ofd_too_large"


def test_encrypted_strangely_packed_and_missing_members_are_left_out() -> None:
    odd = zipped({"OFD.xml": "<x/>"}, compression=zipfile.ZIP_LZMA)

    assert refusal(odd).reason == "ofd_broken"
    assert refusal(zipped({"OFD.xml": "<OFD><DocBody><DocRoot>../../etc/passwd</DocRoot></DocBody></OFD>"})).text
    assert refusal(ofd(printed=())).reason == "ofd_without_text"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8), st.floats(0.2, 1))
def test_damaged_and_cut_ofds_are_read_or_refused(damage: list[tuple[float, int]], kept: float) -> None:
    data = bytearray(ofd(attached=invoice_xml(), printed=PRINTED))
    for place, value in damage:
        data[int(place * len(data))] = value
    with suppress(Refused):
        assert read(bytes(data[: int(kept * len(data))])).text


def test_pages_beyond_the_fiftieth_are_named() -> None:
    document = read(ofd(printed=[[("1", f"page {number}")] for number in range(60)]))

    assert document.pages == 60
    assert "60 页" in document.doubts[0]
    assert document.text.endswith("page 49")


INVOICE_PAGE = (
    (220, 30, "电子发票（普通发票）"),
    (345, 30, "发票号码：24992000000001234567"),
    (430, 50, "开票日期：2024年05月28日"),
    (30, 200, "合计"),
    (400, 200, "¥100.00"),
    (500, 200, "¥6.00"),
    (30, 230, "价税合计（大写）"),
    (150, 230, "壹佰零陆圆整"),
    (400, 230, "（小写）¥106.00"),
    (30, 300, "开票人：赵小样"),
)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_text_of_a_pdf_gives_fields_by_their_places(turned: int) -> None:
    document = read(pdf(INVOICE_PAGE, turned=turned))
    found = {field.key: field for field in document.fields if field.value}

    assert (document.prompt, document.engine, document.pages) == ("invoice", "embedded", 1)
    assert "发票号码：24992000000001234567" in document.text
    assert {key: field.value for key, field in found.items()} == {
        "invoice_title": "电子发票（普通发票）",
        "invoice_number": "24992000000001234567",
        "issue_date": "2024-05-28",
        "amount_without_tax": "100.00",
        "tax_amount": "6.00",
        "total_with_tax": "106.00",
        "total_in_words": "壹佰零陆圆整",
        "drawer": "赵小样",
    }
    assert {field.source for field in found.values()} == {Source.EMBEDDED}
    assert found["total_with_tax"].status is Status.CHECKED


def test_several_pages_come_one_after_the_other_and_an_empty_one_is_no_matter() -> None:
    document = read(pdf([(30, 30, "first")], [], [(30, 30, "third")]))

    assert (document.text, document.pages) == ("first\n\nthird", 3)
    assert document.doubts == ()


@pytest.mark.parametrize("data", [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", b"%PDF-1.4" + bytes(range(256)) * 40])
def test_pdf_garbage_is_refused(data: bytes) -> None:
    assert refusal(data).reason == "pdf_broken"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8), st.floats(0.2, 1))
def test_damaged_and_cut_pdfs_are_read_or_refused(damage: list[tuple[float, int]], kept: float) -> None:
    data = bytearray(pdf(INVOICE_PAGE))
    for place, value in damage:
        data[int(place * len(data))] = value
    data[:5] = b"%PDF-"
    with suppress(Refused):
        assert read(bytes(data[: int(kept * len(data))])).pages == 1  # empty where its contents are lost


@given(st.binary(max_size=300))
def test_any_bytes_are_a_tree_or_bad_xml(data: bytes) -> None:
    with suppress(BadXml):
        assert parse_xml(data, XmlAllowance()).name


@given(st.text(max_size=30), st.sampled_from(FieldType))
@example("10²", FieldType.MONEY)
@example("¥ 1,234.5", FieldType.MONEY)
def test_cleaning_a_value_makes_up_no_digit(raw: str, kind: FieldType) -> None:
    given_digits = {int(char) for char in raw if char.isdecimal()}

    assert {int(char) for char in clean(kind, raw) if char.isdecimal()} <= given_digits | {0}


class TestRealFiles:
    """The real documents, by their truth."""

    @pytest.mark.parametrize(("name", "pages", "title"), [("1", 1, "浙江"), ("999", 5, "重庆")])
    def test_every_labelled_field_of_an_ofd_is_right(self, cases: Path, name: str, pages: int, title: str) -> None:
        truth = json.loads((cases / f"{name}.gt.json").read_text(encoding="utf-8"))
        data = truth["embedded_xml"]
        expected = {
            "invoice_code": data["InvoiceCode"],
            "invoice_number": data["InvoiceNo"],
            "issue_date": {"1": "2020-07-23", "999": "2020-08-05"}[name],
            "check_code": data["InvoiceCheckCode"],
            "machine_number": data["MachineNo"],
            "buyer_name": data["BuyerName"],
            "seller_name": data["SellerName"],
            "seller_tax_id": data["SellerTaxID"],
            "amount_without_tax": data["TaxExclusiveTotalAmount"],
            "tax_amount": data["TaxTotalAmount"],
            "total_with_tax": data["TaxInclusiveTotalAmount"],
            "payee": data["Payee"],
            "reviewer": data["Checker"],
            "drawer": data["InvoiceClerk"],
            "invoice_title": f"{title}增值税电子普通发票",
            "total_in_words": {"1": "伍佰贰拾陆圆整", "999": "壹万零陆佰圆整"}[name],
        } | ({"buyer_tax_id": data["BuyerTaxID"]} if "BuyerTaxID" in data else {})

        # In 1.ofd names were replaced after it was signed: without its signature it is a file like others.
        document = read(unsigned((cases / f"{name}.ofd").read_bytes()))

        assert {field.key: field.value for field in document.fields if field.value} == expected
        assert document.pages == pages
        assert document.text.count(data["items"][0]["Item"]) == len(data["items"])
        checked = {field.key for field in document.fields if field.status is Status.CHECKED}
        assert {"invoice_number", "invoice_code", "check_code", "total_with_tax", "total_in_words"} <= checked

    def test_a_foreign_invoice_gives_what_it_prints_and_is_of_no_currency_of_ours(self, cases: Path) -> None:
        document = read((cases / "AmazonWebServices.pdf").read_bytes())

        assert document.prompt == "english_invoice"
        assert {field.name: field.value for field in document.fields if field.value} == {
            "发票号码": "42183017",
            "开票日期": "August 3 , 2014",
            "税额": "0.00",
            "合计": "4.11",
        }
        assert "Invoice Number: 42183017" in document.text
        assert "Total for this invoice $4.11" in document.text

    def test_asked_for_an_invoice_it_still_claims_nothing_wrong(self, cases: Path) -> None:
        invoice = PROMPTS.named("invoice")
        assert invoice is not None
        document = read((cases / "AmazonWebServices.pdf").read_bytes(), invoice)

        assert [field for field in document.fields if field.value] == []
