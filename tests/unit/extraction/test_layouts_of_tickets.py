"""Layouts in which carriers, tills, hotels and offices print: values that were read with what stands beside them."""

import pytest

from tests.fakes.invoice_forms import line
from tests.fakes.printed_papers import printed, rows, values


def test_the_day_of_the_week_may_go_on_below_the_time_and_a_place_after_its_hyphen() -> None:
    heads = (
        ("序号", 20),
        ("车型", 100),
        ("上车时间", 200),
        ("城市", 390),
        ("起点", 480),
        ("终点", 900),
        ("里程[公里]", 1300),
        ("金额[元]", 1480),
    )
    trip = (
        ("1", 20),
        ("样例快", 100),
        ("06-15 13:14 周", 200),
        ("样例", 390),
        ("甲路|样例南站-西口", 480),
        ("乙路|样例酒店-", 900),
        ("5.2", 1300),
        ("8.30", 1480),
    )
    below = (("车", 100), ("一", 200), ("市", 390), ("北门", 900))
    page = [printed(text, left, 100 + 40 * at) for at, row in enumerate((heads, trip)) for text, left in row]

    found = rows("trip_list", *page, *(printed(text, left, 165) for text, left in below))

    assert found == [
        {
            "序号": "1",
            "车型": "样例快车",
            "上车时间": "06-15 13:14",
            "城市": "样例市",
            "起点": "甲路|样例南站-西口",
            "终点": "乙路|样例酒店-北门",
            "里程": "5.2",
            "金额": "8.30",
        }
    ]


def test_the_head_of_a_table_does_not_go_on_with_a_name_above_it() -> None:
    page = (
        printed("纳税人识别号", 20, 100),
        printed("91310000MA1FL0B00X", 200, 100),
        printed("纳税人名称", 620, 100),
        printed("样例科技有限公司", 800, 100),
        printed("原凭证号", 20, 130),
        printed("品目名称", 500, 130),
        printed("税款所属时期", 800, 130),
        printed("金额合计", 20, 260),
        printed("(大写)叁万元整", 200, 260),
        printed("30,000.00", 900, 260),
    )

    found = values("tax_payment", *page)

    assert (found["纳税人名称"], found["金额合计（小写）"]) == ("样例科技有限公司", "30000.00")


@pytest.mark.parametrize("behind", ["3210****2218", "11010119900101001X"])
def test_the_number_of_a_person_is_no_part_of_the_name_before_it(behind: str) -> None:
    page = (line("姓名:", 20, 100), line("王样", 90, 100), line(behind, 140, 100))

    assert values("coach_ticket", *page)["姓名"] == "王样"


def test_another_long_number_stays_with_the_words_before_it() -> None:
    page = (printed("用途：", 20, 100), printed("货款 202699990123456789", 100, 100))

    assert values("bank_receipt", *page)["用途"] == "货款202699990123456789"


def test_values_below_a_row_of_labels_are_no_table_if_another_row_of_labels_follows() -> None:
    first = (("出发站", 20), ("到达站", 200), ("票价", 380), ("座号", 520))
    below = (("样例东站", 20), ("样例总站", 200), ("56.00", 380), ("12", 520))
    second = (("乘车日期", 20), ("时间", 200), ("车型", 380), ("票种", 520))
    last = (("2020-01-20", 20), ("12:30", 200), ("大型", 380), ("全票", 520))
    levels = ((100, first), (140, below), (165, second), (200, last))
    page = [line(text, left, top) for top, row in levels for text, left in row]

    found = values("coach_ticket", *page)

    assert (found["出发站"], found["到达站"], found["票价"], found["座位号"]) == ("样例东站", "样例总站", "56.00", "12")
    assert (found["乘车日期"], found["开车时间"]) == ("2020-01-20", "12:30")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("交易时间 2020-04-2320:26:00", "2020-04-23"),
        ("日期:2020-04-23", "2020-04-23"),
        ("日期:18-11-18", "18-11-18"),
        ("时间:05/04/2018 12:30", "05/04/2018"),
    ],
)
def test_the_time_of_a_sale_is_no_part_of_its_day(text: str, day: str) -> None:
    assert values("receipt", line(text, 20, 100))["交易日期"] == day


def test_no_change_beside_what_was_paid_hides_no_total() -> None:
    assert values("receipt", line("实收金额:12.50 找零:0.00", 20, 100))["总金额"] == "12.50"


def test_a_label_behind_a_character_of_a_vertical_heading_is_one() -> None:
    page = (
        printed("其业务流水号：202602120002043", 20, 100),
        printed("他医疗机构类型：综合医院", 20, 130),
        printed("信医保统筹基金支付：101.92", 20, 160),
        printed("息个人自付：86.29", 20, 190),
    )

    found = values("medical_bill", *page)

    assert (found["业务流水号"], found["医疗机构类型"]) == ("202602120002043", "综合医院")


def test_what_an_order_came_to_is_what_was_paid() -> None:
    assert values("payment", printed("已支付", 20, 100), printed("¥3339", 200, 100))["金额"] == "3339.00"
    assert values("payment", printed("总订单编号", 20, 100), printed("3612495000067592", 200, 100)) == {
        "交易单号": "3612495000067592"
    }
