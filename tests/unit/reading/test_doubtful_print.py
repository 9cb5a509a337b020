"""What the CPU engine is unsure of, and what reaches the edge of its picture, is shown as doubtful unless checked."""

from dataclasses import replace

import pytest

from bot.domain.document import Box, Field, Line, Source, Status
from bot.domain.prompt import FieldSpec
from workers.reading.doubtful_print import with_doubts_of_print

SIZES = {0: (400, 300)}


def status_of(printed: str, value: str, box: Box, *, confidence: float = 0.99, checked: bool = False) -> Status:
    """Return the status of a value that was read from one line."""
    field = FieldSpec(name="住所", key="address").field(value, Source.CPU, page=0, box=box)
    field = replace(field, status=Status.CHECKED) if checked else field
    line = Line(text=printed, box=box, confidence=confidence)
    return with_doubts_of_print((field,), [line], SIZES)[0].status


MIDDLE = Box(left=40, top=100, right=200, bottom=120)
AT_RIGHT = Box(left=240, top=100, right=400, bottom=120)
AT_LEFT = Box(left=0, top=100, right=160, bottom=120)


@pytest.mark.parametrize(
    ("printed", "value", "box"),
    [
        ("住所：云州市样", "云州市样", AT_RIGHT),
        ("日期：2019-10-2", "2019-10-02", AT_RIGHT),
        ("州东站", "州东", AT_LEFT),
        ("住所：云州市", "云州市", Box(left=40, top=0, right=200, bottom=14)),
    ],
)
def test_what_the_edge_of_the_picture_may_have_cut_is_doubtful(printed: str, value: str, box: Box) -> None:
    assert status_of(printed, value, box) is Status.DOUBTFUL


@pytest.mark.parametrize(
    ("printed", "value", "box"),
    [
        ("住所：云州市样例路", "云州市样例路", MIDDLE),
        ("住所：云州市样例路", "云州市样例路", AT_LEFT),  # the label may be cut, the value is not
        ("号码：12345678 共1页", "12345678", AT_RIGHT),
    ],
)
def test_what_stands_whole_in_the_picture_is_not(printed: str, value: str, box: Box) -> None:
    assert status_of(printed, value, box) is Status.UNCHECKED


def test_less_confidence_makes_doubtful_and_sooner_where_print_is_small() -> None:
    small = replace(MIDDLE, bottom=112)

    assert status_of("复核：李程", "李程", MIDDLE, confidence=0.85) is Status.DOUBTFUL
    assert status_of("复核：李程", "李程", MIDDLE, confidence=0.95) is Status.UNCHECKED
    assert status_of("编号：6639", "6639", small, confidence=0.95) is Status.DOUBTFUL


def test_a_code_of_letters_and_digits_is_doubtful_where_print_is_small() -> None:
    small = replace(MIDDLE, bottom=112)

    assert status_of("合格证号：VC9328247838001", "VC9328247838001", small, confidence=0.99) is Status.DOUBTFUL
    assert status_of("合格证号：VC9328247838001", "VC9328247838001", MIDDLE, confidence=0.99) is Status.UNCHECKED
    assert status_of("编号：66391234", "66391234", small, confidence=0.99) is Status.UNCHECKED


def test_a_speck_before_a_name_makes_it_doubtful() -> None:
    assert status_of("i南岭贸易公司", "i南岭贸易公司", MIDDLE) is Status.DOUBTFUL


def test_the_edges_are_those_of_the_upright_page() -> None:
    """The picture is 400 by 300 pixels and stands upright with 300 by 400."""
    value, box = FieldSpec(name="住所", key="address"), Box(left=40, top=290, right=200, bottom=310)
    field = value.field("云州市", Source.CPU, page=0, box=box)
    lines = [Line(text="住所：云州市", box=box), Line(text="页脚", box=Box(left=40, top=370, right=90, bottom=390))]

    assert with_doubts_of_print((field,), lines, {0: (300, 400)}) == (field,)


def test_a_traditional_character_on_a_simplified_page_is_doubtful() -> None:
    assert status_of("联系电话人：黃明", "黃明", MIDDLE) is Status.DOUBTFUL
    assert status_of("聯絡人：黃明", "黃明", MIDDLE) is Status.UNCHECKED


def test_what_a_check_confirmed_stays_confirmed() -> None:
    assert status_of("住所：云", "云", AT_RIGHT, confidence=0.8, checked=True) is Status.CHECKED


def test_what_other_sources_say_does_not_hang_on_the_print() -> None:
    field: Field = FieldSpec(name="住所", key="address").field("云", Source.QR, page=0, box=AT_RIGHT)

    assert with_doubts_of_print((field,), [Line(text="云", box=AT_RIGHT, confidence=0.5)], SIZES) == (field,)


def test_a_form_of_a_character_that_a_page_does_not_have_becomes_the_one_that_it_has() -> None:
    value = FieldSpec(name="终点", key="end").field("青禾大廈", Source.CPU, page=0, box=MIDDLE)
    lines = [Line(text="青禾大廈", box=MIDDLE, confidence=0.99), Line(text="上车时间", box=AT_LEFT, confidence=0.99)]

    (field,) = with_doubts_of_print((value,), lines, {0: (400, 300)})

    assert (field.value, field.status) == ("青禾大厦", Status.DOUBTFUL)
