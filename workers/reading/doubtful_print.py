"""Values that no check is about and whose print is hard to read, or may go on beyond the edge of the picture.

Of what the CPU engine reads with a confidence from 0.8 to 0.9, two fifths were wrong on small, blurred and cut pictures
of labelled papers, of what it reads with more, one in a hundred.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.domain import texts
from bot.domain.document import Box, Field, Line, Source, Status
from bot.domain.prompt import squeezed

_SURE: Final = 0.9  # of the engine's confidence
_SMALL, _SURE_IF_SMALL = 14, 0.97  # pixels of a line's height, below which single digits are misread with more
_NEAR: Final = 0.1  # heights of a line, between it and an edge that it reaches
_WITHIN: Final = 1  # pixel by which a line may leave the box of its value
_STRAY: Final = re.compile(r"[a-z|][\u4e00-\u9fff]")  # how a value begins that took in a speck
_TRADITIONAL: Final = frozenset(
    "強黃廈粵陳張劉吳趙楊馬馮鄭謝韓許鄧蕭蔣盧葉蘇鐘魯賈鄒陸龔嚴國東華雲龍鳳貴寶興業豐廣學書電車門長風飛馳陽陰錦銀鑫鋼鐵"
    "鎮縣區灣島嶺橋樓號發證單"
)
_CONFUSED: Final = str.maketrans("強黃廈", "强黄厦")  # the CPU engine reads the former for the latter
_SIMPLIFIED: Final = frozenset("发证号码纳购销单车时间员签厂业东国区县电话长门书学广")
_CODE: Final = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[0-9A-Za-z/.-]{5,}")  # in small print V may be Y, and 8 may be B
_SIGNS: Final = re.compile(r"[\W_]+")


def with_doubts_of_print(
    fields: Sequence[Field], lines: Sequence[Line], sizes: Mapping[int, tuple[int, int]]
) -> tuple[Field, ...]:
    """Return the fields, UNCHECKED ones that the CPU engine may have misread or read in part as DOUBTFUL.

    What it often reads for a character, on a page that has no such, becomes that character, with the doubt.

    `lines` are those that it read, `sizes` width and height of their upright pages in pixels, by number.
    """
    return tuple(_with_doubts(field, lines, sizes) for field in fields)


def _with_doubts(field: Field, lines: Sequence[Line], sizes: Mapping[int, tuple[int, int]]) -> Field:
    if field.status is not Status.UNCHECKED or field.source is not Source.CPU or field.box is None:
        return field
    own = [line for line in lines if line.page == field.page and line.box and _is_within(line.box, field.box)]
    doubts = tuple(dict.fromkeys(_doubts(field.value, own, sizes)))
    value = field.value
    if own and _is_of_other_script(value, lines):
        doubts, value = doubts or (texts.warnings.doubt_unclear(),), value.translate(_CONFUSED)
    return replace(field, value=value, status=Status.DOUBTFUL, doubts=(*field.doubts, *doubts)) if doubts else field


def _is_within(box: Box, outer: Box) -> bool:
    across = box.left >= outer.left - _WITHIN and box.right <= outer.right + _WITHIN
    return across and box.top >= outer.top - _WITHIN and box.bottom <= outer.bottom + _WITHIN


def _is_of_other_script(value: str, lines: Sequence[Line]) -> bool:
    """Return whether a value has traditional characters on a page of simplified ones: 黃 was read for 黄."""
    return not _TRADITIONAL.isdisjoint(value) and any(not _SIMPLIFIED.isdisjoint(line.text) for line in lines)


def _doubts(value: str, lines: Sequence[Line], sizes: Mapping[int, tuple[int, int]]) -> Iterator[str]:
    is_code = _CODE.fullmatch(value) is not None
    if any(_is_unsure(line) or (is_code and _is_small(line)) for line in lines) or (lines and _STRAY.match(value)):
        yield texts.warnings.doubt_unclear()
    if any(_is_cut(line, value, sizes[line.page]) for line in lines if line.page in sizes):
        yield texts.warnings.doubt_at_edge()


def _is_unsure(line: Line) -> bool:
    if line.confidence is None or line.box is None:
        return False
    return line.confidence < (_SURE_IF_SMALL if _is_small(line) else _SURE)


def _is_small(line: Line) -> bool:
    """Return whether the CPU engine read a line that is so low that characters are misread with confidence."""
    return line.confidence is not None and line.box is not None and line.box.bottom - line.box.top < _SMALL


def _is_cut(line: Line, value: str, size: tuple[int, int]) -> bool:
    """Return whether a line reaches an edge of its page there where it holds the value."""
    box, (width, height) = line.box, size
    if box is None:
        return False
    near = _NEAR * (box.bottom - box.top)
    if box.top <= 0 or box.bottom >= height:
        return True
    begins, ends = _at_ends(line.text, value)
    return (box.left <= near and begins) or (box.right >= width - near and ends)


def _at_ends(text: str, value: str) -> tuple[bool, bool]:
    """Return whether a value begins and whether it ends a text; one in another notation ends it, behind its label."""
    printed, wanted = (_SIGNS.sub("", squeezed(one)) for one in (text, value))
    if wanted in printed:
        return printed.startswith(wanted), printed.endswith(wanted)
    return ":" not in squeezed(text), True
