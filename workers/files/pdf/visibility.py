"""Which characters of a PDF page a person sees: the text layer also has those that are not drawn, or not to be seen.

The page is drawn with its text and without. What is the same in both, nobody sees: white on white, behind a picture,
cut off by a clip, transparent, in a layer that is off. Where texts lie on each other, each is left out in turn.
"""

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from PIL import Image, ImageChops
from pypdfium2 import PdfBitmap, PdfPage, PdfTextPage
from pypdfium2.raw import (
    FPDF_PAGEOBJ_TEXT,
    FPDF_TEXTRENDERMODE_CLIP,
    FPDF_TEXTRENDERMODE_INVISIBLE,
    FPDF_RenderPageBitmap,
    FPDFBitmap_BGR,
    FPDFPageObj_SetIsActive,
    FPDFText_GetTextObject,
    FPDFTextObj_GetTextRenderMode,
)

Character = tuple[str, float, float, float, float]
"""The sign, and left, top, right and bottom in points from the top left of the page as displayed."""

_SCALE: Final = 1.5  # pixels to a point: a stroke of the smallest print still leaves its trace
_MOST_PIXELS: Final = 2_500_000
_LEAST_STEP: Final = 24  # of 255, in any colour: what is closer to its ground is not told from it
_LEAST_HEIGHT: Final = 1.0  # points, of a character
_MOST_OBJECTS: Final = 20_000
_DEEPEST: Final = 15
_MOST_OVERLAID: Final = 16  # texts that lie on others and are drawn alone
_CELL: Final = 4.0  # points: of the grid in which neighbours are looked for
_NEAR: Final = 0.4  # of a character's width or height: two whose middles are so near lie on each other
_MOST_AROUND: Final = 200  # characters in neighbouring cells; ordinary print has two or three
_WHITE: Final = (255, 255, 255, 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    """A page drawn small: with all its text, and without any of its `texts`."""

    page: PdfPage
    scale: float
    texts: Sequence[Any]
    whole: Image.Image
    bare: Image.Image

    def without(self, text: Any) -> Image.Image:
        """Return where the page changes if this text is left out, as a picture of black and white."""
        return _changed(self.whole, _drawn(self.page, self.whole.size, without=[text]))

    def alone(self, text: Any) -> Image.Image:
        """Return where the page without text changes if this one is there."""
        others = [other for other in self.texts if _address(other) != _address(text)]
        return _changed(self.bare, _drawn(self.page, self.whole.size, without=others))

    def shows(self, changed: Image.Image, character: Character) -> bool:
        """Return whether anything has changed where a character stands."""
        _, left, top, right, bottom = character
        box = (
            max(0, int(left * self.scale)),
            max(0, int(top * self.scale)),
            min(changed.width, int(right * self.scale) + 1),
            min(changed.height, int(bottom * self.scale) + 1),
        )
        return box[0] < box[2] and box[1] < box[3] and changed.crop(box).getbbox() is not None


def shown_text(page: PdfPage, layer: PdfTextPage, characters: Mapping[int, Character]) -> Sequence[Character]:
    """Return the characters of a page that a person sees, and the spaces among them; they are given by index.

    Return none if that cannot be told: a picture of the page can.
    """
    objects = {index: FPDFText_GetTextObject(layer, index) for index in characters}
    inked = _Inked()
    candidates = {
        index: character
        for index, character in characters.items()
        if character[0].isspace() or (inked.has(objects[index]) and abs(character[4] - character[2]) >= _LEAST_HEIGHT)
    }
    if not any(not character[0].isspace() for character in candidates.values()):
        return ()
    texts = [*islice(_text_objects(page), _MOST_OBJECTS + 1)]
    if len(texts) > _MOST_OBJECTS:
        return ()
    drawing = _drawing(page, texts)
    changed = _changed(drawing.whole, drawing.bare)
    shown = {
        index: character
        for index, character in candidates.items()
        if character[0].isspace() or drawing.shows(changed, character)
    }
    overlaid = _overlaid(shown)
    laid = {_address(objects[index]): objects[index] for index in overlaid}
    if len(laid) > _MOST_OVERLAID:
        return ()
    changes = {address: (drawing.without(text), drawing.alone(text)) for address, text in laid.items()}
    return [
        character
        for index, character in shown.items()
        if index not in overlaid
        or all(drawing.shows(changed, character) for changed in changes[_address(objects[index])])
    ]


class _Inked:
    """Remembers which text objects are drawn at all."""

    def __init__(self) -> None:
        self._known: dict[int, bool] = {}

    def has(self, text: Any) -> bool:
        """Return whether a text object is drawn, which those of the modes 3 and 7 are not (ISO 32000-1, 9.3.6)."""
        address = _address(text)
        if address not in self._known:
            mode = FPDFTextObj_GetTextRenderMode(text) if address else None
            self._known[address] = mode not in {FPDF_TEXTRENDERMODE_INVISIBLE, FPDF_TEXTRENDERMODE_CLIP}
        return self._known[address]


def _address(text: Any) -> int:
    return ctypes.cast(text, ctypes.c_void_p).value or 0


def _text_objects(page: PdfPage) -> Iterator[Any]:
    return (item.raw for item in page.get_objects(filter=[FPDF_PAGEOBJ_TEXT], max_depth=_DEEPEST))


def _drawing(page: PdfPage, texts: Sequence[Any]) -> _Drawing:
    width, height = page.get_size()
    scale = min(_SCALE, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    size = max(1, min(_MOST_PIXELS, round(width * scale))), max(1, min(_MOST_PIXELS, round(height * scale)))
    whole, bare = _drawn(page, size), _drawn(page, size, without=texts)
    return _Drawing(page=page, scale=scale, texts=texts, whole=whole, bare=bare)


def _drawn(page: PdfPage, size: tuple[int, int], *, without: Sequence[Any] = ()) -> Image.Image:
    """Return the page drawn in this size, without some of its text objects."""
    bitmap = PdfBitmap.new_native(*size, FPDFBitmap_BGR)
    bitmap.fill_rect(_WHITE, 0, 0, *size)
    for text in without:
        FPDFPageObj_SetIsActive(text, False)  # noqa: FBT003 - pdfium's
    FPDF_RenderPageBitmap(bitmap, page, 0, 0, *size, 0, 0)
    for text in without:
        FPDFPageObj_SetIsActive(text, True)  # noqa: FBT003 - pdfium's
    image = Image.frombytes("RGB", size, bytes(bitmap.buffer), "raw", "BGR", bitmap.stride)
    bitmap.close()
    return image


def _changed(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return where two drawings differ plainly, as a picture of black and white."""
    red, green, blue = ImageChops.difference(one, other).split()
    most = ImageChops.lighter(red, ImageChops.lighter(green, blue))
    return most.point([255 * (step >= _LEAST_STEP) for step in range(256)])


def _overlaid(characters: Mapping[int, Character]) -> set[int]:
    """Return the characters that lie on another, different one."""
    cells: dict[tuple[int, int], list[int]] = {}
    for index, (sign, *box) in characters.items():
        if not sign.isspace():
            cells.setdefault((int((box[0] + box[2]) / 2 / _CELL), int((box[1] + box[3]) / 2 / _CELL)), []).append(index)
    found = set[int]()
    for (column, row), here in cells.items():
        around = [index for x in (0, 1) for y in (-1, 0, 1) for index in cells.get((column + x, row + y), ())]
        for one in here:
            for other in around[:_MOST_AROUND]:
                if one != other and _lies_on(characters[one], characters[other]):
                    found |= {one, other}
    return found


def _lies_on(one: Character, other: Character) -> bool:
    across = min(one[3] - one[1], other[3] - other[1]) * _NEAR
    down = min(one[4] - one[2], other[4] - other[2]) * _NEAR
    return (
        one[0] != other[0]
        and abs(one[1] + one[3] - other[1] - other[3]) < 2 * across
        and abs(one[2] + one[4] - other[2] - other[4]) < 2 * down
    )
