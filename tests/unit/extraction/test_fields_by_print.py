"""Values that stand where no label announces them, go on in further lines, or belong to a section of the page."""

from pathlib import Path

import pytest

from bot.config.prompt_toml import read_prompt
from bot.domain.document import Field, Line, Status
from bot.domain.prompt import FieldSpec, FieldType
from tests.fakes.invoice_forms import line
from workers.extraction.fields import find_fields

_PROMPTS = Path(__file__).parents[3] / "config" / "prompts"


def read(name: str, *lines: Line) -> dict[str, Field]:
    """Return the fields of a shipped prompt, by their names."""
    specs = read_prompt((_PROMPTS / f"{name}.toml").read_text(encoding="utf-8"), name=name).prompt.fields
    return {field.name: field for field in find_fields(lines, specs)}


def values(name: str, *lines: Line) -> dict[str, str]:
    return {key: field.value for key, field in read(name, *lines).items() if field.value}


def test_a_train_ticket_is_read_by_how_it_is_printed() -> None:
    ticket = (
        line("C328601", 40, 20),
        line("检票口6A", 600, 20),
        line("南京南站", 60, 80, height=40),
        line("Z1627", 330, 76, height=36),
        line("郑州东站", 560, 80, height=40),
        line("2019年06月19日", 40, 160),
        line("17:58开", 230, 160),
        line("03车020号下铺", 480, 160),
        line("￥33.5元", 40, 200),
        line("新空调硬卧", 480, 200),
        line("9900001976****5655", 40, 300),
        line("高博", 250, 300),
    )

    assert values("train", *ticket) == {
        "车次": "Z1627",
        "出发站": "南京南",
        "到达站": "郑州东",
        "乘车日期": "2019-06-19",
        "开车时间": "17:58",
        "座位号": "03车020号下铺",
        "席别": "新空调硬卧",
        "票价": "33.50",
        "姓名": "高博",
        "身份证号": "9900001976****5655",
    }


def test_a_card_number_stands_in_groups_and_the_date_behind_the_english_label() -> None:
    card = (
        line("招商银行", 40, 20),
        line("储蓄卡", 500, 20),
        line("6245 8073 0215 7368 192", 40, 120, height=30),
        line("有效期至 VALID THRU", 40, 180),
        line("04/26", 280, 180),
    )

    assert values("bank_card", *card) == {
        "卡号": "6245807302157368192",
        "银行": "招商银行",
        "卡类型": "储蓄卡",
        "有效期": "04/26",
    }


def test_a_label_beside_its_value_without_a_space_is_found_on_an_identity_card() -> None:
    card = (
        line("姓名曹雨燕", 40, 20),
        line("性别男民族蒙古", 40, 60),
        line("住址云州市西城区工业园三路", 40, 100),
        line("106号6幢2084室", 80, 130),
        line("公民身份号码", 40, 200),
        line("990000199406243433", 200, 200),
        line("签发机关长桥市公安局东城分局", 40, 300),
    )

    found = values("id_card", *card)

    assert (found["姓名"], found["性别"], found["民族"]) == ("曹雨燕", "男", "蒙古")
    assert found["住址"] == "云州市西城区工业园三路106号6幢2084室"
    assert found["签发机关"] == "长桥市公安局东城分局"


def test_dates_are_found_across_the_lines_of_a_sentence() -> None:
    page = (
        line("采购合同", 300, 20),
        line("合同总价为人民币（大写）壹佰圆整（小写：¥100.00），含税。", 40, 80),
        line("双方约定如下，各不反悔：本合同自2025年8月31日起生效，至20", 40, 120),
        line("26年8月30日终止，一式两份。", 40, 150),
        line("签订本合同", 40, 190),
    )

    found = values("contract", *page)

    assert (found["合同名称"], found["合同金额（小写）"]) == ("采购合同", "100.00")
    assert (found["生效日期"], found["到期日期"]) == ("2025-08-31", "2026-08-30")


def test_a_pattern_that_fits_two_values_leaves_the_field_doubtful() -> None:
    specs = [FieldSpec(name="编号", key="number", patterns=(r"^(QH-\d+)$",))]

    (field,) = find_fields([line("QH-1", 0, 0), line("QH-2", 0, 40)], specs)

    assert field.status is Status.DOUBTFUL


def test_a_pattern_gives_only_values_of_the_fields_type() -> None:
    specs = [FieldSpec(name="日期", key="day", type=FieldType.DATE, patterns=(r"(\d{4}-\d\d-\d\d)",))]

    assert find_fields([line("2024-13-40", 0, 0)], specs)[0].value == ""


