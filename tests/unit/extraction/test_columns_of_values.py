"""Values far behind their labels, as apps, banks and offices print them."""

from pathlib import Path

import pytest

from bot.config.prompt_toml import read_prompt
from bot.domain.document import Field, Line, Status
from tests.fakes.invoice_forms import line
from workers.extraction.fields import find_fields

_PROMPTS = Path(__file__).parents[3] / "config" / "prompts"
_RIGHT = 760


def read(name: str, *lines: Line) -> dict[str, Field]:
    """Return the fields of a shipped prompt that have a value, by their names."""
    specs = read_prompt((_PROMPTS / f"{name}.toml").read_text(encoding="utf-8"), name=name).prompt.fields
    return {field.name: field for field in find_fields(lines, specs) if field.value}


def values(name: str, *lines: Line) -> dict[str, str]:
    return {key: field.value for key, field in read(name, *lines).items()}


def at_right(text: str, top: int) -> Line:
    """Return a line that ends at the right edge of a phone's page."""
    width = sum(20 if char > "\u2fff" else 10 for char in text)
    return line(text, _RIGHT - width, top)


def phone_page(*rows: tuple[str, str]) -> list[Line]:
    return [
        one
        for at, (label, value) in enumerate(rows)
        for one in (line(label, 20, 200 + 50 * at), at_right(value, 200 + 50 * at))
    ]


def test_the_values_of_an_order_end_at_the_right_edge_of_the_screen() -> None:
    rows = (
        ("订单编号", "298831774512"),
        ("下单时间", "2026-02-18 21:03:55"),
        ("支付方式", "在线支付"),
        ("商品总额", "￥749.00"),
        ("运费", "+￥6.00"),
        ("实付款", "￥705.00"),
    )

    assert values("payment", line("已完成", 20, 60), *phone_page(*rows)) == {
        "金额": "705.00",
        "状态": "已完成",
        "支付时间": "2026-02-18 21:03:55",
        "支付方式": "在线支付",
        "交易单号": "298831774512",
    }


def test_what_stands_far_behind_a_lone_label_is_no_value() -> None:
    assert values("payment", *phone_page(("支付方式", "在线支付"))) == {}


def icbc(*more: Line) -> list[Line]:
    """Return the form of a bank whose parties stand in cells beside three rows each."""
    parties = [
        *(line("付款人", 20, 150), line("收款人", 480, 150)),
        *(line(word, left, y) for left in (100, 560) for word, y in (("户名", 120), ("账号", 150), ("开户银行", 180))),
        *(line("杭州远帆贸易有限公司", 200, 120), line("上海启明软件股份有限公司", 660, 120)),
        *(line("1202020509900123456", 200, 150), line("1001234519006712345", 660, 150)),
        *(line("工行杭州庆春支行", 200, 180), line("工行上海浦东分行", 660, 180)),
    ]
    rows = (("金额", "￥128,600.00元"), ("摘要", "服务费"), ("用途", "2026年一季度软件维护"))
    pairs = [
        one
        for at, (label, value) in enumerate(rows)
        for one in (line(label, 20, 210 + 30 * at), line(value, 200, 210 + 30 * at))
    ]
    return [*parties, *pairs, *more]


def test_the_parties_of_a_bank_receipt_stand_beside_headings_that_are_printed_level() -> None:
    found = values("bank_receipt", *icbc())

    assert {key: value for key, value in found.items() if key.startswith(("付款人", "收款人"))} == {
        "付款人全称": "杭州远帆贸易有限公司",
        "付款人账号": "1202020509900123456",
        "付款人开户行": "工行杭州庆春支行",
        "收款人全称": "上海启明软件股份有限公司",
        "收款人账号": "1001234519006712345",
        "收款人开户行": "工行上海浦东分行",
    }


def test_the_next_row_of_a_form_does_not_continue_the_name_of_a_bank() -> None:
    assert values("bank_receipt", *icbc())["金额（小写）"] == "128600.00"


def test_the_purpose_is_taken_from_its_own_label_and_not_from_the_remarks() -> None:
    remark = (line("备注", 20, 300), line("附言：合同QM-2026-018", 200, 300))

    assert values("bank_receipt", *icbc(*remark))["用途"] == "2026年一季度软件维护"


