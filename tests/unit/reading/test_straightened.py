"""Boxes on a page that was levelled are told where values stand on the page itself; pages are turned upright."""

import numpy as np
import pytest
from PIL import Image

from bot.domain.document import Box, Field, Straightening
from workers.engines.cpu.deskew import deskewed
from workers.files.format_protocol import Page
from workers.files.images import OnePicture
from workers.reading.upright.straightened import on_pages, scaled, turned


def lines_of_a_sheet(degrees: float) -> np.ndarray:
    """Lines of 400x20 in two columns, 60 pixels from row to row, turned."""
    corners = np.array([[0, 0], [400, 0], [400, 20], [0, 20]], np.float32)
    quads = np.stack(
        [corners + np.array((left, 100 + 60 * row), np.float32) for row in range(12) for left in (100, 600)]
    )
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray((quads - 500) @ turn.T + 700, np.float32)


def box_of(quad: np.ndarray) -> Box:
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    return Box(left=int(left), top=int(top), right=round(right), bottom=round(bottom))


def edges(box: Box) -> tuple[int, int, int, int]:
    return box.left, box.top, box.right, box.bottom


@pytest.mark.parametrize("degrees", [-8, -2, 5])
def test_a_box_is_around_what_was_moved_there(degrees: float) -> None:
    quads = lines_of_a_sheet(degrees)
    level, levelling = deskewed(quads)
    assert levelling is not None
    for where, moved in zip(quads, level, strict=True):
        field = Field(name="金额", key="amount", value="1", page=3, box=box_of(moved))
        (shown,) = on_pages([field], {3: Straightening(levelling=levelling)})
        assert shown.box is not None
        assert edges(shown.box) == pytest.approx(edges(box_of(where)), abs=6)


def test_fields_of_other_pages_and_without_a_place_stay() -> None:
    _, levelling = deskewed(lines_of_a_sheet(5))
    elsewhere = Field(name="金额", key="amount", value="1", page=1, box=Box(left=1, top=2, right=3, bottom=4))
    nowhere = Field(name="金额", key="amount", value="1", page=3)
    assert on_pages([elsewhere, nowhere], {3: Straightening(levelling=levelling)}) == (elsewhere, nowhere)


def test_what_was_read_of_a_smaller_picture_is_levelled_in_the_size_of_the_page() -> None:
    quads = lines_of_a_sheet(5)
    level, levelling = deskewed(quads)
    twice = scaled(Straightening(levelling=levelling), 2, 2)
    field = Field(name="金额", key="amount", value="1", page=0, box=box_of(2 * level[0]))
    (shown,) = on_pages([field], {0: twice})
    assert shown.box is not None
    assert edges(shown.box) == pytest.approx(edges(box_of(2 * quads[0])), abs=10)


@pytest.mark.parametrize(("quarters", "corner"), [(1, (0, 19)), (2, (19, 9)), (3, (9, 0))])
def test_a_page_is_turned_anticlockwise(quarters: int, corner: tuple[int, int]) -> None:
    image = Image.new("RGB", (20, 10), "white")
    image.putpixel((0, 0), (255, 0, 0))
    pages = turned(OnePicture(image=image), {0: Straightening(quarters=quarters)})
    page: Page = pages.page(0)
    assert page.image.getpixel(corner) == (255, 0, 0)
    assert page.image.size == pages.size(0) == ((10, 20) if quarters % 2 else (20, 10))
