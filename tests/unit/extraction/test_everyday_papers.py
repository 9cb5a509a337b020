"""Papers that people have every day, as their issuers print them: where their values stand, and what is none."""

from pathlib import Path

import pytest

from bot.config.prompt_toml import read_prompt
from bot.domain.document import Field, Line, Status
from bot.domain.prompt import Prompt
from tests.fakes.invoice_forms import line
from workers.extraction.fields import find_fields
from workers.extraction.table_rows import find_rows

_PROMPTS = Path(__file__).parents[3] / "config" / "prompts"


def shipped(name: str) -> Prompt:
    return read_prompt((_PROMPTS / f"{name}.toml").read_text(encoding="utf-8"), name=name).prompt


def read(name: str, *lines: Line) -> dict[str, Field]:
    return {field.name: field for field in find_fields(lines, shipped(name).fields)}


def values(name: str, *lines: Line) -> dict[str, str]:
    return {key: field.value for key, field in read(name, *lines).items() if field.value}


def flush(text: str, top: int) -> Line:
    """Return a line that ends at the right edge of a phone's screen, 700 pixels wide."""
    width = sum(20 if char > "\u2000" else 10 for char in text)
    return line(text, 680 - width, top)


def test_an_app_leaves_the_last_digit_of_an_amount_out() -> None:
    assert values("payment", line("订单总额", 20, 20), line("￥87.0", 200, 20))["金额"] == "87.00"


def test_one_decimal_is_an_amount_cut_off_where_others_have_two() -> None:
    found = values(
        "payment",
        line("商品小计", 20, 20),
        line("￥12.50", 200, 20),
        line("订单总额", 20, 60),
        line("￥160.4", 200, 60),
    )
    assert "金额" not in found


def test_an_amount_without_a_currency_and_with_one_decimal_is_none() -> None:
    assert "金额" not in values("payment", line("订单总额", 20, 20), line("87.0", 200, 20))


def test_labels_that_touch_their_values_are_found_where_both_stand_in_columns() -> None:
    page = (
        line("当前状态支付成功", 30, 100),
        line("支付时间2025年9月12日11:48:25", 30, 140),
        line("商户全称样例在线科技有限公司", 30, 180),
        line("支付方式样例银行信用卡(8821)", 30, 220),
        line("交易单号4200002718202509127182736450", 30, 260),
    )

    found = values("payment", *page)

    assert (found["状态"], found["商户全称"]) == ("支付成功", "样例在线科技有限公司")
    assert found["支付方式"] == "样例银行信用卡（8821）"


def test_a_word_in_which_a_label_begins_is_no_label() -> None:
    page = (
        line("支付时间", 30, 100),
        flush("2025-09-12 09:20:30", 100),
        line("商品总额", 30, 140),
        flush("￥9.00", 140),
    )

    assert "商品" not in values("payment", *page)


def test_a_name_that_ends_at_the_right_edge_goes_on_in_the_line_below() -> None:
    rows = (
        ("支付时间", "2025-09-10 18:20:31"),
        ("付款方式", "余额 >"),
        ("商品说明", "95号汽油"),
        ("订单号", "2025091022001482731234567890"),
    )
    page = [
        item for at, (label, value) in enumerate(rows) for item in (line(label, 20, 40 * at), flush(value, 40 * at))
    ]
    page += [line("收款方全称", 20, 200), flush("样例石化销售股份有限公司云州", 200), flush("石油分公司", 235)]

    found = values("payment", *page)

    assert found["商户全称"] == "样例石化销售股份有限公司云州石油分公司"
    assert found["支付方式"] == "余额"


def test_the_button_behind_a_number_is_no_part_of_it() -> None:
    page = (line("订单号码", 20, 20), line("1726 3540 9182 7364 51 复制", 160, 20))

    assert values("payment", *page)["交易单号"] == "172635409182736451"


def test_a_value_of_two_lines_stands_around_its_label() -> None:
    book = (
        line("户别", 90, 128),
        line("家庭户", 240, 128),
        line("云州市东城区青年路12号3幢", 600, 208),
        line("户号", 90, 220),
        line("020817364", 240, 220),
        line("住址", 500, 220),
        line("402室", 600, 232),
    )

    found = values("household", *book)

    assert (found["户号"], found["住址"]) == ("020817364", "云州市东城区青年路12号3幢402室")


