from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.prompt_files import load
from bot.domain.asking.field_names import fields_named, keys_of, specs_named
from bot.domain.asking.request import Request, fill, understand
from bot.domain.prompt import FieldType, Prompt

PROMPTS = load(Path(__file__).parents[4] / "config" / "prompts")


def asked(text: str) -> Request:
    return understand(text, PROMPTS, bot_names=("小白", "OCR助手"))


def prompt(name: str) -> Prompt:
    found = PROMPTS.named(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("报销这张发票", "invoice"),
        ("识别一下合同", "contract"),
        ("翻译成英文", "translate_en"),
        ("翻译 成 英文！", "translate_en"),
        ("麻烦译成英语，谢谢", "translate_en"),
        ("翻译一下", "translate_zh"),
        ("把英文翻译一下", "translate_zh"),
        ("小白 报销这张发票", "invoice"),
        ("报销这张发票 @OCR助手", "invoice"),
        ("ｏｃｒ助手，发票", "invoice"),
        ("出租车发票", "taxi"),
        ("ＴＡＸＩ", "taxi"),
        ("看看这张高铁票", "train"),
        ("提取发票", "invoice"),
        ("提取这张发票上的所有信息", "invoice"),
        ("把文字提取出来", "text"),
        ("只要文字", "text"),
        ("提取表格", "table"),
        ("识别公式", "formula"),
        ("转成 Markdown", "markdown"),
        ("身份证", "id_card"),
        ("提取字幕", "subtitles"),
    ],
)
def test_a_kind_that_is_named_is_meant(said: str, name: str) -> None:
    found = asked(said)
    assert (found.prompt, found.sure, found.wanted_fields) == (prompt(name), True, ())


@pytest.mark.parametrize(
    "said", ["", "你好", "看一下", "帮我提取一下这张图片", "提取关键信息", "小白", "读出这张表里的数据"]
)
def test_where_nothing_is_named_the_page_decides(said: str) -> None:
    assert replace(asked(said), phrase=None) == Request()


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("提取 金额、日期、甲方", ("金额", "日期", "甲方")),
        ("提取金额、日期、甲方", ("金额", "日期", "甲方")),
        ("提取 金额 和 日期", ("金额", "日期")),
        ("提取金额和日期，谢谢", ("金额", "日期")),
        ("提取：金额，日期；甲方。", ("金额", "日期", "甲方")),
        ("提取“金额”和“日期”", ("金额", "日期")),
        ("请把这张图里的甲方、乙方都找出来", ("甲方", "乙方")),
        ("把金额提取出来", ("金额",)),
        ("帮我提取一下图中的设备型号、出厂编号，多谢", ("设备型号", "出厂编号")),
        ("提取上车时间、里程", ("上车时间", "里程")),
        ("提取总和", ("总和",)),
        ("extract GST No, Total and Date please", ("GST No", "Total", "Date")),
        ("提取字段：金额、金额", ("金额",)),
    ],
)
def test_names_of_any_fields_are_extracted(said: str, names: tuple[str, ...]) -> None:
    found = asked(said)
    # Free extraction where that is called by its name; else the page may be of a kind that has such fields.
    assert (found.sure, found.wanted_fields) == ((True, ()) if "字段：" in said else (False, names))
    assert found.prompt is not None
    assert found.prompt.name == "extract"
    assert tuple(spec.name for spec in found.prompt.fields) == names
    quoted = ", ".join(f"'{name}'" for name in names)
    assert found.prompt.text == f"提取图片中的: [{quoted}] 的字段内容，并按照 JSON 格式返回。"


@pytest.mark.parametrize(
    ("said", "name", "only"),
    [
        ("发票，只要总金额和税号", "invoice", ("总金额", "税号")),
        ("把发票的金额和日期列出来", "invoice", ("金额", "日期")),
        ("提取合同的甲方、乙方", "contract", ("甲方", "乙方")),
        ("只要发票里的购买方名称", "invoice", ("购买方名称",)),
    ],
)
def test_some_fields_of_a_kind_that_is_named(said: str, name: str, only: tuple[str, ...]) -> None:
    assert asked(said) == Request(prompt=prompt(name), sure=True, wanted_fields=only)


@pytest.mark.parametrize(("said", "name"), [("提取发票号码", "invoice"), ("只要合同编号", "contract")])
def test_a_kind_that_is_named_in_a_field_only_is_left_to_the_page(said: str, name: str) -> None:
    assert asked(said) == Request(prompt=prompt(name), sure=False, wanted_fields=(said[2:],))


