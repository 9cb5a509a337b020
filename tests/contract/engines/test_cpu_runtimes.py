from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from tests.fakes.pictures import open_picture
from workers.engines.cpu.local import LocalRapid
from workers.reading.image_reader import ImageReader

pytest.importorskip("openvino")
SAMPLES = Path(__file__).parents[3] / "config" / "samples"


def sample(name: str) -> Image.Image:
    return open_picture((SAMPLES / name).read_bytes()).image


@pytest.fixture(scope="module")
def on_openvino() -> Iterator[LocalRapid]:
    engine = LocalRapid(runtime="openvino")
    yield engine
    engine.close()


@pytest.mark.parametrize("name", ["digital_invoice.png", "whiteboard.jpg"])
def test_both_runtimes_give_the_same_characters(on_openvino: LocalRapid, name: str) -> None:
    on_onnxruntime = LocalRapid(runtime="onnxruntime")
    page = sample(name)
    assert ImageReader(engine=on_openvino).read(page, "").text == ImageReader(engine=on_onnxruntime).read(page, "").text
    on_onnxruntime.close()


def test_a_picture_gives_the_same_reading_whatever_is_read_beside_it(on_openvino: LocalRapid) -> None:
    alone = ImageReader(engine=on_openvino).read(sample("digital_invoice.png"), "")
    pages = [sample(name) for name in ("digital_invoice.png", "whiteboard.jpg", "digital_invoice.png")]
    with ThreadPoolExecutor(len(pages)) as callers:
        beside = list(callers.map(lambda page: ImageReader(engine=on_openvino).read(page, ""), pages))
    assert beside[0].lines == beside[2].lines == alone.lines


def test_bf16_is_read_only_where_it_is_asked_for() -> None:
    engine = LocalRapid(runtime="openvino-bf16")
    assert engine.runtime == "openvino-bf16"
    assert "OCR" in ImageReader(engine=engine).read(sample("whiteboard.jpg"), "").text
    engine.close()
