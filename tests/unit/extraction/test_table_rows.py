"""The lines of a table from lines with places: what stands below which label, and what stays empty."""

import json
import random
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import prompt_files
from bot.domain.document import Box, Field, Line, Source, Status
from bot.domain.prompt import FieldSpec, FieldType
from tests.fakes.embedded_files import digital_xml, invoice_xml, ofd, pdf
from tests.fakes.no_engine import NoEngine
from tests.fakes.signed_files import unsigned
from workers.extraction.table_rows import find_rows
from workers.files.file_type import identify
from workers.files.format_protocol import PageWindow
from workers.reading.document import ReadRequest, read_document

_PROMPTS = prompt_files.load(Path(__file__).resolve().parents[3] / "config" / "prompts")
_INVOICE = next(prompt for prompt in _PROMPTS.prompts if prompt.name == "invoice")
_DAY = date(2026, 1, 1)
_HEIGHT = 24
_HEAD = (
    (190, "项目名称"),
    (420, "规格型号"),
    (536, "单 位"),
    (652, "数 量"),
    (778, "单 价"),
    (910, "金 额"),
    (1030, "税率/征收率"),
    (1146, "税 额"),
)
_SUMS = ((140, "合"), (230, "计"), (905, "¥3335.00"), (1150, "¥377.55"))
_PAPER = ("*纸制品*A4复印纸", "80g 500张", "箱", "12", "165", "1980.00", "13%", "257.40")
_PENS = ("*文具*中性笔", "0.5mm黑", "盒", "30", "18.5", "555.00", "13%", "72.15")
_LEFTS = (54, 368, 524, None, None, None, None, None)
_RIGHTS = (None, None, None, 694, 822, 952, 1056, 1188)


def _width(text: str) -> int:
    return round(sum(_HEIGHT * (1 if ord(char) > 0x2000 else 0.5) for char in text))


def _at(left: float, middle: float, text: str, page: int = 0, confidence: float | None = 1.0) -> Line:
    box = Box(left=round(left), top=round(middle - 12), right=round(left) + _width(text), bottom=round(middle + 12))
    return Line(text=text, box=box, page=page, confidence=confidence)


def _centred(row: Sequence[tuple[int, str]], middle: float, page: int = 0) -> list[Line]:
    return [_at(centre - _width(text) / 2, middle, text, page) for centre, text in row]


def _article(cells: Sequence[str], middle: float, page: int = 0) -> list[Line]:
    return [
        _at(left if left is not None else (right or 0) - _width(cell), middle, cell, page)
        for cell, left, right in zip(cells, _LEFTS, _RIGHTS, strict=True)
        if cell
    ]


def _table(*articles: Sequence[str], page: int = 0) -> list[Line]:
    lines = [line for at, cells in enumerate(articles) for line in _article(cells, 350 + 40 * at, page)]
    return [*_centred(_HEAD, 314, page), *lines, *_centred(_SUMS, 578, page)]


def _values(lines: Sequence[Line], specs: Sequence[FieldSpec] = _INVOICE.columns) -> list[list[str]]:
    return [[cell.value for cell in row.cells] for row in find_rows(lines, specs)]


def test_each_cell_comes_with_its_place() -> None:
    rows = find_rows(_table(_PAPER, _PENS), _INVOICE.columns)

    assert [[cell.value for cell in row.cells] for row in rows] == [[*_PAPER], [*_PENS]]
    amount = rows[1].cells[5]
    assert (amount.key, amount.name, amount.status, amount.source) == ("amount", "金额", Status.UNCHECKED, Source.CPU)
    assert (amount.page, amount.box) == (0, Box(left=880, top=378, right=952, bottom=402))


@pytest.mark.parametrize("lost", [1, 2, 3, 4, 6, 7])
def test_an_empty_cell_moves_nothing(lost: int) -> None:
    cells = tuple("" if at == lost else cell for at, cell in enumerate(_PAPER))

    assert _values(_table(_PENS, cells)) == [[*_PENS], [*cells]]


