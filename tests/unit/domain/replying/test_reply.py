import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.config.prompt_files import load
from bot.dingtalk.limits import MESSAGE_LIMITS
from bot.domain import texts
from bot.domain.asking.request import fill
from bot.domain.attachment_format import Format
from bot.domain.document import Document, Failure, Field, FileSignature, Outcome, Row, SignatureState, Status
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.replying.reply import Reply
from bot.domain.task import Say, Task
from tests.fakes.replies import render
from tests.fakes.tasks import reading, reading_task

PROMPTS = load(Path(__file__).parents[4] / "config" / "prompts")
INVOICE = next(prompt for prompt in PROMPTS.prompts if prompt.name == "invoice")
EXTRACT = next(prompt for prompt in PROMPTS.prompts if prompt.name == "extract")
TASK = reading_task(
    id="3f2a5b6c7d8e9f001122",
    recipient=DingTalkConversation(
        robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP, staff_id="manager_01"
    ),
    received_at=1.0,
    attachments=(Attachment(download_code="x"),),
    prompt=PROMPTS.default,
    candidates=PROMPTS.candidates,
)
NAMED = reading(TASK, prompt=INVOICE, candidates=(), kind_named=True)
TEXT = Document(prompt="text", title="文字", engine="rapid", seconds=0.84, pages=1, text="第一行\n第二行")


def document(values: dict[str, tuple[str, Status]], **doubts: str) -> Document:
    fields = tuple(
        Field(
            name=spec.name,
            key=spec.key,
            value=values.get(spec.key, ("", Status.MISSING))[0],
            status=values.get(spec.key, ("", Status.MISSING))[1],
            doubts=(doubts[spec.key],) if spec.key in doubts else (),
        )
        for spec in INVOICE.fields
    )
    return replace(TEXT, prompt="invoice", title="发票", seconds=1.36, text="发票号码 33207675", fields=fields)


READ = document(
    {
        "invoice_number": ("33207675", Status.CHECKED),
        "issue_date": ("2019-05-08", Status.CHECKED),
        "seller_name": ("某某*公司", Status.UNCHECKED),
        "total_with_tax": ("52.7", Status.CHECKED),
        "total_in_words": ("伍拾元整", Status.DOUBTFUL),
    },
    total_in_words="与小写 52.70 不一致",
)


def only(task: Task, *outcomes: Outcome, files: bool = True) -> str:
    reply = render(task, outcomes, files=files)
    assert len(reply.parts) == 1
    return reply.parts[0]


def within_limits(reply: Reply) -> bool:
    params = [json.dumps({"title": reply.title, "text": part}, ensure_ascii=False) for part in reply.parts]
    notice = len(json.dumps(texts.answers.repeat_notice(), ensure_ascii=False).encode())
    return all(len(param.encode()) + notice <= 15_000 for param in params) and all(
        len(part.encode()) <= 20_000 for part in reply.parts
    )


def test_an_invoice_starts_with_what_people_want_and_lists_its_fields() -> None:
    text = only(NAMED, READ)
    blocks = text.split("\n\n")
    assert blocks[0] == "**发票　￥52.70　2019-05-08**"
    assert blocks[1].split("  \n") == [
        "发票号码：33207675 ✅",
        "开票日期：2019-05-08 ✅",
        "销售方名称：某某＊公司",
        "价税合计：￥52.70 ✅",
        "价税合计（大写）：伍拾元整 ⚠️",
        f"未见：{'、'.join(field.name for field in READ.fields if not field.value)}",
    ]
    assert blocks[2:4] == ["### ⚠️ 请核对", "- 价税合计（大写）：与小写 52.70 不一致"]
    assert blocks[4] == "✅ 已核对；无标记：未核对，请对照原件"
    assert blocks[5:] == ["> 发票 · CPU 引擎 · 1.4 秒 · 编号 3f2a5b6c7d8e9f001122"]


def test_a_question_is_answered_in_the_first_line_and_says_which_paper_it_is_about() -> None:
    blocks = only(reading(TASK, wanted_fields=("发票号码",)), READ).split("\n\n")
    assert blocks[:3] == ["发票号码：33207675 ✅", "**发票　￥52.70　2019-05-08**", "✅ 已核对"]
    assert [block[:4] for block in blocks[3:]] == ["> 编号"]


