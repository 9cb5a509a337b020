"""Draw what `ocrbot demo --once FILE` prints as the conversation a phone shows: demo … | python chat.py FILE OUT."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from tests.samples.drawing import Colour, font

_WIDTH = 860
_LINE = 36
_EDGE = 96  # where the bubbles begin, on either side
_BLUE: Colour = (24, 104, 232)
_GREY: Colour = (130, 134, 142)
_INK: Colour = (28, 30, 34)


def main(arguments: Sequence[str]) -> None:
    """Read the demo's output from standard input; write the picture."""
    posted, out = Path(arguments[0]), Path(arguments[1])
    printed = sys.stdin.read().splitlines()
    asker = next(m[1] for line in printed if (m := re.match(r"【.+?】(.+?)：.*@机器人", line)))
    lines = [line[4:] for line in printed if line.startswith("    ")]
    # DingTalk shows the name where the message has the person's number.
    answer = [f"@{asker}" if re.fullmatch(r"@\d+", line) else line for line in lines]
    draw_chat(posted, asker, answer).save(out, optimize=True)


def draw_chat(posted: Path, asker: str, answer: Sequence[str]) -> Image.Image:
    """The asker's picture with the @ on the right, the answer in a bubble on the left."""
    thumb = Image.open(posted).convert("RGB")
    thumb.thumbnail((440, 440))
    heights = [_LINE if line.strip() else _LINE // 3 for line in answer]
    top = 24 + 34 + thumb.height + 84
    page = Image.new("RGB", (_WIDTH, top + 34 + sum(heights) + 72), (239, 241, 245))
    draw = ImageDraw.Draw(page)
    _question(page, draw, thumb, asker)
    _face(draw, 22, top, "识", _BLUE)
    draw.text((_EDGE, top + 8), "机器人", font=font("sans", 20), fill=_GREY, anchor="lm")
    bottom = top + 34 + sum(heights) + 40
    draw.rounded_rectangle((_EDGE, top + 28, _WIDTH - 40, bottom), 14, fill="white")
    y = top + 48
    for line, height in zip(answer, heights, strict=True):
        _line(draw, y + height // 2, line)
        y += height
    return page


def _question(page: Image.Image, draw: ImageDraw.ImageDraw, thumb: Image.Image, asker: str) -> None:
    right = _WIDTH - _EDGE
    _face(draw, _WIDTH - 22 - 54, 24, asker[-1], (240, 150, 60))
    draw.text((right, 32), asker, font=font("sans", 20), fill=_GREY, anchor="rm")
    left = right - thumb.width - 28
    draw.rounded_rectangle((left, 52, right, 52 + thumb.height + 68), 14, fill=(201, 226, 255))
    page.paste(thumb, (left + 14, 66))
    draw.text((left + 16, 66 + thumb.height + 28), "@机器人", font=font("sans", 24), fill=_BLUE, anchor="lm")


def _face(draw: ImageDraw.ImageDraw, x: int, y: int, letter: str, colour: Colour) -> None:
    draw.rounded_rectangle((x, y, x + 54, y + 54), 12, fill=colour)
    draw.text((x + 27, y + 26), letter, font=font("sans", 28), fill="white", anchor="mm")


def _line(draw: ImageDraw.ImageDraw, y: int, line: str) -> None:
    """Write one line of the Markdown that answers are made of: bold, quoted, or plain, with a tick at its end."""
    x = _EDGE + 24
    text, size, ink, weight = line.strip(), 24, _INK, 0
    if text.startswith("**"):
        text, weight = text.strip("*"), 1
    elif text.startswith("> "):
        text, size, ink = text[2:], 20, _GREY
        draw.line((x, y - 14, x, y + 14), fill=(206, 210, 216), width=4)
        x += 16
    elif text.startswith("@"):
        ink = _BLUE
    for piece in re.split("(✅)", text):
        if piece == "✅":
            draw.rounded_rectangle((x, y - 11, x + 22, y + 11), 5, fill=(52, 168, 83))
            draw.line((x + 5, y, x + 9, y + 5, x + 17, y - 5), fill="white", width=3)
            x += 30
        else:
            draw.text((x, y), piece, font=font("sans", size), fill=ink, anchor="lm", stroke_width=weight * 0.6)
            x += int(font("sans", size).getlength(piece))


if __name__ == "__main__":
    main(sys.argv[1:])