def test_a_number_ends_before_a_label_that_no_prompt_has() -> None:
    found = values("medical_bill", line("业务流水号：MZ20260418771 门诊号：00918273 就诊日期：2026-04-18", 20, 20))

    assert found["门诊号"] == "00918273"


def test_a_value_from_a_lesser_label_is_doubtful_where_that_of_the_better_one_is_not_understood() -> None:
    found = read("bank_receipt", line("回单编号：MZ20260418771", 20, 20), line("流水号：见背面", 20, 60))

    assert (found["流水号"].value, found["流水号"].status) == ("MZ20260418771", Status.DOUBTFUL)


def test_of_two_columns_of_sums_the_first_counts() -> None:
    assert values("hotel", line("合计 Total: 1,396.00", 500, 20), line("1,396.00", 730, 20))["合计"] == "1396.00"


def test_labels_in_english_are_found_however_they_are_capitalised() -> None:
    found = values(
        "english_invoice",
        line("Invoice #: NW-2026-00417", 20, 20),
        line("INVOICE DATE: 12 Mar 2026", 20, 50),
        line("Bill to:", 20, 110),
        line("Hangzhou Yuanfan Trading Co., Ltd", 20, 140),
    )

    assert found == {
        "发票号码": "NW-2026-00417",
        "开票日期": "12 Mar 2026",
        "购买方": "Hangzhou Yuanfan Trading Co., Ltd",
    }


@pytest.mark.parametrize(
    ("rows", "field", "value"),
    [
        (("INVOICE INV-2026-001", "Issued: September 20, 2026"), "发票号码", "INV-2026-001"),
        (("INVOICE INV-2026-001", "Issued: September 20, 2026"), "开票日期", "September 20, 2026"),
        (("Subtotal: 200.00 EUR", "Total: 238.00 EUR"), "合计", "238.00"),
        (
            ("1. Headphones - 500 Units - $25.00 - Total: $12,500.00", "Total Value: $44,500.00"),
            "合计",
            "44500.00",
        ),
        (("Quantity(PCS): 500 PCS", "Amount (USD): 50000.00"), "合计", "50000.00"),
    ],
)
def test_invoices_in_english_are_read_by_what_sellers_write(rows: tuple[str, ...], field: str, value: str) -> None:
    found = values("english_invoice", *(line(text, 20, 20 + 40 * row) for row, text in enumerate(rows)))

    assert found[field] == value


def test_the_clauses_of_a_contract_are_numbered() -> None:
    found = values(
        "contract",
        line("二、合同金额：本合同总价为人民币128,600.00元（大写：壹拾贰万捌仟陆佰元整），含税。", 20, 20),
        line("三、付款方式：合同签订后10个工作日内支付50%，验收后支付50%。", 20, 80),
    )

    assert found["合同金额（小写）"] == "128600.00"
    assert found["付款方式"] == "合同签订后10个工作日内支付50%，验收后支付50%"


def test_a_receipt_for_money_taken_is_read_by_the_words_of_its_form() -> None:
    found = values(
        "payment_receipt",
        line("2026年5月9日", 20, 20),
        line("No 0038127", 600, 20),
        line("今收到 杭州远帆贸易有限公司", 20, 70),
        line("交来 场地租赁押金", 20, 120),
        line("人民币（大写） 贰仟元整", 20, 170),
        line("￥2000.00", 500, 170),
        line("收款单位（盖章）：杭州城北仓储中心", 20, 220),
        line("收款人：陈晓", 450, 220),
    )

    assert found == {
        "编号": "0038127",
        "日期": "2026-05-09",
        "付款单位": "杭州远帆贸易有限公司",
        "事由": "场地租赁押金",
        "金额（大写）": "贰仟元整",
        "金额（小写）": "2000.00",
        "收款单位": "杭州城北仓储中心",
        "收款人": "陈晓",
    }


def test_the_name_of_an_organisation_may_stand_far_behind_its_label() -> None:
    found = values("tax_payment", line("纳税人名称", 20, 20), line("杭州远帆贸易有限公司", 280, 20))

    assert found == {"纳税人名称": "杭州远帆贸易有限公司"}
