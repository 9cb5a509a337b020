"""Matrices as OFD and PDF write them: six numbers, a point is a row in front of them (ISO 32000-1, 8.3.3)."""

import math
from typing import Final

from workers.files.ofd_pages.visibility import numbers
from workers.files.safe_xml import Node

Matrix = tuple[float, float, float, float, float, float]

UNCHANGED: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
FARTHEST: Final = 1e6
"""Of any coordinate: a kilometre in mm."""


def moved(x: float, y: float) -> Matrix:
    """Return the matrix that moves by `x` and `y`."""
    return (1.0, 0.0, 0.0, 1.0, x, y)


def joined(first: Matrix, then: Matrix) -> Matrix:
    """Return the matrix that does what `first` does and then what `then` does."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def applied(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Return where a point comes to lie."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def scale_of(matrix: Matrix) -> float:
    """Return by how much lengths grow, on the mean of both directions."""
    a, b, c, d, _, _ = matrix
    return math.sqrt(abs(a * d - b * c))


def matrix_of(node: Node) -> Matrix:
    """Return the `CTM` of an object, the unchanging one where it has none or no sensible one."""
    found = numbers(node.attributes.get("CTM", ""))
    if len(found) != len(UNCHANGED) or not all(abs(number) < FARTHEST for number in found):
        return UNCHANGED
    a, b, c, d, e, f = found
    return (a, b, c, d, e, f)


def written(*values: float) -> str:
    """Return numbers as PDF writes them, which knows no exponents."""
    return " ".join(f"{value:.6f}".rstrip("0").rstrip(".") for value in values)
