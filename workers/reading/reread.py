"""A value that failed a check, read once more from its own place, larger and with more contrast."""

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
from workers.extraction.field_values import find_value
from workers.files.file_format import Pages
from workers.layout.text_rows import fold

MOST_REGIONS: Final = 4  # of one document: a total, its words and the two sums behind it
AGAIN_SECONDS: Final = 20.0  # for one region, which is a line or two
_TIMES: Final = 2  # how much larger
_MARGIN: Final = 0.5  # heights around the place, for a box a little off
_CONTRAST: Final = 2.0  # the limit of the equalisation in each of the region's tiles
_LAST_LATIN: Final = 0x2FF  # what comes after it is Chinese, or a sign

Look = Callable[[Image.Image], Reading]


def read_again(checked: Sequence[Field], trial: CheckedFields, pages: Pages, look: Look) -> tuple[Field, ...]:
    """Read the fields that failed a check again; return the `checked` fields, some with a proposal as a doubt.

    No value changes. A second reading becomes a doubt where the checks would confirm it and it differs from the first.
    Fields without a place, all but the first `MOST_REGIONS`, and those that the engine fails on stay as they are.
    """
    failed = [field for field in trial.failing(checked) if field.source is Source.CPU and field.box is not None]
    chosen = [field for field in failed if field.page in pages.numbers][:MOST_REGIONS]
    regions = [*_regions(chosen, pages)]
    if not regions:
        return tuple(checked)
    with ThreadPoolExecutor(len(regions)) as threads:
        readings = list(threads.map(lambda region: _reading_of(region[1], look), regions))
    likely = {
        field.key: _likely(field, trial, reading)
        for (field, _), reading in zip(regions, readings, strict=True)
        if reading
    }
    return with_doubts(checked, {key: texts.warnings.doubt_read_again(value) for key, value in likely.items() if value})


def _regions(fields: Sequence[Field], pages: Pages) -> Iterator[tuple[Field, Image.Image]]:
    """Yield the enlarged places of fields; each page is released when its own places are cut out."""
    for number in dict.fromkeys(field.page for field in fields):
        if number is None:
            continue
        try:
            image = pages.page(number).image
        except OcrbotError:
            continue
        yield from ((one, enlarged(image, one.box)) for one in fields if one.page == number and one.box)


def _reading_of(region: Image.Image, look: Look) -> Reading | None:
    try:
        return look(region)
    except OcrbotError:
        return None


def _likely(field: Field, trial: CheckedFields, reading: Reading) -> str:
    """Return the only value of the second reading that the checks would confirm, "" where the first was read again."""
    kind = trial.type_of(field)
    values = dict.fromkeys(value for line in reading.text.splitlines() for value in values_in(kind, line))
    if field.value in values:
        return ""
    likely = trial.passing(field.key, values)
    return likely[0] if len(likely) == 1 else ""


def values_in(kind: FieldType, line: str) -> Iterator[str]:
    """Yield the values of this kind in a line that begin at its start or behind a character that may end a label."""
    folded = fold(line)
    starts = [0, *(index + 1 for index, char in enumerate(folded) if char in ":) " or ord(char) > _LAST_LATIN)]
    for start in starts:
        found = find_value(kind, folded[start:], line[start:])
        if found is not None:
            yield found.value


def enlarged(page: Image.Image, box: Box) -> Image.Image:
    """Return the place of `box` on `page` at twice the size, with the contrast raised locally."""
    margin = round((box.bottom - box.top) * _MARGIN)
    left, top = max(0, box.left - margin), max(0, box.top - margin)
    right, bottom = min(page.width, box.right + margin), min(page.height, box.bottom + margin)
    region = page.crop((left, top, max(right, left + 1), max(bottom, top + 1))).convert("L")
    larger = region.resize((region.width * _TIMES, region.height * _TIMES), Image.Resampling.BICUBIC)
    ink = np.asarray(larger, np.float32)
    low, high = np.percentile(ink, (1, 99))
    stretched = np.clip((ink - low) * 255 / max(high - low, 1.0), 0, 255).astype(np.uint8)
    grey = cv2.createCLAHE(clipLimit=_CONTRAST, tileGridSize=(8, 8)).apply(stretched)
    return Image.fromarray(np.asarray(grey, np.uint8)).convert("RGB")
