from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from workers.engines.resampling import smaller

SAMPLES = Path(__file__).parents[3] / "config" / "samples"


@pytest.mark.parametrize("name", ["contract.png", "digital_invoice.png", "invoice_photo.jpg", "whiteboard.jpg"])
@pytest.mark.parametrize("scale", [0.55, 0.7, 0.97])
def test_a_page_looks_as_lanczos_would_make_it(name: str, scale: float) -> None:
    with Image.open(SAMPLES / name) as opened:
        page = opened.convert("RGB")
    target = (round(page.width * scale), round(page.height * scale))
    made = np.asarray(smaller(page, target), np.float64)
    wanted = np.asarray(page.resize(target, Image.Resampling.LANCZOS), np.float64)
    assert made.shape == wanted.shape
    assert np.sqrt(((made - wanted) ** 2).mean()) < 2.5


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("size", [(300, 200), (200, 300)])
def test_a_plain_page_stays_plain(mode: str, size: tuple[int, int]) -> None:
    page = smaller(Image.new(mode, (400, 400), "white"), size)
    assert (page.mode, page.size) == (mode, size)
    assert page.convert("L").getextrema() == (255, 255)


def test_fine_stripes_become_grey_and_no_coarser_stripes() -> None:
    stripes = Image.fromarray(np.tile(np.array([0, 255], np.uint8), (200, 200)))
    small = np.asarray(smaller(stripes, (210, 105)), np.int16)[:, 10:-10]
    assert abs(int(small.mean()) - 127) < 4
    assert np.ptp(small) < 40