def test_the_name_of_a_field_is_no_name_of_a_column() -> None:
    asked = reading(TASK, wanted_fields=("价税合计",))
    text = only(asked, replace(READ, rows=(_article("餐费", "49.72"),)))
    assert "价税合计：￥52.70" in text
    assert "49.72" not in text


def test_the_title_in_the_conversation_list_is_short_and_plain() -> None:
    assert render(NAMED, [READ]).title == "发票 ￥52.70 2019-05-08"
    assert render(TASK, [TEXT]).title == "文字识别结果"
    assert render(TASK, [Failure(reason="r", text="图片太大。")]).title == "没有读出来"
    long = document({"total_with_tax": ("x" * 99, Status.UNCHECKED)})
    assert len(render(NAMED, [long]).title) <= 24


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1234567.5", "￥1234567.50"),
        ("-30", "￥-30.00"),
        ("0.125", "￥0.125"),
        ("1E+3", "￥1000.00"),
        ("五元", "五元"),
        ("NaN", "NaN"),
        ("", "—"),
    ],
)
def test_money_is_written_so_that_it_can_be_copied_and_never_altered(value: str, shown: str) -> None:
    assert f"合计税额：{shown} ⚠️" in only(NAMED, document({"tax_amount": (value, Status.DOUBTFUL)}))


def test_a_doubtful_field_without_a_reason_and_doubts_about_the_whole_are_listed() -> None:
    doubtful = replace(document({"payee": ("张三", Status.DOUBTFUL)}), doubts=("图片模糊 <b>",))
    text = only(NAMED, doubtful)
    assert "- 图片模糊 ＜b＞\n- 收款人：不确定，请对照原件" in text
    assert "已核对" not in text


def test_a_kind_that_was_named_but_is_not_there_gets_the_text_instead() -> None:
    text = only(NAMED, document({}))
    assert "没有找到发票的内容" in text
    assert "发票号码 33207675" in text
    assert "未见" not in text


def test_a_kind_that_nobody_named_is_said_with_how_to_ask_otherwise() -> None:
    assert "按发票识别；要全文请引用原图并说「文字」。" in only(TASK, READ)
    assert "按发票识别" not in only(NAMED, READ)
    assert "识别；" not in only(TASK, TEXT)


def test_text_keeps_its_order_and_line_breaks_and_is_inert() -> None:
    text = only(TASK, replace(TEXT, text="# 合同\n3. 甲方 @all\n\n[点](http://a.cn)"))
    assert "＃ 合同  \n3.\u00a0甲方 ＠all\n\n［点］(http:／／a．cn)\n\n> 文字" in text


@pytest.mark.parametrize("text", ["", " \n　", "\u200b"])
def test_nothing_to_read_is_said(text: str) -> None:
    assert texts.answers.nothing_to_read() in only(TASK, replace(TEXT, text=text))


def test_an_empty_text_with_a_reason_does_not_ask_for_a_better_photo() -> None:
    reason = texts.warnings.reading_doubtful("coordinates")
    answer = only(TASK, replace(TEXT, text="", doubts=(reason,)))
    assert reason in answer
    assert "更清晰" not in answer


def test_a_failure_is_its_sentence_and_the_task() -> None:
    said = only(TASK, Failure(reason="too_large", text="图片太大，请缩小。"))
    assert said == "图片太大，请缩小。\n\n> 编号 3f2a5b6c7d8e9f001122"


def test_several_files_have_numbered_sections_in_order_and_none_is_dropped() -> None:
    files = (
        Attachment(download_code="a"),
        Attachment(download_code="b", name="合_同.jpg"),
        Attachment(download_code="c"),
    )
    task = reading(TASK, attachments=files, note="其余没有读。")
    reply = render(task, [READ, Failure(reason="r", text="打不开。")])
    text = reply.parts[0]
    places = [
        text.index(word)
        for word in ("1. 发票 ￥52.70", "2. ❌ 合_同.jpg：打不开。", "3. ❌ 处理时出错", "### 1/3", "**发票　￥52.70")
    ]
    assert places == sorted(places)
    assert text.startswith("**3 个文件：发票 1 个、没有读出来 2 个**")
    assert reply.title == "3 个文件的识别结果"
    assert "其余没有读。\n\n> 发票 · CPU 引擎 · 1.4 秒" in text


