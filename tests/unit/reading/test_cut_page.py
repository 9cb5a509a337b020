"""A page whose answer was cut off: the rest is read once, in parts side by side, and nothing else."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from bot.domain.document import Reading, Stop
from bot.domain.prompt import FieldSpec, Prompt
from workers.reading.ask_model import PLAIN, Fault, read_fields, read_text
from workers.reading.cut_page import rest_of, stitched, text_ems
from workers.reading.printed_rows import printed_rows

_HEIGHT, _PITCH, _LEFT, _TOP = 20, 32, 30, 40  # of a line of print, in pixels
_CHINESE = "合同甲乙方应当在收到发票后三十日内支付价款并承担违约责任"
_LATIN = "the party of the first part shall pay within thirty days of the invoice"


def lines_of(letters: str, count: int, longest: int) -> list[str]:
    """Return lines that all differ, of different lengths."""
    chance = np.random.default_rng(count)
    chosen = ("".join(chance.choice([*letters], chance.integers(longest // 3, longest))) for _ in range(count))
    return [f"{number}{line}".strip() for number, line in enumerate(chosen)]


def printed(lines: Sequence[str], *, columns: int = 1) -> Image.Image:
    """Draw each character as a frame, square or half as wide; a coloured mark at the left says which line it is."""
    image = Image.new("RGB", (1000, _TOP * 2 + _PITCH * len(lines)), "white")
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        top = _TOP + number * _PITCH
        pen.rectangle((0, top, 3, top + _HEIGHT), fill=(number + 1, 0, 0))
        for column in range(columns):
            left = float(_LEFT + column * 1000 / columns)
            for char in line if columns == 1 else line[:8]:
                width = _HEIGHT * text_ems(char)
                if not char.isspace():
                    pen.rectangle((left + 1, top + 1, left + width - 2, top + _HEIGHT - 1), outline="black", width=2)
                left += width
    return image


@dataclass
class Reader:
    """Reads the lines that a picture shows, as far as it may: a model that gets no further than `most` characters."""

    lines: Sequence[str]
    most: int
    asked: list[Image.Image] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    all_in: threading.Barrier | None = None

    def __call__(self, image: Image.Image, prompt: str) -> Reading:
        self.asked.append(image)
        self.prompts.append(prompt)
        if self.all_in and len(self.asked) > 1:
            self.all_in.wait(20)  # raises if the parts are not read side by side
        marks = [image.getpixel((1, y)) for y in range(image.height)]
        numbers = dict.fromkeys(mark[0] - 1 for mark in marks if isinstance(mark, tuple) and mark[1] == 0)
        text = "\n".join(self.lines[number] for number in numbers)
        return Reading(text=text) if len(text) <= self.most else Reading(text=text[: self.most], stop=Stop.LENGTH)


@pytest.mark.parametrize("letters", [_CHINESE, _LATIN, _CHINESE + _LATIN], ids=["chinese", "latin", "both"])
@pytest.mark.parametrize(("share", "parts"), [(0.3, 4), (0.4, 3), (0.55, 2), (0.8, 1), (0.97, 1)])
def test_only_the_rest_is_read_and_no_line_is_lost_or_doubled(letters: str, share: float, parts: int) -> None:
    lines = lines_of(letters, 60, 40)
    page, whole = printed(lines), "\n".join(lines)
    reader = Reader(lines, round(len(whole) * share))
    answer = read_text(page, PLAIN, reader)
    assert (answer.text, answer.fault) == (whole, None)
    assert len(reader.asked) <= 1 + parts
    read_again = sum(part.height for part in reader.asked[1:])
    assert read_again <= page.height * (1.3 - share)


def test_the_parts_are_read_side_by_side() -> None:
    lines = lines_of(_CHINESE, 60, 40)
    whole = "\n".join(lines)
    reader = Reader(lines, round(len(whole) * 0.55), all_in=threading.Barrier(2))
    assert read_text(printed(lines), PLAIN, reader).text == whole


def test_nothing_else_is_asked_than_the_prompt_that_was_cut() -> None:
    lines = lines_of(_CHINESE, 60, 40)
    reader = Reader(lines, round(len("\n".join(lines)) * 0.6))
    read_text(printed(lines), "识别图片中的公式，用 LaTeX 格式表示。", reader)
    assert set(reader.prompts) == {"识别图片中的公式，用 LaTeX 格式表示。"}


@pytest.mark.parametrize(
    "draw",
    [
        lambda lines: printed(lines, columns=2),
        lambda lines: Image.effect_noise((1000, 2000), 120).convert("RGB"),
        lambda lines: Image.new("RGB", (1000, 2000), "white"),
        lambda lines: printed(lines[:5]),
    ],
    ids=["columns", "photo", "empty", "few-lines"],
)
def test_where_the_place_cannot_be_told_both_halves_are_read_side_by_side(
    draw: Callable[[Sequence[str]], Image.Image],
) -> None:
    lines = lines_of(_CHINESE, 60, 40)
    page = draw(lines)
    asked: list[Image.Image] = []
    both = threading.Barrier(2)

    def ask(image: Image.Image, _: str) -> Reading:
        asked.append(image)
        if image is page:
            return Reading(text="\n".join(lines[:20]), stop=Stop.LENGTH)
        both.wait(20)
        return Reading(text="一半")

    answer = read_text(page, PLAIN, ask)
    assert answer.text.startswith("一半")
    assert answer.fault is None
    assert len(asked) == 3


def test_an_answer_whose_length_tells_nothing_is_read_in_halves() -> None:
    lines = lines_of(_CHINESE, 60, 40)
    reader = Reader(lines, round(len("\n".join(lines)) * 0.6))
    read_text(printed(lines), PLAIN, reader, as_printed=False)
    assert len(reader.asked) == 3
    assert all(part.height < reader.asked[0].height * 0.62 for part in reader.asked[1:])


def test_a_rest_that_does_not_meet_what_was_kept_leaves_a_doubt() -> None:
    lines = lines_of(_CHINESE, 60, 40)
    page = printed(lines)

    def ask(image: Image.Image, _: str) -> Reading:
        if image is page:
            return Reading(text="\n".join(lines[:30]), stop=Stop.LENGTH)
        return Reading(text="完全不同的一行文字")

    answer = read_text(page, PLAIN, ask)
    assert answer.fault is Fault.CUT
    assert answer.text.startswith("\n".join(lines[:29]))
    assert answer.text.endswith("完全不同的一行文字")


def test_fields_that_were_cut_off_are_asked_for_in_both_halves_at_once() -> None:
    prompt = Prompt(name="p", title="p", text="fields", fields=(FieldSpec(name="号", key="n"),))
    page = printed(lines_of(_CHINESE, 60, 40)).rotate(90, expand=True)
    asked: list[Image.Image] = []
    both = threading.Barrier(2)

    def ask(image: Image.Image, _: str) -> Reading:
        asked.append(image)
        if image is page:
            return Reading(text='{"号": "12', stop=Stop.LENGTH)
        both.wait(20)
        return Reading(text='{"号": "1234"}')

    fields, fault = read_fields(page, prompt, ask)
    assert fields[0].value == "1234"
    assert fault is Fault.CUT
    assert len(asked) == 3


# -- rows of print


def test_rows_are_found_where_they_stand() -> None:
    lines = lines_of(_CHINESE, 30, 40)
    rows = printed_rows(printed(lines))
    assert len(rows) == 30
    assert rows[0].top in range(_TOP - 2, _TOP + 3)
    assert all(above.bottom < below.top for above, below in pairwise(rows))
    assert [row.ems for row in rows] == pytest.approx([text_ems(line) for line in lines], rel=0.3, abs=4)


def test_the_rest_of_a_page_reaches_down_to_its_end() -> None:
    lines = lines_of(_LATIN, 60, 70)
    page = printed(lines)
    parts = rest_of(page, "\n".join(lines[:20]))
    assert parts[-1].bottom == page.height
    assert _TOP + 12 * _PITCH < parts[0].top < _TOP + 20 * _PITCH
    for above, below in pairwise(parts):
        assert above.bottom == below.top


# -- joining


@given(st.lists(st.text("甲乙丙丁戊己庚辛", min_size=6, max_size=12), min_size=4, max_size=30, unique=True), st.data())
def test_texts_that_overlap_are_joined_without_loss(lines: list[str], data: st.DataObject) -> None:
    end = data.draw(st.integers(1, len(lines)))
    start = data.draw(st.integers(0, end - 1))
    assert stitched("\n".join(lines[:end]), "\n".join(lines[start:])) == "\n".join(lines)


def test_spaces_and_widths_do_not_hinder() -> None:
    assert stitched("一\n合计 (大写)：伍拾圆\n", "合计（大写）:伍拾圆\n二") == "一\n合计 (大写)：伍拾圆\n二"


def test_a_line_that_was_read_differently_the_second_time_does_not_hinder() -> None:
    kept = "甲方应当付款\n乙方应当交货\n三十日内\n逾期违约\n以上"
    rest = "甲方应当付款\n乙方应当父货\n三十日内\n逾期违约\n以上\n签字"
    assert stitched(kept, rest) == f"{kept}\n签字"


def test_a_line_that_a_page_repeats_does_not_join_what_does_not_meet() -> None:
    assert stitched("甲方\n小计（人民币）\n乙方", "丙方\n丁方\n戊方\n小计（人民币）\n己方") is None


@pytest.mark.parametrize("rest", ["", "丙丁", "一\n二"])
def test_texts_without_a_line_in_common_are_not_joined(rest: str) -> None:
    assert stitched("甲乙甲乙甲乙\n乙甲乙甲乙甲\n一", rest) is None
