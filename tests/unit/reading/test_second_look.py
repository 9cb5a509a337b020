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
from bot.domain.prompt import CheckSpec, FieldSpec, FieldType, Prompt
from bot.domain.texts import warnings
from workers.engines.base import EncodedPicture, PictureForm
from workers.files.file_type import identify
from workers.files.images import OnePicture
from workers.reading.document import ReadRequest, read_document
from workers.reading.image_reader import ImageReader
from workers.reading.picture_measures import measures_of
from workers.reading.second_look.improved import improved_pictures, sharpened, with_even_light
from workers.reading.second_look.look import SecondLook
from workers.reading.second_look.taken import PageFound, completed
from workers.reading.second_look.weakness import Weakness, weakness_of

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "config" / "samples" / "digital_invoice.png"
CONTRACT = next(prompt for prompt in load(ROOT / "config" / "prompts").prompts if prompt.name == "contract")
TEXT = FieldSpec(name="甲方", key="party")
DATE = FieldSpec(name="日期", key="day", type=FieldType.DATE)
NUMBER = FieldSpec(name="代码", key="code", type=FieldType.TAX_ID)
NAME, AMOUNT = FieldSpec(name="名称", key="item"), FieldSpec(name="金额", key="amount", type=FieldType.MONEY)


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
    assert weakness_of(spoil(page())) is weakness


@pytest.mark.parametrize("name", ["digital_invoice.png", "invoice_photo.jpg", "contract.png", "whiteboard.jpg"])
def test_nothing_is_wrong_with_the_samples(name: str) -> None:
    image = Image.open(ROOT / "config" / "samples" / name).convert("RGB")
    assert weakness_of(image) is None


def test_what_is_too_small_for_any_print_is_not_looked_at() -> None:
    assert weakness_of(Image.new("RGB", (150, 90), "white")) is None


# -- improving


def test_light_is_made_even_and_print_stays() -> None:
    before, after = np.asarray(page().convert("L")), np.asarray(with_even_light(dark(page())).convert("L"))
    paper = before > 240
    assert np.percentile(after[paper], 10) > 200
    assert after[before < 40].mean() < 120


def test_a_blur_is_undone_in_part() -> None:
    soft = blurred(page())
    before, after = (measures_of(image).steepness for image in (soft, sharpened(soft, 2.0)))
    assert after > 1.2 * before


@pytest.mark.parametrize("weakness", [*Weakness])
def test_two_pictures_are_shown_and_no_giant_among_them(weakness: Weakness) -> None:
    pictures = [*improved_pictures(Image.new("RGB", (5000, 40), "white"), weakness)]
    assert len(pictures) == 2
    assert all(max(one.image.size) <= 5200 and one.image.mode == "RGB" for one in pictures)
    assert all(one.image.width == round(5000 * one.scale) for one in pictures)


# -- what is taken


KIND = Prompt(
    name="k",
    title="k",
    text="",
    fields=(TEXT, DATE, NUMBER),
    columns=(NAME, AMOUNT),
    checks=(CheckSpec(name="credit_code", keys=("code",)),),
)
RIGHT, WRONG = "91120222079642398Y", "91120222079642399Y"


def found(spec: FieldSpec, value: str, status: Status = Status.UNCHECKED) -> Field:
    return replace(spec.field(value, Source.CPU, page=0), status=status) if value else spec.missing


def page_of(party: str = "", day: str = "", code: str = "", rows: tuple[Row, ...] = ()) -> PageFound:
    return PageFound(fields=(found(TEXT, party), found(DATE, day), found(NUMBER, code)), rows=rows)


def values(result: PageFound) -> tuple[str, ...]:
    return tuple(one.value for one in result.fields)


def test_a_value_of_the_first_look_never_changes() -> None:
    assert values(completed(page_of("青州"), [page_of("临淄"), page_of("临淄")], KIND)) == ("青州", "", "")


def test_a_value_that_another_look_reads_differently_is_doubtful_unless_a_check_confirms_it() -> None:
    first = page_of("青州", "2025-03-01", RIGHT)
    result = completed(first, [page_of("临淄", "2025-03-01", WRONG)], KIND)

    assert values(result) == ("青州", "2025-03-01", RIGHT)
    assert [one.status for one in result.fields] == [Status.DOUBTFUL, Status.UNCHECKED, Status.UNCHECKED]
    assert "临淄" in result.fields[0].doubts[0]


def test_a_value_beside_a_misread_label_gives_way_to_what_looks_support() -> None:
    unread = replace(found(TEXT, "青洲"), status=Status.DOUBTFUL, doubts=(warnings.doubt_label_unread(),))
    first = PageFound(fields=(unread, DATE.missing, NUMBER.missing))

    assert values(completed(first, [page_of("青州"), page_of("青州")], KIND))[0] == "青州"
    assert values(completed(first, [page_of("青州"), page_of("青川")], KIND))[0] == "青洲"


def test_a_cell_that_another_look_reads_differently_is_doubtful() -> None:
    first = table(("纸", "1.00"), ("笔", "2.00"))
    (one, other) = completed(first, [table(("纸", "1.00"), ("笔", "7.00"))], KIND).rows

    assert [cell.status for cell in (*one.cells, *other.cells)] == [*[Status.UNCHECKED] * 3, Status.DOUBTFUL]


def test_a_value_is_taken_if_two_looks_read_the_same() -> None:
    looks = [page_of("青州公司", "2025-03-01"), page_of("青州 公司", "2025-03-07")]
    assert values(completed(page_of(), looks, KIND)) == ("青州公司", "", "")
    assert values(completed(page_of(), looks[:1], KIND)) == ("", "", "")


