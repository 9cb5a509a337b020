"""Readings that came out badly may lose fields; they never give a field what belongs elsewhere."""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.document import Box, Line
from tests.fakes.invoice_forms import Form, all_forms
from tests.unit.extraction.test_fields import SPECS
from workers.extraction.fields import find_fields

_FORMS = st.sampled_from(all_forms())
_TRIES = settings(max_examples=60, deadline=None)
_Damage = Callable[[list[Line]], list[Line]]


def _split(line: Line, share: float) -> list[Line]:
    box = line.box
    at = round(len(line.text) * share)
    if box is None or not 0 < at < len(line.text):
        return [line]
    x = box.left + round((box.right - box.left) * at / len(line.text))
    left = replace(line, text=line.text[:at], box=replace(box, right=x))
    return [left, replace(line, text=line.text[at:], box=replace(box, left=x))]


def _merged(one: Line, other: Line) -> Line:
    first, second = sorted((one, other), key=lambda line: _box(line).left)
    left, right = _box(first), _box(second)
    box = Box(left=left.left, top=min(left.top, right.top), right=right.right, bottom=max(left.bottom, right.bottom))
    return replace(first, text=first.text + second.text, box=box)


def _box(line: Line) -> Box:
    assert line.box is not None
    return line.box


def _merge_close(lines: list[Line]) -> list[Line]:
    """Join neighbours in a row that stand at most two characters apart, as a detector does."""
    rest = sorted(lines, key=lambda line: (_box(line).top, _box(line).left))
    done: list[Line] = []
    while rest:
        line = rest.pop(0)
        near = next((other for other in rest if _adjoin(line, other)), None)
        if near is None:
            done.append(line)
        else:
            rest[rest.index(near)] = _merged(line, near)
    return done


def _adjoin(one: Line, other: Line) -> bool:
    a, b = _box(one), _box(other)
    apart = max(a.left, b.left) - min(a.right, b.right)
    return abs(a.top - b.top) < 3 and abs(a.bottom - b.bottom) < 3 and -5 < apart < 40


def _tilted(lines: Iterable[Line], slope: float) -> list[Line]:
    angle = math.atan(slope)
    return [replace(line, box=_turned(_box(line), angle)) for line in lines]


def _turned(box: Box, angle: float) -> Box:
    corners = [(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
    across = [x * math.cos(angle) - y * math.sin(angle) for x, y in corners]
    down = [x * math.sin(angle) + y * math.cos(angle) for x, y in corners]
    return Box(left=round(min(across)), top=round(min(down)), right=round(max(across)), bottom=round(max(down)))


def _upside_down(lines: Iterable[Line]) -> list[Line]:
    turned = []
    for line in lines:
        box = _box(line)
        flipped = Box(left=1300 - box.right, top=900 - box.bottom, right=1300 - box.left, bottom=900 - box.top)
        turned.append(replace(line, box=flipped))
    return turned


def _foreign(form: Form, lines: list[Line]) -> list[tuple[str, str]]:
    """Return the fields whose value is not made of their own characters, in their order."""
    found = {field.key: field.value for field in find_fields(lines, SPECS)}
    return [(key, value) for key, value in found.items() if value and not _is_part(value, form.truth[key])]


def _is_part(value: str, truth: str) -> bool:
    # Cents may have been added to a sum cut short, and zeros and strokes to a date.
    kept = re.sub(r"\.00$", "", value) if truth.replace(".", "").isdigit() else value
    kept = re.sub(r"-0?", "", kept) if re.fullmatch(r"\d{4}-\d\d-\d\d", kept) else kept.replace(" ", "")
    rest = iter(truth)
    return all(char in rest for char in kept)


@given(form=_FORMS, kept=st.data())
@_TRIES
def test_lines_that_were_not_read(form: Form, kept: st.DataObject) -> None:
    lost = kept.draw(st.sets(st.integers(0, len(form.lines) - 1), max_size=len(form.lines) // 2))
    lines = [line for index, line in enumerate(form.lines) if index not in lost]

    assert not _foreign(form, lines)


@given(form=_FORMS, cut=st.data(), merge=st.booleans())
@_TRIES
def test_lines_cut_joined_and_lost(form: Form, cut: st.DataObject, *, merge: bool) -> None:
    shares = cut.draw(st.dictionaries(st.integers(0, len(form.lines) - 1), st.floats(0, 1), max_size=12))
    pieces = [
        piece
        for index, line in enumerate(form.lines)
        for piece in (_split(line, shares[index]) if index in shares else [line])
    ]
    lost = cut.draw(st.sets(st.integers(0, len(pieces) - 1), max_size=8))
    left = [piece for index, piece in enumerate(pieces) if index not in lost]

    assert not _foreign(form, _merge_close(left) if merge else left)


@given(form=_FORMS, order=st.randoms(use_true_random=False), slope=st.floats(-0.06, 0.06))
@_TRIES
def test_neither_order_nor_a_slight_turn_matters(form: Form, order: object, slope: float) -> None:
    lines = _tilted(form.lines, slope)
    getattr(order, "shuffle")(lines)  # noqa: B009 - hypothesis' Random has no public type

    found = {field.key: field.value for field in find_fields(lines, SPECS)}

    assert found == form.truth


@given(form=_FORMS, moves=st.data())
@_TRIES
def test_boxes_a_little_off(form: Form, moves: st.DataObject) -> None:
    offset = st.integers(-2, 2)
    lines = []
    for line in form.lines:
        box, by = _box(line), moves.draw(st.tuples(offset, offset))
        moved = replace(
            box, left=box.left + by[0], right=box.right + by[0], top=box.top + by[1], bottom=box.bottom + by[1]
        )
        lines.append(replace(line, box=moved))

    found = {field.key: field.value for field in find_fields(lines, SPECS)}

    assert found == form.truth


@given(form=_FORMS, confidences=st.data())
@_TRIES
def test_confidence_changes_no_value(form: Form, confidences: st.DataObject) -> None:
    sure = confidences.draw(st.lists(st.none() | st.floats(0, 1), min_size=len(form.lines), max_size=len(form.lines)))
    lines = [replace(line, confidence=value) for line, value in zip(form.lines, sure, strict=True)]

    found = {field.key: field.value for field in find_fields(lines, SPECS)}

    assert found == form.truth


def test_a_page_on_its_head_gives_nothing_wrong() -> None:
    for form in all_forms():
        assert not _foreign(form, _upside_down(form.lines))