def test_a_discount_and_rates_in_words_are_lines() -> None:
    discount = ("*纸制品*A4复印纸", "", "", "", "", "-80.00", "13%", "-10.40")
    free = ("*蔬菜*白菜", "", "", "", "", "20.00", "免税", "***")

    assert _values(_table(_PAPER, discount, free)) == [[*_PAPER], [*discount], [*free[:7], ""]]


def test_a_name_of_two_lines_is_one() -> None:
    lines = [*_table(_PAPER), _at(54, 380, "（办公用）"), _at(368, 380, "白色"), *_article(_PENS, 420)]

    assert _values(lines) == [["*纸制品*A4复印纸（办公用）", "80g 500张白色", *_PAPER[2:]], [*_PENS]]


def test_a_name_goes_on_from_the_line_right_above_it_and_is_doubtful_nowhere_else() -> None:
    pens = [*_article(_PENS, 420), _at(54, 450, "（红）")]
    loose = _at(150, 530, "另送")
    rows = find_rows([*_table(_PAPER), *pens, *_article(_PAPER, 490), loose], _INVOICE.columns)

    assert [row.cells[0].value for row in rows] == [_PAPER[0], f"{_PENS[0]}（红）", _PAPER[0]]
    assert [row.cells[0].status for row in rows] == [Status.UNCHECKED, Status.UNCHECKED, Status.DOUBTFUL]
    assert {cell.status for row in rows for cell in row.cells[1:]} == {Status.UNCHECKED}


@pytest.mark.parametrize(("left", "middle"), [(54, 480), (150, 390), (54, 331)])
def test_what_belongs_to_no_line_makes_its_neighbour_doubtful(left: int, middle: int) -> None:
    rows = find_rows([*_table(_PAPER), _at(left, middle, "办公")], _INVOICE.columns)

    assert [(row.cells[0].value, row.cells[0].status) for row in rows] == [("*纸制品*A4复印纸", Status.DOUBTFUL)]
    assert rows[0].cells[5].status is Status.UNCHECKED


def test_cells_read_as_one_are_parted_at_their_gaps() -> None:
    head = _centred(_HEAD, 314)
    glued = [_at(54, 350, "*纸制品*A4复印纸"), _at(880, 350, "1980.00   13%"), _at(1116, 350, "257.40")]

    rows = _values([*head, *glued, *_centred(_SUMS, 578)])

    assert rows == [["*纸制品*A4复印纸", "", "", "", "", "1980.00", "13%", "257.40"]]


def test_a_number_between_two_columns_is_neither() -> None:
    """12 stands half-way between 数量 and 单价: whose it is nobody can tell."""
    lines = [*_table(), *_article(("*纸制品*A4复印纸", "", "", "", "", "1980.00", "13%", "257.40"), 350)]

    assert _values([*lines, _at(703, 350, "12")]) == [["*纸制品*A4复印纸", "", "", "", "", "1980.00", "13%", "257.40"]]


def test_a_label_that_was_not_read_leaves_no_cell_to_its_neighbours() -> None:
    lines = [line for line in _table(_PAPER) if line.text != "单 位"]

    assert _values(lines) == [["*纸制品*A4复印纸", "", "", "12", "165", "1980.00", "13%", "257.40"]]


def test_a_column_that_nobody_asks_for_takes_its_own_cells() -> None:
    head = [one if one[1] != "规格型号" else (420, "施工地点") for one in _HEAD]
    lines = [*_centred(head, 314), *_article(_PAPER, 350), *_centred(_SUMS, 578)]

    assert _values(lines) == [["*纸制品*A4复印纸", "", *_PAPER[2:]]]


@pytest.mark.parametrize(
    "lost",
    [
        ("金 额",),
        ("项目名称",),
        ("单 位", "数 量", "单 价", "税率/征收率", "税 额"),
        ("合", "计", "¥3335.00", "¥377.55"),
    ],
)
def test_a_table_without_its_head_or_end_has_no_lines(lost: tuple[str, ...]) -> None:
    assert _values([line for line in _table(_PAPER) if line.text not in lost]) == []


def test_the_sums_are_no_line_even_where_their_label_was_not_read() -> None:
    lines = [line for line in _table(_PAPER) if line.text not in {"合", "计"}]

    assert _values(lines) == [[*_PAPER]]