def test_a_ready_answer_is_sent_as_it_is() -> None:
    reply = render(replace(TASK, content=Say(text="请发图片。\n\n- 甲")), [])
    assert reply == Reply(title="请发图片。", parts=("请发图片。\n\n- 甲",))


def test_a_long_text_is_split_at_line_ends_and_numbered() -> None:
    lines = [f"第 {number} 行，金额 {number}.50" for number in range(1000)]
    reply = render(TASK, [replace(TEXT, text="\n".join(lines))], files=False)
    assert len(reply.parts) == 3
    assert reply.parts[0].startswith("(1/3)\n\n第 0 行")
    assert reply.parts[1].startswith("(2/3)\n\n第 ")
    assert re.findall(r"第 \d+ 行，金额 \d+．?\.50", "\n".join(reply.parts)) == lines
    assert "编号" in reply.parts[-1]
    assert within_limits(reply)


def test_a_huge_line_is_cut_after_a_word_and_not_inside_a_number() -> None:
    reply = render(TASK, [replace(TEXT, text="1234.56 " * 5000)], files=False)
    assert len(reply.parts) > 1
    assert {word for part in reply.parts for word in re.findall(r"[\d.]{3,}", part)} >= {"1234.56"}
    assert "".join(reply.parts).count("1234.56") == 5000


@pytest.mark.parametrize("unit", ["e\u0301", "👍🏽", "🇨🇳", "字"])
def test_a_huge_line_is_not_cut_inside_what_shows_as_one_sign(unit: str) -> None:
    reply = render(TASK, [replace(TEXT, text="a" + unit * 6000)], files=False)
    pieces = [part.split("\n\n")[1] for part in reply.parts]
    assert len(pieces) > 1
    assert pieces[0].removeprefix("a").replace(unit, "") == ""
    assert all(piece.replace(unit, "") == "" for piece in pieces[1:])


def test_what_is_more_than_may_be_sent_is_left_off_and_said() -> None:
    reply = render(TASK, [replace(TEXT, text="很长的一行文字\n" * 30_000)], files=False)
    assert len(reply.parts) == MESSAGE_LIMITS.messages
    assert "没有发出" in reply.parts[-1]
    assert "编号" in reply.parts[-1]
    assert within_limits(reply)


UNITS = st.sampled_from(["字", "a", "1", "#", "-", "=", " ", "\n", '"', "\\", "😀", "<", "x.y", "\x07", "- ", "3. "])
LONG = st.lists(st.tuples(UNITS, st.integers(1, 9000)), min_size=1, max_size=6).map(
    lambda runs: "".join(unit * count for unit, count in runs)
)


@settings(max_examples=25, deadline=None)
@given(pages=st.lists(LONG, min_size=1, max_size=3))
@example(pages=["a" + "-" * 40_000])
@example(pages=["字" * 4990 + "#" * 30_000])
@example(pages=['"' * 20_000])
@pytest.mark.parametrize("files", [True, False])
def test_every_part_is_within_both_limits_and_renders_as_text(*, pages: Sequence[str], files: bool) -> None:
    task = reading(TASK, attachments=TASK.attachments * len(pages))
    reply = render(task, [replace(TEXT, text=page) for page in pages], files=files)
    assert within_limits(reply)
    assert 1 <= len(reply.parts) <= MESSAGE_LIMITS.messages
    plain = {"paragraph_open", "paragraph_close", "inline", "heading_open", "heading_close"}
    if len(pages) > 1:  # a line each
        plain |= {"ordered_list_open", "ordered_list_close", "list_item_open", "list_item_close"}
    for part in reply.parts:
        body = part.split("\n\n> 文字 · ")[0]
        assert {token.type for token in MarkdownIt("gfm-like").parse(body)} <= plain
        assert all(token.markup == "###" for token in MarkdownIt().parse(body) if token.type == "heading_open")


def test_the_sentences_of_trouble_name_the_task() -> None:
    for sentence in (texts.failures.bug, texts.failures.too_late, texts.failures.interrupted):
        assert TASK.id in sentence(TASK.id)


