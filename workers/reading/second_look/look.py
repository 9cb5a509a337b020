"""Looking a second time at the pages of a paper of which something was not read because the picture is weak."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PIL.Image import Image

from bot.domain import texts
from bot.domain.document import Box, Line, Row
from bot.domain.errors import OcrbotError, Refused
from bot.domain.prompt import Prompt
from workers.engines.base import AskOptions
from workers.extraction.fields import fields_by_page, find_fields
from workers.extraction.table_rows import find_table, page_of
from workers.files.format_protocol import Pages
from workers.reading.image_reader import ImageReader
from workers.reading.pages import PagesRead
from workers.reading.second_look.improved import ImprovedPicture, improved_pictures
from workers.reading.second_look.taken import PageFound, completed
from workers.reading.second_look.weakness import Weakness, is_small, weakness_of

_MOST_PAGES: Final = 2  # of a paper: a look costs as much as the first reading, and there may be two for a page
_LOOK_SECONDS: Final = 20.0
_MARGIN: Final = 6  # pixels around the box of a paper that is cut out of its page


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """Looks again at the pages of a file with an engine that gives lines with boxes."""

    pages: Pages
    reader: ImageReader
    request_id: str = ""

    def at(self, read: PagesRead) -> tuple[PagesRead, tuple[str, ...]]:
        """Return what was read of a paper, completed by a second look at its first pages, if weak and incomplete.

        Return also why required values are still missing, for people, unless that was said before.
        """
        fields, rows, weak_pages = {**read.fields}, list[Row](), list[tuple[Weakness, int]]()
        for place, number in enumerate(sorted(read.lines)):
            found = PageFound(
                fields=fields.get(number, ()), rows=tuple(row for row in read.rows if page_of(row) == number)
            )
            may_look = place < _MOST_PAGES and not _is_whole(found, read.prompt)
            weak = self._weak_picture(number, lacks_much=_lacks_much(read)) if may_look and found.fields else None
            if weak is not None:
                found = self._completed(found, weak, _Place(number=number), read.prompt)
                fields[number] = found.fields
                weak_pages.append((weak[1], number))
            rows += found.rows
        elsewhere = [row for row in read.rows if page_of(row) not in read.lines]
        result = replace(read, fields=fields, rows=(*elsewhere, *rows))
        to_say = _keys_with_value(result) and _lacks_required(result) and not read.doubts
        return result, tuple(_doubts_about(weak_pages, pages=len(read.lines))) if to_say else ()

    def at_part(self, found: PageFound, number: int, region: Box, kind: Prompt) -> PageFound:
        """Return what was found of a paper on its part of a page, completed by a look at that if it is small.

        What is cut out is looked at as a picture that was sent alone, but only where a required value or the table is
        missing: a page may hold many papers.
        """
        if not _lacks_main(found, kind) or not is_small((region.right - region.left, region.bottom - region.top)):
            return found
        try:
            image = self.pages.page(number).image
            part = _around(region, image.size)
            cut_out = image.crop((part.left, part.top, part.right, part.bottom))
        except Refused:
            return found
        return self._completed(found, (cut_out, Weakness.SMALL), _Place(number=number, part=part), kind)

    def _weak_picture(self, number: int, *, lacks_much: bool) -> tuple[Image, Weakness] | None:
        """Return the picture of a page and why it is weak; None if it is not, or too large to be measured for little.

        A page of a PDF or an OFD has to be drawn once more to be measured.
        """
        try:
            if not is_small(self.pages.size(number)) and not lacks_much:
                return None
            image = self.pages.page(number).image
            weakness = weakness_of(image)
        except Refused:  # the engine may read what cannot be decoded here
            return None
        return None if weakness is None else (image, weakness)

    def _completed(self, found: PageFound, weak: tuple[Image, Weakness], place: "_Place", kind: Prompt) -> PageFound:
        """Return what was found with what further looks support; as many as are needed are taken."""
        looks: list[PageFound] = []
        result = found
        for picture in self._pictures(*weak):
            look = self._read(picture, place, kind)
            if look is None:
                continue
            looks.append(look)
            result = completed(found, looks, kind)
            if _has_all_of(result, look):
                break
        return result

    def _pictures(self, image: Image, weakness: Weakness) -> Iterator[ImprovedPicture]:
        with self.reader.held.during(image):
            pictures = [*improved_pictures(image, weakness)]
        yield from pictures

    def _read(self, picture: ImprovedPicture, place: "_Place", kind: Prompt) -> PageFound | None:
        options = AskOptions(request_id=self.request_id, timeout=_LOOK_SECONDS)
        try:
            reading = self.reader.read(picture.image, "", options=options)
        except OcrbotError:  # what the first look found stands
            return None
        lines = [_on_page(line, place, picture.scale) for line in reading.lines]
        return PageFound(
            fields=fields_by_page(lines, kind.fields).get(place.number) or find_fields((), kind.fields),
            rows=find_table(lines, kind),
        )


def _keys_with_value(read: PagesRead) -> set[str]:
    return {field.key for of_page in read.fields.values() for field in of_page if field.value}


def _lacks_required(read: PagesRead) -> bool:
    present = _keys_with_value(read)
    return any(spec.required and spec.key not in present for spec in read.prompt.fields)


def _lacks_main(found: PageFound, kind: Prompt) -> bool:
    """Return whether a required value or the table is missing."""
    present = {field.key for field in found.fields if field.value}
    return any(spec.required and spec.key not in present for spec in kind.fields) or bool(
        kind.columns and not found.rows
    )


def _lacks_much(read: PagesRead) -> bool:
    """Return whether a paper lacks a required value, its table or most of its values."""
    has_no_table = bool(read.prompt.columns) and not read.rows
    return _lacks_required(read) or has_no_table or 2 * len(_keys_with_value(read)) < len(read.prompt.fields)


def _doubts_about(weak_pages: Sequence[tuple[Weakness, int]], *, pages: int) -> Iterator[str]:
    """Yield a sentence for each weakness, which names its pages if there are several."""
    for weakness in Weakness:
        numbers = [number + 1 for one, number in weak_pages if one is weakness]
        if numbers:
            yield texts.unreadable.weak_picture(weakness.value, numbers if pages > 1 else [])


def _is_whole(found: PageFound, kind: Prompt) -> bool:
    cells = [cell for row in found.rows for cell in row.cells]
    return all(one.value for one in (*found.fields, *cells)) and bool(cells or not kind.columns)


def _has_all_of(result: PageFound, look: PageFound) -> bool:
    """Return whether nothing that a look found is left out, so that another could support nothing more."""
    pairs = [*zip(result.fields, look.fields, strict=True)]
    cells, others = ([cell for row in found.rows for cell in row.cells] for found in (result, look))
    if others and len(cells) != len(others):
        return False
    return all(one.value or not two.value for one, two in [*pairs, *zip(cells, others, strict=False)])


def _around(region: Box, size: tuple[int, int]) -> Box:
    """Return the box of a part of a page with a margin, on the page of this size."""
    return Box(
        left=max(0, region.left - _MARGIN),
        top=max(0, region.top - _MARGIN),
        right=min(size[0], region.right + _MARGIN),
        bottom=min(size[1], region.bottom + _MARGIN),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a picture is from: a page, or a part of one."""

    number: int
    part: Box | None = None


def _on_page(line: Line, place: _Place, scale: float) -> Line:
    """Return a line with its box in pixels of the page."""
    box, part = line.box, place.part
    if box is None or (scale == 1 and part is None):
        return replace(line, page=place.number)
    left, top = int(box.left / scale), int(box.top / scale)
    right, bottom = max(left + 1, round(box.right / scale)), max(top + 1, round(box.bottom / scale))
    across, down = (part.left, part.top) if part is not None else (0, 0)
    on_page = Box(left=left + across, top=top + down, right=right + across, bottom=bottom + down)
    return replace(line, page=place.number, box=on_page)
