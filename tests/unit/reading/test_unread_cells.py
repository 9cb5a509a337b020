"""Cells that the engine gave no line for: read beside a neighbour that was read, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from PIL import Image, ImageDraw

from bot.domain.document import Box, Field, Line, Reading, Row, Source, Status
from bot.domain.errors import Unavailable
from bot.domain.prompt import FieldSpec, FieldType
from workers.files.format_protocol import Page
from workers.reading.second_look.unread_cells import with_unread_cells

UNIT = FieldSpec(name="单位", key="unit")
COUNT = FieldSpec(name="数量", key="count", type=FieldType.NUMBER)
AMOUNT = FieldSpec(name="金额", key="amount", type=FieldType.MONEY)
COLUMNS = (UNIT, COUNT, AMOUNT)
LEFTS = (20, 120, 220)
_HEIGHT = 24


@dataclass(frozen=True)
class OnePage:
    """The only page of a file."""

    image: Image.Image
    numbers: Sequence[int] = (0,)

    def page(self, number: int) -> Page:
        return Page(index=number, image=self.image)

    def size(self, number: int) -> tuple[int, int]:
        return self.image.size


@dataclass
class Eye:
    """An engine that reads the lines that it is told, each as high as one of the strips that it is shown."""

    lines: Sequence[str]
    confidence: float = 0.99
    seen: list[Image.Image] = field(default_factory=list)

    def __call__(self, picture: Image.Image) -> Reading:
        self.seen.append(picture)
        boxes = [Box(left=40, top=40 + 80 * at, right=200, bottom=80 + 80 * at) for at in range(len(self.lines))]
        lines = [
            Line(text=text, box=box, confidence=self.confidence)
            for text, box in zip(self.lines, boxes, strict=True)
            if text
        ]
        return Reading(text="", lines=tuple(lines))


def line(*values: str, top: int = 40, source: Source = Source.CPU) -> Row:
    def cell(spec: FieldSpec, left: int, value: str) -> Field:
        box = Box(left=left, top=top, right=left + 12 * len(value), bottom=top + _HEIGHT)
        return spec.field(value, source, page=0, box=box) if value else spec.missing

    return Row(cells=tuple(cell(*one) for one in zip(COLUMNS, LEFTS, values, strict=True)))


def page(*prints: tuple[int, int]) -> OnePage:
    """A page with print 10 pixels wide at these places, and beneath the cells of two lines."""
    image = Image.new("RGB", (400, 200), "white")
    draw = ImageDraw.Draw(image)
    for left, top in (*prints, (20, 40), (220, 40), (20, 100), (220, 100)):
        draw.rectangle((left, top + 4, left + 10, top + _HEIGHT - 4), fill="black")
    return OnePage(image)


def cells(rows: Sequence[Row]) -> list[list[str]]:
    return [[cell.value for cell in row.cells] for row in rows]


def test_print_between_two_cells_is_read_beside_one_of_them() -> None:
    eye = Eye(["箱 1"])
    (row,) = with_unread_cells([line("箱", "", "9.00")], COLUMNS, page((150, 40)), eye)

    found = row.cells[1]
    assert (found.value, found.status, found.source, found.page) == ("1", Status.UNCHECKED, Source.CPU, 0)
    assert found.box is not None
    assert {*range(150, 160)} <= {*range(found.box.left, found.box.right)}
    assert len(eye.seen) == 1


def test_an_empty_place_is_not_looked_at() -> None:
    eye = Eye([])

    assert cells(with_unread_cells([line("箱", "", "9.00")], COLUMNS, page(), eye)) == [["箱", "", "9.00"]]
    assert eye.seen == []


@pytest.mark.parametrize("read", ["柜 1", "箱", "箱 x1", "1", ""])
def test_what_is_not_the_neighbour_and_such_a_value_is_left_out(read: str) -> None:
    rows = [line("箱", "", "9.00")]

    assert with_unread_cells(rows, COLUMNS, page((150, 40)), Eye([read])) == tuple(rows)


def test_a_cell_that_is_hardly_legible_is_doubtful() -> None:
    (row,) = with_unread_cells([line("箱", "", "9.00")], COLUMNS, page((150, 40)), Eye(["箱1"], confidence=0.8))

    assert (row.cells[1].value, row.cells[1].status) == ("1", Status.DOUBTFUL)


def test_a_cell_in_small_print_is_doubtful() -> None:
    low = [
        replace(cell, box=cell.box and replace(cell.box, bottom=cell.box.top + 12))
        for cell in line("箱", "", "9.00").cells
    ]
    image = Image.new("RGB", (400, 200), "white")
    for left in (20, 150, 220):
        ImageDraw.Draw(image).rectangle((left, 42, left + 6, 50), fill="black")

    (row,) = with_unread_cells([Row(cells=tuple(low))], COLUMNS, OnePage(image), Eye(["箱1"]))

    assert (row.cells[1].value, row.cells[1].status) == ("1", Status.DOUBTFUL)


def test_a_column_of_another_line_shows_where_the_first_cell_stands() -> None:
    rows = [line("箱", "2", "9.00"), line("", "3", "4.00", top=100)]
    eye, printed = Eye(["盒 3"]), page((120, 40), (120, 100))

    assert cells(with_unread_cells(rows, COLUMNS, printed, eye))[1] == ["盒", "3", "4.00"]
    assert cells(with_unread_cells(rows[1:], COLUMNS, printed, eye)) == [["", "3", "4.00"]]  # nothing shows where


def test_two_words_in_the_place_of_one_are_nobodys() -> None:
    eye = Eye(["箱 1"])
    rows = [line("箱", "", "9.00")]

    assert with_unread_cells(rows, COLUMNS, page((100, 40), (170, 40)), eye) == tuple(rows)


def test_cells_of_a_model_and_of_a_failing_engine_stay_as_they_are() -> None:
    def fails(_: Image.Image) -> Reading:
        raise Unavailable("away")

    rows = [line("箱", "", "9.00")]
    of_model = [line("箱", "", "9.00", source=Source.MODEL)]

    assert with_unread_cells(rows, COLUMNS, page((150, 40)), fails) == tuple(rows)
    assert with_unread_cells(of_model, COLUMNS, page((150, 40)), Eye(["箱 1"])) == tuple(of_model)
