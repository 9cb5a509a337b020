import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config.prompt_toml import read_prompt
from bot.domain.document import Box, Field, Line, Source, Status
from bot.domain.prompt import FieldSpec, FieldType
from tests.fakes.invoice_forms import Form, all_forms, digital, electronic_general, line
from workers.extraction.fields import find_fields

_ROOT = Path(__file__).parents[3]
_DATA = Path(__file__).parents[1] / "data"
SPECS = read_prompt((_ROOT / "config/prompts/invoice.toml").read_text(encoding="utf-8"), name="invoice").prompt.fields


def read_lines(name: str) -> tuple[Line, ...]:
    """Return lines as the embedded engine read them off a picture."""
    rows = json.loads((_DATA / f"{name}.lines.json").read_text(encoding="utf-8"))
    return tuple(
        Line(
            text=row["text"],
            box=Box(**dict(zip(("left", "top", "right", "bottom"), row["box"], strict=True))),
            confidence=row["confidence"],
        )
        for row in rows
    )


def find(lines: tuple[Line, ...] | list[Line]) -> dict[str, Field]:
    return {field.key: field for field in find_fields(lines, SPECS)}


def values(lines: tuple[Line, ...] | list[Line]) -> dict[str, str]:
    return {key: field.value for key, field in find(lines).items()}


_READ_TRUTH = {
    "vat_e_general": {
        "发票名称": "天津增值税电子普通发票",
        "发票代码": "012001800311",
        "发票号码": "33207675",
        "开票日期": "2019-05-08",
        "校验码": "76939056883466677916",
        "机器编号": "661619942171",
        "购买方名称": "个人",
        "销售方名称": "天津瑞佳讯贸易有限公司",
        "销售方纳税人识别号": "91120222079642398Y",
        "合计金额": "46.62",
        "合计税额": "6.08",
        "价税合计": "52.70",
        "价税合计（大写）": "伍拾贰圆柒角",
        "收款人": "京东商城",
        "开票人": "京东商城",
        "备注": "订单号：94859303935",
    },
    "taxi_receipt": {"发票代码": "161002018100", "发票号码": "42609332"},
}


def _sample_truth() -> Iterator[tuple[str, dict[str, str]]]:
    truth = json.loads((_ROOT / "config/samples/truth.json").read_text(encoding="utf-8"))
    yield "digital_invoice", truth["digital_invoice.png"]["fields"]
    yield "invoice_photo", truth["invoice_photo.jpg"]["fields"]


@pytest.mark.parametrize(("name", "truth"), [*_READ_TRUTH.items(), *_sample_truth()])
def test_real_readings_give_every_field_and_nothing_else(name: str, truth: dict[str, str]) -> None:
    found = {field.name: field.value for field in find_fields(read_lines(name), SPECS) if field.value}

    assert found == truth


@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.name)
def test_every_form_gives_its_fields(form: Form) -> None:
    assert values(form.lines) == form.truth


def test_fields_come_in_the_order_asked_for_with_page_box_and_source() -> None:
    fields = find_fields(electronic_general().lines, SPECS[::-1])

    assert [field.key for field in fields] == [spec.key for spec in SPECS[::-1]]
    number = next(field for field in fields if field.key == "invoice_number")
    assert (number.status, number.source, number.page) == (Status.UNCHECKED, Source.CPU, 0)
    assert number.box == next(one.box for one in electronic_general().lines if "47561238" in one.text)


def test_what_is_not_there_is_missing() -> None:
    for field in find_fields((), SPECS):
        assert (field.value, field.status, field.source, field.box) == ("", Status.MISSING, Source.NONE, None)


def test_a_line_the_engine_was_unsure_of_makes_its_field_doubtful() -> None:
    form = electronic_general()
    lines = [replace(one, confidence=0.7) if "47561238" in one.text else one for one in form.lines]

    found = find(lines)

    assert found["invoice_number"].status is Status.DOUBTFUL
    assert found["invoice_number"].value == "47561238"
    assert found["invoice_number"].doubts
    assert found["invoice_code"].status is Status.UNCHECKED


