"""Coordinates in an answer that was to be text alone.

Users report such answers of HunyuanOCR: `SERVICE NOTICE(60,40),(420,80)Dear…` (issue 63 of Tencent-Hunyuan/HunyuanOCR)
and coordinates without any text (issue 118). What a page prints may look alike, such as points in an exercise or
negative amounts, and stays: only the model's exact form counts, and only if all that has it can be a line of text.
"""

import re
from collections.abc import Sequence
from typing import Final

_POINT: Final = r"\((\d{1,4}),(\d{1,4})\)"
# Right behind a text, and before the next one: a sentence would go on with a mark.
_BOX: Final = re.compile(rf"(?<=[^\s(（,，=>]){_POINT},{_POINT}(?!\s*[,，.。;；、:：)）])", re.ASCII)
_ANY_BOX: Final = re.compile(rf"{_POINT}\s*,\s*{_POINT}", re.ASCII)
_TAGGED: Final = re.compile(r"<ref>([^<>]*)</ref>\s*<quad>[^<>]*</quad>")
_LARGEST: Final = 1000  # coordinates are thousandths of the picture
_LEAST_SIDE: Final = 5  # of a line of text
_LEAST_LONGEST: Final = 100  # of the longest line; points in an exercise lie closer together
_MOST_HEIGHT: Final = 60  # of lines whose coordinates all look like amounts
_THOUSANDS: Final = 3  # digits behind the comma of an amount

_Corners = tuple[int, int, int, int]


def without_unasked_boxes(text: str) -> str:
    """Return a cleaned answer without coordinates, each text that had some on a line of its own.

    An answer of coordinates alone, or in which some do not look like those of a line, is returned as it is.
    """
    untagged = _TAGGED.sub(lambda tagged: f"{tagged[1]}\n", text).rstrip("\n") if "<quad>" in text else text
    found = [*_BOX.finditer(untagged)]
    if not found or len(found) != len(_ANY_BOX.findall(untagged)) or not _are_lines(found):
        return untagged if untagged.strip() else text
    lines = _BOX.sub("\n", untagged).split("\n")
    plain = "\n".join(line.rstrip() for line in lines if line.strip())
    return plain or text


def _are_lines(found: Sequence[re.Match[str]]) -> bool:
    """Return whether all boxes may be those of lines, some long, and they are no amounts such as (12,345),(67,890)."""
    boxes = [(int(box[1]), int(box[2]), int(box[3]), int(box[4])) for box in found]
    long = any(right - left >= _LEAST_LONGEST for left, _, right, _ in boxes)
    return long and all(map(_is_line, boxes)) and not _may_be_amounts(found, boxes)


def _is_line(box: _Corners) -> bool:
    left, top, right, bottom = box
    return max(right, bottom) <= _LARGEST and min(right - left, bottom - top) >= _LEAST_SIDE


def _may_be_amounts(found: Sequence[re.Match[str]], boxes: Sequence[_Corners]) -> bool:
    if any(len(box[group]) != _THOUSANDS for box in found for group in (2, 4)):
        return False
    return len(boxes) == 1 or any(bottom - top > _MOST_HEIGHT for _, top, _, bottom in boxes)
