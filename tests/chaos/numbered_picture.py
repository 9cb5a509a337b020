"""Pictures of numbers, which a person and the fake engine can read: black and white squares say them in binary."""

from io import BytesIO

from PIL import Image, ImageDraw

from tests.fakes.fake_model import Picture

_SIZE = (480, 240)
_BITS, _SIDE = 12, 40  # squares, pixels of one
_TOP = 20
_CELLS, _ROW = 24, 5  # the picture as the engine sees it, and a row of it that goes through the squares
_BLACK = 0.5


def picture(number: int) -> bytes:
    """Return a picture of a number, a PNG."""
    image = Image.new("L", _SIZE, "white")
    draw = ImageDraw.Draw(image)
    for bit in range(_BITS):
        if number >> bit & 1:
            draw.rectangle((bit * _SIDE, _TOP, (bit + 1) * _SIDE - 1, _TOP + 2 * _SIDE), fill="black")
    draw.text((30, 120), f"No {number:05}", fill="black", font_size=80)
    data = BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def number_in(picture: Picture) -> int:
    """Return the last twelve bits of the number in a picture."""
    row = picture.features.reshape(_CELLS, _CELLS, 3)[_ROW, :, 0]
    return sum((row[2 * bit] < _BLACK) << bit for bit in range(_BITS))