def test_two_different_numbers_under_one_label_are_both_named() -> None:
    lines = [*electronic_general().lines, line("发票号码：11112222", 400, 130)]

    number = find(lines)["invoice_number"]

    assert number.status is Status.DOUBTFUL
    assert "11112222" in number.doubts[0]
    assert "47561238" in number.doubts[0]


@pytest.mark.parametrize("misread", ["(X)", "X", "⊙", "区", "8", "⊗ "])
def test_the_crossed_circle_before_the_words_is_no_part_of_them(misread: str) -> None:
    form = digital()
    lines = [replace(one, text=misread) if one.text == "⊗" else one for one in form.lines]

    assert values(lines)["total_in_words"] == form.truth["total_in_words"]


def test_the_crossed_circle_may_be_read_as_a_smaller_line_of_its_own() -> None:
    form = digital()
    lines = [line("8", 385, 556, height=12) if one.text == "⊗" else one for one in form.lines]

    assert values(lines)["total_in_words"] == form.truth["total_in_words"]


@pytest.mark.parametrize("lost", ["合", "计"])
def test_the_sums_are_known_by_their_signs_where_their_label_was_lost(lost: str) -> None:
    form = digital()

    found = values([one for one in form.lines if one.text != lost])

    assert (found["amount_without_tax"], found["tax_amount"]) == ("1234.50", "160.49")


@pytest.mark.parametrize("lost", ["备", "注"])
def test_half_a_heading_still_leads_to_the_remarks(lost: str) -> None:
    form = electronic_general()

    assert values([one for one in form.lines if one.text != lost])["remarks"] == form.truth["remarks"]


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("2019年05月08日", "2019-05-08"),
        ("2019 05 08", "2019-05-08"),
        ("2019 年 5 月 8 日", "2019-05-08"),
        ("2019-5-8", "2019-05-08"),
        ("2019/05/08", "2019-05-08"),
        ("20190508", "2019-05-08"),
        ("2019年13月08日", ""),
        ("2019年05月", ""),
    ],
)
def test_dates_are_read_in_every_usual_form(printed: str, value: str) -> None:
    assert values([line(f"开票日期：{printed}", 100, 100)])["issue_date"] == value


@pytest.mark.parametrize("printed", ["020-06-18", "020年06月18日"])
def test_a_date_whose_year_is_cut_is_shown_as_it_was_read_and_marked(printed: str) -> None:
    field = find([line(f"开票日期：{printed}", 100, 100)])["issue_date"]
    assert (field.value, field.status) == (printed, Status.DOUBTFUL)
    assert "年份" in field.doubts[0]


@pytest.mark.parametrize(
    ("printed", "value", "status"),
    [
        ("¥52.70", "52.70", Status.UNCHECKED),
        ("￥1,234.50", "1234.50", Status.UNCHECKED),
        ("Y1，234，567.89", "1234567.89", Status.UNCHECKED),
        ("-¥52.70", "-52.70", Status.UNCHECKED),
        ("¥-52.70", "-52.70", Status.UNCHECKED),
        ("¥ 52. 70", "52.70", Status.UNCHECKED),
        ("10元", "10.00", Status.DOUBTFUL),
        ("¥1.234.50", "", Status.MISSING),
        ("***", "", Status.MISSING),
    ],
)
def test_money_is_a_plain_decimal(printed: str, value: str, status: Status) -> None:
    total = find([line(f"（小写）{printed}", 100, 100)])["total_with_tax"]

    assert (total.value, total.status) == (value, status)


def test_a_date_without_its_end_is_doubtful() -> None:
    assert find([line("开票日期：2019年05月1", 100, 100)])["issue_date"].status is Status.DOUBTFUL


