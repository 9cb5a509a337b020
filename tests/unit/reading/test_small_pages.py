"""Small pictures are shown to the engine enlarged, and what is read has its place on the picture itself."""

import io
from dataclasses import dataclass, field
from datetime import date

import pytest
from PIL import Image

from bot.domain.document import Box, Line, Reading
from bot.domain.prompt import FieldSpec, Output, Prompt
from workers.engines.base import USUAL, AskOptions, EncodedPicture, PictureForm
from workers.engines.cpu.form import CPU_FORM
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document

_KIND = Prompt(name="k", title="k", text="", output=Output.FIELDS, fields=(FieldSpec(name="姓名", key="name"),))


@dataclass
class Eye:
    """An engine that reads one line in the middle of what it is shown."""

    name: str = "rapid"
    takes_prompts: bool = False
    seen: list[tuple[int, int]] = field(default_factory=list)

    def form(self) -> PictureForm:
        return CPU_FORM

    def ask(self, picture: EncodedPicture, prompt: str, *, options: AskOptions = USUAL) -> Reading:
        self.seen.append(picture.size)
        width, height = picture.size
        box = Box(left=width // 3, top=height // 3, right=2 * width // 3, bottom=height // 2)
        return Reading(text="姓名：王小样", lines=(Line(text="姓名：王小样", box=box, confidence=0.99),))


@pytest.mark.parametrize(
    ("size", "shown"), [((450, 300), (675, 450)), ((700, 300), (700, 300)), ((150, 90), (150, 90))]
)
def test_a_small_picture_is_read_enlarged_and_places_are_its_own(size: tuple[int, int], shown: tuple[int, int]) -> None:
    stream, eye = io.BytesIO(), Eye()
    Image.new("RGB", size, "white").save(stream, "PNG")

    found = read_document(ReadRequest(file=identify(stream.getvalue()), prompt=_KIND, today=date(2026, 1, 1)), eye)

    assert eye.seen[0] == shown
    assert found.fields[0].value == "王小样"
    assert found.fields[0].box == Box(left=size[0] // 3, top=size[1] // 3, right=2 * size[0] // 3, bottom=size[1] // 2)