@pytest.mark.parametrize("said", ["只要总金额", "只看总金额就行了", "就要总金额！", "小白，只要 总金额"])
def test_only_some_fields_leaves_the_kind_to_the_page(said: str) -> None:
    found = asked(said)
    assert (found.sure, found.wanted_fields) == (False, ("总金额",))
    assert found.prompt is not None
    assert found.prompt.name == "extract"


def test_fields_that_a_named_kind_does_not_have_are_looked_for_all_the_same() -> None:
    found = asked("提取合同的甲方、联系电话")
    assert found.prompt is not None
    assert found.prompt.name == "extract"
    assert [spec.name for spec in found.prompt.fields] == ["甲方", "联系电话"]


@pytest.mark.parametrize("said", ["报销", "这个要报账"])
def test_a_hint_leaves_it_to_the_page(said: str) -> None:
    assert asked(said) == Request(prompt=prompt("invoice"))


def test_what_needs_input_and_gets_none_says_so() -> None:
    found = asked("自由提取")
    assert found.needs_input
    assert found.prompt is not None


def test_a_prompt_of_ones_own_gets_what_stands_behind_its_command() -> None:
    value = Prompt(name="value", title="单项", text="输出 {{input}} 的值。", commands=("单独看",))
    prompts = type(PROMPTS)(prompts=(*PROMPTS.prompts, value))
    found = understand("单独看 保质期", prompts)
    assert found.prompt is not None
    assert found.prompt.text == "输出 保质期 的值。"
    assert found.prompt.sha256 != value.sha256
    assert understand("单独看", prompts).needs_input


def test_what_is_put_in_changes_the_hash_and_borrows_known_types() -> None:
    free = prompt("extract")
    one, other = fill(free, ["开票日期"], prompt("invoice").fields), fill(free, ["金额"])
    assert len({free.sha256, one.sha256, other.sha256}) == 3
    assert one.fields[0].type is FieldType.DATE
    assert other.fields[0].type is FieldType.TEXT


@pytest.mark.parametrize(
    ("name", "kind", "keys"),
    [
        ("总金额", "invoice", ("total_with_tax",)),
        ("金额", "invoice", ("total_with_tax",)),
        ("总金额", "contract", ("amount",)),
        ("总金额", "taxi", ("total",)),
        ("多少钱", "train", ("total_with_tax",)),
        ("税号", "invoice", ("buyer_tax_id", "seller_tax_id")),
        ("日期", "invoice", ("issue_date",)),
        ("日期", "contract", ("signed", "effective", "expires")),
        ("抬头", "invoice", ("buyer_name",)),
        ("身份证号", "id_card", ("number",)),
        ("法人", "licence", ("representative",)),
        ("电话", "waybill", ("sender_phone", "receiver_phone")),
        ("价税合计(大写)", "invoice", ("total_in_words",)),
        ("颜色", "invoice", ()),
    ],
)
def test_fields_are_known_by_the_names_that_people_use(name: str, kind: str, keys: tuple[str, ...]) -> None:
    assert tuple(spec.key for spec in fields_named(name, prompt(kind).fields)) == keys


@pytest.mark.parametrize(
    ("name", "kind", "keys"),
    [
        ("日期", "air", ("flight_day",)),
        ("填开日期", "air", ("issue_date",)),
        ("单位", "invoice", ("unit",)),
        ("金额", "fiscal_bill", ("item_amount",)),
        ("电话", "waybill", ("sender_phone", "receiver_phone")),
    ],
)
def test_the_name_of_a_field_or_a_column_counts_before_a_part_of_others(
    name: str, kind: str, keys: tuple[str, ...]
) -> None:
    assert tuple(spec.key for spec in specs_named(name, prompt(kind))) == keys


def test_names_that_mean_the_same_field_give_it_once() -> None:
    assert keys_of(("总金额", "价税合计", "开票日期"), prompt("invoice").fields) == ("total_with_tax", "issue_date")


@given(st.text())
def test_any_text_is_understood_somehow_and_never_breaks_the_prompt(said: str) -> None:
    for text in (said, f"提取 {said}", f"只要{said}"):
        found = asked(text)
        if found.prompt is not None and found.prompt.name == "extract" and not found.needs_input:
            assert "{{input}}" not in found.prompt.text
            assert found.prompt.text.count("'") == 2 * len(found.prompt.fields)
            assert all(spec.name.strip() and spec.name.isprintable() for spec in found.prompt.fields)