def test_two_tables_on_a_page_are_told_apart_by_nobody() -> None:
    second = [*_centred(_HEAD, 714), *_article(_PENS, 750), *_centred(_SUMS, 978)]

    assert _values([*_table(_PAPER), *second]) == []


def test_a_table_goes_on_over_the_pages() -> None:
    assert _values([*_table(_PAPER), *_table(_PENS, page=1)]) == [[*_PAPER], [*_PENS]]
    assert {cell.page for cell in find_rows(_table(_PENS, page=1), _INVOICE.columns)[0].cells} == {1}


def test_an_unclear_cell_is_doubtful_and_another_type_is_none() -> None:
    lines = [line for line in _table(_PAPER) if line.text not in {"1980.00", "257.40"}]
    rows = find_rows([*lines, _at(868, 350, "1980.00", confidence=0.5), _at(1116, 350, "257,4O")], _INVOICE.columns)

    assert (rows[0].cells[5].value, rows[0].cells[5].status) == ("1980.00", Status.DOUBTFUL)
    assert (rows[0].cells[7].value, rows[0].cells[7].status) == ("", Status.MISSING)


_LAYER = (
    *((30, 100, "项目名称"), (200, 100, "单位"), (300, 100, "金 额"), (400, 100, "税率"), (500, 100, "税 额")),
    *((20, 120, "*文具*钢笔"), (200, 120, "支"), (290, 120, "100.00"), (405, 120, "6%"), (505, 120, "6.00")),
    *((20, 140, "*文具*墨水"), (200, 140, "瓶"), (405, 140, "6%"), (505, 140, "3.00")),
    *((30, 180, "合计"), (280, 180, "¥150.00"), (490, 180, "¥9.00")),
    *((30, 200, "发票号码：24992000000001234567"), (300, 200, "价税合计（小写）¥159.00")),
)


def test_a_text_layer_has_lines_too_and_one_that_lacks_its_amount_is_named() -> None:
    document = read_document(
        ReadRequest(file=identify(pdf(_LAYER)), prompt=_INVOICE, today=date(2026, 1, 1)), NoEngine()
    )

    values = [[cell.value for cell in row.cells if cell.key not in _LONG] for row in document.rows]
    assert values == [["*文具*钢笔", "支", "100.00", "6%", "6.00"], ["*文具*墨水", "瓶", "", "6%", "3.00"]]
    assert {cell.source for row in document.rows for cell in row.cells if cell.value} == {Source.EMBEDDED}
    assert [doubt for doubt in document.doubts if "第 2 行" in doubt and "金额" in doubt]


_LONG = {"specification", "quantity", "unit_price"}


def test_the_goods_in_the_data_of_a_file_are_its_lines() -> None:
    goods = "".join(
        f"<fp:{name}>{value}</fp:{name}>"
        for name, value in (
            ("Item", "*文具*钢笔"),
            ("Specification", "F 尖"),
            ("MeasurementDimension", "支"),
            ("Price", "25.0"),
            ("Quantity", "4"),
            ("Amount", "100"),
            ("TaxScheme", "6%"),
            ("TaxAmount", "6.00"),
        )
    )
    start, end = "<fp:GoodsInfo>", "</fp:GoodsInfo>"
    xml = invoice_xml()
    whole = f"{xml[: xml.index(start)]}{start}{goods}{end}{xml[xml.index(end) + len(end) :]}"
    for data in (ofd(attached=whole), whole.encode()):
        document = read_document(ReadRequest(file=identify(data), prompt=_INVOICE, today=date(2026, 1, 1)), NoEngine())

        (row,) = document.rows
        assert [cell.value for cell in row.cells] == ["*文具*钢笔", "F 尖", "支", "4", "25.0", "100.00", "6%", "6.00"]
        assert "".join(cell.status.value[0] for cell in row.cells) == "uuuccccc"
        totals = {field.key: field.status for field in document.fields}
        assert (totals["amount_without_tax"], totals["tax_amount"]) == (Status.CHECKED, Status.CHECKED)