def test_values_stand_below_a_row_of_labels() -> None:
    ticket = (
        *(line(word, 60 + 190 * at, 160) for at, word in enumerate(("乘车日期", "发车时间", "座号", "检票口"))),
        *(line(word, 60 + 190 * at, 195) for at, word in enumerate(("2024-10-05", "13:20", "07", "3"))),
        *(line(word, 60 + 190 * at, 260) for at, word in enumerate(("票价", "票种", "车次", "车型"))),
        *(line(word, 60 + 190 * at, 295) for at, word in enumerate(("36.00元", "全", "NJ1320", "大型"))),
    )

    found = values("coach_ticket", *ticket)

    assert (found["乘车日期"], found["开车时间"], found["座位号"]) == ("2024-10-05", "13:20", "07")
    assert (found["票价"], found["班次"]) == ("36.00", "NJ1320")


def test_values_stand_below_labels_whose_boxes_overlap_and_beside_a_rate_that_touches_an_amount() -> None:
    heads = (("票价", 420), ("燃油附加费", 584), ("增值税税率", 690), ("民航发展基金", 900), ("其他税费", 1019))
    amounts = (("CNY 2011.00", 430), ("CNY 20.00", 590), ("9%", 685), ("CNY 50.00", 910), ("CNY 0.00", 1040))
    itinerary = (*(line(word, left, 160) for word, left in heads), *(line(word, left, 195) for word, left in amounts))

    found = values("air", *itinerary)

    assert (found["票价"], found["燃油附加费"], found["增值税税率"]) == ("2011.00", "20.00", "9%")
    assert (found["民航发展基金"], found["其他税费"]) == ("50.00", "0.00")


def test_the_first_line_of_a_table_is_no_value_of_the_paper() -> None:
    invoice = (
        *(line(word, 60 + 190 * at, 160) for at, word in enumerate(("单位", "数量", "单价", "金额"))),
        *(line(word, 60 + 190 * at, 195) for at, word in enumerate(("次", "1", "3200.00", "3200.00"))),
        *(line(word, 60 + 190 * at, 230) for at, word in enumerate(("份", "40", "18.50", "740.00"))),
    )

    assert "价税合计" not in values("machine_invoice", *invoice)


def test_a_diploma_says_it_in_sentences() -> None:
    diploma = (
        line("毕 业 证 书", 300, 40, height=40),
        line("学生 郑样例 性别 女，二〇〇〇年四月十二日生，于二〇一八年九月", 60, 140),
        line("至二〇二二年六月在本校 会计学 专业四年制本科学习，", 40, 180),
        line("校 名：云州财经大学", 60, 300),
        line("证书编号：104821202205001827", 60, 350),
        line("二○二二年 六 月 二十 日", 500, 350),
    )

    assert values("certificate", *diploma) == {
        "证书名称": "毕业证书",
        "姓名": "郑样例",
        "证书编号": "104821202205001827",
        "专业": "会计学",
        "颁发机构": "云州财经大学",
        "发证日期": "2022-06-20",
    }


def test_the_numbers_of_a_patient_are_not_taken_for_each_other() -> None:
    bill = (
        line("业务流水号：ZY20250328001827", 20, 20),
        line("病历号：00482736", 20, 60),
        line("住院号：2503180047", 20, 100),
    )

    assert values("medical_bill", *bill) == {
        "业务流水号": "ZY20250328001827",
        "病历号": "00482736",
        "住院号": "2503180047",
    }


def test_the_number_of_a_market_for_used_cars_is_not_the_sellers() -> None:
    invoice = (
        line("买方单位/个人", 20, 20),
        line("赵样例", 220, 20),
        line("单位代码/身份证号码", 500, 20),
        line("990000199203154517", 760, 20),
        line("卖方单位/个人", 20, 60),
        line("钱样例", 220, 60),
        line("单位代码/身份证号码", 500, 60),
        line("990000198511023316", 760, 60),
        line("二手车市场", 20, 100),
        line("云州二手车交易市场有限公司", 220, 100),
        line("纳税人识别号", 520, 100),
        line("91990000MA2B1C3D4E", 760, 100),
    )

    found = values("vehicle_invoice", *invoice)

    assert (found["购买方纳税人识别号"], found["销售方纳税人识别号"]) == ("990000199203154517", "990000198511023316")
    assert found["二手车市场纳税人识别号"] == "91990000MA2B1C3D4E"


