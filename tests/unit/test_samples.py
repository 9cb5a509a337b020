"""The sample pictures and what is said to be on them: the maker and the checks were written apart and must agree."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.checking.check_digits import credit_code_fits
from bot.domain.checking.invoice_qr import parse_invoice_qr
from tests.samples.amount_in_words import amount_in_words

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "config" / "samples"
TRUTH = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))
INVOICES = ("digital_invoice.png", "invoice_photo.jpg")
_ORIENTATION = 0x0112


def test_every_picture_has_its_truth() -> None:
    assert {file.name for file in SAMPLES.iterdir()} == {*TRUTH, "truth.json"}


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("digital_invoice.png", (1240, 820)),
        ("invoice_photo.jpg", (1600, 1200)),
        ("contract.png", (1240, 1754)),
        ("whiteboard.jpg", (1600, 1200)),
    ],
)
def test_a_picture_opens_and_photos_lie_as_phones_lay_them(name: str, size: tuple[int, int]) -> None:
    with Image.open(SAMPLES / name) as picture:
        picture.load()
        assert picture.size == size
        assert picture.getexif().get(_ORIENTATION) == (3 if name.endswith(".jpg") else None)


@pytest.mark.parametrize("name", INVOICES)
def test_the_invoice_adds_up(name: str) -> None:
    fields = TRUTH[name]["fields"]
    total = Decimal(fields["价税合计"])
    assert Decimal(fields["合计金额"]) + Decimal(fields["合计税额"]) == total
    assert amount_in_words(total) == fields["价税合计（大写）"]
    assert credit_code_fits(fields["购买方纳税人识别号"])
    assert credit_code_fits(fields["销售方纳税人识别号"])


@pytest.mark.parametrize("name", INVOICES)
def test_the_code_on_the_invoice_is_intact(name: str) -> None:
    code = parse_invoice_qr(TRUTH[name]["qr"])
    assert code is not None
    assert code.intact
    assert code.number == TRUTH[name]["fields"]["发票号码"]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_shows_what_the_samples_hold(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    fields = TRUTH["digital_invoice.png"]["fields"]
    assert (ROOT / "docs" / "reply.png").is_file()
    assert all(fields[name] in text for name in ("发票号码", "开票日期", "价税合计", "价税合计（大写）"))
