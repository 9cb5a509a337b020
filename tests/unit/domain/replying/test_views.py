"""What is shown of a document, worked out once: masked, in order, and with its blocks."""

from dataclasses import replace

import pytest

from bot.domain.document import Failure, FirstSeen, Match, Status
from bot.domain.page_text.blocks import Heading, Paragraph
from bot.domain.page_text.tables import Table
from bot.domain.replying.answer_view import AnswerView, answer_view
from bot.domain.replying.disclosure import disclosed_text
from bot.domain.replying.document_view import DocumentView, FailureView
from bot.domain.task import Task
from tests.fakes.read_documents import NOON, document_of, invoice, kind, page, task
from tests.fakes.tasks import reading

CARD = "6222021001116245702"


def only_view(answer: AnswerView) -> DocumentView:
    (view,) = answer.documents
    return view


def test_masking_reaches_everything_that_is_shown() -> None:
    read = replace(
        document_of(
            "bank_card", {spec.key: CARD for spec in kind("bank_card").fields}, doubtful={"number": f"或为 {CARD}"}
        ),
        text=f"# 卡\n\n| 卡号 |\n|---|\n| {CARD} |\n\n尾号见 {CARD}",
        doubts=(f"{CARD} 不清楚",),
    )
    view = only_view(answer_view(reading(task(1, prompt="bank_card"), masked=True), [read]))
    shown = (view.document, view.fields, view.shown, view.headline, view.blocks)
    assert CARD not in repr(shown)
    assert "622************5702" in repr(view.blocks)
    assert CARD in repr(only_view(answer_view(task(1, prompt="bank_card"), [read])).blocks)


def test_a_page_that_comes_before_its_document_is_masked_alike() -> None:
    text = f"卡号 {CARD}，电话 13812345678"
    assert disclosed_text(text, kind("text")) == "卡号 622************5702，电话 13812345678"
    assert disclosed_text(text, kind("bank_card")) == "卡号 622************5702，电话 138****5678"
    assert disclosed_text(text, None) == "卡号 622************5702，电话 138****5678"


def test_values_are_written_for_people_and_keep_what_was_read() -> None:
    read = document_of("invoice", {"total_with_tax": "52.7", "invoice_number": "1"})
    fields = {field.key: field for field in only_view(answer_view(task(1), [read])).fields}
    total, number = fields["total_with_tax"], fields["invoice_number"]
    assert (total.field.value, total.written, total.mark, total.reasons) == ("52.7", "￥52.70", "✅", ())
    assert (number.written, fields["remarks"].status) == ("1", Status.MISSING)


@pytest.mark.parametrize(
    ("text", "currency", "written"),
    [
        ("SAMPLE MART S/B\nTOTAL 8.50", "", "8.50"),
        ("SAMPLE MART S/B\nTOTAL RM 8.50", "RM", "8.50"),
        ("样例超市 SAMPLE MART\n合计 8.50", "", "￥8.50"),
        ("样例超市\n合计 8.50", "CNY", "￥8.50"),
        ("", "", "￥8.50"),
    ],
)
def test_money_on_a_paper_without_a_chinese_word_is_not_said_to_be_yuan(text: str, currency: str, written: str) -> None:
    read = replace(document_of("receipt", {"total": "8.50", "currency": currency}), text=text)
    fields = {field.key: field for field in only_view(answer_view(task(1), [read])).fields}
    assert fields["total"].written == written


def test_a_document_knows_its_headline_and_what_one_line_shows() -> None:
    read = invoice("33207675", "52.70")
    view = only_view(answer_view(task(1), [read]))
    assert [field.key for field in view.headline] == ["total_with_tax", "issue_date"]
    assert view.in_line == view.headline
    asked = only_view(answer_view(reading(task(1), wanted_fields=("发票号码",)), [read]))
    assert [field.key for field in asked.in_line] == ["invoice_number"]
    assert asked.has_fields
    assert not only_view(answer_view(task(1), [page("字")])).has_fields


def test_text_is_taken_apart_by_the_prompt_it_was_read_with() -> None:
    text = "# 题\n\n| 甲 |\n|---|\n| 1 |"
    marked = only_view(answer_view(task(1, prompt="markdown"), [page(text, "markdown")]))
    plain = only_view(answer_view(task(1), [page(text)]))
    assert [type(block) for block in marked.blocks] == [Heading, Table]
    assert [type(block) for block in plain.blocks] == [Paragraph, Table]
    assert (marked.is_markup, plain.is_markup) == (True, False)
    assert plain.characters == len("".join(text.split()))


def test_every_file_has_a_view_with_its_name_and_number() -> None:
    answer = answer_view(task(3, _1="报销.pdf"), [page("字"), Failure(reason="x", text="打不开。")])
    assert [view.number for view in answer.outcomes] == [1, 2, 3]
    assert [view.source for view in answer.outcomes] == ["报销.pdf", "图片2", "图片3"]
    lost = answer.outcomes[2]
    assert isinstance(lost, FailureView)
    assert task(1).id in lost.failure.text
    assert [view.number for view in answer.documents] == [1]


def test_a_paper_that_stands_twice_in_a_message_names_the_other() -> None:
    def second(match: Match, asked: Task) -> DocumentView:
        first = FirstSeen(task_id=task(1).id, index=0, at=NOON, match=match)
        return answer_view(asked, [invoice("1", "2"), invoice("1", "2", first=first)]).documents[1]

    assert (second(Match.NUMBER, task(2)).same_as, second(Match.NUMBER, task(2)).same_for_sure) == (1, True)
    assert (second(Match.CONTENT, task(2)).same_as, second(Match.CONTENT, task(2)).same_for_sure) == (1, False)
    elsewhere = second(Match.NUMBER, replace(task(2), id="another"))
    assert (elsewhere.same_as, elsewhere.same_for_sure) == (0, False)
    assert elsewhere.posted_before