def test_a_value_of_one_look_is_taken_if_a_check_confirms_it() -> None:
    assert values(completed(page_of(), [page_of(code=RIGHT)], KIND))[2] == RIGHT
    assert values(completed(page_of(), [page_of(code=WRONG)], KIND))[2] == ""


def test_what_a_look_doubts_itself_is_not_taken() -> None:
    unsure = PageFound(fields=(TEXT.missing, found(DATE, "2025-03-01", Status.DOUBTFUL), NUMBER.missing))
    assert values(completed(page_of(), [unsure, unsure], KIND)) == ("", "", "")


def test_what_is_taken_has_no_mark_yet() -> None:
    result = completed(page_of(), [page_of(code=RIGHT)], KIND)
    assert (result.fields[2].status, result.fields[2].source) == (Status.UNCHECKED, Source.CPU)


def row(name: str, amount: str) -> Row:
    return Row(cells=(found(NAME, name), found(AMOUNT, amount)))


def table(*lines: tuple[str, str]) -> PageFound:
    return page_of(rows=tuple(row(*line) for line in lines))


def cells(result: PageFound) -> list[tuple[str, ...]]:
    return [tuple(cell.value for cell in one.cells) for one in result.rows]


def test_a_table_that_the_first_look_missed_is_taken_as_far_as_two_looks_agree() -> None:
    look, other = table(("纸", "1.00"), ("笔", "2.00")), table(("纸", "1.00"), ("毛", "2.00"))
    assert cells(completed(page_of(), [look, other], KIND)) == [("纸", "1.00"), ("", "2.00")]
    assert cells(completed(page_of(), [look, table(("纸", "1.00"))], KIND)) == []
    assert cells(completed(page_of(), [look], KIND)) == cells(completed(page_of(), [page_of(), look], KIND)) == []


def test_missing_cells_are_filled_where_the_lines_are_the_same() -> None:
    first = table(("纸", ""), ("笔", "2.00"))
    same = table(("纸", "1.00"), ("笔", ""))
    assert cells(completed(first, [same, same], KIND)) == [("纸", "1.00"), ("笔", "2.00")]
    other = table(("本", "1.00"), ("尺", "9.00"))
    assert cells(completed(first, [other, other], KIND)) == cells(first)
    shorter = table(("纸", "1.00"))
    assert cells(completed(first, [shorter, shorter], KIND)) == cells(first)


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


def read(eye: Eye, size: tuple[int, int] = (450, 300), prompt: Prompt = CONTRACT) -> Document:
    data = io.BytesIO()
    Image.new("RGB", size, "white").save(data, "PNG")
    return read_document(ReadRequest(file=identify(data.getvalue()), prompt=prompt, today=date(2026, 1, 1)), eye)


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


def test_a_picture_of_good_size_and_light_is_not_looked_at_again() -> None:
    eye = Eye([{"甲方": "青州公司"}])
    read(eye, (1200, 800))
    assert len(eye.seen) == 1


def test_an_engine_that_fails_at_the_second_look_takes_nothing_away() -> None:
    assert of(read(Eye([{"甲方": "青州公司"}], fails_after=1))) == {"甲方": "青州公司"}


def test_what_is_still_missing_is_blamed_on_the_picture() -> None:
    needed = replace(CONTRACT, fields=tuple(replace(spec, required=spec.name == "乙方") for spec in CONTRACT.fields))
    assert any(
        "图太小" in doubt and "原图" in doubt for doubt in read(Eye([{"甲方": "青州公司"}]), prompt=needed).doubts
    )
    both = {"甲方": "青州公司", "乙方": "临淄五金厂"}
    assert not any("太小" in doubt for doubt in read(Eye([{"甲方": "青州公司"}, both, both]), prompt=needed).doubts)
    assert not any("太小" in doubt for doubt in read(Eye([{"甲方": "青州公司"}]), (1200, 800), needed).doubts)


NEEDED = replace(CONTRACT, fields=tuple(replace(spec, required=spec.name == "乙方") for spec in CONTRACT.fields))


def look_at(eye: Eye, region: Box, first: Mapping[str, str]) -> PageFound:
    fields = tuple(
        spec.field(first[spec.name], Source.CPU, page=0) if spec.name in first else spec.missing
        for spec in NEEDED.fields
    )
    look = SecondLook(pages=OnePicture(image=Image.new("RGB", (1400, 1800), "white")), reader=ImageReader(engine=eye))
    return look.at_part(PageFound(fields=fields), 0, region, NEEDED)


def test_a_small_paper_among_others_on_a_page_is_looked_at_as_if_it_had_been_sent_alone() -> None:
    eye = Eye([{"乙方": "临淄五金厂"}])

    found = look_at(eye, Box(left=700, top=900, right=1138, bottom=1188), {"甲方": "青州公司"})

    assert {one.name: one.value for one in found.fields if one.value} == {"甲方": "青州公司", "乙方": "临淄五金厂"}
    assert eye.seen == [(450, 300), (900, 600)]
    added = next(one.box for one in found.fields if one.name == "乙方")
    assert added is not None
    assert 694 < added.left < added.right < 1144
    assert 894 < added.top < added.bottom < 1194


def test_a_small_paper_among_others_that_has_what_it_must_have_is_not_looked_at_again() -> None:
    eye = Eye([{"甲方": "青州公司"}])

    look_at(eye, Box(left=700, top=900, right=1138, bottom=1188), {"乙方": "临淄五金厂"})

    assert eye.seen == []


def test_a_paper_among_others_that_is_large_enough_is_not_looked_at_again() -> None:
    eye = Eye([{"乙方": "临淄五金厂"}])

    look_at(eye, Box(left=100, top=100, right=1000, bottom=700), {"甲方": "青州公司"})

    assert eye.seen == []