def test_a_label_is_better_than_a_pattern() -> None:
    specs = [FieldSpec(name="编号", key="number", patterns=(r"(A\d+)",))]

    assert find_fields([line("A1", 0, 0), line("编号：B2", 0, 40)], specs)[0].value == "B2"


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("(", "no regular expression"),
        ("abc", "in round brackets"),
        ("(a+)+$", "repeats itself"),
        ("((?:a|b*)c){2,}", "repeats itself"),
        ("(?=a)(b)", "looks ahead"),
        ("(?<!a)(b)", "looks ahead or back"),
        (r"(a)\1", "earlier bracket"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_named(pattern: str, what: str) -> None:
    source = (_PROMPTS / "licence.toml").read_text(encoding="utf-8")
    changed = source.replace('key = "capital"', f"key = \"capital\"\npatterns = ['{pattern}']")

    (problem,) = read_prompt(changed, name="licence").problems

    assert what in problem.what


@pytest.mark.parametrize("pattern", [r"([^\n]+(?:\n[^\n]+){0,3})", r"([\d*+)]+)x*", r"(a\+)+", "((?:ab)+c?)d+"])
def test_a_pattern_that_repeats_in_bounds_is_taken(pattern: str) -> None:
    source = (_PROMPTS / "licence.toml").read_text(encoding="utf-8")
    changed = source.replace('key = "capital"', f"key = \"capital\"\npatterns = ['{pattern}']")
    assert read_prompt(changed, name="licence").problems == ()


def test_a_pattern_that_once_backtracked_for_hours_takes_no_time_on_a_page() -> None:
    specs = [FieldSpec(name="编号", key="number", patterns=("(a+)+$",))]
    (found,) = find_fields([line("a" * 5000 + "b", 0, 0)], specs)
    assert found.value == ""


def test_two_values_may_share_what_stands_between_them() -> None:
    specs = [FieldSpec(name="编号", key="number", patterns=(r"(?:^|[^\d])(\d{2}/\d\d)(?:[^\d]|$)",))]
    (found,) = find_fields([line("12/25 11/26", 0, 0)], specs)
    assert found.value in {"12/25", "11/26"}


def test_a_scope_of_several_lines_ends_where_its_column_does() -> None:
    page = (
        line("名称", 40, 20),
        line("青禾样例科技有限公司", 120, 20),
        line("类型", 40, 60),
        line("有限责任公司", 120, 60),
        line("住所", 500, 60),
        line("云州市东城区人民路1号", 580, 60),
        line("2幢301室", 580, 90),
        line("经营范围", 40, 120),
        line("技术开发、技术服务；办公用品", 140, 120),
        line("的销售；货物进出口；道路", 140, 150),
        line("货物运输", 140, 180),
        line("登记机关", 500, 300),
    )

    found = values("licence", *page)

    assert found["经营范围"] == "技术开发、技术服务；办公用品的销售；货物进出口；道路货物运输"
    assert found["住所"] == "云州市东城区人民路1号2幢301室"
    assert (found["名称"], found["类型"]) == ("青禾样例科技有限公司", "有限责任公司")


_SENDER = (("寄件人：吕禾测", 0), ("电话：17317839291", 200), ("地址：南岭市西城区", 0))
_RECEIVER = (("收件人：萧文强", 0), ("电话：18936173048", 200), ("地址：清远坝市东城区", 0))
_NAMES = ("收件人姓名", "收件人电话", "收件人地址", "寄件人姓名", "寄件人电话", "寄件人地址")
_PARTIES = ("萧文强", "18936173048", "清远坝市东城区", "吕禾测", "17317839291", "南岭市西城区")


def test_telephone_and_address_belong_to_the_party_above_them() -> None:
    first, second = (
        [line(text, 40 + right, top + (40 if "地址" in text else 0)) for text, right in party]
        for top, party in ((20, _RECEIVER), (160, _SENDER))
    )

    found = values("waybill", *first, *second)

    assert tuple(found.get(name) for name in _NAMES) == _PARTIES


def test_parties_side_by_side_keep_what_stands_below_them() -> None:
    sides = ((40, _RECEIVER), (600, _SENDER))
    lines = [line(text, left, 20 + 40 * row) for left, party in sides for row, (text, _) in enumerate(party)]

    found = values("waybill", *lines)

    assert tuple(found.get(name) for name in _NAMES) == _PARTIES


def test_a_telephone_above_both_parties_is_nobodys() -> None:
    found = values(
        "waybill", line("电话：95338", 40, 20), line("收件人：萧文强", 40, 60), line("寄件人：吕禾", 40, 100)
    )

    assert found == {"收件人姓名": "萧文强", "寄件人姓名": "吕禾"}


def test_a_value_alone_in_its_row_may_stand_at_the_other_side_of_a_receipt() -> None:
    found = values(
        "taxi", line("上车：", 40, 20), line("09:44", 320, 20), line("下车：", 40, 60), line("10:50", 320, 60)
    )

    assert found == {"上车时间": "09:44", "下车时间": "10:50"}


def test_a_faint_point_between_yuan_signs_is_read_and_doubtful() -> None:
    total = read("taxi", line("金额：", 40, 20), line("￥77-10元", 200, 20))["总金额"]

    assert (total.value, total.status) == ("77.10", Status.DOUBTFUL)


def test_the_province_is_how_the_plate_begins() -> None:
    assert values("taxi", line("车号：陕", 40, 20), line("5711", 200, 20))["省前缀"] == "陕"


@pytest.mark.parametrize(
    ("lines", "date", "total"),
    [
        (
            ("Date: 25/12/2018 8:13:39 PM", "Total : 9.00", "Rounded Total (RM): 9.00", "Cash 10.00"),
            "25/12/2018",
            "9.00",
        ),
        (("Total RM 30.91", "TOTAL ROUNDED RM 30.90", "CASH RM 51.00", "18-11-18 13:58 SH01"), "18-11-18", "30.90"),
        (("日期：2024-05-28 12:30", "商品合计：25.00", "实付：￥23.50", "找零：0.00"), "2024-05-28", "23.50"),
        (("日期：2026-05-04", "合计：38.50", "实收：50.00", "找零：11.50"), "2026-05-04", "38.50"),
        (("日期：2026-05-04", "合计 100.00", "应收 90.00", "实收 100.00", "找零 10.00"), "2026-05-04", "90.00"),
        (("日期：2026-05-04", "合计 100.00", "优惠 10.00", "实收 90.00"), "2026-05-04", "90.00"),
        (("日期：2026-05-04", "应收金额：300.03", "优惠：10.03", "实收金额：290.00"), "2026-05-04", "290.00"),
        (("05/04/2018", "SUBTOTAL 50.00", "TOTAL 54.00", "TIP 10.00", "GRAND TOTAL 64.00"), "05/04/2018", "64.00"),
        (("05/04/2018", "TOTAL 54.00", "TIP 10.00", "AMOUNT CHARGED 64.00"), "05/04/2018", "64.00"),
    ],
)
def test_a_receipts_total_is_what_was_paid(lines: tuple[str, ...], date: str, total: str) -> None:
    found = values("receipt", *(line(text, 40, 20 + 40 * row) for row, text in enumerate(lines)))

    assert (found["交易日期"], found["总金额"]) == (date, total)


def test_a_spread_label_needs_no_more_than_a_space_behind_it() -> None:
    page = (
        line("名", 40, 20),
        line("称", 100, 20),
        line("青禾样例科技有限公司", 126, 20),
        line("类型有限责任公司", 40, 60),
    )

    found = values("licence", *page)

    assert (found["名称"], found["类型"]) == ("青禾样例科技有限公司", "有限责任公司")


def test_what_stands_beside_the_word_that_it_was_paid_comes_before_what_the_order_came_to() -> None:
    for paid in (("付款成功", "￥68.00"), ("￥68.00", "支付成功")):
        page = [*paid, "订单金额 ￥78.00", "优惠 -￥10.00", "收款方 样例咖啡"]
        found = values("payment", *(line(text, 40, 20 + 40 * row) for row, text in enumerate(page)))

        assert found["金额"] == "68.00"


def test_what_was_paid_comes_before_the_fare_and_is_the_fare_where_nothing_else_is_printed() -> None:
    with_surcharge = values("taxi", line("金额", 40, 20), line("￥88.90", 200, 20), line("实收金额 ￥90.00", 40, 80))

    assert (with_surcharge["总金额"], with_surcharge["金额"]) == ("90.00", "88.90")
    assert values("taxi", line("金额(fare)", 40, 20), line("50.00元", 200, 20)) == {"总金额": "50.00"}


def test_a_word_in_brackets_in_running_text_is_no_label() -> None:
    small_print = line("本营业执照由王小样(法定代表人)留存(打印)", 40, 400, height=20)

    assert "法定代表人" not in values("licence", line("成立日期 2023年09月12日", 40, 20), small_print)


def test_a_label_close_to_its_value_in_a_box_of_its_own_ends_there() -> None:
    boxed = values("bank_receipt", line("凭证种类", 130, 20), line("电子转账凭证", 272, 20))

    assert boxed["凭证种类"] == "电子转账凭证"


def test_the_values_of_an_itinerary_stand_below_their_labels() -> None:
    labels = ((397, "票价"), (548, "燃油附加费"), (699, "增值税税率"), (900, "合计"))
    amounts = ((400, "CNY 733.94"), (570, "CNY 18.35"), (771, "9%"), (980, "CNY 870.00"))

    found = values("air", *(line(text, left, y) for y, row in ((20, labels), (50, amounts)) for left, text in row))

    assert found == {"票价": "733.94", "燃油附加费": "18.35", "增值税税率": "9%", "合计": "870.00"}


def test_a_label_that_two_parties_share_belongs_to_the_heading_set_vertically_before_it() -> None:
    headings = [
        line(char, left, 20 + 26 * at)
        for left, word in ((60, "付款人"), (700, "收款人"))
        for at, char in enumerate(word)
    ]
    found = values(
        "bank_receipt",
        *headings,
        *(line("账号", left, 46) for left in (110, 750)),
        line("11050188360000000000", 200, 46),
        line("6217000010000000000", 840, 46),
    )

    assert (found["付款人账号"], found["收款人账号"]) == ("11050188360000000000", "6217000010000000000")
