"""Values beside labels of which some characters were misread are found with a doubt, and no other label is one."""

from dataclasses import replace

from bot.domain.document import Box, Line, Status
from bot.domain.prompt import FieldSpec, FieldType
from workers.extraction.fields import find_fields
from workers.extraction.table_rows import find_rows

_NAME = FieldSpec(name="旅客姓名", key="passenger")
_NUMBER = FieldSpec(name="纳税人识别号", key="tax_id", type=FieldType.TAX_ID)
_ISSUED = FieldSpec(name="签发地点", key="issued_at", labels=("签发地点/Place of issue",), below=True)
_BORN = FieldSpec(name="出生地点", key="birthplace", labels=("出生地点/Place of birth",), below=True)


def _line(left: int, top: int, text: str, confidence: float = 0.8) -> Line:
    width = sum(20 if ord(char) > 0x2000 else 10 for char in text)
    return Line(text=text, box=Box(left=left, top=top, right=left + width, bottom=top + 20), confidence=confidence)


def _value(*lines: Line, specs: tuple[FieldSpec, ...]) -> list[tuple[str, Status]]:
    return [(field.value, field.status) for field in find_fields(lines, specs)]


def test_a_value_beside_a_misread_label_is_doubtful() -> None:
    lines = (_line(0, 0, "纳视人识制号：91990000MA61NUJ0NP"), _line(0, 40, "康客姓名"), _line(90, 40, "王小样", 0.99))

    assert _value(*lines, specs=(_NUMBER, _NAME)) == [
        ("91990000MA61NUJ0NP", Status.DOUBTFUL),
        ("王小样", Status.DOUBTFUL),
    ]


def test_a_value_below_a_misread_label_is_that_of_the_label_that_it_is_like_most() -> None:
    lines = (
        _line(0, 0, "热生地Pa of birth"),
        _line(0, 30, "江苏/JIANGSU", 0.99),
        _line(0, 80, "重度地点/Place of inaue"),
        _line(0, 110, "广东/GUANGDONG", 0.99),
    )

    assert [value for value, _ in _value(*lines, specs=(_ISSUED, _BORN))] == ["广东/GUANGDONG", "江苏/JIANGSU"]


def test_a_clear_label_and_one_of_another_field_are_taken_for_none() -> None:
    missing = ("", Status.MISSING)

    assert _value(_line(0, 0, "旅伴姓名：王小样", 0.99), specs=(_NAME,)) == [missing]
    assert _value(_line(0, 0, "患者姓名：王小样"), specs=(_NAME,)) == [missing]  # of other papers
    assert _value(_line(0, 0, "旅客"), _line(60, 0, "王小样"), specs=(_NAME,)) == [missing]


def test_a_field_with_its_own_label_asks_no_misread_one() -> None:
    lines = (_line(0, 0, "康客姓名：王大样"), _line(0, 40, "旅客姓名：王小样", 0.99))

    assert _value(*lines, specs=(_NAME,)) == [("王小样", Status.UNCHECKED)]


def test_a_column_with_a_misread_label_has_doubtful_cells() -> None:
    specs = (
        FieldSpec(name="承运人", key="carrier", required=True),
        FieldSpec(name="座位等级", key="class"),
        FieldSpec(name="日期", key="day", type=FieldType.DATE),
    )
    lines = (
        *(_line(left, 0, text) for left, text in ((0, "承运人"), (200, "座伦等频"), (400, "日期"))),
        *(_line(left, 40, text, 0.99) for left, text in ((0, "南航"), (200, "经济舱"), (380, "2025-03-18"))),
        _line(0, 100, "合计"),
    )

    (row,) = find_rows(lines, specs)

    assert [(cell.value, cell.status) for cell in row.cells] == [
        ("南航", Status.UNCHECKED),
        ("经济舱", Status.DOUBTFUL),
        ("2025-03-18", Status.UNCHECKED),
    ]


def test_a_head_is_one_with_labels_of_which_a_part_was_read() -> None:
    """日期 and 航班号 alone are too little of seven columns; 免贵行李 is none and keeps what stands below."""
    names = ("承运人", "航班号", "座位等级", "日期", "时间", "票价级别", "客票类别")
    specs = [FieldSpec(name=name, key=f"k{at}") for at, name in enumerate(names)]
    specs[1] = replace(specs[1], type=FieldType.CODE, required=True)
    head = ((0, "承必人"), (120, "航班号"), (240, "座伦等级"), (400, "日期"), (540, "时间免贵行李"))
    words = ((0, "南航"), (120, "CZ5683"), (250, "V"), (390, "12-12"), (540, "13:05"), (620, "20K"))
    lines = (*(_line(left, 0, text) for left, text in head), *(_line(left, 40, text, 0.99) for left, text in words))

    (row,) = find_rows((*lines, _line(0, 100, "合计")), specs)

    assert [cell.value for cell in row.cells] == ["南航", "CZ5683", "V", "12-12", "13:05", "", ""]
    assert [cell.status is Status.DOUBTFUL for cell in row.cells[:5]] == [True, False, True, False, True]
