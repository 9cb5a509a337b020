"""Reading a value that failed a check once more, from its own region, enlarged and with more contrast."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import cv2
import numpy as np
from PIL import Image

from bot.domain import texts
from bot.domain.checking.proposals import CheckedFields, with_doubts
from bot.domain.document import Box, Field, Reading, Source
from bot.domain.errors import OcrbotError
from bot.domain.prompt import FieldType
from workers.extraction.values.field_values import find_value
from workers.files.format_protocol import Pages
from workers.layout.text_rows import fold
from workers.reading.upright.straightened import NOT_AT_ALL, Straightenings, on_pages

MOST_REGIONS: Final = 4  # of one document: a total, its words and the two sums that it consists of
AGAIN_SECONDS: Final = 20.0  # for one region, which is a line or two
_SCALE: Final = 2
_MARGIN: Final = 0.5  # heights around the box, which may be a little off
_CONTRAST: Final = 2.0  # the clip limit of the equalisation in each tile of the region
_LAST_LATIN: Final = 0x2FF  # later code points are Chinese or punctuation

ReadRegion = Callable[[Image.Image], Reading]
"""Reads one region with the engine; raises what the engine raises."""


def read_again(
    checked: Sequence[Field],
    trial: CheckedFields,
    pages: Pages,
    read: ReadRegion,
    straightened: Straightenings = NOT_AT_ALL,
) -> tuple[Field, ...]:
    """Read the fields that failed a check again; return the `checked` fields, some with a proposal as a doubt.

    No value changes. A second value becomes a doubt if it differs from the first and the checks would confirm it.
    `pages` are upright; the boxes of fields are as `straightened` says. Fields without a box, beyond the first
    `MOST_REGIONS`, and those on which the engine fails stay as they are.
    """
    failed = [field for field in trial.failing(checked) if field.source is Source.CPU and field.box is not None]
    chosen = [field for field in failed if field.page in pages.numbers][:MOST_REGIONS]
    regions = [*_regions(on_pages(chosen, straightened), pages)]
    if not regions:
        return tuple(checked)
    with ThreadPoolExecutor(len(regions)) as threads:
        readings = list(threads.map(lambda region: _reading_of(region[1], read), regions))
    likely = {
        field.key: _likely(field, trial, reading)
        for (field, _), reading in zip(regions, readings, strict=True)
        if reading
    }
    return with_doubts(checked, {key: texts.warnings.doubt_read_again(value) for key, value in likely.items() if value})


def _regions(fields: Sequence[Field], pages: Pages) -> Iterator[tuple[Field, Image.Image]]:
    """Yield fields with their enlarged regions; each page is released once its regions are cut out."""
    for number in dict.fromkeys(field.page for field in fields):
        if number is None:
            continue
        try:
            image = pages.page(number).image
        except OcrbotError:
            continue
        yield from ((field, enlarged(image, field.box)) for field in fields if field.page == number and field.box)


def _reading_of(region: Image.Image, read: ReadRegion) -> Reading | None:
    try:
        return read(region)
    except OcrbotError:
        return None


def _likely(field: Field, trial: CheckedFields, reading: Reading) -> str:
    """Return the only value in a second reading that the checks would confirm; "" if it has the first value too."""
    kind = trial.type_of(field)
    values = dict.fromkeys(value for line in reading.text.splitlines() for value in values_in(kind, line))
    if field.value in values:
        return ""
    likely = trial.passing(field.key, values)
    return likely[0] if len(likely) == 1 else ""


def values_in(kind: FieldType, line: str) -> Iterator[str]:
    """Yield the values of type `kind` in a line that begin at its start or behind a character that may end a label."""
    folded = fold(line)
    starts = [0, *(index + 1 for index, char in enumerate(folded) if char in ":) " or ord(char) > _LAST_LATIN)]
    for start in starts:
        found = find_value(kind, folded[start:], line[start:])
        if found is not None:
            yield found.value


def enlarged(page: Image.Image, box: Box) -> Image.Image:
    """Return the region around `box` on `page` at twice the size, with its contrast increased locally."""
    margin = round((box.bottom - box.top) * _MARGIN)
    left, top = max(0, box.left - margin), max(0, box.top - margin)
    right, bottom = min(page.width, box.right + margin), min(page.height, box.bottom + margin)
    region = page.crop((left, top, max(right, left + 1), max(bottom, top + 1))).convert("L")
    larger = region.resize((region.width * _SCALE, region.height * _SCALE), Image.Resampling.BICUBIC)
    ink = np.asarray(larger, np.float32)
    low, high = np.percentile(ink, (1, 99))
    stretched = np.clip((ink - low) * 255 / max(high - low, 1.0), 0, 255).astype(np.uint8)
    grey = cv2.createCLAHE(clipLimit=_CONTRAST, tileGridSize=(8, 8)).apply(stretched)
    return Image.fromarray(np.asarray(grey, np.uint8)).convert("RGB")
