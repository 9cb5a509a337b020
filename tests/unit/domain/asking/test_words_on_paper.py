"""What no kind has a field for is looked for by the words that are printed on the paper."""

import pytest

from bot.domain.asking.printed.rows_with_words import rows_with_words
from bot.domain.asking.printed.words_to_find import words_to_find
from bot.domain.task import WordsToFind
from tests.learning.corpus import PROMPTS

REPORT = """市第一人民医院检验报告单
姓名：陈晓东 性别：男 年龄：46岁
项目 结果 参考范围 单位
白细胞 11.2 ↑ 3.5-9.5 10^9/L
血红蛋白 142 130-175 g/L
血小板 98 ↓ 125-350 10^9/L
检验者：王芳 审核者：周立 报告时间：2026-11-20"""
WAGES = """2026年10月工资条
姓名 部门 基本工资 绩效
孙丽 市场部 8000.00 3500.00
社保扣款 公积金 个税 实发工资
842.50 960.00 126.30 9571.20"""
DELIVERY = """苏州恒达五金送货单
客户：昌盛机械厂 单号：SH-20261118-07
品名 型号 数量 单价 金额
轴承 6204-2RS 40 8.50 340.00
皮帶 B-1250 12 23.00 276.00
链条 08B-1 缺货
合计 616.00
毛重 48.32 吨
皮重 15.10 吨
Call service 200"""
PACKING = """PACKING LIST No. PL-2611
Consignee: Harbour Trading Ltd
Gross Weight: 1,250 kg
Cartons: 48
ETD 2026-12-01
Port of Loading: Ningbo"""
DECLARATION = """出口货物报关单
贸易国（地区） 运抵国（地区） 成交方式
德国 法国 FOB"""
HEAD = "项目 结果 参考范围 单位"


def rows(paper: str, said: str, *, asks: bool = False) -> tuple[str, ...]:
    return rows_with_words(paper, words_to_find(said, PROMPTS, asks=asks))


@pytest.mark.parametrize(
    ("paper", "said", "shown"),
    [
        (REPORT, "白细胞多少哇", (HEAD, "白细胞 11.2 ↑ 3.5-9.5 10^9/L")),
        (REPORT, "血小板低不低", (HEAD, "血小板 98 ↓ 125-350 10^9/L")),
        (REPORT, "帮我看下血红蛋白", (HEAD, "血红蛋白 142 130-175 g/L")),
        (REPORT, "报告哪天出的", ("检验者：王芳 审核者：周立 报告时间：2026-11-20",)),
        (WAGES, "公积金呢", ("社保扣款 公积金 个税 实发工资", "842.50 960.00 126.30 9571.20")),
        (WAGES, "公积金", ("社保扣款 公积金 个税 实发工资", "842.50 960.00 126.30 9571.20")),
        (DELIVERY, "轴承几个", ("品名 型号 数量 单价 金额", "轴承 6204-2RS 40 8.50 340.00")),
        (DELIVERY, "缺货的那个型号是哪个", ("品名 型号 数量 单价 金额", "链条 08B-1 缺货")),
        (PACKING, "total gross weight? also how many cartons", ("Gross Weight: 1,250 kg", "Cartons: 48")),
        (PACKING, "port of loading pls", ("Port of Loading: Ningbo",)),
        (PACKING, "gross weight?", ("Gross Weight: 1,250 kg",)),
        (DECLARATION, "运抵国", ("贸易国（地区） 运抵国（地区） 成交方式", "德国 法国 FOB")),
        (DECLARATION, "FOB还是CIF", ("贸易国（地区） 运抵国（地区） 成交方式", "德国 法国 FOB")),
        (PACKING, "what is the ETD", ("ETD 2026-12-01",)),
        (PACKING, "ETD是哪天", ("ETD 2026-12-01",)),
        (PACKING, "loading在哪个港", ("Port of Loading: Ningbo",)),
        (DELIVERY, "皮重都报一下,司机在门口等", ("皮重 15.10 吨",)),
    ],
)
def test_the_rows_that_a_question_names_are_shown_with_the_heads_of_their_table(
    paper: str, said: str, shown: tuple[str, ...]
) -> None:
    assert rows(paper, said) == shown


def test_traditional_characters_on_the_paper_are_no_other_word() -> None:
    assert rows(DELIVERY, "皮带单价", asks=True) == ("品名 型号 数量 单价 金额", "皮帶 B-1250 12 23.00 276.00")


@pytest.mark.parametrize(
    "said",
    [
        "会议室几点能用",
        "昌盛的人到了没",  # a name within a value is no label
        "客户说下周来",
        "血小板",  # on no delivery note
        "谢谢",
        "what time is the meeting",
        "are you joining the call at 3?",
        "项目预算是多少",
        "哪几项有箭头的",
        "",
        "long " * 40,
        "多少" * 80,
    ],
)
def test_talk_and_what_is_not_printed_show_nothing(said: str) -> None:
    assert rows(DELIVERY, said) == ()


def test_what_may_be_about_something_else_must_be_a_label_as_a_whole() -> None:
    assert rows("社保扣款 842.50", "社保卡去哪办") == ()
    assert rows("公积金 960.00", "公积金怎么交") == ("公积金 960.00",)


def test_running_text_is_cut_around_the_words() -> None:
    sentence = "第八条 " + "甲方应当按时付款。" * 20 + "逾期提货的每日收取仓储保管费五十元。" + "其余不变。" * 20
    shown = rows(sentence, "仓储保管费怎么算")
    assert len(shown) == 1
    assert "仓储保管费五十元" in shown[0]
    assert len(shown[0]) < 80
    assert shown[0].startswith("…")
    assert shown[0].endswith("…")


def test_many_rows_are_cut_short_and_long_texts_take_no_time() -> None:
    words = [WordsToFind(text="轴承", own=(0, 1))]
    assert len(rows_with_words("轴承 1\n" * 5000, words)) == 3
    assert rows_with_words(
        "一二\n" * 100_000, [WordsToFind(text="一二" * 60, own=tuple(range(120)), labels=("三",))] * 6
    )
    assert rows_with_words("一" * 200_000, [WordsToFind(text="一" * 120, own=tuple(range(120)))])


BILL = """10月结算单
本期应付：1,250.00元 已付：400.00元 未付余额：850.00元
付款期限：2026-11-15
收款户名：宁波海森进出口有限公司"""


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("还欠多少没给", "本期应付：1,250.00元 已付：400.00元 未付余额：850.00元"),
        ("最晚哪天付", "付款期限：2026-11-15"),
        ("钱转到哪", "收款户名：宁波海森进出口有限公司"),
        ("how much is the balance", ""),
        ("明天几点开会", ""),
        ("还欠多少没给谁知道，我要开会", "本期应付：1,250.00元 已付：400.00元 未付余额：850.00元"),
    ],
)
def test_what_people_say_for_a_printed_label_finds_its_row_where_nothing_surer_is_known(said: str, shown: str) -> None:
    words = words_to_find(said, PROMPTS)
    assert rows_with_words(BILL, words, guess=True) == ((shown,) if shown else ())
    assert rows_with_words(BILL, words) == ()
