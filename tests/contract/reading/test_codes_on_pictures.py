"""QR codes on real pictures beside what the embedded engine reads on them."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from bot.config import prompt_files
from bot.domain.document import Document, Source, Status
from workers.engines.cpu.local import LocalRapid
from workers.files.file_type import identify
from workers.reading.barcodes import find_codes
from workers.reading.document import ReadRequest, read_document

_ROOT = Path(__file__).parents[3]
_SAMPLES = _ROOT / "config" / "samples"
_PROMPTS = prompt_files.load(_ROOT / "config" / "prompts")


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalRapid]:
    engine = LocalRapid()
    yield engine
    engine.close()


def _read(engine: LocalRapid, picture: Path) -> Document:
    return read_document(
        ReadRequest(
            file=identify(picture.read_bytes()),
            prompt=_PROMPTS.default,
            candidates=_PROMPTS.candidates,
            today=date(2026, 1, 1),
        ),
        engine,
    )


def _checked_by_code(document: Document) -> set[str]:
    return {field.key for field in document.fields if field.source is Source.QR and field.status is Status.CHECKED}


@pytest.mark.parametrize("name", ["digital_invoice.png", "invoice_photo.jpg"])
def test_the_samples_are_confirmed_by_their_code(engine: LocalRapid, name: str) -> None:
    truth = json.loads((_SAMPLES / "truth.json").read_text(encoding="utf-8"))[name]
    document = _read(engine, _SAMPLES / name)

    assert [code.text for code in find_codes(Image.open(_SAMPLES / name))] == [truth["qr"]]
    assert _checked_by_code(document) == {"invoice_number", "issue_date", "total_with_tax"}
    assert {field.name: field.value for field in document.fields if field.value} == truth["fields"]


def test_a_real_invoice_is_confirmed_by_its_code(engine: LocalRapid, cases: Path) -> None:
    truth = json.loads((cases / "vat_e_general_with_qr.gt.json").read_text(encoding="utf-8"))
    document = _read(engine, cases / "vat_e_general_with_qr.png")
    found = {field.name: field.value for field in document.fields}

    expected = {"invoice_code", "invoice_number", "issue_date", "check_code", "amount_without_tax"}
    assert _checked_by_code(document) == expected
    assert document.doubts == ()
    for name in ("发票代码", "发票号码", "开票日期", "校验码", "合计金额"):
        assert found[name] == truth["fields"][name]


def test_pictures_without_a_code_have_none(cases: Path) -> None:
    for name in ("taxi_receipt.jpg", "000.jpg", "empty_black.jpg", "git_jupyter_diagram.jpg"):
        assert find_codes(Image.open(cases / name)) == ()
