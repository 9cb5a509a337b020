"""Boxes of values stand where the values do, on the picture that is shown, however the picture was taken."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from bot.api.pictures import cut_out
from bot.config import prompt_files
from bot.domain.document import Box, Document, Field, OnlyPage
from bot.domain.requests.page_picture import PagePicture
from workers.engines.cpu.local import LocalRapid
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document
from workers.reading.image_reader import ImageReader

CONFIG = Path(__file__).parents[3] / "config"
INVOICE = next(one for one in prompt_files.load(CONFIG / "prompts").prompts if one.name == "invoice")
PRINTED = {
    "invoice_number": "25992000000001234567",
    "total_with_tax": "3712.55",
    "seller_name": "云州示例办公用品有限公司",
}
ROW = ("30", "18.5")  # quantity and price of the second line


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalRapid]:
    engine = LocalRapid()
    yield engine
    engine.close()


def taken(turn: float) -> bytes:
    """The sample as it is if the paper or the camera is turned anticlockwise by so many degrees."""
    with Image.open(CONFIG / "samples" / "digital_invoice.png") as sample:
        turned = sample.convert("RGB").rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    data = io.BytesIO()
    turned.save(data, "PNG")
    return data.getvalue()


@pytest.mark.parametrize(("turn", "quarters"), [(90, 3), (180, 2), (274, 1), (4, 0)])
def test_the_cut_out_of_a_value_shows_it(engine: LocalRapid, turn: float, quarters: int) -> None:
    pictures: dict[int, PagePicture] = {}
    request = ReadRequest(file=identify(taken(turn)), prompt=INVOICE, today=date(2026, 1, 1))
    document = read_document(request, engine, on_picture=pictures.__setitem__)
    assert pictures[0].width > pictures[0].height, "it is shown upright"
    assert document.only_page == OnlyPage(width=pictures[0].width, height=pictures[0].height, quarters=quarters)
    for field in fields_of(document):
        assert field.box is not None
        shown = text_of(engine, pictures[0], field.box)
        assert PRINTED.get(field.key, field.value) in shown, (field.key, field.box)


@pytest.mark.parametrize("turn", [0, 180, 2.5])
def test_the_cut_out_of_a_value_on_a_long_strip_shows_it(engine: LocalRapid, turn: float) -> None:
    pictures: dict[int, PagePicture] = {}
    request = ReadRequest(file=identify(strip(turn)), prompt=INVOICE, today=date(2026, 1, 1))
    document = read_document(request, engine, on_picture=pictures.__setitem__)
    assert pictures[0].height > 2.5 * pictures[0].width
    assert document.text.index("Delivery") < document.text.index("25992000000001234567") < document.text.index("Thank")
    for field in fields_of(document):
        assert field.box is not None
        shown = text_of(engine, pictures[0], field.box)
        assert PRINTED.get(field.key, field.value) in shown, (field.key, field.box)


def strip(turn: float) -> bytes:
    """The sample between other lines on a page so long that it is read in parts, turned by so many degrees."""
    page = Image.new("RGB", (1300, 4100), "white")
    font = ImageFont.load_default(40)
    for number, top in enumerate([*range(60, 1100, 90), *range(2600, 4000, 90)]):
        words = {0: "Delivery list", 27: "Thank you"}.get(number, f"Parcel {number} of several, left at the gate")
        ImageDraw.Draw(page).text((90, top), words, "black", font)
    with Image.open(CONFIG / "samples" / "digital_invoice.png") as sample:
        page.paste(sample.convert("RGB"), (30, 1400))
    data = io.BytesIO()
    page.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor="white").save(data, "PNG")
    return data.getvalue()


def fields_of(document: Document) -> list[Field]:
    fields = [field for field in document.fields if field.key in PRINTED]
    cells = [cell for cell in document.rows[1].cells if cell.value in ROW]
    assert len(fields) == len(PRINTED)
    assert len(cells) == len(ROW)
    return [*fields, *cells]


def text_of(engine: LocalRapid, picture: PagePicture, box: Box) -> str:
    """Read the cut-out with the same engine, enlarged and with an edge, as it sees nothing in a mere strip."""
    with Image.open(io.BytesIO(cut_out(picture, box))) as strip:
        sheet = Image.new("RGB", (2 * strip.width + 200, 2 * strip.height + 200), "white")
        sheet.paste(strip.resize((2 * strip.width, 2 * strip.height)), (100, 100))
    return ImageReader(engine=engine).read(sheet, "").text
