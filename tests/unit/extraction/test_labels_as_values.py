"""A label that was read where a value should stand never becomes the value of another field."""

from pathlib import Path

import pytest

from bot.config.prompt_toml import read_prompt
from bot.domain.document import Field, Line, Status
from bot.domain.prompt import FieldSpec, Prompt
from tests.fakes.invoice_forms import line
from workers.extraction.asked_fields import find_asked
from workers.extraction.fields import find_fields
from workers.extraction.label_words import is_label, label_words
from workers.extraction.table_rows import find_rows

PROMPTS = Path(__file__).parents[3] / "config" / "prompts"


def prompt(name: str) -> Prompt:
    return read_prompt((PROMPTS / f"{name}.toml").read_text(encoding="utf-8"), name=name).prompt


def read(name: str, *lines: Line) -> dict[str, Field]:
    return {field.name: field for field in find_fields(lines, prompt(name).fields) if field.value}


@pytest.mark.parametrize(
    "printed", ["有效身份证件号码", "身份证件号码", "有效身份证件", "签注 有效身份证件号码", "开户银行"]
)
def test_the_label_of_the_next_box_is_no_name(printed: str) -> None:
    found = read("air", line("旅客姓名", 40, 20), line(printed, 44, 54), line("合计：100.00", 40, 200))

    assert "旅客姓名" not in found


def test_a_label_of_another_kind_is_no_value_either() -> None:
    assert "客人姓名" not in read("hotel", line("客人姓名：航班号", 40, 20), line("合计：100.00", 40, 60))


def test_what_costs_money_may_be_what_was_paid_for() -> None:
    assert not is_label("手续费", label_words(prompt("bank_receipt").fields))


def test_a_name_with_a_label_behind_it_is_doubtful() -> None:
    found = read("air", line("填开单位：云州航空有效身份证件号码", 40, 20), line("合计：100.00", 40, 60))

    assert found["填开单位"].status is Status.DOUBTFUL


def test_names_that_share_characters_with_labels_stay() -> None:
    words = label_words(prompt("bank_receipt").fields)
    names = ("云州付款科技有限公司", "招商银行", "转账", "人民币", "合计科技", "单位内部食堂", "项目部")
    assert [name for name in names if is_label(name, words)] == []


def test_a_second_line_of_a_table_head_is_no_line() -> None:
    lines = [
        line("项目名称", 40, 20),
        line("规格型号", 240, 20),
        line("单位", 400, 20),
        line("数量", 480, 20),
        line("单价", 580, 20),
        line("金额", 700, 20),
        line("税率/征收率", 800, 20),
        line("税额", 960, 20),
        line("服务名称", 40, 50),
        line("咨询服务", 40, 90),
        line("1", 490, 90),
        line("100.00", 580, 90),
        line("100.00", 700, 90),
        line("6%", 820, 90),
        line("6.00", 960, 90),
        line("合计", 40, 140),
        line("¥100.00", 700, 140),
        line("¥6.00", 960, 140),
    ]

    rows = find_rows(lines, prompt("invoice").columns)

    assert [next(cell.value for cell in row.cells if cell.name == "名称") for row in rows] == ["咨询服务"]


def test_a_label_is_no_answer_to_what_a_person_asks_for() -> None:
    spec = FieldSpec(name="签注", key="asked", asked_by_name=True)

    assert find_asked([line("签注", 40, 20), line("有效身份证件号码", 200, 20)], [spec]) == {}


def test_where_to_stamp_is_no_party() -> None:
    assert "甲方" not in read("contract", line("甲方：（盖郡）", 40, 20), line("合同编号：HT-2025-001", 40, 60))
    assert "销售方名称" not in read("machine_invoice", line("收款单位（盖发票专用章有效）", 40, 20))


def test_half_of_an_amount_in_words_is_none_or_doubtful() -> None:
    assert "金额合计（大写）" not in read("fiscal_bill", line("金额合计（大写）：元整", 40, 20))
    assert read("fiscal_bill", line("金额合计（大写）：拾元整", 40, 20))["金额合计（大写）"].status is Status.DOUBTFUL
    assert (
        read("fiscal_bill", line("金额合计（大写）：壹拾元整", 40, 20))["金额合计（大写）"].status is Status.UNCHECKED
    )


def test_a_title_of_which_a_seal_hides_a_part_is_doubtful() -> None:
    whole = read("invoice", line("天津增值税电子普通发票", 300, 20, height=40), line("名称：个人", 40, 200))
    part = read("invoice", line("天津增值税电普通发票", 300, 20, height=40), line("名称：个人", 40, 200))

    assert whole["发票名称"].status is Status.UNCHECKED
    assert part["发票名称"].status is Status.DOUBTFUL


def test_on_a_strip_the_number_below_a_party_is_its_own() -> None:
    strip = [
        line("销售方名称：云州贸易有限公司", 40, 20),
        line("纳税人识别号：91990000MA0A1B2C3A", 40, 60),
        line("购买方名称：青禾科技有限公司", 40, 100),
        line("纳税人识别号：91990000MAFHPG9BWU", 40, 140),
    ]

    found = read("machine_invoice", *strip)

    assert found["销售方纳税人识别号"].value == "91990000MA0A1B2C3A"
    assert found["购买方纳税人识别号"].value == "91990000MAFHPG9BWU"


def test_plates_begin_with_the_sign_of_a_province() -> None:
    assert read("vehicle_licence", line("号牌号码：粵C86868", 40, 20))["号牌号码"].value == "粤C86868"