def test_a_fully_digital_invoice_writes_its_rate_as_a_share() -> None:
    more = "<SpecMod>F尖</SpecMod><MeaUnits>支</MeaUnits><Quantity>4</Quantity><UnPrice>25</UnPrice>"
    tax = "<ComTaxAm>6</ComTaxAm></IssuItemInformation>"
    xml = digital_xml().replace("</IssuItemInformation>", more + tax)

    document = read_document(
        ReadRequest(file=identify(xml.encode()), prompt=_INVOICE, today=date(2026, 1, 1)), NoEngine()
    )

    (row,) = document.rows
    assert [cell.value for cell in row.cells] == ["*文具*钢笔", "F尖", "支", "4", "25", "100.00", "6%", "6.00"]


def test_the_real_invoices_in_ofd_have_all_their_lines(cases: Path) -> None:
    for name, lines in (("1.ofd", 1), ("999.ofd", 100)):
        file = identify(unsigned((cases / name).read_bytes()))  # one was altered after it was signed
        document = read_document(ReadRequest(file=file, prompt=_INVOICE, today=date(2026, 1, 1)), NoEngine())
        known = json.loads((cases / name).with_suffix(".gt.json").read_text(encoding="utf-8"))["embedded_xml"]

        assert len(document.rows) == lines
        assert all(cell.status is Status.CHECKED for row in document.rows for cell in row.cells if cell.key == "amount")
        amounts = [Decimal(cell.value) for row in document.rows for cell in row.cells if cell.key == "amount"]
        assert sum(amounts) == Decimal(str(known["TaxExclusiveTotalAmount"]))


@pytest.mark.parametrize(("first", "most", "doubted"), [(0, 1, False), (1, 1, False), (0, 20, True)])
def test_lines_are_held_against_totals_only_where_all_pages_were_read(first: int, most: int, doubted: bool) -> None:  # noqa: FBT001
    """Of two pages of one invoice each has the totals of both, and a third of their lines."""
    head = [(30 + 90 * at, 60, word) for at, word in enumerate(("名称", "数量", "单价", "金额", "税率", "税额"))]
    line = [(30 + 90 * at, 80, word) for at, word in enumerate(("*文具*钢笔", "4", "25", "100.00", "6%", "6.00"))]
    page = [(220, 30, "电子发票"), (430, 30, "发票号码：24992000000001234567"), *head, *line]
    sums = [(30, 120, "合计"), (300, 120, "¥300.00"), (480, 120, "¥18.00"), (30, 140, "价税合计（小写）¥318.00")]
    window = PageWindow(first=first, most=most)
    found = read_document(
        ReadRequest(file=identify(pdf([*page, *sums], [*page, *sums])), prompt=_INVOICE, today=_DAY, window=window),
        NoEngine(),
    )

    assert len(found.rows) == 1 + doubted
    assert any("各行" in doubt for doubt in found.doubts) == doubted
    assert {cell.status for row in found.rows for cell in row.cells if cell.key == "amount"} == (
        {Status.DOUBTFUL} if doubted else {Status.CHECKED}
    )


@given(st.randoms(use_true_random=False), st.integers(0, 7))
def test_no_cell_is_made_up_however_the_words_are_scattered(dice: random.Random, seen: int) -> None:
    words = [word for cells in (_PAPER, _PENS) for cell in cells[: seen + 1] for word in cell.split()]
    scattered = [_at(dice.uniform(0, 1200), dice.uniform(300, 600), word) for word in words]

    printed = "".join([*words, "合计"])
    for row in _values([*_table(), *scattered]):
        for value in row:
            # A sum without cents gets them, and a doubt.
            assert all(char in printed for char in value.removesuffix(".00").replace(" ", ""))


@pytest.mark.parametrize("higher", [-13, 13])
def test_a_line_that_fell_apart_on_a_leaning_page_is_one(higher: int) -> None:
    left, right = _article((*_PAPER[:3], *[""] * 5), 350), _article((*[""] * 3, *_PAPER[3:]), 350 + higher)

    assert _values([*_centred(_HEAD, 314), *left, *right, *_centred(_SUMS, 578)]) == [[*_PAPER]]


def test_what_stands_on_different_levels_is_not_one_line() -> None:
    left, right = _article((*_PAPER[:3], *[""] * 5), 350), _article((*[""] * 3, *_PAPER[3:]), 390)

    assert _values([*_centred(_HEAD, 314), *left, *right, *_centred(_SUMS, 578)]) == [["", "", "", *_PAPER[3:]]]


