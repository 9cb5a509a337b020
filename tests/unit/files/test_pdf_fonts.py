"""PDFs that name a Chinese font without embedding it, on a machine that may have none."""

import pytest

from tests.fakes.embedded_files import SIMPLIFIED, TRADITIONAL, pdf
from workers.files.pdf.client import PdfFile

FACES = pytest.mark.parametrize(
    ("face", "characters", "text"),
    [
        ("STSong-Light", SIMPLIFIED, "发票号码"),
        ("SimSun", SIMPLIFIED, "价税合计"),
        ("SimHei", SIMPLIFIED, "开票日期"),
        ("MSung-Light", TRADITIONAL, "發票號碼"),
    ],
)


@FACES
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_every_character_is_read_with_its_place(face: str, characters: tuple[str, str], text: str, turned: int) -> None:
    with PdfFile(pdf([(50, 50, text)], face=face, characters=characters, turned=turned)) as file:
        read = [char for char in file.contents(0).characters if char.text.strip()]

    assert "".join(char.text for char in read) == text
    assert [round(char.left) for char in read] == [50, 60, 70, 80]
    assert all(char.right - char.left > 5 and char.bottom - char.top > 5 for char in read)


@FACES
def test_the_characters_are_drawn(face: str, characters: tuple[str, str], text: str) -> None:
    with PdfFile(pdf([(50, 50, text)], face=face, characters=characters)) as file:
        drawn = file.image(0, (600, 400)).convert("L")

    darkest = [min(drawn.crop((left, 35, left + 10, 55)).tobytes()) for left in (50, 60, 70, 80)]
    assert max(darkest) < 128
