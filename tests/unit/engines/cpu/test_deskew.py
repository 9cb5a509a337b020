import numpy as np
import pytest
from numpy.typing import NDArray

from workers.engines.cpu.deskew import deskewed

Quads = NDArray[np.float32]


def level(quads: Quads) -> Quads:
    return deskewed(quads)[0]


def sheet(rows: int = 12) -> Quads:
    """Lines of 200x20 in three columns, 60 pixels from row to row."""
    corners = np.array([[0, 0], [200, 0], [200, 20], [0, 20]], np.float32)
    places = [(left, 100 + 60 * row) for row in range(rows) for left in (100, 400, 700)]
    return np.stack([corners + np.array(place, np.float32) for place in places])


def seen(quads: Quads, matrix: NDArray[np.float64]) -> Quads:
    """The sheet through a perspective transform."""
    points = np.concatenate([quads, np.ones((*quads.shape[:2], 1))], axis=-1) @ matrix.T
    return np.asarray(points[..., :2] / points[..., 2:], np.float32)


def turned(degrees: float) -> NDArray[np.float64]:
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), -np.sin(angle), 300], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])


def unevenness(quads: Quads) -> float:
    """By how much the lines of one row stand apart, at most, in pixels."""
    return float(np.ptp(quads[:, :, 1].mean(axis=1).reshape(-1, 3), axis=1).max())


def test_a_level_page_stays_as_it_is() -> None:
    assert level(sheet()) is not None
    assert np.array_equal(level(sheet()), sheet())


@pytest.mark.parametrize("degrees", [-12, -3, 1, 8])
def test_a_skewed_page_becomes_level(degrees: float) -> None:
    askew = seen(sheet(), turned(degrees))
    assert unevenness(askew) > 9
    result = level(askew)
    assert unevenness(result) < 3
    columns = result[:, 0, 0].reshape(-1, 3)
    assert np.ptp(columns, axis=0).max() < 40


def test_a_page_seen_from_its_side_becomes_level() -> None:
    aside = seen(sheet(), np.array([[1, 0, 0], [0.15, 1, 0], [0.0003, 0, 1]], np.float64))
    assert unevenness(aside) > 20
    assert unevenness(level(aside)) < 12


def test_lines_that_disagree_do_not_count() -> None:
    askew = seen(sheet(), turned(5))
    seal = seen(sheet(1), turned(-40))[:2]
    result = level(np.concatenate([askew, seal]))
    assert unevenness(result[: len(askew)]) < 3


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_lines_stay(count: int) -> None:
    askew = seen(sheet(), turned(5))[:count]
    assert np.array_equal(level(askew), askew)


def test_nothing_lies_off_the_page() -> None:
    assert level(seen(sheet(), turned(-20))).min() >= 0