def test_other_words_that_are_labels_too_do_not_hide_the_table() -> None:
    others = _centred([(200, "单位"), (600, "税额"), (900, "税额")], 100)

    assert _values([*others, *_table(_PAPER)]) == [[*_PAPER]]


def test_two_heads_of_one_page_give_nothing() -> None:
    assert _values([*_centred(_HEAD, 100), *_table(_PAPER)]) == []


def test_any_table_can_be_asked_for() -> None:
    specs = (
        FieldSpec(name="序号", key="number", type=FieldType.DIGITS),
        FieldSpec(name="事项", key="matter", required=True),
        FieldSpec(name="完成日期", key="due", type=FieldType.DATE),
    )
    lines = [
        *_centred([(100, "序号"), (400, "事项"), (800, "完成日期")], 100),
        *_centred([(100, "1"), (400, "整理档案"), (800, "2025-03-18")], 140),
        *_centred([(100, "合计"), (400, "1 项")], 180),
    ]

    assert _values(lines, specs) == [["1", "整理档案", "2025-03-18"]]
    assert find_rows(lines, ()) == ()


_TOLL_PLACES = (239, 500, 640, 760, 920, 1060, 1150, 1240)
_TOLL = ("项目名称", "车牌号", "类型", "通行日期起", "通行日期止", "金 额", "税率", "税 额")
_TOLL_LINE = ("*经营租赁*通行费", "鄂A00000", "货车", "20180202", "20180202", "16.83", "3%", "0.51")


def test_a_toll_has_its_own_columns_and_short_amounts_at_the_right_edge_of_wide_labels() -> None:
    places = (239, 500, 640, 760, 920, 1090, 1150, 1265)
    lines = [
        *_centred([*zip(_TOLL_PLACES, _TOLL, strict=True)], 314),
        *_centred([*zip(places, _TOLL_LINE, strict=True)], 350),
        *_centred(((140, "合"), (230, "计"), (1060, "¥16.83"), (1240, "¥0.51")), 400),
    ]

    (row,) = find_rows(lines, _INVOICE.columns)

    assert {cell.name: cell.value for cell in row.cells} == {
        "名称": "*经营租赁*通行费",
        "车牌号": "鄂A00000",
        "类型": "货车",
        "通行日期起": "2018-02-02",
        "通行日期止": "2018-02-02",
        "金额": "16.83",
        "税率": "3%",
        "税额": "0.51",
    }


@pytest.mark.parametrize("label", ["计", "名非"])
def test_sums_whose_label_was_half_read_are_no_line_of_goods(label: str) -> None:
    sums = [_at(140, 470, label), _at(868, 470, "2535.00"), _at(1116, 470, "329.55")]
    total = _at(100, 520, "价税合计（大写）贰仟捌佰陆拾肆圆伍角伍分")
    goods = [*_article(_PAPER, 350), *_article(_PENS, 390)]

    rows = find_rows([*_centred(_HEAD, 314), *goods, *sums, total], _INVOICE.columns)

    assert [row.cells[0].value for row in rows] == [_PAPER[0], _PENS[0]]


def test_an_itinerary_leads_from_place_to_place() -> None:
    air = next(prompt for prompt in _PROMPTS.prompts if prompt.name == "air")
    heads = ((440, "承运人"), (540, "航班号"), (640, "座位等级"), (740, "日期"), (840, "时间"))
    lines = [
        *_centred(heads, 100),
        *_centred(((440, "南航"), (540, "CZ3379"), (640, "Z"), (740, "2022-07-15"), (860, "08:15")), 140),
        *_centred(((440, "南航"), (540, "CZ3129"), (640, "Y"), (740, "2022-07-16"), (860, "09:15")), 180),
        *(_at(105, y, text) for y, text in ((140, "自：CSX 长沙"), (180, "至：CAN 广州"), (220, "至：PEK 北京"))),
        _at(397, 300, "票价"),
    ]

    rows = find_rows(lines, air.columns, air.table_ends)

    assert [[cell.value for cell in row.cells][:4] for row in rows] == [
        ["CSX长沙", "CAN广州", "南航", "CZ3379"],
        ["CAN广州", "PEK北京", "南航", "CZ3129"],
    ]