def test_the_check_digit_behind_a_passports_number_is_no_part_of_it() -> None:
    page = (line("EJ8271635", 600, 40), line("EJ82716357CHN9309078F3103115", 20, 400))

    assert values("passport", *page)["护照号"] == "EJ8271635"


def test_a_day_with_a_time_is_a_day_and_a_word_is_no_number() -> None:
    bill = (
        line("到店 Arrival：2025/08/19 14:22", 20, 20),
        line("房号 Room：2306", 400, 20),
        line("房费 Room Charge", 20, 60),
        line("468.00", 400, 60),
    )

    found = values("hotel", *bill)

    assert (found["入住日期"], found["房号"]) == ("2025-08-19", "2306")


def test_the_seal_behind_a_label_is_no_part_of_the_name() -> None:
    contract = (line("需方（盖章）：云州贸易有限公司", 20, 20), line("供方（盖章）：青禾机械有限公司", 400, 20))

    found = values("contract", *contract)

    assert (found["甲方"], found["乙方"]) == ("云州贸易有限公司", "青禾机械有限公司")


def test_a_masked_identity_number_of_which_stars_are_missing_is_doubtful() -> None:
    ticket = (line("身份证号：3201*******4413", 20, 20), line("姓名：丁样例", 20, 60))

    assert read("coach_ticket", *ticket)["身份证号"].status is Status.DOUBTFUL


@pytest.mark.parametrize("gap", [26, 34])
def test_a_ticket_in_two_languages_has_one_head_and_empty_lines(gap: int) -> None:
    heads = (("承运人", "CARRIER"), ("航班号", "FLIGHT"), ("座位等级", "CLASS"), ("日期", "DATE"), ("时间", "TIME"))
    flight = ("国航", "CA1702", "Y", "2024-05-21", "08:05")
    places = (300, 440, 580, 720, 900)
    page = [
        *(line(words[0], place, 100) for words, place in zip(heads, places, strict=True)),
        *(line(words[1], place, 100 + gap) for words, place in zip(heads, places, strict=True)),
        line("自FROM T3 杭州 HGH", 20, 180),
        *(line(word, place, 180) for word, place in zip(flight, places, strict=True)),
        line("至TO T2 北京 PEK", 20, 230),
        line("VOID", 300, 230),
        line("至TO VOID", 20, 280),
        line("票价", 300, 330),
    ]
    kind = shipped("air")

    (row,) = find_rows(page, kind.columns, kind.table_ends)

    assert [cell.value for cell in row.cells] == ["T3杭州HGH", "T2北京PEK", *flight]


def test_the_number_of_a_payment_goes_on_in_the_next_line() -> None:
    found = values(
        "payment",
        line("当前状态", 30, 60),
        line("支付成功", 200, 60),
        line("交易单号", 30, 100),
        line("4200002671202505167", 200, 100),
        line("733019284", 200, 130),
        line("支付方式", 30, 170),
        line("零钱", 200, 170),
    )
    assert found["交易单号"] == "4200002671202505167733019284"


def test_what_was_paid_comes_before_what_the_order_came_to() -> None:
    page = (line("-72.50", 220, 40, height=40), line("订单金额", 30, 120), line("79.00", 200, 120))

    assert values("payment", *page)["金额"] == "-72.50"
    assert values("payment", *page[1:])["金额"] == "79.00"


def test_a_row_with_a_word_of_its_own_does_not_continue_the_value_above() -> None:
    found = values(
        "payment",
        line("商户全称", 30, 100),
        line("样例咖啡有限公司", 200, 100),
        line("收单机构", 30, 130),
        line("样例支付科技有限公司", 200, 130),
    )
    assert found["商户全称"] == "样例咖啡有限公司"


