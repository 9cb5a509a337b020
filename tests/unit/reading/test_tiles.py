from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from bot.domain.document import Box, Line, Reading, Stop
from workers.files.format_protocol import Page
from workers.reading.tiles import Tile, join, tiles


def screenshot(height: int, *, ground: str = "white", ink: str = "black", width: int = 700) -> Page:
    """Text lines 40 pixels apart, each 24 high, beginning at 20."""
    image = Image.new("RGB", (width, height), ground)
    pen = ImageDraw.Draw(image)
    for top in range(20, height - 30, 40):
        pen.text((20, top), f"line {top} of a long conversation", ink, ImageFont.load_default(24))
        pen.line([(5, top), (5, top + 39)], ink)  # a frame along the page must not hinder
    return Page(index=0, image=image)


def noisy(height: int, width: int = 400) -> Page:
    return Page(index=0, image=Image.effect_noise((width, height), 120).convert("RGB"))


def inked(image: Image.Image, row: int) -> bool:
    return bool(np.ptp(np.asarray(image.convert("L"), np.int16)[row, 10:]) > 60)


@pytest.mark.parametrize("size", [(1000, 1400), (3000, 4000), (700, 2500), (1200, 2700)])
def test_usual_pages_stay_whole(size: tuple[int, int]) -> None:
    page = Page(index=0, image=Image.new("RGB", size))
    (tile,) = tiles(page)
    assert tile.top == 0
    assert tile.image is page.image


@pytest.mark.parametrize(("ground", "ink"), [("white", "black"), ("#111111", "#dddddd"), ("#f0f0f0", "#777777")])
def test_tall_screenshots_are_cut_between_lines(ground: str, ink: str) -> None:
    page = screenshot(9000, ground=ground, ink=ink)
    parts = tiles(page)
    assert len(parts) > 4
    assert parts[-1].bottom == 9000
    for above, below in pairwise(parts):
        assert above.bottom == below.top
        assert not any(inked(page.image, row) for row in (below.top - 1, below.top))
        assert 900 < above.image.height <= 1500


def test_where_no_row_is_clean_the_pieces_overlap() -> None:
    parts = tiles(noisy(5000))
    assert all(above.bottom - below.top == 120 for above, below in pairwise(parts))
    assert parts[-1].bottom == 5000


@settings(max_examples=25, deadline=None)
@given(st.integers(2601, 9000), st.integers(60, 600))
def test_pieces_cover_the_page(height: int, width: int) -> None:
    parts = tiles(Page(index=0, image=Image.new("RGB", (width, height))))
    assert parts[0].top == 0
    assert parts[-1].bottom == height
    for above, below in pairwise(parts):
        assert above.top < below.top <= above.bottom


def line(text: str, top: int, *, left: int = 10, height: int = 20, width: int = 200) -> Line:
    return Line(text=text, box=Box(left=left, top=top, right=left + width, bottom=top + height), confidence=0.9)


def reading(*lines: Line, stop: Stop = Stop.DONE) -> Reading:
    return Reading(text="\n".join(line.text for line in lines), lines=lines, stop=stop, seconds=1.5)


def pieces(*spans: tuple[int, int]) -> list[Tile]:
    return [Tile(top=top, image=Image.new("L", (300, bottom - top))) for top, bottom in spans]


def test_one_piece_is_its_reading() -> None:
    one = reading(line("a", 5))
    assert join(pieces((0, 100)), [one]) is one


def test_boxes_move_down_the_page() -> None:
    whole = join(pieces((0, 1000), (1000, 2000)), [reading(line("a", 5)), reading(line("b", 7), stop=Stop.TIME)])
    assert whole.text == "a\nb"
    assert [box.top for each in whole.lines if (box := each.box)] == [5, 1007]
    assert (whole.stop, whole.seconds) == (Stop.TIME, 3.0)


def test_the_same_words_on_both_sides_of_a_clean_cut_stay() -> None:
    whole = join(pieces((0, 1000), (1000, 2000)), [reading(line("same", 970)), reading(line("same", 10))])
    assert whole.text == "same\nsame"


def test_what_stands_in_the_overlap_counts_once() -> None:
    above = reading(line("a", 850), line("b", 920), line("cut", 985, height=15))
    below = reading(line("t", 0, height=8), line("b", 40), line("cut off", 105), line("d", 200))
    whole = join(pieces((0, 1000), (880, 2000)), [above, below])
    assert whole.text == "a\nt\nb\ncut off\nd"


def test_side_by_side_in_the_overlap_stay_both() -> None:
    above = reading(line("left", 920, width=100))
    below = reading(line("right", 40, left=150, width=100))
    assert join(pieces((0, 1000), (880, 2000)), [above, below]).text == "left right"


def test_without_boxes_repeated_lines_are_said_once() -> None:
    parts = pieces((0, 1000), (880, 2000), (1880, 3000))
    texts = ["one\ntwo\nthree", "two\nthree\nfour", "five"]
    assert join(parts, [Reading(text=text) for text in texts]).text == "one\ntwo\nthree\nfour\nfive"


def test_empty_pieces_leave_no_blank_lines() -> None:
    whole = join(pieces((0, 1000), (1000, 2000), (2000, 3000)), [reading(), reading(line("x", 1)), reading()])
    assert whole.text == "x"
