"""The lines of an invoice from a model's answer about its table."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.config import prompt_files
from bot.domain.document import Document, Reading, Source, Status, Stop
from bot.domain.errors import Unavailable
from bot.domain.prompt import TABLE_TEXT
from workers.engines.base import USUAL, AskOptions, EncodedPicture, PictureForm
from workers.extraction.model_table import rows_in
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document

_PROMPTS = prompt_files.load(Path(__file__).resolve().parents[3] / "config" / "prompts")
_INVOICE = next(prompt for prompt in _PROMPTS.prompts if prompt.name == "invoice")
_LABELS = ("项目名称", "规格型号", "单 位", "数 量", "单 价", "金 额", "税率/征收率", "税 额")
_HEAD = f"<tr>{''.join(f'<td>{label}</td>' for label in _LABELS)}</tr>"
_PAPER = ["*纸制品*A4复印纸", "80g 500张", "箱", "12", "165", "1980.00", "13%", "257.40"]
_PENS = ["*文具*中性笔", "", "盒", "30", "18.5", "555.00", "13%", "72.15"]
_SUMS = '<tr><td colspan="5">合 计</td><td>¥2535.00</td><td></td><td>¥329.55</td></tr>'
_FIELDS = {
    "发票号码": "24992000000001234567",
    "开票日期": "2024-05-28",
    "合计金额": "2535.00",
    "合计税额": "329.55",
    "价税合计": "2864.55",
}


def _html(*lines: list[str], head: str = _HEAD, sums: str = _SUMS) -> str:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines)
    return f"<table>{head}{rows}{sums}</table>"


def _values(answer: str) -> list[list[str]]:
    return [[cell.value for cell in row.cells] for row in rows_in(answer, _INVOICE.columns, 0)]


def test_a_table_in_html_is_read_by_the_labels_in_its_head() -> None:
    rows = rows_in(_html(_PAPER, _PENS), _INVOICE.columns, 2)

    assert [[cell.value for cell in row.cells] for row in rows] == [_PAPER, _PENS]
    assert {(cell.status, cell.source, cell.page) for cell in rows[0].cells} == {(Status.UNCHECKED, Source.MODEL, 2)}
    assert rows[1].cells[1].status is Status.MISSING


def test_a_table_in_markdown_is_read_too() -> None:
    head = "| 项目名称 | 规格型号 | 单位 | 数量 | 单价 | 金额 | 税率 | 税额 |"
    lines = [head, "|---|---|---|---|---|---|---|---|", *(f"| {' | '.join(line)} |" for line in (_PAPER, _PENS))]

    assert _values("\n".join(["发票", *lines, "合计 ¥2535.00"])) == [_PAPER, _PENS]


def test_a_whole_form_as_one_table_gives_its_articles_alone() -> None:
    parties = '<tr><td>购买方</td><td colspan="7">名称：青禾样例科技有限公司</td></tr>'
    total = (
        '<tr><td colspan="2">价税合计（大写）</td><td colspan="6">贰仟捌佰陆拾肆圆伍角伍分 （小写）¥2864.55</td></tr>'
    )

    assert _values(_html(_PAPER, head=parties + _HEAD, sums=_SUMS + total)) == [_PAPER]


def test_articles_in_one_row_are_parted_and_what_is_not_clear_stays_empty() -> None:
    together = [f"{one}\n{other}" if other else one for one, other in zip(_PAPER, _PENS, strict=True)]

    assert _values(_html(together)) == [
        [*_PAPER[:1], "", *_PAPER[2:]],
        _PENS,
    ]


@pytest.mark.parametrize(
    ("price", "amount", "expected"),
    [
        ("16<br>5", "1980.00", [["12", "", "1980.00"]]),  # a number that was broken off is no two articles
        ("165", "1980.00<br>-80.00", [["", "", "1980.00"], ["", "", "-80.00"]]),  # something was taken off
        ("165<br>18", "1980.00<br>-80.00", [["", "165", "1980.00"], ["", "18", "-80.00"]]),
    ],
)
def test_articles_in_one_row_are_as_many_as_their_amounts(price: str, amount: str, expected: list[list[str]]) -> None:
    answer = _html([*_PAPER[:4], price, amount, *_PAPER[6:]])

    assert [line[3:6] for line in _values(answer)] == expected


def test_a_name_that_goes_on_in_the_next_row_is_one() -> None:
    assert _values(_html(_PAPER, ["（办公用）", *[""] * 7], _PENS)) == [
        ["*纸制品*A4复印纸（办公用）", *_PAPER[1:]],
        _PENS,
    ]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "图片中没有表格。",
        "<table><tr><td>甲方</td><td>乙方</td></tr></table>",
        _html(_PAPER, head=_HEAD.replace("金 额", "小计")),
        _html(_PAPER, head=_HEAD.replace("单 价", "金 额")),
        _html(_PAPER) + _html(_PENS),
    ],
)
def test_without_one_table_with_the_labels_there_are_no_lines(answer: str) -> None:
    assert _values(answer) == []


def test_a_value_of_another_type_is_doubted() -> None:
    (row,) = rows_in(_html([*_PAPER[:5], "壹仟", *_PAPER[6:]]), _INVOICE.columns, 0)

    assert (row.cells[5].value, row.cells[5].status) == ("壹仟", Status.DOUBTFUL)
    assert len(row.cells[5].doubts) == 1


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["<tr>", "<td colspan=3>", "金额", "\n", "|", "---", "合计", "1.00"])).map("".join)
)
def test_no_answer_breaks_it(answer: str) -> None:
    rows_in(f"<table>{_HEAD}{answer}", _INVOICE.columns, 0)
    rows_in(f"<table>{_HEAD}{answer}</table>", _INVOICE.columns, 0)


@dataclass
class _Scripted:
    """A model that answers by prompt; asked for the table it waits until it has been asked for the fields."""

    table: Reading | Unavailable
    name: str = "hunyuan"
    takes_prompts: bool = True
    asked: Event = field(default_factory=Event)
    said: Mapping[str, str] = field(default_factory=lambda: _FIELDS)
    priorities: dict[str, int] = field(default_factory=dict)

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL) -> Reading:
        self.priorities[prompt] = options.priority
        if prompt != TABLE_TEXT:
            self.asked.set()
            return Reading(text=json.dumps(self.said, ensure_ascii=False))
        assert self.asked.wait(10)
        if isinstance(self.table, Unavailable):
            raise self.table
        return self.table


def _read(engine: _Scripted) -> Document:
    data = BytesIO()
    Image.new("RGB", (400, 600), "white").save(data, "PNG")
    return read_document(ReadRequest(file=identify(data.getvalue()), prompt=_INVOICE, today=date(2026, 1, 1)), engine)


def test_the_table_is_asked_for_beside_the_fields_and_behind_other_papers() -> None:
    engine = _Scripted(table=Reading(text=_html(_PAPER, _PENS)))

    document = _read(engine)

    assert [cell.value for cell in document.rows[0].cells] == _PAPER
    assert {cell.status for row in document.rows for cell in row.cells if cell.key == "amount"} == {Status.CHECKED}
    assert engine.priorities[TABLE_TEXT] > engine.priorities[_INVOICE.text]


@pytest.mark.parametrize(
    "table",
    [
        Unavailable("busy"),
        Reading(text=_html(_PAPER)[:150], stop=Stop.LENGTH),
        Reading(text=_html(_PAPER, _PENS), stop=Stop.TIME),
        Reading(text="这张图片展示了一张发票。"),
    ],
)
def test_an_answer_about_the_table_that_fails_leaves_the_fields_alone(table: Reading | Unavailable) -> None:
    document = _read(_Scripted(table=table))

    assert document.rows == ()
    assert document.doubts == ()
    assert {field.key: field.value for field in document.fields}["total_with_tax"] == "2864.55"
