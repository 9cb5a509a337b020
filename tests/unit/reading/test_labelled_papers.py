"""Papers that finance gets every day, as their issuers make them: each labelled value is read."""

from datetime import date
from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.domain import texts
from bot.domain.document import Document, Status
from tests.accuracy.labelled import LabelledPaper, labelled_papers
from tests.accuracy.scoring import Verdict, score_fields, score_rows
from tests.fakes.no_engine import NoEngine
from tests.fakes.signed_files import unsigned
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document

PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")
PAPERS = {paper.file.name: paper for paper in labelled_papers(Path(__file__).parents[2] / "data" / "papers")}

ALTERED = {"nuonuo_xbrl_attachment.ofd", "ccb_bank_receipt.ofd"}  # names were replaced after they had been signed


def read(name: str, *, signed: bool = True) -> Document:
    data = PAPERS[name].file.read_bytes()
    request = ReadRequest(
        file=identify(data if signed else unsigned(data)),
        prompt=PROMPTS.default,
        candidates=PROMPTS.candidates,
        today=date(2026, 11, 26),
    )
    return read_document(request, NoEngine())


def cells_of(paper: LabelledPaper, document: Document) -> list[tuple[str, str, str]]:
    """Return each labelled cell that is not as labelled: its place, the label and what was read."""
    where = {"case": paper.file.name, "kind": "", "condition": ""}
    named = {name for row in paper.rows for name in row}
    scores = score_rows(document, paper.rows, **where) if paper.rows else ()
    return [
        (one.field, one.expected, one.got)
        for one in scores
        if one.verdict is not Verdict.RIGHT and one.field.partition(".")[2] in named
    ]


@pytest.mark.parametrize("name", PAPERS)
def test_every_labelled_value_is_read(name: str) -> None:
    document = read(name)

    scores = score_fields(document, PAPERS[name].fields, case=name, kind="", condition="")
    assert [(one.field, one.expected, one.got) for one in scores if one.verdict is not Verdict.RIGHT] == []
    assert cells_of(PAPERS[name], document) == []
    assert document.doubts == ((texts.warnings.changed_after_signing(),) if name in ALTERED else ())


def checked(name: str, *, signed: bool = True) -> set[str]:
    return {field.name for field in read(name, signed=signed).fields if field.status is Status.CHECKED}


def test_the_code_on_a_page_of_text_confirms_number_date_and_sum() -> None:
    named = {"发票代码", "发票号码", "开票日期", "校验码", "合计金额"}

    assert named <= checked("jd_date_between_printed_signs.pdf")
    assert named <= checked("toll_2018_short_amounts.pdf")


def test_the_address_in_the_code_of_a_bill_confirms_its_numbers() -> None:
    assert {"票据代码", "票据号码", "校验码", "金额合计（小写）"} <= checked("fiscal_toll_bill_jiangsu.pdf")


def test_what_the_data_and_the_print_both_say_is_confirmed() -> None:
    assert {"发票代码", "发票号码", "开票日期", "校验码"} <= checked("nuonuo_xbrl_attachment.ofd", signed=False)
    assert {"发票号码", "开票日期", "车次", "票价"} <= checked("rail_eticket.pdf")


def test_what_was_altered_after_it_was_signed_confirms_nothing() -> None:
    assert [checked(name) for name in ALTERED] == [set(), set()]


def test_a_trip_list_says_how_many_trips_there_are_and_what_they_cost() -> None:
    assert {"笔数", "合计"} <= checked("didi_trip_list.pdf")
    assert next(prompt for prompt in PROMPTS.prompts if prompt.name == "trip_list").adds_up is False
