"""Paths in the short form of OFD (GB/T 33190, 9.2) as operators of PDF (ISO 32000-1, 8.5.2)."""

import math
import re
from typing import Final

from workers.files.ofd_drawing.allowance import DrawingAllowance
from workers.files.ofd_drawing.matrices import FARTHEST, UNCHANGED, Matrix, applied

_COMMAND: Final = re.compile(r"([SMLQBAC])([^SMLQBAC]*)")
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_LEAST_WRITTEN: Final = 2  # characters of a number with what parts it from the next
_NUMBERS: Final = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_ARC_POINTS: Final = 24  # that an arc counts for: it becomes twelve, which take as long to find as so many
_QUARTER: Final = math.pi / 2
_THINNEST: Final = 1e-6  # what is smaller is nothing

Point = tuple[float, float]


def path_operators(data: str, allowance: DrawingAllowance, matrix: Matrix = UNCHANGED) -> str:
    """Return the operators that build a path, with its points moved by `matrix`; what is no command is left out.

    Raises `Refused` if the page has too many points.
    """
    pen = _Pen(matrix)
    for match in _COMMAND.finditer(data):
        command, numbers = match.groups()
        if command == "C":
            allowance.take_points(1)
            pen.close()
            continue
        each = _NUMBERS[command]
        # A command may be repeated without its letter; so many numbers at most are in what is left to the page.
        most = _LEAST_WRITTEN * 2 * (allowance.points + each)
        held = [float(number) for number in _NUMBER.findall(numbers[:most])]
        allowance.take_points((_ARC_POINTS if command == "A" else each // 2) * (len(held) // each))
        for first in range(0, len(held) - each + 1, each):
            pen.draw(command, held[first : first + each])
    return "\n".join(pen.operators)


class _Pen:
    """Follows a path and keeps its operators."""

    def __init__(self, matrix: Matrix) -> None:
        self.operators: list[str] = []
        self._matrix = matrix
        self._at: Point = (0.0, 0.0)
        self._start: Point = (0.0, 0.0)
        self._begun = False

    def draw(self, command: str, held: list[float]) -> None:
        """Do a command with its numbers; one that leads too far is left out."""
        if not -FARTHEST < min(held) <= max(held) < FARTHEST:
            return
        if command in {"S", "M"}:
            self._start, self._begun = (held[0], held[1]), True
            self._put("m", (held[0], held[1]))
            return
        if not self._begun:
            self._begun = True
            self._put("m", self._at)
        if command == "L":
            self._put("l", (held[0], held[1]))
        elif command == "Q":
            self._quadratic((held[0], held[1]), (held[2], held[3]))
        elif command == "B":
            self._put("c", (held[0], held[1]), (held[2], held[3]), (held[4], held[5]))
        elif command == "A":
            self._arc(held)

    def close(self) -> None:
        """Close the part of the path."""
        if self._begun:
            self.operators.append("h")
            self._at = self._start

    def _put(self, operator: str, *points: Point) -> None:
        self._at = points[-1]
        if self._matrix is not UNCHANGED:
            points = tuple(applied(self._matrix, *point) for point in points)
        self.operators.append("".join([f"{x:.5f} {y:.5f} " for x, y in points]) + operator)

    def _quadratic(self, control: Point, end: Point) -> None:
        (x0, y0), (x, y), (x1, y1) = self._at, control, end
        self._put(
            "c", (x0 + (x - x0) * 2 / 3, y0 + (y - y0) * 2 / 3), (x1 + (x - x1) * 2 / 3, y1 + (y - y1) * 2 / 3), end
        )

    def _arc(self, held: list[float]) -> None:
        """Draw a part of an ellipse: radii, turn in degrees, whether the long way, whether clockwise, end."""
        end = (held[5], held[6])
        arc = _arc_of(self._at, held)
        if arc is None:
            self._put("l", end)
            return
        centre, radii, turn, first, sweep = arc
        parts = max(1, math.ceil(abs(sweep) / _QUARTER - 1e-6))
        step = sweep / parts
        reach = 4 / 3 * math.tan(step / 4)
        for part in range(parts):
            one, other = first + part * step, first + (part + 1) * step
            self._put(
                "c",
                _on_ellipse(centre, radii, turn, one, reach),
                _on_ellipse(centre, radii, turn, other, -reach),
                end if part == parts - 1 else _on_ellipse(centre, radii, turn, other, 0.0),
            )


def _on_ellipse(centre: Point, radii: Point, turn: float, angle: float, along: float) -> Point:
    """Return the point of an ellipse at an angle, moved `along` its tangent there."""
    x = radii[0] * (math.cos(angle) - along * math.sin(angle))
    y = radii[1] * (math.sin(angle) + along * math.cos(angle))
    return (
        centre[0] + x * math.cos(turn) - y * math.sin(turn),
        centre[1] + x * math.sin(turn) + y * math.cos(turn),
    )


def _arc_of(begin: Point, held: list[float]) -> tuple[Point, Point, float, float, float] | None:
    """Return an arc's centre, radii, turn, first angle and sweep, None for a straight line (SVG 1.1, F.6.5)."""
    rx, ry, degrees, large, clockwise, x, y = held
    rx, ry, turn = abs(rx), abs(ry), math.radians(degrees)
    dx, dy = (begin[0] - x) / 2, (begin[1] - y) / 2
    across = dx * math.cos(turn) + dy * math.sin(turn)
    down = -dx * math.sin(turn) + dy * math.cos(turn)
    if min(rx, ry) < _THINNEST or max(abs(dx), abs(dy)) < _THINNEST:
        return None
    reach = (across / rx) ** 2 + (down / ry) ** 2
    if reach > 1:
        rx, ry, reach = rx * math.sqrt(reach), ry * math.sqrt(reach), 1.0
    factor = math.sqrt(max(0.0, 1 / reach - 1)) * (-1 if bool(large) == bool(clockwise) else 1)
    cx, cy = factor * rx * down / ry, -factor * ry * across / rx
    centre = (
        cx * math.cos(turn) - cy * math.sin(turn) + (begin[0] + x) / 2,
        cx * math.sin(turn) + cy * math.cos(turn) + (begin[1] + y) / 2,
    )
    first = math.atan2((down - cy) / ry, (across - cx) / rx)
    sweep = math.atan2((-down - cy) / ry, (-across - cx) / rx) - first
    if clockwise and sweep < 0:
        sweep += 2 * math.pi
    if not clockwise and sweep > 0:
        sweep -= 2 * math.pi
    return centre, (rx, ry), turn, first, sweep