def test_a_slip_sets_the_end_of_a_companys_name_at_its_left_edge() -> None:
    slip = (line("销售方名称:样例鼓楼餐饮管理有限公", 20, 100), line("纳税人识别号:91320106MA1W9X6R7T", 20, 160))

    assert values("machine_invoice", slip[0], line("司", 20, 130), slip[1])["销售方名称"] == "样例鼓楼餐饮管理有限公司"
    assert read("machine_invoice", *slip)["销售方名称"].status is Status.DOUBTFUL


def test_the_commas_between_the_lines_of_a_value_are_kept() -> None:
    found = values(
        "licence",
        line("经营范围", 30, 100),
        line("软件开发；信息系统集成服务；", 160, 100),
        line("数据处理服务。", 160, 130),
    )
    assert found["经营范围"] == "软件开发；信息系统集成服务；数据处理服务"


def test_a_hotel_prints_the_english_name_of_the_month() -> None:
    found = values(
        "hotel",
        line("Arrival 到店日期", 30, 40),
        line("05-JUN-25", 300, 40),
        line("Room No.", 30, 80),
        line("1812", 300, 80),
    )
    assert found["入住日期"] == "2025-06-05"


def test_the_kind_of_ticket_behind_a_fare_is_no_part_of_it() -> None:
    assert values("coach_ticket", line("票价：32.00元（全票）", 20, 40))["票价"] == "32.00"


def test_a_label_that_its_cell_sets_on_two_lines_is_one() -> None:
    found = values(
        "vehicle_invoice",
        line("增值税税率", 40, 100),
        line("或征收率", 50, 122),
        line("13%", 200, 111),
        line("不含税价", 40, 160),
        line("小写￥114867.26", 200, 160),
    )
    assert found == {"税率": "13%", "不含税价": "114867.26"}


def test_two_labels_below_each_other_stay_two() -> None:
    found = values("hotel", line("入住", 40, 100), line("离店日期", 40, 122), line("2025-06-08", 200, 122))
    assert found == {"离店日期": "2025-06-08"}


def test_a_time_that_is_glued_to_its_day_is_left_out() -> None:
    assert values("hotel", line("入住时间：2025-04-1415:22", 40, 40))["入住日期"] == "2025-04-14"


def test_the_sum_below_the_trips_belongs_to_no_trip() -> None:
    heads = ("序号", "车型", "乘车时间", "出发城市", "出发地", "目的地", "里程（km）", "实付金额（元）")
    trip = ("1", "专车", "2025-06-25 22:01:48", "杭州", "样例机场", "城西商场", "40.2", "152.00")
    page = (
        *(line(head, 20 + 220 * at, 40) for at, head in enumerate(heads)),
        *(line(cell, 20 + 220 * at, 80) for at, cell in enumerate(trip)),
        line("共1笔行程，合计：152.00元", 200, 110),
    )
    kind = shipped("trip_list")
    (row,) = find_rows(page, kind.columns, kind.table_ends)
    assert [cell.value for cell in row.cells if cell.name in {"车型", "起点", "金额"}] == ["专车", "样例机场", "152.00"]


def test_letters_that_look_like_digits_make_a_code_that_was_read_doubtful() -> None:
    (read_,) = [
        one for one in find_fields([line("校验码：9fob2a", 40, 40)], shipped("fiscal_bill").fields) if one.value
    ]
    assert (read_.value, read_.status) == ("9fob2a", Status.DOUBTFUL)


def test_a_card_without_words_is_read_by_the_form_of_its_values() -> None:
    found = values(
        "business_card",
        line("罗样例", 60, 60, height=34),
        line("创意总监", 60, 120),
        line("样例设计工作室", 60, 160),
        line("138 2213 7789", 60, 200),
        line("020-8732 6611", 60, 240),
        line("luo@example.com", 60, 280),
        line("杭州市西湖区文三路90号", 60, 320),
        line("东部软件园5号楼301", 60, 350),
    )
    assert found == {
        "姓名": "罗样例",
        "职务": "创意总监",
        "公司": "样例设计工作室",
        "手机": "13822137789",
        "电话": "020-87326611",
        "邮箱": "luo@example.com",
        "地址": "杭州市西湖区文三路90号东部软件园5号楼301",
    }
