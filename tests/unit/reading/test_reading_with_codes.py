"""An invoice's QR code and a waybill's bar code beside what an engine read, through the whole reading."""

import io
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import segno
import zxingcpp
from PIL import Image, ImageFilter

from bot.config import prompt_files
from bot.domain.checking.invoice_qr import qr_checksum
from bot.domain.document import Box, Document, Line, Reading, Source, Status
from workers.engines.base import EncodedPicture, PictureForm
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document

PROMPTS = prompt_files.load(Path(__file__).resolve().parents[3] / "config" / "prompts")
BODY = "01,32,,25992000000001234567,106.00,20250318,,"
CODE = f"{BODY}{qr_checksum(BODY.encode()):04X}"
OTHER = "01,32,,25992000000007654321,9.00,20250319,,"


@dataclass(frozen=True)
class Lines:
    """Reads the same lines whatever it is shown."""

    texts: tuple[str, ...]
    name: str = "rapid"
    takes_prompts: bool = False

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        lines = tuple(
            Line(text=text, box=Box(left=400, top=30 + 40 * row, right=400 + 20 * len(text), bottom=50 + 40 * row))
            for row, text in enumerate(self.texts)
        )
        return Reading(text="\n".join(self.texts), lines=lines)


def page(*codes: str, scale: int = 4, blur: float = 0) -> bytes:
    paper = Image.new("RGB", (1200, 800), "white")
    for number, code in enumerate(codes):
        drawn = io.BytesIO()
        segno.make(code, micro=False).save(drawn, kind="png", scale=scale)
        paper.paste(Image.open(drawn).convert("RGB"), (40, 40 + 300 * number))
    body = io.BytesIO()
    paper.filter(ImageFilter.GaussianBlur(blur)).save(body, "PNG")
    return body.getvalue()


def read(data: bytes, *texts: str) -> Document:
    return read_document(
        ReadRequest(file=identify(data), prompt=PROMPTS.default, candidates=PROMPTS.candidates, today=date(2026, 1, 1)),
        Lines(texts),
    )


GOOD = ("发票号码：25992000000001234567", "开票日期：2025年03月18日", "价税合计（小写）：¥106.00", "开票人：王小样")


def test_what_the_code_confirms_is_checked_and_says_so() -> None:
    document = read(page(CODE), *GOOD)
    found = {field.key: field for field in document.fields if field.value}

    assert (document.prompt, document.engine) == ("invoice", "rapid")
    for key in ("invoice_number", "issue_date", "total_with_tax"):
        assert (found[key].status, found[key].source, found[key].page) == (Status.CHECKED, Source.QR, 0)
        assert found[key].box is not None
    assert (found["drawer"].status, found["drawer"].source) == (Status.UNCHECKED, Source.CPU)


def test_a_small_blurred_code_is_looked_at_more_closely() -> None:
    document = read(page(CODE, scale=2, blur=1.0), *GOOD)

    assert {field.key: field.source for field in document.fields}["invoice_number"] is Source.QR


def test_a_misread_number_is_shown_beside_the_codes() -> None:
    found = {field.key: field for field in read(page(CODE), GOOD[0].replace("1234567", "1234561"), *GOOD[1:]).fields}

    assert (found["invoice_number"].value, found["invoice_number"].status) == ("25992000000001234567", Status.DOUBTFUL)
    assert "图上读作 25992000000001234561" in found["invoice_number"].doubts[0]


def test_an_invoices_code_alone_recognises_an_invoice() -> None:
    document = read(page(CODE), "什么都看不清")
    found = {field.key: field for field in document.fields if field.value}

    assert document.prompt == "invoice"
    assert {key: field.source for key, field in found.items()} == dict.fromkeys(
        ("invoice_number", "issue_date", "total_with_tax"), Source.QR
    )
    assert found["invoice_number"].status is Status.UNCHECKED


def test_two_invoices_on_one_picture_are_told_apart_by_the_printed_number() -> None:
    assert {field.key: field.source for field in read(page(OTHER, CODE), *GOOD).fields}["issue_date"] is Source.QR

    unclear = read(page(OTHER, CODE), *GOOD[1:])
    assert any("像是有两张" in doubt for doubt in unclear.doubts)
    assert {field.source for field in unclear.fields} <= {Source.CPU, Source.NONE}
    assert Status.CHECKED not in {field.status for field in unclear.fields}


@pytest.mark.parametrize("code", ["https://example.com/pay", "01,02", "", "01,32,,x,1.00,20250318,,"])
def test_other_codes_change_nothing(code: str) -> None:
    plain, with_code = read(page(), *GOOD), read(page(code) if code else page(), *GOOD)

    assert replace(with_code, seconds=plain.seconds) == plain


def test_a_page_without_an_invoice_is_left_alone_whatever_its_code_says() -> None:
    document = read(page("https://example.com"), "你好")

    assert (document.prompt, document.text, document.fields) == ("text", "你好", ())


WAYBILL = ("运单号：SF1023456789012", "寄件人：王小样", "收件人：李小样")


def parcel(code: str) -> bytes:
    paper = Image.new("RGB", (1200, 800), "white")
    if code:
        bars = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.Code128)
        paper.paste(Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(bars, scale=2))), (40, 400))
    body = io.BytesIO()
    paper.save(body, "PNG")
    return body.getvalue()


@pytest.mark.parametrize(
    ("code", "status", "doubt", "about_the_whole"),
    [
        ("SF1023456789012", Status.CHECKED, (), ()),
        (
            "SF1023456789017",
            Status.DOUBTFUL,
            ("条形码为 SF1023456789017，图上读作 SF1023456789012，请对照原件",),
            (),
        ),
        ("", Status.UNCHECKED, (), ("条形码没有读到，运单号只按印刷的数字，请核对",)),
    ],
)
def test_a_waybills_number_is_held_against_its_bar_code(
    code: str, status: Status, doubt: tuple[str, ...], about_the_whole: tuple[str, ...]
) -> None:
    document = read(parcel(code), *WAYBILL)
    number = next(field for field in document.fields if field.key == "number")

    assert (document.prompt, number.value, number.source) == ("waybill", "SF1023456789012", Source.CPU)
    assert (number.status, number.doubts, document.doubts) == (status, doubt, about_the_whole)
