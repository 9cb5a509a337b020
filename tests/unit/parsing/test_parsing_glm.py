"""GLM-OCR's answers: forms that its publisher shows and that users report."""

import pytest

from bot.domain.engine_profile import ParserName
from bot.domain.prompt import FieldSpec, FieldType
from workers.extraction.model_table import rows_in
from workers.parsing.documents import document_text
from workers.parsing.fields import parse_fields
from workers.parsing.glm import glm_notation
from workers.parsing.registry import PARSERS

FIELDS = """```json
{
    "发票号码": "25992000000001234567",
    "购买方": {
        "名称": "青禾样例科技有限公司"
    },
    "价税合计": ""
}
```<|user|>"""
TABLE = (
    '<table border="1"><tr><td>项目名称</td><td>金额</td></tr><tr><td>复印纸</td><td>1,980.00</td></tr>'
    "<tr><td>中性笔</td><td>555.00</td></tr></table>"
)
PAGE = """## 7.4 胶缝

1 与玻璃面板平齐或突出的玻璃肋：

$$
\\frac {q l}{2 t _ {1}} \\leqslant f _ {1} \\tag{7.4.2-1}
$$

式中 $q$ ——面板载荷设计值（ $N/m^2$ ）"""


def test_every_parser_that_a_profile_may_name_is_there() -> None:
    assert {*PARSERS} == {*ParserName}


def test_fields_come_out_of_a_fence_and_of_nested_objects() -> None:
    read = parse_fields(glm_notation(FIELDS), ["发票号码", "购买方名称", "价税合计"])
    assert {name: value.text for name, value in read.found.items()} == {
        "发票号码": "25992000000001234567",
        "购买方名称": "青禾样例科技有限公司",
    }
    assert read.missing == ("价税合计",)
    assert (read.readable, read.complete, read.repaired) == (True, True, False)


def test_a_table_is_read_by_its_head() -> None:
    specs = (FieldSpec(name="项目名称", key="name"), FieldSpec(name="金额", key="amount", type=FieldType.MONEY))
    rows = rows_in(glm_notation(TABLE), specs, 0)
    assert [[cell.value for cell in row.cells] for row in rows] == [["复印纸", "1980.00"], ["中性笔", "555.00"]]


def test_a_page_keeps_headings_and_formulas() -> None:
    text = document_text(glm_notation(f"<|assistant|>\n{PAGE}<|endoftext|>"))
    assert text.startswith("## 7.4 胶缝")
    assert "\\tag{7.4.2-1}" in text
    assert "$N/m^2$" in text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("```markdown\n# 标题\n正文\n```", "# 标题\n正文"),
        ("```markdown\n# 标题\n正文", "# 标题\n正文"),
        ("```\n总计 5\n```", "总计 5"),
        ("前言\n```json\n{}\n```", "前言\n```json\n{}\n```"),
        ("```html\n<table></table>\n```\n后文\n```html\n<table></table>\n```", None),
        ("<think>这是一张发票</think>\n发票", "发票"),
        ("<think></think>发票<|user|>\n再来一次", "发票"),
        ("发票<|endof", "发票"),
        ("a < b |> c", "a < b |> c"),
        ("[gMASK]<sop><|assistant|>\n好", "好"),
        ("", ""),
        ("<|user|>", ""),
    ],
)
def test_what_is_around_an_answer_goes_and_what_is_in_it_stays(raw: str, expected: str | None) -> None:
    assert glm_notation(raw) == (raw if expected is None else expected)
