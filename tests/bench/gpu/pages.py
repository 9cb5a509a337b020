"""Pages to load an engine with: JPEGs of 1000 by 1400 pixels full of text, each of its own."""

import io
import random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1000, 1400
PROMPT = "提取图中的文字。"
_COUNT = 16


def page(number: int) -> bytes:
    """Return a JPEG of about 400 kB, the same for the same number."""
    draw = random.Random(number)  # noqa: S311 - the same each time
    image = Image.new("RGB", (WIDTH, HEIGHT), (255, 255, 240 + number % 16))
    pen = ImageDraw.Draw(image)
    for row in range(40):
        words = " ".join(f"{draw.randrange(10**6)}" for _ in range(9))
        pen.text((30, 20 + 34 * row), f"{number}.{row} {words}", fill="black", font_size=22)
    data = io.BytesIO()
    image.save(data, "JPEG", quality=95, subsampling=0)
    return data.getvalue()


PAGES = [page(number) for number in range(_COUNT)]