def _article(name: str, amount: str, status: Status = Status.CHECKED) -> Row:
    values = {"item_name": (name, Status.UNCHECKED), "amount": (amount, status), "line_tax": ("1.00", Status.CHECKED)}
    return Row(
        cells=tuple(
            Field(name=spec.name, key=spec.key, value=values[spec.key][0], status=values[spec.key][1])
            if spec.key in values
            else Field(name=spec.name, key=spec.key)
            for spec in INVOICE.columns
        )
    )


def test_the_lines_of_an_invoice_are_folded_into_one() -> None:
    rows = (_article("*餐饮服务*餐费", "49.72"), _article("*文具*笔", "-5.00"), _article("x", "1.00"))

    read = [replace(READ, rows=rows)]
    said = "明细 3 行：＊餐饮服务＊餐费 ￥49.72；＊文具＊笔 ￥-5.00；… ✅"

    assert f"{said}（引用原图并说「导出表格」看全部）" in render(NAMED, read).parts[0]
    assert f"{said}（说「导出表格」看全部）" in render(replace(NAMED, remember_seconds=600), read).parts[0]
    with_table = render(reading(NAMED, formats=(Format.XLSX,)), read).parts[0]
    assert said in with_table
    assert "导出表格" not in with_table


def test_one_line_is_shown_whole_and_marked_where_it_is_doubtful() -> None:
    (part,) = render(NAMED, [replace(READ, rows=(_article("餐费", "49.72", Status.DOUBTFUL),))]).parts
    (unsure,) = render(NAMED, [replace(READ, rows=(_article("餐费", "49.72", Status.UNCHECKED),))]).parts

    assert "明细 1 行：餐费 ￥49.72 ⚠️（" in part
    assert "明细 1 行：餐费 ￥49.72（" in unsure


def test_who_asks_for_some_fields_gets_no_lines() -> None:
    (part,) = render(
        reading(NAMED, wanted_fields=("价税合计",)), [replace(READ, rows=(_article("餐费", "49.72"),))]
    ).parts

    assert "明细" not in part


INTACT = FileSignature(state=SignatureState.INTACT)


@pytest.mark.parametrize(
    ("signature", "sentence"),
    [
        (INTACT, "🔏 签章完好：签章后内容没有改过（没有核对是谁签的）"),
        (replace(INTACT, signers=("青州税务局", "样例*公司")), "🔏 签章完好，签章人：青州税务局、样例＊公司"),
        (replace(INTACT, unknown_signer=True), "🔏 签章完好，但签章人的证书不在信任之列，请确认是谁签的"),
    ],
)
def test_an_intact_signature_is_said_in_a_line(signature: FileSignature, sentence: str) -> None:
    shown = only(NAMED, replace(READ, signature=signature))
    assert sentence in shown.replace("\\*", "＊")
    assert sentence in only(TASK, replace(TEXT, signature=signature)).replace("\\*", "＊")


def test_of_a_changed_file_no_good_word_is_said() -> None:
    changed = FileSignature(state=SignatureState.CHANGED)
    assert "签章" not in only(NAMED, replace(READ, signature=changed))
    assert "签章" not in only(NAMED, READ)


def test_of_many_files_it_is_said_once_which_are_intact() -> None:
    files = tuple(Attachment(download_code=str(number)) for number in range(9))
    read = [replace(READ, signature=INTACT if number % 2 else None) for number in range(9)]
    text = render(reading(NAMED, attachments=files), read).parts[0]
    assert text.count("🔏") == 1
    assert "第 2、4、6、8 个：🔏 签章完好" in text


def test_where_an_amount_is_not_found_the_rows_of_sums_are_shown_before_all_the_text() -> None:
    prompt = fill(EXTRACT, ("金额",), PROMPTS.fields)
    read = replace(TEXT, prompt="extract", title="字段", fields=(Field(name="金额", key="field_1"),))
    task = reading(TASK, prompt=prompt, candidates=())
    said = render(
        task, [replace(read, text="险种 单位 个人\n养老保险 16000.00 8000.00\n合计 25500.00 10500.00")]
    ).parts[0]
    assert said.startswith("没有找到「金额」。\n\n图上写着：\n\n- 险种 单位 个人\n- 合计 25500.00 10500.00")
    assert "养老" not in said
    assert "下面是读到的文字" in render(task, [replace(read, text="见字如面")]).parts[0]
