"""Layouts in which banks, hotels, carriers and shops print: what their papers are, and where the values stand."""

import pytest

from bot.domain.document import Box, Line
from tests.fakes.invoice_forms import line
from tests.fakes.printed_papers import kind, printed, rows, values


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "样州通用机打发票\n发票代码：134012345678\n车号 样A00X00\n单价 3.00元\n里程 9.1km\n等候 00:00",
            "出租车票",
        ),
        ("样州通用机打发票\n发票代码：134012345678\n机打号码：12345678\n收款员 王样", "机打发票"),
        ("样例出行-行程单\n·用车人手机号:13800000000\n·行程总计:共 2笔行程,总计可开票金额46.80元", "行程单"),
        (
            "样例快送-运单明细\n运单起止日期：2026-04-28至2026-05-28\n共2笔运单，合计68.82元\n支付方式 在线支付",
            "行程单",
        ),
        ("样例财务有限责任公司收款通知单\n户 名 样例公司\n账 号 20110101\n制单：机核 复核：机核", "银行回单"),
    ],
)
def test_a_paper_is_known_by_its_words(text: str, title: str) -> None:
    assert kind(text) == title


def test_a_cell_that_stands_beside_its_label_is_sure_where_no_label_can_be_unread() -> None:
    heads = (("项目名称", 60), ("单价", 330), ("数量", 520), ("金额", 700), ("税率/征收率", 860), ("税额", 1080))
    head = tuple((text, left, 100) for text, left in heads)
    goods = (("*运输服务*客运服务费", 20, 130), ("9.23", 390, 130), ("1", 560, 130), ("9.23", 760, 130))
    tax = (("3%", 890, 130), ("0.28", 1130, 130), ("合计", 60, 200), ("¥9.23", 740, 200), ("¥0.28", 1120, 200))

    found = rows("invoice", *(printed(*piece) for piece in (*head, *goods, *tax)))

    assert found == [
        {
            "名称": "*运输服务*客运服务费",
            "单价": "9.23",
            "数量": "1",
            "金额": "9.23",
            "税率": "3%",
            "税额": "0.28",
        }
    ]
    assert rows("invoice", *(line(*piece) for piece in (*head, *goods, *tax))) != found


def test_a_bank_sets_the_heading_of_a_party_in_two_halves() -> None:
    def party(left: int, halves: tuple[str, str], name: str, account: str) -> list[Line]:
        return [
            printed("户 名", left + 60, 100),
            printed(name, left + 160, 100),
            printed(halves[0], left, 115),
            printed("账 号", left + 60, 130),
            printed(account, left + 160, 130),
            printed(halves[1], left, 145),
        ]

    page = (
        *party(20, ("付款", "人"), "样例甲公司", "00123456789"),
        *party(620, ("收款", "人"), "样例乙公司", "00987654321"),
        printed("金 额 ￥46.50元", 20, 200),
    )

    found = values("bank_receipt", *page)

    assert (found["付款人全称"], found["付款人账号"]) == ("样例甲公司", "00123456789")
    assert (found["收款人全称"], found["收款人账号"]) == ("样例乙公司", "00987654321")


def test_the_rows_below_a_level_heading_are_its_partys_and_an_account_may_be_masked() -> None:
    page = [printed("付款方", 20, 100), printed("收款方", 620, 100)]
    for left, texts in (
        (120, ("账户名：样例甲", "账号：13500000613", "账户类型：样例账户", "开户机构：样例支付有限公司")),
        (720, ("账户名：样例乙", "账号：177******69", "账户类型：样例账户", "开户机构：样例网络有限公司")),
    ):
        page += [printed(text, left, 100 + 30 * row) for row, text in enumerate(texts)]
    page += [printed("小写：14000.00", 120, 260), printed("付款时间 2025-01-07 00:14:40", 120, 290)]

    found = values("bank_receipt", *page)

    assert (found["付款人全称"], found["付款人开户行"]) == ("样例甲", "样例支付有限公司")
    assert (found["收款人账号"], found["收款人开户行"]) == ("177******69", "样例网络有限公司")
    assert found["日期"] == "2025-01-07"


def test_the_number_of_a_transfer_comes_before_that_of_its_receipt() -> None:
    page = (
        printed("交易流水：C0123ABCD4567", 20, 100),
        printed("金额：CNY8,800.00", 20, 130),
        printed("回单编号：2026031200012", 20, 160),
        printed("税票号码：331016260800000001", 20, 190),
    )

    found = values("bank_receipt", *page)

    assert (found["流水号"], found["凭证号码"]) == ("C0123ABCD4567", "331016260800000001")


