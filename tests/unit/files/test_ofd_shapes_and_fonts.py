"""Paths of OFD as paths of PDF, and the tables of fonts that tell the glyph of a character."""

import math
import re
import struct

import pylopdf_fonts_zh_cn
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refused
from workers.files.ofd_drawing.allowance import DrawingAllowance
from workers.files.ofd_drawing.font_tables import glyphs_by_character
from workers.files.ofd_drawing.jbig2 import jbig2_picture
from workers.files.ofd_drawing.shapes import path_operators


def operators(data: str, points: int = 1000) -> list[str]:
    return path_operators(data, DrawingAllowance(points=points)).split("\n")


def places(data: str) -> list[tuple[float, float]]:
    numbers = [float(one) for one in re.findall(r"-?\d+\.\d+", path_operators(data, DrawingAllowance()))]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def test_commands_become_operators_and_are_repeated_without_their_letters() -> None:
    assert operators("M 1 2 L 3 4 5 6 B 1 1 2 2 3 3 C") == [
        "1.00000 2.00000 m",
        "3.00000 4.00000 l",
        "5.00000 6.00000 l",
        "1.00000 1.00000 2.00000 2.00000 3.00000 3.00000 c",
        "h",
    ]
    assert operators("S 1,2 L3-4") == ["1.00000 2.00000 m", "3.00000 -4.00000 l"]
    assert operators("L 1 1e-3") == ["0.00000 0.00000 m", "1.00000 0.00100 l"]


@pytest.mark.parametrize("large", [0, 1])
@pytest.mark.parametrize("clockwise", [0, 1])
def test_an_arc_keeps_its_distance_from_its_centre_and_ends_where_it_should(large: int, clockwise: int) -> None:
    found = places(f"M 10 0 A 10 10 0 {large} {clockwise} 0 10")
    ends = [found[0], *found[3::3]]
    # Two circles of this radius go through both points: around (0, 0) and (10, 10).
    centre = (0.0, 0.0) if large != clockwise else (10.0, 10.0)

    assert found[-1] == (0.0, 10.0)
    assert all(math.dist(end, centre) == pytest.approx(10, abs=1e-3) for end in ends)
    assert len(ends) == (4 if large else 2)


def test_an_arc_that_is_too_small_is_made_larger_and_a_flat_one_is_a_line() -> None:
    assert places("M 0 0 A 1 1 0 0 1 20 0")[-1] == (20.0, 0.0)
    assert operators("M 0 0 A 0 1 0 0 1 20 0")[1] == "20.00000 0.00000 l"


@given(st.text(alphabet="SMLQBAC 0123456789.-+eE,x", max_size=200))
def test_whatever_a_path_says_its_operators_are_well_formed(data: str) -> None:
    for operator in filter(None, operators(data)):
        *numbers, sign = operator.split(" ")
        assert len(numbers) == {"m": 2, "l": 2, "c": 6, "h": 0}[sign]
        assert all(math.isfinite(float(number)) for number in numbers)


@pytest.mark.parametrize(
    "data", ["M 0 0 " + "L 1 1 " * 1000, "L " + "1 " * 3000, "C" * 2000, "M 0 0" + "A 9 9 0 0 1 10 9 " * 100]
)
def test_more_points_than_a_page_may_have_are_refused(data: str) -> None:
    with pytest.raises(Refused) as refused:
        operators(data, points=900)
    assert refused.value.reason == "ofd_page_heavy"


def font(*tables: tuple[int, int, bytes]) -> bytes:
    """Return a font that has nothing but these tables of characters, each with its platform and encoding."""
    listed, bodies, at = b"", b"", 4 + 8 * len(tables)
    for platform, encoding, body in tables:
        listed += struct.pack(">HHI", platform, encoding, at + len(bodies))
        bodies += body
    table = struct.pack(">HH", 0, len(tables)) + listed + bodies
    return struct.pack(">IHHHH", 0x10000, 1, 0, 0, 0) + struct.pack(">4sIII", b"cmap", 0, 28, len(table)) + table


def groups(*ranges: tuple[int, int, int]) -> bytes:
    return struct.pack(">HHIII", 12, 0, 0, 0, len(ranges)) + b"".join(struct.pack(">III", *one) for one in ranges)


def test_the_glyphs_of_characters_are_found_in_tables_of_each_form() -> None:
    single = struct.pack(">HHH", 0, 262, 0) + bytes(range(256))
    trimmed = struct.pack(">HHHHH", 6, 0, 0, 65, 2) + struct.pack(">HH", 7, 8)
    segments = struct.pack(">HHHHHHH", 4, 0, 0, 4, 0, 0, 0) + struct.pack(
        ">HHHHHHHHH", 66, 0xFFFF, 0, 65, 0xFFFF, 5, 1, 0, 0
    )

    assert glyphs_by_character(font((1, 0, single)))[65] == 65
    assert glyphs_by_character(font((3, 1, trimmed))) == {65: 7, 66: 8}
    assert {key: glyphs_by_character(font((3, 1, segments)))[key] for key in (65, 66)} == {65: 70, 66: 71}
    assert glyphs_by_character(font((3, 1, trimmed), (3, 10, groups((0x1F600, 0x1F601, 9)))))[0x1F601] == 10
    assert glyphs_by_character(font((3, 0, groups((0xF041, 0xF041, 3))))) == {65: 3}


def test_the_table_of_a_real_font_tells_thousands_of_characters() -> None:
    found = glyphs_by_character(pylopdf_fonts_zh_cn.sans_path().read_bytes())

    assert len(found) > 20_000
    assert len({found[ord(sign)] for sign in "发票0Aa¥"}) == 6


def test_a_table_that_claims_all_characters_again_and_again_ends() -> None:
    assert len(glyphs_by_character(font((3, 10, groups(*[(0, 0xFFFFFFFF, 1)] * 1000))))) <= 0xFFFF


@given(st.binary(max_size=200))
def test_any_bytes_are_no_font_and_no_picture_that_hurts(data: bytes) -> None:
    assert len(glyphs_by_character(font((3, 1, data)))) <= 150_000
    assert len(glyphs_by_character(data)) <= 150_000
    jbig2_picture(b"\x97JB2\r\n\x1a\n\x01\0\0\0\1" + data)


def test_a_jbig2_picture_tells_its_size() -> None:
    page = struct.pack(">IIII", 83, 84, 0, 0) + b"\0\0\0"
    head = b"\x97JB2\r\n\x1a\n\x01\0\0\0\1"

    assert jbig2_picture(head + struct.pack(">IBBBI", 0, 48, 0, 1, len(page)) + page) == (
        (83, 84),
        struct.pack(">IBBBI", 0, 48, 0, 1, len(page)) + page,
    )
    assert jbig2_picture(head) is None
    assert jbig2_picture(b"\x89PNG") is None