def test_an_empty_label_does_not_take_its_neighbours_value() -> None:
    lines = [line("收款人：", 80, 100), line("复核：钱小江", 180, 100), line("开票人：", 360, 100)]
    lines += [line("销售方：(章)", 480, 100), line("发票专用章", 460, 90)]

    found = values(lines)

    assert (found["payee"], found["reviewer"], found["drawer"]) == ("", "钱小江", "")


def test_labels_run_together_in_one_line_are_parted() -> None:
    found = values([line("收款人：赵大海复核：钱小江 开票人:孙晓河", 80, 100)])

    assert (found["payee"], found["reviewer"], found["drawer"]) == ("赵大海", "钱小江", "孙晓河")


def test_a_name_over_two_lines_is_put_together() -> None:
    form = digital()
    lines = [one for one in form.lines if not one.text.startswith("名称：北京")]
    lines += [line("名称：北京青禾内蒙古自治区呼和浩特市分", 85, 165), line("公司第二营业部", 145, 189)]

    assert values(lines)["buyer_name"] == "北京青禾内蒙古自治区呼和浩特市分公司第二营业部"


def test_remarks_of_several_lines_keep_their_words_apart() -> None:
    form = digital(remark="购方开户银行:工商银行; 银行账号:62220202")
    lines = [*form.lines, line("项目编号XM-17", 90, 630)]

    assert values(lines)["remarks"] == "购方开户银行:工商银行;银行账号:62220202 项目编号XM-17"


def test_a_sellers_seal_over_the_remarks_is_left_out_even_misread() -> None:
    form = digital(remark="项目编号XM-2024-17")
    arc = form.truth["seller_name"][1:].replace("有限", "有银")

    assert values([*form.lines, line(arc, 90, 630)])["remarks"] == "项目编号XM-2024-17"


def test_a_yuan_sign_that_is_read_as_a_letter_still_announces_money() -> None:
    form = digital()
    lines = [replace(one, text=one.text.replace("¥", "V")) for one in form.lines]

    assert values(lines)["total_with_tax"] == form.truth["total_with_tax"]


def test_a_party_nobody_can_tell_is_left_out() -> None:
    found = values([line("名称：北京青禾科技有限公司", 300, 100), line("纳税人识别号：91110108MA01C8J45N", 300, 130)])

    assert not any(found.values())


def test_a_purchase_invoice_has_its_parties_the_other_way_round() -> None:
    form = digital()
    swapped = {"购买方信息": "销售方信息", "销售方信息": "购买方信息"}
    lines = [replace(one, text=swapped.get(one.text, one.text)) for one in form.lines]

    found = values(lines)

    assert found["seller_name"] == form.truth["buyer_name"]
    assert found["buyer_tax_id"] == form.truth["seller_tax_id"]


def test_two_invoices_in_one_file_are_not_mixed() -> None:
    other = [replace(one, page=1, text=one.text.replace("47561238", "99998888")) for one in electronic_general().lines]

    found = find([*digital(remark="").lines, *other])

    assert {field.page for field in found.values() if field.value} in ({0}, {1})


def test_any_document_can_have_fields() -> None:
    specs = (
        FieldSpec(name="合同编号", key="contract_number"),
        FieldSpec(name="签订日期", key="signed", type=FieldType.DATE),
        FieldSpec(name="甲方", key="first", labels=("甲方（采购方）",)),
        FieldSpec(name="乙方", key="second", labels=("乙方（供应方）",)),
    )

    found = {field.key: field.value for field in find_fields(read_lines("contract"), specs)}

    assert found["contract_number"] == "QH-2025-0318"
    assert found["signed"] == "2025-03-18"
    assert found["first"] == "青禾样例科技有限公司"
    assert found["second"] == "云州示例办公用品有限公司"


def test_a_name_whose_label_lost_its_first_half_is_found() -> None:
    form = electronic_general()
    halved = [one for one in form.lines if one.text != "名"]
    assert len(halved) == len(form.lines) - 2

    found = values(halved)

    assert (found["buyer_name"], found["seller_name"]) == (form.truth["buyer_name"], form.truth["seller_name"])
