"""Doubts about values that a file carries: nobody read them, so nobody misread them."""

import inspect
from datetime import date
from pathlib import Path

import pytest

from bot.config import prompt_files
from bot.domain import texts
from bot.domain.document import Status
from tests.fakes.carried_files import VALUES, invoice_xml
from tests.fakes.no_engine import NoEngine
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document

_PROMPTS = prompt_files.load(Path(__file__).resolve().parents[3] / "config" / "prompts")


def test_a_value_of_the_file_that_fails_a_check_was_not_misread() -> None:
    wrong = {"TaxTotalAmount": "9.00", "SellerTaxID": "91990000MA7K5H8D4A", "IssueDate": "2031年01月01日"}
    data = invoice_xml({**VALUES, **wrong}).encode()

    document = read_document(
        ReadRequest(
            file=identify(data), prompt=_PROMPTS.default, candidates=_PROMPTS.candidates, today=date(2026, 1, 1)
        ),
        NoEngine(),
    )

    doubts = {field.key: field.doubts for field in document.fields if field.status is Status.DOUBTFUL}
    assert {"tax_amount", "seller_tax_id", "issue_date"} <= doubts.keys()
    said = "".join([*document.doubts, *(doubt for several in doubts.values() for doubt in several)])
    assert "读错" not in said
    assert "原件" not in said
    assert "文件里就是这样写的，请向开具方核实" in said


@pytest.mark.parametrize("doubt", ["销售方与公司不符，请核对", ""])
def test_other_doubts_stay_as_they_are(doubt: str) -> None:
    assert texts.warnings.in_file(doubt) == doubt


def test_every_doubt_that_speaks_of_misreading_has_words_for_files() -> None:
    sources = (inspect.getsource(made) for name, made in vars(texts.warnings).items() if name.startswith("doubt_"))
    endings = [line for source in sources for line in source.splitlines() if "读错" in line and "return" in line]

    assert endings
    assert all("，可能读错" in line or "，可能漏读或读错" in line for line in endings)
