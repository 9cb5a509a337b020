"""The embedded engine and the field finder together, on pictures whose fields are known."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from bot.config import prompt_files
from bot.config.prompt_toml import read_prompt
from bot.domain.checking.invoice import check_invoice
from bot.domain.document import Field, Status
from workers.engines.cpu.local import LocalRapid
from workers.extraction.fields import find_fields
from workers.files.file_type import identify
from workers.files.format_protocol import PageWindow
from workers.reading.document import ReadRequest, read_document
from workers.reading.image_reader import ImageReader

_ROOT = Path(__file__).parents[3]
_SAMPLES = _ROOT / "config" / "samples"
_SPECS = read_prompt((_ROOT / "config/prompts/invoice.toml").read_text(encoding="utf-8"), name="invoice").prompt.fields
_CHECKED = ("合计金额", "合计税额", "价税合计", "价税合计（大写）", "销售方纳税人识别号")


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalRapid]:
    engine = LocalRapid()
    yield engine
    engine.close()


def _read(engine: LocalRapid, picture: Path) -> dict[str, Field]:
    image = ImageOps.exif_transpose(Image.open(picture)).convert("RGB")
    fields, doubts = check_invoice(
        find_fields(ImageReader(engine=engine).read(image, "").lines, _SPECS), today=date(2026, 1, 1)
    )
    assert doubts == ()
    return {field.name: field for field in fields}


@pytest.mark.parametrize("name", ["digital_invoice.png", "invoice_photo.jpg"])
def test_every_field_of_the_samples_is_right(engine: LocalRapid, name: str) -> None:
    truth = json.loads((_SAMPLES / "truth.json").read_text(encoding="utf-8"))[name]["fields"]

    found = _read(engine, _SAMPLES / name)

    assert {key: field.value for key, field in found.items() if field.value} == truth
    assert all(found[key].status is Status.CHECKED for key in (*_CHECKED, "购买方纳税人识别号"))


def test_every_field_of_a_real_invoice_is_right(engine: LocalRapid, cases: Path) -> None:
    truth = json.loads((cases / "vat_e_general_with_qr.gt.json").read_text(encoding="utf-8"))["fields"]
    names = {"销售方税号": "销售方纳税人识别号", "价税合计小写": "价税合计", "价税合计大写": "价税合计（大写）"}
    expected = {names.get(key, key): value for key, value in truth.items() if key != "税率"}

    found = _read(engine, cases / "vat_e_general_with_qr.png")

    assert found["发票名称"].value == "天津增值税电子普通发票"
    # The engine writes a colon of either width.
    assert {key: found[key].value.replace("：", ":") for key in expected} == expected
    assert (found["购买方纳税人识别号"].value, found["复核"].value) == ("", "")
    assert all(found[key].status is Status.CHECKED for key in _CHECKED)


def _scanned(*pictures: Path) -> bytes:
    pages = [ImageOps.exif_transpose(Image.open(picture)).convert("RGB") for picture in pictures]
    data = io.BytesIO()
    pages[0].save(data, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return data.getvalue()


def test_of_two_real_invoices_in_one_file_each_is_read_by_itself(engine: LocalRapid, cases: Path) -> None:
    one, other = _SAMPLES / "digital_invoice.png", cases / "vat_e_general_with_qr.png"
    prompts = prompt_files.load(_ROOT / "config" / "prompts")
    both, single = identify(_scanned(one, other)), identify(_scanned(one))
    request = ReadRequest(file=both, prompt=prompts.default, candidates=prompts.candidates, today=date(2026, 1, 1))

    first, alone = read_document(request, engine), read_document(replace(request, file=single), engine)
    second = read_document(replace(request, window=PageWindow(first=1, most=1)), engine)

    assert (first.fields, first.rows, first.doubts) == (alone.fields, alone.rows, alone.doubts)
    (further,) = first.others
    assert [field.value for field in further.fields] == [field.value for field in second.fields]
    truth = json.loads((cases / "vat_e_general_with_qr.gt.json").read_text(encoding="utf-8"))["fields"]
    found = {field.name: field.value for field in second.fields}
    assert all(found[name] == truth[name] for name in ("发票代码", "发票号码", "开票日期"))
    assert (second.place, second.others) == (None, ())
    assert not {row.cells[0].value for row in first.rows} & {row.cells[0].value for row in second.rows}
