"""A whiteboard after a meeting: marker on a glossy board, in Chinese and English."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tests.samples.camera import SIZE, cloud, to_image
from tests.samples.drawing import Colour, Pen, Point, font

BLACK: Colour = (38, 40, 46)
BLUE: Colour = (28, 62, 152)
RED: Colour = (190, 40, 44)
GREEN: Colour = (20, 116, 70)

NOTES: Sequence[tuple[str, Point, int, Colour]] = (
    ("周会 3月18日", (150, 160), 66, BLACK),
    ("OCR 机器人 Q2 plan", (720, 166), 62, BLUE),
    ("待办:", (150, 640), 54, BLACK),
    ("1. 发票识别上线 - 王工", (180, 730), 50, BLACK),
    ("2. Demo 给客户看 (周五)", (180, 815), 50, BLACK),
    ("3. GPU 服务器报价", (180, 900), 50, BLACK),
    ("预算: 50000 元以内", (180, 1010), 52, GREEN),
    ("风险:", (960, 650), 54, RED),
    ("deadline 太紧!", (990, 740), 52, RED),
    ("测试数据不够", (990, 830), 52, RED),
    ("Next meeting: 4月1日", (900, 1010), 50, BLUE),
)
BOXES: Sequence[tuple[str, tuple[int, int, int, int]]] = (
    ("钉钉群", (140, 320, 390, 450)),
    ("Bot", (540, 320, 740, 450)),
    ("Worker", (890, 320, 1140, 450)),
    ("回复", (1290, 320, 1470, 450)),
)
PHRASES = tuple(text for text, *_ in NOTES) + tuple(text for text, _ in BOXES)


def draw_whiteboard(seed: int) -> Image.Image:
    """The photographed board, 1600 × 1200."""
    rng = np.random.default_rng(seed)
    # Marker lies on its own sheet first, so that it can be pale in places as worn markers are.
    ink = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(ink)
    for text, at, size, colour in NOTES:
        _write(ink, at, text, Pen(face="kai", size=size, ink=colour), rng)
    for text, (left, top, right, bottom) in BOXES:
        _stroke(draw, [(left, top), (right, top), (right, bottom), (left, bottom), (left, top - 6)], BLACK, rng)
        width = font("kai", 56).getlength(text)
        _write(ink, ((left + right - width) / 2, (top + bottom) / 2), text, Pen(face="kai", size=56, ink=BLACK), rng)
    for (_, first), (_, second) in pairwise(BOXES):
        _arrow(draw, (first[2] + 22, 388), (second[0] - 20, 388), BLUE, rng)
    _stroke(draw, [(150, 206), (540, 200)], RED, rng)
    _stroke(draw, [(720, 216), (1290, 210)], RED, rng)
    return _board(ink.filter(ImageFilter.GaussianBlur(0.9)), rng)


def _write(sheet: Image.Image, at: Point, text: str, pen: Pen, rng: np.random.Generator) -> None:
    """Write from the left middle `at`; every letter a little out of line, turned and of its own size."""
    x, y = at
    drift = rng.normal(0, 0.012)
    for character in text:
        used = font(pen.face, pen.size * rng.uniform(0.95, 1.06))
        box = int(pen.size * 1.8)
        tile = Image.new("L", (box, box), 0)
        ImageDraw.Draw(tile).text((box / 2, box / 2), character, font=used, fill=255, anchor="mm", stroke_width=1.3)
        tile = tile.rotate(rng.normal(0, 2.6), Image.Resampling.BICUBIC)
        advance = used.getlength(character)
        top = y + drift * (x - at[0]) + rng.normal(0, pen.size * 0.022) - box / 2
        sheet.paste(pen.ink, (int(x + advance / 2 - box / 2), int(top)), tile)
        x += advance * 1.02 + rng.uniform(0, 2)


def _stroke(draw: ImageDraw.ImageDraw, corners: Sequence[Point], colour: Colour, rng: np.random.Generator) -> None:
    """A line through the corners by an unsteady hand."""
    dots: list[Point] = []
    for (x1, y1), (x2, y2) in pairwise(corners):
        steps = max(2, int(np.hypot(x2 - x1, y2 - y1) / 26))
        dots += [(x1 + (x2 - x1) * i / steps, y1 + (y2 - y1) * i / steps) for i in range(steps + 1)]
    wobbly = [(x + rng.normal(0, 1.3), y + rng.normal(0, 1.3)) for x, y in dots]
    draw.line(wobbly, fill=colour, width=6, joint="curve")


def _arrow(draw: ImageDraw.ImageDraw, start: Point, end: Point, colour: Colour, rng: np.random.Generator) -> None:
    _stroke(draw, [start, end], colour, rng)
    _stroke(draw, [(end[0] - 26, end[1] - 19), end, (end[0] - 25, end[1] + 20)], colour, rng)


def _board(ink: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The marker on the board: smears of old writing, uneven light, the lamps' reflections and the frame."""
    wear = (0.1 + 0.14 * cloud(SIZE, (180, 140), rng))[:, :, None]
    marker = np.asarray(ink, np.float32) / 255
    marker = marker + (1 - marker) * wear
    smears = 1 - 0.05 * cloud(SIZE, (5, 40), rng) ** 2
    x, y = np.meshgrid(np.linspace(0, 1, SIZE[0]), np.linspace(0, 1, SIZE[1]))
    light = 0.97 - 0.16 * np.hypot(x - 0.6, y - 0.3)
    pixels = marker * (smears * light)[:, :, None] * np.array([232, 236, 238])
    for cx, cy in ((0.82, 0.475), (0.28, 0.42)):
        glare = np.exp(-(((x - cx) / 0.16) ** 2) - ((y - cy + 0.12 * (x - cx)) / 0.018) ** 2)
        pixels = pixels + (252 - pixels) * (0.6 * glare)[:, :, None]
    picture = to_image(pixels.astype(np.float32))
    _frame(ImageDraw.Draw(picture))
    noisy = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.6)), np.float32) + rng.normal(
        0, 2.6, (SIZE[1], SIZE[0], 3)
    )
    return to_image(noisy.astype(np.float32))


def _frame(draw: ImageDraw.ImageDraw) -> None:
    w, h = SIZE
    for depth, grey in ((0, 120), (10, 176), (22, 150), (26, 96)):
        draw.rectangle((depth, depth, w - 1 - depth, h - 1 - depth), outline=(grey, grey + 2, grey + 4), width=12)
    draw.rectangle((420, h - 62, 1180, h - 28), fill=(142, 144, 148), outline=(92, 94, 98), width=3)
    for x, colour in ((520, BLUE), (700, RED), (880, BLACK)):
        draw.rounded_rectangle((x, h - 78, x + 130, h - 56), 9, fill=(236, 236, 232), outline=(150, 150, 150))
        draw.rounded_rectangle((x, h - 78, x + 42, h - 56), 9, fill=colour)
