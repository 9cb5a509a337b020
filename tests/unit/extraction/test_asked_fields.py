"""What a person asks for by a name that no kind knows is looked for in the text, and is never checked."""

import pytest

from bot.domain.document import Line, Status
from bot.domain.prompt import FieldSpec, FieldType
from tests.fakes.invoice_forms import digital, electronic_general, line
from workers.extraction.asked_fields import find_asked

DELIVERY = (
    line("送货单", 400, 20, height=40),
    line("订单号：DH20260318", 40, 100),
    line("到货日期：2026年3月18日", 500, 100),
    line("甲方：北京青禾科技有限公司", 40, 150),
    line("联系电话：010-62510001", 40, 200),
    line("验收人", 40, 250),
    line("李四", 160, 250),
    line("品名", 40, 320),
    line("规格", 300, 320),
    line("件数", 500, 320),
    line("打印纸", 40, 360),
    line("A4 80g", 300, 360),
    line("12", 500, 360),
    line("备注：请在收货后三日内验收人签字并寄回", 40, 420),
)


def found(lines: tuple[Line, ...], name: str) -> str:
    field = find_asked(lines, [FieldSpec(name=name, key="a")]).get("a")
    assert field is None or field.status in {Status.UNCHECKED, Status.DOUBTFUL}
    return field.value if field else ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("到货日期", "2026年3月18日"),
        ("订单号", "DH20260318"),
        ("验收人", "李四"),
        ("甲方电话", ""),  # the label is 联系电话
        ("甲方联系电话", "010-62510001"),
        ("规格", "A4 80g"),
        ("件数", "12"),
        ("品名", "打印纸"),
        ("发货人", ""),
        ("签字", ""),  # only in a sentence
    ],
)
def test_a_name_is_looked_for_beside_above_and_left_of_what_stands_there(name: str, value: str) -> None:
    assert found(DELIVERY, name) == value


def test_the_sellers_address_is_found_under_the_seller_and_the_buyers_under_the_buyer() -> None:
    lines = electronic_general().lines

    assert found(lines, "销售方地址") == "上海市浦东新区张江路88号"
    assert found(lines, "购买方地址").startswith("北京市海淀区中关村大街1号")
    assert found(lines, "销售方开户行") == "建设银行4367421217"


def test_what_an_invoice_does_not_have_is_not_found() -> None:
    assert [found(digital().lines, name) for name in ("销售方地址", "验收人", "到货日期")] == ["", "", ""]


def test_what_was_found_says_beside_which_label() -> None:
    field = find_asked(electronic_general().lines, [FieldSpec(name="销售方地址", key="a")])["a"]

    assert (field.name, field.key, field.status) == ("销售方地址", "a", Status.UNCHECKED)
    assert field.doubts == ("按图上的“地址、电话”找到的，没有核对",)


GOODS = (
    line("品名", 40, 100),
    line("型号", 250, 100),
    line("数量", 450, 100),
    line("金额", 600, 100),
    line("轴承", 40, 140),
    line("6204", 250, 140),
    line("40", 450, 140),
    line("340.00", 600, 140),
    line("皮带", 40, 180),
    line("B-1250", 250, 180),
    line("12", 450, 180),
    line("276.00", 600, 180),
    line("合计", 40, 220),
    line("616.00", 600, 220),
)


def test_the_amount_of_a_table_is_that_of_its_row_of_sums_and_not_its_first() -> None:
    asked = FieldSpec(name="金额", key="a", type=FieldType.MONEY)
    assert find_asked(GOODS, [asked])["a"].value == "616.00"
    assert find_asked(GOODS[:-2], [asked]) == {}


def test_amounts_of_the_row_of_sums_that_were_read_in_one_piece_are_told_apart() -> None:
    lines = (*GOODS[:-1], line("48 616.00 200.00", 520, 220))
    asked = FieldSpec(name="金额", key="a", type=FieldType.MONEY)
    assert find_asked(lines, [asked])["a"].value == "616.00"


def test_a_cell_beside_the_name_of_a_row_of_a_table_is_not_taken_for_its_value() -> None:
    assert found(GOODS, "轴承") == ""
    assert found(GOODS, "皮带") == ""


def test_heads_that_were_read_in_one_piece_are_no_values_of_each_other() -> None:
    first = (line("10-08", 40, 140), line("XJ890233 12.5", 200, 140), line("46.00", 500, 140))
    second = (line("10-09", 40, 180), line("31.20", 500, 180))
    lines = (line("日期 单号目的地重量kg运费", 40, 100), *first, *second)
    assert found(lines, "重量") == ""
    assert found(lines, "单号") == ""


def test_no_cell_of_several_rows_is_the_value_of_the_whole_paper() -> None:
    assert found(GOODS, "型号") == ""
    assert found(GOODS[:8], "型号") == "6204"
