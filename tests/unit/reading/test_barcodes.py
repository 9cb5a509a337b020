import io
from collections.abc import Callable

import numpy as np
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from workers.reading.barcodes import Code, code_texts, find_codes, find_qr_codes_enlarged

TEXT = "01,32,,25992000000001234567,3712.55,20250318,,5FDD"


def qr(content: str | bytes, *, scale: int = 4) -> Image.Image:
    body = io.BytesIO()
    segno.make(content, mode="byte", micro=False).save(body, kind="png", scale=scale)
    return Image.open(body).convert("RGB")


def page(*codes: Image.Image, size: tuple[int, int] = (1200, 800)) -> Image.Image:
    paper = Image.new("RGB", size, "white")
    for number, code in enumerate(codes):
        paper.paste(code, (60 + 500 * number, 80 + 40 * number))
    return paper


def test_a_code_is_found_with_its_text_and_place() -> None:
    (code,) = find_codes(page(qr(TEXT)))

    assert (code.format, code.text) == ("QRCode", TEXT)
    assert 60 <= code.box.left < code.box.right <= 60 + qr(TEXT).width
    assert 80 <= code.box.top < code.box.bottom <= 80 + qr(TEXT).height


def test_several_codes_come_from_the_top() -> None:
    assert [code.text for code in find_codes(page(qr("first"), qr("second")))] == ["first", "second"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese_is_decoded_whichever_way_it_was_written(encoding: str) -> None:
    (code,) = find_codes(page(qr("西安市出租汽车发票".encode(encoding))))

    assert code.text == "西安市出租汽车发票"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_on_its_side_is_no_hindrance(turn: int) -> None:
    assert [code.text for code in find_codes(page(qr(TEXT)).rotate(turn, expand=True))] == [TEXT]


def test_a_bar_code_is_read() -> None:
    drawn = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode("SF1023456789012", zxingcpp.BarcodeFormat.Code128))
    bars = Image.fromarray(np.asarray(drawn)).resize((420, 90), Image.Resampling.NEAREST).convert("RGB")

    assert [(code.format, code.text) for code in find_codes(page(bars))] == [("Code128", "SF1023456789012")]


def test_on_a_large_page_the_place_is_still_in_its_pixels() -> None:
    (code,) = find_codes(page(qr(TEXT, scale=16), size=(4000, 3600)))

    assert abs(code.box.left - (60 + 4 * 16)) < 16
    assert abs(code.box.bottom - (80 + qr(TEXT, scale=16).height - 4 * 16)) < 16


def test_a_small_blurred_code_is_found_on_a_closer_look() -> None:
    small = page(qr(TEXT, scale=2)).filter(ImageFilter.GaussianBlur(1.0))

    assert find_codes(small) == ()
    (code,) = find_qr_codes_enlarged(small)
    assert code.text == TEXT
    assert 60 <= code.box.left < code.box.right <= 60 + qr(TEXT, scale=2).width


def squares(side: int) -> Image.Image:
    """A thousand corner marks of QR codes, and no code."""
    paper = Image.new("RGB", (side, side), "white")
    pen = ImageDraw.Draw(paper)
    for number in range(1000):
        x, y = number % 32 * (side // 32), number // 32 * (side // 32)
        for inset, colour in ((0, "black"), (3, "white"), (6, "black")):
            pen.rectangle((x + inset, y + inset, x + 20 - inset, y + 20 - inset), colour)
    return paper


@pytest.mark.parametrize("find", [find_codes, find_qr_codes_enlarged])
@pytest.mark.parametrize(
    "image",
    [
        squares(800),
        Image.new("RGB", (16, 16)),
        Image.new("RGB", (1, 1)),
        Image.new("RGB", (20_000, 32)),
        Image.new("RGB", (32, 20_000), "white"),
        Image.effect_noise((700, 700), 200).convert("RGB"),
        Image.new("RGBA", (300, 300), (0, 0, 0, 0)),
    ],
    ids=["squares", "tiny", "dot", "strip", "column", "noise", "clear"],
)
def test_where_there_is_no_code_there_is_none(
    image: Image.Image, find: Callable[[Image.Image], tuple[Code, ...]]
) -> None:
    assert find(image) == ()


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=200))
def test_whatever_a_code_carries_it_is_text(content: bytes) -> None:
    found = find_codes(page(qr(content)))

    assert all(isinstance(code.text, str) for code in found)
    assert len(found) == 1


def test_only_the_first_pages_of_a_long_file_are_looked_at() -> None:
    assert len(code_texts([page(qr(TEXT), size=(300, 300))] * 50)) == 8
