"""Several papers in one picture: they are told apart, nothing of them is checked, and single papers raise no alarm."""

import io
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from bot.config import prompt_files
from bot.domain.document import Box, Document, Line, Reading, Status
from tests.fakes.invoice_forms import all_forms, digital, electronic_general, line
from workers.engines.base import EncodedPicture, PictureForm
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document
from workers.reading.papers.on_page import divided

PROMPTS = prompt_files.load(Path(__file__).resolve().parents[3] / "config" / "prompts")
KINDS = PROMPTS.candidates
WIDTH, HEIGHT = 1300, 800


@dataclass(frozen=True)
class Lines:
    """Reads the same lines whatever it is shown."""

    lines: tuple[Line, ...]
    name: str = "rapid"
    takes_prompts: bool = False

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        return Reading(text="\n".join(line.text for line in self.lines), lines=self.lines)


def read(lines: tuple[Line, ...]) -> Document:
    body = io.BytesIO()
    Image.new("RGB", (2 * WIDTH, 2 * HEIGHT), "white").save(body, "PNG")
    return read_document(
        ReadRequest(file=identify(body.getvalue()), prompt=PROMPTS.default, candidates=KINDS, today=date(2026, 1, 1)),
        Lines(lines),
    )


def moved(lines: tuple[Line, ...], right: int = 0, down: int = 0) -> tuple[Line, ...]:
    return tuple(replace(one, box=_moved(one.box, right, down)) for one in lines)


def _moved(box: Box | None, right: int, down: int) -> Box | None:
    return box and Box(left=box.left + right, top=box.top + down, right=box.right + right, bottom=box.bottom + down)


def with_texts(lines: tuple[Line, ...], **texts: str) -> tuple[Line, ...]:
    """Return the lines with some of their text replaced, as on another paper of the same form."""
    changed = list(lines)
    for old, new in texts.items():
        changed = [replace(one, text=one.text.replace(old.removeprefix("_"), new)) for one in changed]
    return tuple(changed)


TAXI = tuple(
    line(text, 40, 60 + 40 * row)
    for row, text in enumerate(
        ("发票代码：161002018100", "发票号码：42609332", "监督电话：029-1", "车号：陕A5711", "日期：2020-06-18",
         "上车：09:01", "下车：09:51", "单价：3.00", "里程：26.1km", "等候：00:17:33", "金额：77.10元")
    )
)  # fmt: skip
OTHER_INVOICE = with_texts(
    digital().lines, _24312000000098765432="24312000000011112222", _1394="2394", _1234="2234", 玖="捌"
)
ARRANGEMENTS = {"beside": (WIDTH, 0), "below": (0, HEIGHT)}


@pytest.mark.parametrize("place", ARRANGEMENTS.values(), ids=ARRANGEMENTS)
@pytest.mark.parametrize(
    ("other", "kind"),
    [(OTHER_INVOICE, "invoice"), (electronic_general().lines, "invoice"), (TAXI, "taxi")],
    ids=["same seller", "older form", "taxi"],
)
def test_two_papers_in_one_picture_are_told_apart_with_their_lines(
    other: tuple[Line, ...], kind: str, place: tuple[int, int]
) -> None:
    first, second = digital().lines, moved(other, *place)
    papers = divided((*first, *second), KINDS).papers

    assert [paper.kind.name for paper in papers] == ["invoice", kind]
    assert [set(paper.lines) for paper in papers] == [set(first), set(second)]
    assert papers[0].box.right < papers[1].box.left or papers[0].box.bottom < papers[1].box.top


def test_three_papers_in_one_picture_are_three() -> None:
    lines = (*digital().lines, *moved(OTHER_INVOICE, 0, HEIGHT), *moved(TAXI, WIDTH))

    assert sorted(paper.kind.name for paper in divided(lines, KINDS).papers) == ["invoice", "invoice", "taxi"]


@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.name)
def test_one_invoice_with_two_tax_numbers_is_one_paper(form: object) -> None:
    assert divided(form.lines, KINDS).papers == ()  # type: ignore[attr-defined]


@pytest.mark.parametrize("place", ARRANGEMENTS.values(), ids=ARRANGEMENTS)
def test_the_copies_of_one_invoice_are_no_two_papers(place: tuple[int, int]) -> None:
    lines = digital().lines

    assert divided((*lines, *moved(lines, *place)), KINDS).papers == ()


def test_an_invoice_that_names_another_number_in_its_remarks_is_one_paper() -> None:
    lines = digital(remark="被红冲蓝字数电票号码：24312000000011112222").lines

    assert divided(lines, KINDS).papers == ()


def test_each_of_two_papers_in_one_picture_is_a_document_with_its_own_values_and_region() -> None:
    lines = (*digital().lines, *moved(electronic_general().lines, 0, HEIGHT))
    alone, other_alone = read(digital().lines), read(electronic_general().lines)
    together = read(lines)

    assert (alone.place, alone.others, alone.left_over) == (None, (), "")
    for paper, single in zip(together.papers, (alone, other_alone), strict=True):
        assert values(paper) == values(single)
        assert [[cell.value for cell in row.cells] for row in paper.rows] == [
            [cell.value for cell in row.cells] for row in single.rows
        ]
        assert {field.status for field in paper.fields} == {field.status for field in single.fields}
        assert not [doubt for doubt in paper.doubts if "像是有两张" in doubt]
    first, second = (paper.place for paper in together.papers)
    assert first is not None
    assert second is not None
    assert [(place.number, place.of, place.pages) for place in (first, second)] == [(1, 2, (0,)), (2, 2, (0,))]
    assert first.region is not None
    assert second.region is not None
    assert first.region.bottom <= second.region.top


def test_every_line_of_a_picture_is_of_one_paper_or_left_over() -> None:
    form = (line("原始凭证粘贴单", 500, 10), line("报销部门：行政部", 40, 60), line("合计金额：99.00", 900, 60))
    lines = (*form, *moved(digital().lines, 0, 200), *moved(electronic_general().lines, 0, 200 + HEIGHT))
    together = read(lines)

    assert len(together.papers) == 2
    for one in form:
        assert one.text in together.left_over
        assert not any(one.text in paper.text for paper in together.papers)
    said = "".join([together.left_over, *(paper.text for paper in together.papers)])
    assert sorted(said.replace(" ", "").replace("\n", "")) == sorted(
        "".join(one.text for one in lines).replace(" ", "")
    )


def test_where_papers_are_not_told_apart_nothing_is_checked_and_a_line_says_what_to_do() -> None:
    crossing = line("两张单据之间写着的一行字" * 4, 40, HEIGHT - 20)
    tangled = tuple(one for pair in zip(digital().lines, moved(OTHER_INVOICE, 30, 14), strict=False) for one in pair)
    together = read((*tangled, crossing))

    assert together.others == ()
    statuses = {field.status for field in (*together.fields, *(cell for row in together.rows for cell in row.cells))}
    assert Status.CHECKED not in statuses
    assert together.mixed
    assert [doubt for doubt in together.doubts if "像是有两张" in doubt and "分开拍" in doubt]


def values(document: Document) -> dict[str, str]:
    return {field.key: field.value for field in document.fields if field.value}