def test_heads_read_in_one_word_are_told_apart() -> None:
    air = next(prompt for prompt in _PROMPTS.prompts if prompt.name == "air")
    lines = [
        *_centred(((440, "承运人"), (600, "航班号座位等级日期"), (840, "时间")), 100),
        *_centred(((440, "南航"), (530, "CZ3379"), (620, "Z"), (700, "2022-07-15"), (860, "08:15")), 140),
        *(_at(105, y, text) for y, text in ((140, "自：CSX 长沙"), (180, "至：CAN 广州"))),
        _at(397, 300, "票价"),
    ]

    (row,) = find_rows(lines, air.columns, air.table_ends)

    assert [cell.value for cell in row.cells] == ["CSX长沙", "CAN广州", "南航", "CZ3379", "Z", "2022-07-15", "08:15"]


_FLIGHT_HEADS = ((440, "承运人"), (540, "航班号"), (640, "座位等级"), (740, "日期"), (840, "时间"))


def _flight(*words: tuple[int, str]) -> tuple[Field, ...]:
    air = next(prompt for prompt in _PROMPTS.prompts if prompt.name == "air")
    places = [_at(105, 140, "自：CSX 长沙"), _at(105, 180, "至：CAN 广州"), _at(397, 300, "票价")]
    (row,) = find_rows([*_centred(_FLIGHT_HEADS, 100), *_centred(words, 140), *places], air.columns, air.table_ends)
    return row.cells


def test_two_cells_read_in_one_word_are_told_apart_by_their_forms() -> None:
    cells = _flight((440, "南航"), (540, "CZ3379"), (640, "Z"), (790, "2022-07-1508:15"))

    assert [cell.value for cell in cells] == ["CSX长沙", "CAN广州", "南航", "CZ3379", "Z", "2022-07-15", "08:15"]
    assert not any(cell.doubts for cell in cells)


def test_what_may_be_one_cell_or_two_is_parted_with_a_doubt() -> None:
    """CZ3379Z may be a flight, but it reaches below the head of the class, of which nothing else was read."""
    cells = _flight((440, "南航"), (580, "CZ3379Z"), (740, "2022-07-15"), (840, "08:15"))

    assert [(cell.value, bool(cell.doubts)) for cell in cells[3:5]] == [("CZ3379", True), ("Z", True)]

    cells = _flight((440, "南航"), (555, "CZ3379Z"), (660, "Y"), (740, "2022-07-15"), (840, "08:15"))

    assert [cell.value for cell in cells[3:5]] == ["CZ3379Z", "Y"]


def test_a_word_of_which_a_part_is_no_head_is_none() -> None:
    head = [*_centred(_HEAD[:1], 314), *_centred([(480, "规格型号单位量"), *_HEAD[4:]], 314)]
    lines = [*head, *_article((*_PAPER[:3], "", *_PAPER[4:]), 350), *_centred(_SUMS, 578)]

    assert _values(lines) == [["*纸制品*A4复印纸", "", "", "", "165", "1980.00", "13%", "257.40"]]


def test_a_trip_list_needs_no_row_of_sums_and_wraps_its_cells_around_their_middle() -> None:
    trips = next(prompt for prompt in _PROMPTS.prompts if prompt.name == "trip_list")
    places = (60, 150, 300, 440, 600, 800, 960, 1120)
    heads = ("序号", "车型", "上车时间", "城市", "起点", "终点", "里程[公里]", "金额[元]")
    first = ("1", "特惠", "03-03 14:37", "南京", "样例湖", "南岭", "29.6", "56.20")
    wrapped = ((150, "快车"), (300, "周二"), (440, "市"))
    printed = [
        row for at, words in ((100, heads), (150, first)) for row in _centred([*zip(places, words, strict=True)], at)
    ]

    (row,) = find_rows([*printed, *_centred(wrapped, 178)], trips.columns, ["页码"])

    whole = ["1", "特惠快车", "03-03 14:37", "南京市", "样例湖", "南岭", "29.6", "56.20"]
    assert [cell.value for cell in row.cells] == whole
    assert not any(cell.doubts for cell in row.cells)
