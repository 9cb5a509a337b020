"""How many tokens an answer may take, so that one that runs into a loop ends long before the model's own limit.

Fields: the JSON of an answer repeats each name and adds a value, of which a type says how long it gets; a token has at
least one character. Text: a page is seen in squares of 32 by 32 pixels. In one of them stand at most four Chinese
characters or eight digits of print 16 pixels high, and hardly smaller print can be read; one without ink holds none.
What an answer adds to the text, such as the tags of tables or a translation, is a multiple of it. A prompt file may say
otherwise with `most_tokens`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from PIL.Image import Image

from bot.domain.prompt import FieldSpec, FieldType, Output, Prompt
from workers.reading.printed_rows import inked_patches

_ROOM: Final = 256  # for what surrounds the values or the text
_MARKS: Final = 8  # around each name and value: quotes, colon, comma, white space
_TEXT_LINE: Final = 64  # of a value's lines
_VALUES: Final[Mapping[FieldType, int]] = {
    FieldType.DIGITS: 40,
    FieldType.DATE: 16,
    FieldType.MONEY: 20,
    FieldType.MONEY_WORDS: 32,
    FieldType.CODE: 40,
    FieldType.TAX_ID: 24,
    FieldType.ID_NUMBER: 24,
    FieldType.BANK_CARD: 28,
    FieldType.PHONE: 24,
    FieldType.TIME: 16,
    FieldType.DATE_TIME: 24,
    FieldType.PLATE: 16,
    FieldType.NUMBER: 24,
    FieldType.RATE: 12,
}
_PER_PATCH: Final = 8
_SEEN_PIXELS: Final = 512 * 512  # smaller pictures are enlarged by the models
_TIMES_THE_TEXT: Final[Mapping[Output, int]] = {
    Output.TEXT: 1,
    Output.MARKDOWN: 2,
    Output.TABLE: 2,  # HTML
    Output.TRANSLATION: 3,  # and the original
    Output.BOXES: 3,  # and four numbers a line
}


def answer_cap(prompt: Prompt, image: Image) -> int:
    """Return how many tokens the answer to `prompt` about `image` may take."""
    if prompt.most_tokens is not None:
        return prompt.most_tokens
    if prompt.output is Output.FIELDS and prompt.fields:
        return fields_cap(prompt.fields)
    return text_cap(image, prompt.output)


def fields_cap(specs: Sequence[FieldSpec]) -> int:
    """Return how many tokens the JSON with these fields may take."""
    return _ROOM + sum(len(spec.name) + _MARKS + _VALUES.get(spec.type, _TEXT_LINE * spec.lines) for spec in specs)


def text_cap(image: Image, output: Output = Output.TEXT) -> int:
    """Return how many tokens the text on `image` may take in the form of `output`."""
    scale = max(1.0, math.sqrt(_SEEN_PIXELS / (image.width * image.height)))
    return _ROOM + _PER_PATCH * _TIMES_THE_TEXT.get(output, 1) * inked_patches(image, scale=scale)
