"""What a reply shows of a document's fields: in which order, under which headings, and how much of what is private."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.prompt_files import load
from bot.domain.document import Document, Field, Status
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import FieldGroup, FieldSpec, FieldType, Layout, Output, Prompt
from bot.domain.replying.masking import mask_numbers, mask_personal, masked
from bot.domain.task import Task
from tests.fakes.replies import render
from tests.fakes.tasks import reading, reading_task

PROMPTS = load(Path(__file__).parents[4] / "config" / "prompts")
NUMBER = "110101199003071234"
CARD = Prompt(
    name="card",
    title="证件",
    text="读",
    output=Output.FIELDS,
    fields=(
        FieldSpec(name="姓名", key="name"),
        FieldSpec(name="号码", key="number", type=FieldType.ID_NUMBER, masked=True),
        FieldSpec(name="住址", key="address"),
        FieldSpec(name="电话", key="phone"),
        FieldSpec(name="备注", key="remarks"),
    ),
    headline=("number",),
)
TASK = reading_task(
    id="t",
    recipient=DingTalkConversation(robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP),
    received_at=1.0,
    attachments=(Attachment(download_code="x"),),
    prompt=CARD,
    full_text_word="文字",
)
VALUES = {"name": "张三", "number": NUMBER, "address": "某路 1 号", "phone": "13800138000"}


def reply(prompt: Prompt = CARD, task: Task = TASK, /, **changes: Field) -> str:
    fields = {
        spec.key: Field(
            name=spec.name,
            key=spec.key,
            value=VALUES.get(spec.key, ""),
            status=Status.UNCHECKED if spec.key in VALUES else Status.MISSING,
        )
        for spec in prompt.fields
    }
    document = Document(
        prompt="card",
        title="证件",
        engine="rapid",
        seconds=1.0,
        pages=1,
        text=f"姓名张三 号码{NUMBER}",
        fields=tuple((fields | changes).values()),
    )
    (part,) = render(reading(task, prompt=prompt), [document]).parts
    return part


def test_fields_stand_in_the_layouts_order_and_under_its_headings() -> None:
    layout = Layout(order=("phone",), groups=(FieldGroup(heading="本人", keys=("name", "number")),))
    text = reply(replace(CARD, layout=layout))
    places = [text.index(word) for word in ("电话：", "住址：", "**本人**", "姓名：", "号码：")]
    assert places == sorted(places)
    assert "未见：备注" in text


def test_a_heading_without_values_is_left_out() -> None:
    text = reply(replace(CARD, layout=Layout(groups=(FieldGroup(heading="其他", keys=("remarks",)),))))
    assert "其他" not in text
    assert "未见：备注" in text


def test_what_is_folded_is_named_only_unless_it_is_doubtful() -> None:
    folded = replace(CARD, layout=Layout(fold=("address", "phone", "remarks")))
    text = reply(folded)
    assert "某路" not in text
    assert "另有：住址、电话（想看请引用原图并说「只要住址」）" in text
    assert "备注" not in text
    doubtful = Field(name="住址", key="address", value="某路 1 号", status=Status.DOUBTFUL, doubts=("看不清",))
    assert "住址：某路 1 号 ⚠️" in reply(folded, address=doubtful)
    assert "住址：某路 1 号" in reply(folded, reading(TASK, wanted_fields=("住址",)))


def test_only_what_was_asked_for_is_shown() -> None:
    doubtful = Field(name="电话", key="phone", value="138", status=Status.DOUBTFUL, doubts=("太短",))
    text = reply(CARD, reading(TASK, wanted_fields=("名字", "备注")), phone=doubtful)
    assert "姓名：张三" in text
    assert "未见：备注" in text
    assert "住址" not in text
    assert "太短" not in text


def test_where_nothing_of_what_was_asked_for_is_there_all_is_shown_and_it_is_said() -> None:
    text = reply(CARD, reading(TASK, wanted_fields=("价税合计",)))
    assert "没有「价税合计」这一项" in text
    assert "姓名：张三" in text


def test_groups_see_the_ends_of_masked_values_and_single_chats_all() -> None:
    told = Field(name="号码", key="number", value=NUMBER, status=Status.DOUBTFUL, doubts=(f"“{NUMBER}”的校验位不对",))
    hidden = reply(CARD, reading(TASK, masked=True), number=told)
    assert NUMBER not in hidden
    assert NUMBER[3:-4] not in hidden
    assert "110＊＊＊＊＊＊＊＊＊＊＊1234" in hidden
    assert hidden.count("1234") == 3
    assert NUMBER in reply(CARD, number=told)


def test_the_text_of_a_page_without_fields_hides_long_numbers_too() -> None:
    empty = {spec.key: Field(name=spec.name, key=spec.key) for spec in CARD.fields}
    hidden = reply(CARD, reading(TASK, masked=True, kind_named=True), **empty)
    assert "没有找到证件的内容" in hidden
    assert NUMBER not in hidden
    assert NUMBER in reply(CARD, **empty)


def test_who_provides_the_service_stands_in_the_last_line() -> None:
    assert reply(CARD, replace(TASK, service_notice="本服务由 <信息部> 提供")).endswith("· 本服务由 ＜信息部＞ 提供")


def test_a_recognised_kind_tells_the_word_for_the_whole_text() -> None:
    asked = PROMPTS.extraction
    assert asked is not None
    task = reading(TASK, prompt=asked, candidates=(CARD,))
    fields = (Field(name="姓名", key="name", value="张三", status=Status.UNCHECKED),)
    read = Document(prompt="card", title="证件", engine="rapid", seconds=1.0, pages=1, text="", fields=fields)
    assert "按证件识别；要全文请引用原图并说「文字」" in render(task, [read]).parts[0]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(NUMBER, "110***********1234"), ("13800138000", "138****8000"), ("张三", "张*"), ("甲", "甲"), ("", "")],
)
def test_the_middle_is_masked(value: str, shown: str) -> None:
    assert masked(value) == shown


@given(st.text(min_size=8))
def test_a_masked_value_keeps_its_length_and_seven_characters_at_most(value: str) -> None:
    shown = masked(value)
    assert len(shown) == len(value)
    assert len([char for char, star in zip(value, shown, strict=True) if star != "*" or char == "*"]) >= 7
    assert shown[3:-4] == "*" * (len(value) - 7)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话 13800138000。", "电话 138****8000。"),
        ("卡号6222 0210 0111 6245 702", "卡号622************5702"),
        ("11010119900307123X", "110***********123X"),
        ("价 128600.00，编号 QH20250318", "价 128600.00，编号 QH20250318"),
    ],
)
def test_long_numbers_in_a_text_are_masked_and_sums_are_not(text: str, shown: str) -> None:
    assert mask_numbers(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("号码 11010519491231002X。", "号码 110***********002X。"),
        ("11010519491231002x", "110***********002x"),
        ("1101 0519 4912 3100 2X", "110***********002X"),
        ("卡号 6222021001116245702", "卡号 622************5702"),
        ("运单 110105194912310021，电话 13800138000", "运单 110105194912310021，电话 13800138000"),
        ("发票 25992000000001234567", "发票 25992000000001234567"),
    ],
)
def test_what_is_somebodys_own_is_told_by_its_check_digit(text: str, shown: str) -> None:
    assert mask_personal(text) == shown


def test_a_group_that_asks_for_the_whole_text_sees_no_identity_number() -> None:
    plain = PROMPTS.default
    task = reading(TASK, prompt=plain, masked=True)
    text = "姓名 张三\n公民身份号码 11010519491231002X\n单号 123456789012"
    read = Document(prompt=plain.name, title=plain.title, engine="rapid", seconds=1.0, pages=1, text=text)
    hidden = render(task, [read]).parts[0]
    assert "公民身份号码 110＊" in hidden
    assert "19491231" not in hidden
    assert "123456789012" in hidden
    assert "11010519491231002X" in render(reading(task, masked=False), [read]).parts[0]