def test_the_translation_behind_a_stroke_belongs_to_the_label() -> None:
    page = (
        printed("姓名/Name : LI YANG", 20, 100),
        printed("房号/Room No. : 1208", 620, 100),
        printed("到店日期/Arrival : 24/06/2026", 20, 130),
        printed("离店日期/Departure : 25/06/2026", 620, 130),
        printed("总计/Total", 420, 200),
        printed("453.05", 620, 200),
        printed("453.05", 820, 200),
    )

    found = values("hotel", *page)

    assert (found["客人姓名"], found["房号"], found["合计"]) == ("LI YANG", "1208", "453.05")
    assert (found["入住日期"], found["离店日期"]) == ("2026-06-24", "2026-06-25")


def test_a_word_behind_a_stroke_in_the_same_script_is_no_translation() -> None:
    assert "姓名" not in values("train", printed("姓名/Li", 20, 100))
    assert values("hotel", printed("房号/12", 20, 100)).get("房号", "") in {"", "12"}


@pytest.mark.parametrize(
    ("text", "day"),
    [("24/06/2026", "2026-06-24"), ("06-24-2026", "2026-06-24"), ("05/06/2026", ""), ("31/02/2026", "")],
)
def test_a_day_before_its_month_is_a_date_if_it_can_be_read_in_one_way(text: str, day: str) -> None:
    assert values("hotel", printed(f"离店日期：{text}", 20, 100)).get("离店日期", "") == day


def test_the_dot_before_an_entry_of_a_list_is_no_part_of_a_label() -> None:
    page = (
        printed("·用车人手机号:13800000000", 20, 100),
        printed("·行程总计:共 2笔行程,总计可开票金额46.80元", 620, 100),
    )

    found = values("trip_list", *page)

    assert (found["行程人手机号"], found["笔数"], found["合计"]) == ("13800000000", "2", "46.80")


def test_trips_of_a_carrier_that_gives_both_places_in_one_column_are_rows() -> None:
    heads = (
        ("序号", 20),
        ("订单类型", 120),
        ("上车时间", 300),
        ("所在城市", 560),
        ("起点/终点", 740),
        ("可开票金额", 1100),
    )
    trip = (
        ("1", 20),
        ("舒享", 120),
        ("2026-06-22 12:50:29", 300),
        ("样例市", 560),
        ("甲路/乙路", 740),
        ("¥18.01", 1100),
    )

    found = rows(
        "trip_list",
        *(printed(text, left, 100) for text, left in heads),
        *(printed(text, left, 140) for text, left in trip),
    )

    assert found == [
        {"序号": "1", "车型": "舒享", "上车时间": "2026-06-22 12:50:29", "城市": "样例市", "金额": "18.01"}
    ]


def test_the_code_of_a_bill_may_be_letters_alone() -> None:
    assert values("medical_bill", printed("校验码：itykbi", 20, 100))["校验码"] == "itykbi"
    assert "校验码" not in values("medical_bill", printed("校验码：收款人", 20, 100))


def test_a_place_below_its_word_is_no_part_of_the_carriers_name() -> None:
    heads = (("承运人", 200), ("航班号", 340), ("座位等级", 480), ("日期", 640), ("时间", 860))
    flights = (
        (("首样", 40), ("样航", 200), ("YH1831", 340), ("Y", 500), ("2015-10-02", 640), ("12:15", 860)),
        (("至TO 虹样", 20), ("样航", 200), ("YH1858", 340), ("Y", 500), ("2015-10-08", 640), ("17:30", 860)),
    )
    page = [printed(text, left, 100) for text, left in heads]
    page.append(printed("自FROM", 40, 135))
    page += [printed(text, left, 165 + 40 * row) for row, flight in enumerate(flights) for text, left in flight]
    page += [printed("至TO 首样", 20, 245), printed("票价", 200, 300), printed("合计", 640, 300)]

    found = rows("air", *page)

    assert [(row["自"], row["至"], row["承运人"]) for row in found] == [
        ("首样", "虹样", "样航"),
        ("虹样", "首样", "样航"),
    ]


def test_the_printed_number_of_an_itinerary_stands_beside_its_label() -> None:
    page = (
        printed("印刷序号：", 700, 100),
        Line(text="6316372299 4", box=Box(left=840, top=112, right=960, bottom=132)),
        printed("SERIAL NUMBER:", 700, 150),
    )

    assert values("air", *page)["印刷序号"] == "63163722994"
