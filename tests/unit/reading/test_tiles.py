from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from bot.domain.document import Box, Line, Reading, Stop, Straightening
from workers.engines.cpu.deskew import deskewed
from workers.files.format_protocol import Page
from workers.reading.tiles import Tile, join, quarters_of, tiles
from workers.reading.upright.straightened import box_on_page


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


def skewed_lines(degrees: float) -> np.ndarray:
    """Corners of lines of 500x24, 60 pixels from row to row, on a sheet that lies askew."""
    rows = [
        np.array([[100, top], [600, top], [600, top + 24], [100, top + 24]], np.float32) for top in range(80, 1400, 60)
    ]
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray((np.stack(rows) - 700) @ turn.T + 700, np.float32)


def box_of(quad: np.ndarray) -> Box:
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    return Box(left=int(left), top=int(top), right=round(right), bottom=round(bottom))


@pytest.mark.parametrize("degrees", [-3, 2])
def test_lines_of_tiles_that_were_levelled_are_found_where_they_stand(degrees: float) -> None:
    quads = skewed_lines(degrees)
    level, levelling = deskewed(quads)
    assert levelling is not None
    lines = tuple(Line(text=f"line {number}", box=box_of(quad)) for number, quad in enumerate(level))
    askew = Reading(text="", lines=lines, straightening=Straightening(levelling=levelling))
    straight = Reading(text="", lines=(Line(text="last", box=Box(left=5, top=40, right=90, bottom=60)),))
    parts = [Tile(top=top, image=Image.new("RGB", (800, 1450))) for top in (0, 1450, 2900)]
    joined = join(parts, [askew, askew, straight])
    assert joined.straightening is not None
    tops = [line.box.top for line in joined.lines if line.box]
    assert tops == sorted(tops), "levelled lines of one tile do not reach into those of the next"
    expected = [(box_of(quad), top) for top in (0, 1450) for quad in quads] + [(straight.lines[0].box, 2900)]
    for line, (where, top) in zip(joined.lines, expected, strict=True):
        shown = box_on_page(line.box, 0, {0: joined.straightening})
        assert shown is not None
        assert where is not None
        assert (shown.left, shown.right) == pytest.approx((where.left, where.right), abs=6)
        assert (shown.top - top, shown.bottom - top) == pytest.approx((where.top, where.bottom), abs=6)


def test_a_line_that_two_askew_tiles_share_is_kept_once() -> None:
    level, levelling = deskewed(skewed_lines(2))
    boxes = [box_of(quad) for quad in level]
    straightening = Straightening(levelling=levelling)
    above = Reading(text="", lines=tuple(Line(text="above", box=box) for box in boxes), straightening=straightening)
    where = box_on_page(boxes[-1], 0, {0: straightening})
    assert where is not None
    twin = Box(left=where.left, top=where.top - 1300, right=where.right, bottom=where.bottom - 1300)
    below = Reading(text="", lines=(Line(text="below", box=twin),))
    parts = [Tile(top=top, image=Image.new("RGB", (800, 1450))) for top in (0, 1300)]
    assert len(join(parts, [above, below]).lines) == len(boxes)


@pytest.mark.parametrize(
    ("quarters", "turned", "stands"),
    [(1, (40, 500, 60, 700), (100, 40, 300, 60)), (2, (740, 1390, 790, 1410), (10, 40, 60, 60))],
)
def test_a_tile_that_alone_was_turned_has_its_lines_where_they_stand(
    quarters: int, turned: tuple[int, int, int, int], stands: tuple[int, int, int, int]
) -> None:
    box = Box(**dict(zip(("left", "top", "right", "bottom"), turned, strict=True)))
    reading = Reading(text="x", lines=(Line(text="x", box=box),), straightening=Straightening(quarters=quarters))
    parts = [Tile(top=top, image=Image.new("RGB", (800, 1450))) for top in (0, 1450)]
    (line,) = join(parts, [Reading(text=""), reading]).lines
    assert line.box is not None
    assert (line.box.left, line.box.top - 1450, line.box.right, line.box.bottom - 1450) == stands


def test_tiles_are_turned_as_most_of_their_text_is() -> None:
    over = Straightening(quarters=2)
    assert quarters_of([Reading(text="long text", straightening=over), Reading(text="no"), Reading(text="")]) == 2
    assert quarters_of([Reading(text="long text"), Reading(text="no", straightening=over)]) == 0
    assert quarters_of([Reading(text=""), Reading(text="")]) == 0
