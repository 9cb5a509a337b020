"""Several files in one answer: the sum and how sure it is, a line each, and what goes along."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.attachment_format import Format
from bot.domain.document import Document, Failure, FirstSeen, Match, PlaceInFile, Status
from bot.domain.replying.answer_view import answer_view
from bot.domain.replying.totals import sum_of
from tests.fakes.read_documents import NOON, document_of, invoice, kind, page, task
from tests.fakes.replies import render
from tests.fakes.tasks import reading

FAILED = Failure(reason="broken", text="图片打不开，请重新发送。")
HERE = task(1).id


def same_as(index: int, match: Match = Match.NUMBER, task_id: str = HERE) -> FirstSeen:
    return FirstSeen(task_id=task_id, index=index, at=NOON - 3600, match=match, nick="王芳", staff_id="009")


def text_of(*outcomes: Document | Failure, **changes: object) -> str:
    reply = render(reading(task(len(outcomes)), **changes), outcomes)
    assert len(reply.parts) == 1
    return reply.parts[0]


def test_several_invoices_begin_with_their_sum_and_have_a_line_each() -> None:
    reply = render(task(3, _2="报销.pdf"), [invoice("1", "52.70"), invoice("2", "1000"), invoice("3", "0.05")])
    blocks = reply.parts[0].split("\n\n")
    assert blocks[0] == "**3 张发票，合计 ￥1052.75 ✅**"
    assert blocks[1].split("\n") == [
        "1. 发票 ￥52.70 2025-03-18 ✅",
        "2. 发票 ￥1000.00 2025-03-18 ✅（报销.pdf）",
        "3. 发票 ￥0.05 2025-03-18 ✅",
    ]
    assert "📎 全部内容见随后的附件：发票_20261122_3张.xlsx" in blocks
    assert reply.title == "3 张 合计 ￥1052.75"
    assert reply.files == (Format.XLSX,)
    assert "发票号码" not in reply.parts[0]


def test_what_is_doubtful_is_in_the_sum_and_named() -> None:
    doubtful = invoice("2", "100", doubtful={"total_with_tax": "大写与小写不一致", "invoice_number": "少一位"})
    text = text_of(invoice("1", "50"), doubtful)
    assert text.startswith("**2 张发票，合计 ￥150.00 ⚠️**\n\n⚠️ 已计入但存疑，请核对：第 2 个 ￥100.00")
    assert "2. 发票 ￥100.00 2025-03-18 ⚠️" in text
    assert "- 第 2 个 发票号码：少一位\n- 第 2 个 价税合计：大写与小写不一致" in text


def test_what_nothing_could_be_held_against_is_said() -> None:
    loose = invoice("1", "50", status=Status.UNCHECKED)
    assert text_of(loose, loose).startswith("**2 张发票，合计 ￥100.00**\n\n合计里的金额都未核对，请对照原件")
    assert "合计里第 1 个的金额未核对" in text_of(loose, invoice("2", "1"))


def test_the_same_paper_twice_counts_once_and_an_earlier_one_counts_and_is_told_of() -> None:
    twice = text_of(invoice("1", "50"), invoice("1", "50", first=same_as(0)), invoice("2", "7"))
    assert twice.startswith("**3 张发票，合计 ￥57.00（计入 2 张） ✅**\n\n未计入合计：第 2 个（与第 1 个重复）")
    assert "2. 发票 ￥50.00 2025-03-18 ✅  \n🔁 重复：这张与本条消息的第 1 个相同" in twice
    earlier = text_of(invoice("1", "50", first=same_as(0, task_id="other")), invoice("2", "7"))
    assert earlier.startswith("**2 张发票，合计 ￥57.00 ⚠️**\n\n🔁 已计入但可能重复：第 1 个")
    assert "由 王芳 提交过" in earlier
    perhaps = text_of(invoice("", "50"), invoice("", "50", first=same_as(0, Match.CONTENT)))
    assert perhaps.startswith("**2 张发票，合计 ￥100.00 ⚠️**\n\n🔁 已计入但可能重复：第 2 个")


def test_what_is_not_in_the_sum_is_named_with_the_reason() -> None:
    text = text_of(invoice("1", "50"), FAILED, invoice("3", ""), invoice("4", "7"))
    head = "**3 张发票，合计 ￥57.00（计入 2 张） ⚠️**\n\n未计入合计：第 2 个（没有读出来）、第 3 个（没有读到金额）"
    assert text.startswith(head)
    assert "2. ❌ 图片打不开，请重新发送。" in text


def test_red_letter_papers_are_subtracted_and_named() -> None:
    text = text_of(invoice("1", "50"), invoice("2", "-20.5"))
    assert text.startswith("**2 张发票，合计 ￥29.50 ✅**\n\n含红字（负数）：第 2 个 ￥-20.50")


def test_kinds_are_counted_apart_and_other_currencies_are_left_out() -> None:
    taxi = document_of("taxi", {"total": "23", "boarding": "12:30"})
    assert text_of(invoice("1", "50"), taxi).startswith("**发票 1 张、出租车票 1 张，合计 ￥73.00 ✅**")
    dollars = document_of("contract", {"amount": "900", "currency": "美元"})
    text = text_of(invoice("1", "50"), taxi, dollars)
    assert "未计入合计：第 3 个（不是人民币）" in text
    assert "3. 合同 900 ✅" in text


def test_where_nothing_adds_up_the_files_are_named() -> None:
    card = document_of("id_card", {"name": "张三", "number": "110101199003071234"})
    text = text_of(invoice("1", "50"), card, FAILED)
    assert text.startswith("**3 个文件：发票 1 个、身份证 1 个、没有读出来 1 个**")
    assert "合计" not in text.split("\n\n")[0]


def test_only_what_was_asked_for_stands_in_the_lines_and_among_the_doubts() -> None:
    doubtful = invoice("2", "100", doubtful={"total_with_tax": "不一致"})
    text = text_of(invoice("1", "50"), doubtful, wanted_fields=("发票号码",))
    assert "1. 发票 发票号码 1 ✅\n2. 发票 发票号码 2 ✅" in text
    assert "不一致" not in text
    assert "合计" not in text
    asked = text_of(invoice("1", "50"), doubtful, wanted_fields=("总金额", "发票号码"))
    assert asked.startswith("**2 张发票，合计 ￥150.00 ⚠️**")
    assert "2. 发票 价税合计 ￥100.00 发票号码 2 ⚠️" in asked
    assert "- 第 2 个 价税合计：不一致" in asked


def test_texts_among_papers_stand_below_and_nothing_is_said_twice() -> None:
    text = text_of(invoice("1", "50"), page("会议记录\n周五交付"), invoice("2", "7"))
    assert "2. 文字：内容见下" in text
    assert text.index("### 2/3") < text.index("会议记录  \n周五交付")
    assert "### 1/3" not in text
    assert "没有读到文字" in text_of(invoice("1", "50"), page(" "))


def test_without_a_file_every_field_is_in_the_chat() -> None:
    outside = task(2, single=True, staff="")
    reply = render(outside, [invoice("1", "50"), invoice("2", "7")])
    assert reply.files == ()
    assert "📎" not in reply.parts[0]
    assert reply.parts[0].startswith("**2 张发票，合计 ￥57.00 ✅**")
    assert reply.parts[0].count("发票号码：") == 2
    asked = render(reading(outside, formats=(Format.XLSX,)), [invoice("1", "50"), invoice("2", "7")])
    assert "附件发不到企业外的单聊" in asked.parts[0]


@pytest.mark.parametrize("outcome", [FAILED, page("")])
def test_nothing_goes_along_where_nothing_was_read(outcome: Document | Failure) -> None:
    assert render(reading(task(1), formats=(Format.XLSX,)), [outcome]).files == ()


def test_what_was_asked_for_goes_along_with_one_document_too() -> None:
    reply = render(reading(task(1), formats=(Format.JSON, Format.XLSX, Format.JSON)), [invoice("1", "50")])
    assert reply.files == (Format.JSON, Format.XLSX)
    assert "发票_20261122.zip、发票_20261122.xlsx" in reply.parts[0]
    assert reply.parts[0].startswith("**发票　￥50.00　2025-03-18**")
    assert "发票号码：1 ✅" in reply.parts[0]


@given(
    st.lists(
        st.tuples(st.decimals("-99999", "99999", places=2), st.sampled_from([Status.CHECKED, Status.UNCHECKED])),
        min_size=2,
        max_size=9,
    )
)
def test_the_sum_is_exact_and_no_surer_than_its_parts(papers: list[tuple[Decimal, Status]]) -> None:
    documents = [invoice(str(index), str(amount), status=status) for index, (amount, status) in enumerate(papers)]
    found = sum_of(answer_view(task(len(documents)), documents).outcomes)
    assert found is not None
    assert found.total == sum(amount for amount, _ in papers)
    assert (found.status is Status.CHECKED) == all(status is Status.CHECKED for _, status in papers)


def test_masked_values_are_masked_in_the_lines() -> None:
    card = document_of("bank_card", {spec.key: "6222021001116245702" for spec in kind("bank_card").fields})
    for prompt in ("bank_card", "text"):  # the second does not know the kind
        reply = render(reading(task(2, prompt=prompt), masked=True, wanted_fields=("卡号",)), [card, card])
        assert "卡号 622＊＊＊＊＊＊＊＊＊＊＊＊5702" in reply.parts[0]
        assert "6222021001116245702" not in reply.parts[0]


def test_the_sum_with_two_papers_in_one_picture_is_doubtful() -> None:
    one, other = (document_of("invoice", {"total_with_tax": amount}) for amount in ("10.00", "20.00"))
    text = "\n".join(render(task(2), [one, replace(other, mixed=True)]).parts)
    assert "￥30.00 ⚠️" in text


def trip_list(total: str) -> Document:
    return document_of("trip_list", {"total": total, "trips": "1", "from_day": "2026-03-03"})


def test_a_trip_list_is_told_to_belong_to_its_invoice_and_goes_into_no_sum() -> None:
    text = text_of(trip_list("56.20"), invoice("1", "56.20"), invoice("2", "10"))

    assert "第 1 个（不是发票）" in text
    assert "合计 ￥66.20" in text
    assert "这张行程单是第 2 个发票的，金额相同" in text


def test_a_trip_list_beside_the_only_invoice_whose_amount_differs_is_a_warning() -> None:
    text = text_of(invoice("1", "54.30"), trip_list("56.20"))

    assert "⚠️ 这张行程单是 ￥56.20，第 1 个发票是 ￥54.30，金额不同，请核对" in text


def test_a_trip_list_that_fits_two_invoices_is_told_to_belong_to_none() -> None:
    text = text_of(trip_list("56.20"), invoice("1", "56.20"), invoice("2", "56.20"))

    assert "这张行程单" not in text


def on_one_page(*papers: Document, left_over: str = "") -> Document:
    """Return the papers that share the only page of a file, as one file."""
    placed = [
        replace(one, place=PlaceInFile(number=number, of=len(papers), pages=(0,)))
        for number, one in enumerate(papers, 1)
    ]
    return replace(placed[0], others=tuple(placed[1:]), left_over=left_over)


def test_the_papers_of_one_picture_are_numbered_and_summed_like_several_files() -> None:
    sheet = on_one_page(
        invoice("1", "52.70"), invoice("1", "52.70", first=same_as(0)), invoice("2", "7"), left_over="报销人：张三"
    )
    text = text_of(sheet)
    assert text.startswith("**3 张发票，合计 ￥59.70（计入 2 张） ✅**\n\n1 个文件里认出 3 张单据，逐张读取")
    assert (
        "1. 发票 ￥52.70 2025-03-18 ✅\n2. 发票 ￥52.70 2025-03-18 ✅  \n🔁 重复：这张与本条消息的第 1 个相同" in text
    )
    assert "3. 发票 ￥7.00 2025-03-18 ✅" in text
    assert "没有归入任何一张的文字：报销人：张三" in text
    assert "3张.xlsx" in text


def test_papers_on_pages_of_a_file_are_named_by_their_pages_and_numbered_through_the_message() -> None:
    first = replace(invoice("1", "5"), pages=3, place=PlaceInFile(number=1, of=2, pages=(0, 1)))
    second = replace(invoice("2", "6"), pages=3, place=PlaceInFile(number=2, of=2, pages=(2,)))
    asked = task(2, _2="月报.pdf")
    answer = answer_view(asked, [invoice("9", "1"), replace(first, others=(second,))])
    text = render(asked, [invoice("9", "1"), replace(first, others=(second,))]).parts[0]
    assert text.startswith("**3 张发票，合计 ￥12.00 ✅**\n\n2 个文件里认出 3 张单据")
    assert (
        "2. 发票 ￥5.00 2025-03-18 ✅（月报.pdf 第 1–2 页）\n3. 发票 ￥6.00 2025-03-18 ✅（月报.pdf 第 3 页）" in text
    )
    assert [view.source for view in answer.documents] == ["图片1", "月报.pdf（1/2）", "月报.pdf（2/2）"]


def test_papers_without_amounts_are_counted_by_kind() -> None:
    sheet = on_one_page(document_of("id_card", {"name": "王小样"}), document_of("licence", {"name": "云帆"}))
    assert text_of(sheet).startswith("**1 个文件里有 2 张单据：身份证 1 张、营业执照 1 张**")


def test_only_what_was_asked_for_is_shown_of_each_paper() -> None:
    text = text_of(on_one_page(invoice("11", "5"), invoice("22", "6")), wanted_fields=("发票号码",))
    assert "1. 发票 发票号码 11 ✅\n2. 发票 发票号码 22 ✅" in text
