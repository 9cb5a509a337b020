"""A second look at weak pictures: when there is one, what it may add, and that it changes no value."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from bot.config.prompt_files import load
from bot.domain.document import Box, Document, Field, Line, Reading, Row, Source, Status
from bot.domain.errors import OcrbotError, Unavailable
from bot.domain.prompt import FieldSpec, FieldType
from workers.engines.base import EncodedPicture, PictureForm
from workers.files.file_type import identify
from workers.reading.blurry_pages import steepness
from workers.reading.document import ReadRequest, read_document
from workers.reading.second_look.improved import improved_pictures, sharpened, with_even_light
from workers.reading.second_look.taken import with_fields_of, with_rows_of
from workers.reading.second_look.weakness import Weakness, weakness_of

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "config" / "samples" / "digital_invoice.png"
CONTRACT = next(prompt for prompt in load(ROOT / "config" / "prompts").prompts if prompt.name == "contract")
TEXT = FieldSpec(name="甲方", key="party")
DATE = FieldSpec(name="日期", key="day", type=FieldType.DATE)


def page() -> Image.Image:
    return Image.open(SAMPLE).convert("RGB")


def dark(image: Image.Image) -> Image.Image:
    across = np.linspace(0.1, 0.3, image.width)[None, :, None]
    return Image.fromarray((np.asarray(image) * across).astype(np.uint8))


def small(image: Image.Image) -> Image.Image:
    scale = 450 / max(image.size)
    return image.resize((round(image.width * scale), round(image.height * scale)))


def blurred(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(3))


# -- measuring


@pytest.mark.parametrize(
    ("spoil", "weakness"), [(dark, Weakness.DARK), (small, Weakness.SMALL), (blurred, Weakness.BLURRED)]
)
def test_what_is_wrong_with_a_picture_is_measured(
    spoil: Callable[[Image.Image], Image.Image], weakness: Weakness
) -> None:
    assert weakness_of(spoil(page()), much_is_missing=True) is weakness


@pytest.mark.parametrize("name", ["digital_invoice.png", "invoice_photo.jpg", "contract.png", "whiteboard.jpg"])
def test_nothing_is_wrong_with_the_samples(name: str) -> None:
    image = Image.open(ROOT / "config" / "samples" / name).convert("RGB")
    assert weakness_of(image, much_is_missing=True) is None


def test_whether_a_page_is_blurred_is_looked_at_only_if_much_is_missing() -> None:
    assert weakness_of(blurred(page()), much_is_missing=False) is None


# -- improving


def test_light_is_made_even_and_print_stays() -> None:
    before, after = np.asarray(page().convert("L")), np.asarray(with_even_light(dark(page())).convert("L"))
    paper = before > 240
    assert np.percentile(after[paper], 10) > 200
    assert after[before < 40].mean() < 120


def test_a_blur_is_undone_in_part() -> None:
    before, after = steepness(blurred(page())), steepness(sharpened(blurred(page()), 2.0))
    assert before is not None
    assert after is not None
    assert after > 1.2 * before


@pytest.mark.parametrize("weakness", [*Weakness])
def test_two_pictures_are_shown_and_no_giant_among_them(weakness: Weakness) -> None:
    pictures = [*improved_pictures(Image.new("RGB", (5000, 40), "white"), weakness)]
    assert len(pictures) == 2
    assert all(max(one.image.size) <= 5200 and one.image.mode == "RGB" for one in pictures)
    assert all(one.image.width == round(5000 * one.scale) for one in pictures)


# -- what is taken


def found(spec: FieldSpec, value: str, status: Status = Status.UNCHECKED) -> Field:
    return replace(spec.field(value, Source.CPU, page=0), status=status) if value else spec.missing


def taken(spec: FieldSpec, first: str, *looks: str) -> str:
    (field,) = with_fields_of([found(spec, first)], [[found(spec, look)] for look in looks], [spec])
    return field.value


def test_a_value_of_the_first_look_never_changes() -> None:
    assert taken(TEXT, "青州", "临淄", "临淄") == "青州"


def test_free_text_is_taken_if_two_looks_read_the_same() -> None:
    assert taken(TEXT, "", "青州公司", "青州 公司") == "青州公司"
    assert taken(TEXT, "", "青州公司") == ""
    assert taken(TEXT, "", "青州公司", "青川公司") == ""


def test_a_value_of_a_strict_form_is_taken_unless_another_look_reads_another() -> None:
    assert taken(DATE, "", "2025-03-01", "") == "2025-03-01"
    assert taken(DATE, "", "2025-03-01", "2025-03-07") == ""


def test_what_a_look_doubts_itself_is_not_taken() -> None:
    looks = [[found(DATE, "2025-03-01", Status.DOUBTFUL)]]
    assert with_fields_of([DATE.missing], looks, [DATE]) == (DATE.missing,)


def test_what_is_taken_has_no_mark() -> None:
    (field,) = with_fields_of([DATE.missing], [[found(DATE, "2025-03-01")]], [DATE])
    assert (field.status, field.source) == (Status.UNCHECKED, Source.CPU)


def row(name: str, day: str) -> Row:
    return Row(cells=(found(TEXT, name), found(DATE, day)))


def values(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    return [tuple(cell.value for cell in one.cells) for one in rows]


SPECS = (TEXT, DATE)


def test_a_table_that_the_first_look_missed_takes_two_looks_with_as_many_lines() -> None:
    look = [row("纸", "2025-03-01"), row("笔", "2025-03-02")]
    other = [row("纸", "2025-03-01"), row("毛", "")]
    assert with_rows_of([], [look], SPECS) == ()
    assert with_rows_of([], [look, other[:1]], SPECS) == ()
    assert values(with_rows_of([], [look, other], SPECS)) == [("纸", "2025-03-01"), ("", "2025-03-02")]


def test_missing_cells_are_filled_where_the_lines_are_the_same() -> None:
    first = [row("纸", ""), row("笔", "2025-03-02")]
    assert values(with_rows_of(first, [[row("纸", "2025-03-01"), row("笔", "")]], SPECS))[0] == ("纸", "2025-03-01")
    others = [[row("本", "2025-03-01"), row("尺", "2025-03-09")]]
    assert values(with_rows_of(first, others, SPECS)) == values(first)
    assert values(with_rows_of(first, [[row("纸", "2025-03-01")]], SPECS)) == values(first)


# -- from end to end


@dataclass
class Eye:
    """Gives the lines that stand under the size of the picture that it is shown; counts the pictures."""

    by_look: Sequence[Mapping[str, str]]
    fails_after: int = 99
    error: OcrbotError = field(default_factory=lambda: Unavailable("busy"))
    name: str = "rapid"
    takes_prompts: bool = False
    seen: list[tuple[int, int]] = field(default_factory=list)

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        self.seen.append(picture.size)
        if len(self.seen) > self.fails_after:
            raise self.error
        values = self.by_look[min(len(self.seen), len(self.by_look)) - 1]
        across, down = picture.size[0] / 450, picture.size[1] / 300
        lines = [
            Line(
                text=f"{label}：{value}",
                box=Box(
                    left=round(10 * across),
                    top=round(top * down),
                    right=round(300 * across),
                    bottom=round((top + 12) * down),
                ),
                confidence=0.99,
            )
            for top, (label, value) in zip(range(10, 290, 30), values.items(), strict=False)
        ]
        return Reading(text="\n".join(line.text for line in lines), lines=tuple(lines))


def read(eye: Eye, size: tuple[int, int] = (450, 300)) -> Document:
    data = io.BytesIO()
    Image.new("RGB", size, "white").save(data, "PNG")
    return read_document(ReadRequest(file=identify(data.getvalue()), prompt=CONTRACT, today=date(2026, 1, 1)), eye)


def of(document: Document) -> dict[str, str]:
    return {one.name: one.value for one in document.fields if one.value}


def test_a_small_picture_is_looked_at_again_and_what_two_looks_read_is_added() -> None:
    eye = Eye([{"甲方": "青州公司"}, {"甲方": "青川公司", "乙方": "临淄五金厂"}, {"乙方": "临淄五金厂"}])
    document = read(eye)
    assert of(document) == {"甲方": "青州公司", "乙方": "临淄五金厂"}
    assert eye.seen == [(450, 300), (450, 300), (900, 600)]
    added = next(one for one in document.fields if one.name == "乙方")
    assert added.status is Status.UNCHECKED
    assert added.box is not None
    assert added.box.right < 450


def test_one_look_is_enough_for_what_has_a_strict_form() -> None:
    eye = Eye([{"甲方": "青州公司"}, {"甲方": "青州公司", "签订日期": "2025年3月1日"}])
    assert of(read(eye)) == {"甲方": "青州公司", "签订日期": "2025-03-01"}
    assert len(eye.seen) == 2


def test_a_picture_of_good_size_and_light_is_not_looked_at_again() -> None:
    eye = Eye([{"甲方": "青州公司"}])
    read(eye, (1200, 800))
    assert len(eye.seen) == 1


def test_an_engine_that_fails_at_the_second_look_takes_nothing_away() -> None:
    assert of(read(Eye([{"甲方": "青州公司"}], fails_after=1))) == {"甲方": "青州公司"}
