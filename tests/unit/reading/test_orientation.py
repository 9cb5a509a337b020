from pathlib import Path

import pytest
from PIL import Image, ImageOps

from workers.reading.upright.orientation import degrees_to_upright

SAMPLES = Path(__file__).resolve().parents[3] / "config" / "samples"


@pytest.mark.parametrize("name", ["contract.png", "digital_invoice.png", "invoice_photo.jpg"])
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_is_turned_back_however_it_lies(name: str, turned: int) -> None:
    with Image.open(SAMPLES / name) as opened:
        page = ImageOps.exif_transpose(opened).convert("RGB")
    assert degrees_to_upright(page.rotate(turned, expand=True)) == (360 - turned) % 360


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (5000, 20)])
def test_any_size_has_an_answer(size: tuple[int, int]) -> None:
    assert degrees_to_upright(Image.new("RGB", size, "white")) in {0, 90, 180, 270}
