"""How many tokens an answer may take: with room to spare for every document, and far less than a loop would."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bot.config.prompt_files import load
from bot.config.prompt_toml import read_prompt
from bot.domain.prompt import FieldSpec, Output, Prompt
from tests.accuracy.cases import KINDS, Kind
from tests.accuracy.people import seeded_random
from tests.samples.drawing import font
from workers.reading.answer_caps import answer_cap, fields_cap, text_cap

PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")
MODELS_OWN = 16384


def dense(size: int, letters: str, *, spacing: float = 1.4) -> tuple[Image.Image, str]:
    """Return a page of 1000 by 1400 pixels that is full of print `size` pixels high, and its text."""
    image = Image.new("RGB", (1000, 1400), "white")
    pen, used = ImageDraw.Draw(image), font("sans", size)
    chance = np.random.default_rng(size)
    lines = []
    for top in range(40, 1400 - 40 - size, round(size * spacing)):
        line = "".join(chance.choice([*letters], 400))
        while used.getlength(line) > 920:
            line = line[:-1]
        pen.text((40, top), line, "black", used)
        lines.append(line)
    return image, "\n".join(lines)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("seed", range(3))
def test_every_kind_of_document_has_twice_the_room_that_its_answer_takes(kind: Kind, seed: int) -> None:
    """A token has at least one character of these answers, so that their characters are counted."""
    prompt = PROMPTS.named(kind.prompt)
    assert prompt is not None
    drawn = kind.draw(seeded_random(f"{kind.name} {seed}"))
    answer = json.dumps(drawn.truth, ensure_ascii=False, indent=4) if prompt.fields else drawn.text
    assert 2 * len(answer) <= answer_cap(prompt, drawn.picture) < MODELS_OWN / 3


def test_an_invoice_takes_no_tenth_of_what_the_model_may_write() -> None:
    invoice = PROMPTS.named("invoice")
    assert invoice is not None
    assert 600 < answer_cap(invoice, Image.new("RGB", (1240, 820))) < MODELS_OWN / 10


@pytest.mark.parametrize(
    ("letters", "size", "a_token"),
    [("合同甲乙方应当在收到发票后三十日内支付价款", 12, 1), ("0123456789", 14, 1), ("the party shall pay", 12, 2)],
)
def test_a_page_full_of_small_print_may_be_read_to_its_end(letters: str, size: int, a_token: int) -> None:
    """Digits are tokens of their own in many models, words are not."""
    image, text = dense(size, letters)
    assert len(text) / a_token < text_cap(image)


def test_a_picture_of_texture_gets_as_much_as_its_size_allows() -> None:
    assert text_cap(Image.effect_noise((1000, 1400), 120).convert("RGB")) > 10000


def test_an_empty_page_gets_little() -> None:
    assert text_cap(Image.new("RGB", (1000, 1400), "white")) < 500


@pytest.mark.parametrize("size", [(1, 1), (3, 3), (5, 900), (120, 60)])
def test_tiny_pictures_get_something(size: tuple[int, int]) -> None:
    assert text_cap(Image.new("RGB", size)) > 0


def test_a_form_that_adds_to_the_text_gets_more() -> None:
    image, _ = dense(24, "合同甲乙方")
    assert text_cap(image) < text_cap(image, Output.MARKDOWN) < text_cap(image, Output.TRANSLATION)


def test_more_fields_and_longer_ones_get_more() -> None:
    one, two = FieldSpec(name="地址", key="a"), FieldSpec(name="经营范围", key="b", lines=6)
    assert fields_cap([one]) < fields_cap([two]) < fields_cap([one, two])


def test_what_a_person_asks_for_freely_is_bounded_by_the_ink() -> None:
    image, _ = dense(24, "合同甲乙方")
    free = Prompt(name="extract", title="提取", text="提取", output=Output.FIELDS)
    assert answer_cap(free, image) == text_cap(image, Output.FIELDS)


FILE = """
title = "公告"
text = '''提取图中的文字。'''
"""


def test_an_admin_may_say_how_many() -> None:
    source = read_prompt(f"{FILE}most_tokens = 900\n", name="notice")
    assert source.problems == ()
    assert answer_cap(source.prompt, Image.new("RGB", (1000, 1400))) == 900


@pytest.mark.parametrize("wrong", ["0", "63", "16385", "1.5", '"many"', "true"])
def test_a_number_out_of_reason_is_a_problem(wrong: str) -> None:
    (problem,) = read_prompt(f"{FILE}most_tokens = {wrong}\n", name="notice").problems
    assert "a whole number from 64 to 16384" in str(problem)
