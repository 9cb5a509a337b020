"""The text of a PDF is what a person sees: what is hidden in its text layer is no source of values."""

import pytest
from PIL import Image

from tests.fakes.embedded_files import pdf
from tests.fakes.lying_pdfs import RUSES, LyingPdf, Ruse
from workers.files.pdf.client import PdfFile

_ON_THE_SPOT = {  # without those that are elsewhere, or hide what is below them too
    name: ruse for name, ruse in RUSES.items() if ruse.x == 30 and not name.startswith("behind")
}


def text_of(data: bytes) -> str:
    with PdfFile(data) as file:
        return "".join(char.text for char in file.contents(0).characters)


@pytest.mark.parametrize("ruse", RUSES.values(), ids=RUSES)
def test_a_text_that_nobody_sees_is_left_out(ruse: Ruse) -> None:
    text = text_of(LyingPdf(seen=["发票号码 9999"], hidden=["价税合计 1.00"], ruse=ruse).data())

    assert "发票号码" in text
    assert "价税合计" not in text
    assert "1.00" not in text


@pytest.mark.parametrize("ruse", _ON_THE_SPOT.values(), ids=_ON_THE_SPOT)
def test_a_hidden_text_that_stands_on_one_that_is_seen_is_left_out(ruse: Ruse) -> None:
    text = text_of(LyingPdf(seen=["合计 9999.00"], hidden=["合计 1234.50"], ruse=ruse, over_seen=True).data())

    assert "9999" in text
    assert "1234" not in text


@pytest.mark.parametrize(
    "ruse",
    [Ruse(), Ruse(before="1 0 0 rg"), Ruse(before="0.6 0.6 0.6 rg"), Ruse(size=5.0), Ruse(mode=1), Ruse(mode=2)],
    ids=["black", "red", "grey", "small", "outlined", "filled and outlined"],
)
def test_a_text_that_is_seen_is_read(ruse: Ruse) -> None:
    assert "价税合计 1.00" in text_of(LyingPdf(hidden=["价税合计 1.00"], ruse=ruse).data())


def test_a_white_text_on_a_dark_ground_is_read() -> None:
    ruse = Ruse(before="0 0 0 rg 20 690 200 30 re f 1 1 1 rg")

    assert "价税合计" in text_of(LyingPdf(hidden=["价税合计 1.00"], ruse=ruse).data())


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_the_text_of_a_turned_page_is_read(turned: int) -> None:
    assert "价税合计 1.00" in text_of(pdf([(40, 60, "价税合计 1.00")], turned=turned))


@pytest.mark.parametrize("ruse", [Ruse(), Ruse(mode=3), Ruse(before="1 1 1 rg")], ids=["seen", "invisible", "white"])
def test_of_a_scan_with_a_text_layer_the_picture_is_read(ruse: Ruse) -> None:
    lines = ["价税合计 1.00 发票号码 12345678 开票日期 2026-01-01"] * 4
    with PdfFile(LyingPdf(hidden=lines, ruse=ruse, scan=Image.new("RGB", (595, 842), "silver")).data()) as file:
        contents = file.contents(0)

    assert contents.scan
    assert not contents.characters
