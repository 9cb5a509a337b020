"""A second look at what failed a check: what it may say, and that it changes no value."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.config import prompt_files
from bot.domain.checking.check_digits import credit_code_fits
from bot.domain.checking.proposals import CheckedFields, confusions, with_confusions
from bot.domain.document import Box, Field, Reading, Source, Status
from bot.domain.errors import Unavailable
from bot.domain.prompt import FieldType, Prompt
from workers.files.images import OnePicture
from workers.reading.reread import MOST_REGIONS, enlarged, read_again, values_in

_CONFIG = Path(__file__).resolve().parents[3] / "config"
_PAGE = Image.new("RGB", (600, 400), "white")
_GOOD = {
    "issue_date": "2019-05-08",
    "seller_tax_id": "91120222079642398Y",
    "amount_without_tax": "46.62",
    "tax_amount": "6.08",
    "total_with_tax": "52.70",
    "total_in_words": "伍拾贰圆柒角",
}
_PLACES = {key: Box(left=100, top=50 * number, right=300, bottom=50 * number + 20) for number, key in enumerate(_GOOD)}


def _invoice() -> Prompt:
    found = prompt_files.load(_CONFIG / "prompts").named("invoice")
    assert found is not None
    return found


def _trial(*, source: Source = Source.CPU, placed: bool = True, **changes: str) -> CheckedFields:
    fields = tuple(
        Field(
            name=key,
            key=key,
            value=value,
            status=Status.UNCHECKED,
            source=source,
            page=0,
            box=_PLACES[key] if placed else None,
        )
        for key, value in (_GOOD | changes).items()
    )
    return CheckedFields(read=fields, prompt=_invoice(), today=date(2024, 6, 1))


@dataclass
class _Eye:
    """Reads the same text wherever it looks, or fails."""

    text: str = ""
    error: Exception | None = None
    seen: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, image: Image.Image) -> Reading:
        self.seen.append(image.size)
        if self.error is not None:
            raise self.error
        return Reading(text=self.text)


def _looked(trial: CheckedFields, look: Callable[[Image.Image], Reading]) -> dict[str, Field]:
    fields = trial.result().fields
    return {one.key: one for one in read_again(fields, trial, OnePicture(image=_PAGE), look)}


def test_a_second_reading_that_passes_is_told_beside_the_first() -> None:
    trial = _trial(total_with_tax="52.10")
    found = _looked(trial, _Eye("（小写）￥52.70"))["total_with_tax"]

    assert (found.value, found.status) == ("52.10", Status.DOUBTFUL)
    assert "52.70" in found.doubts[-1]
    assert "没有改动" in found.doubts[-1]


@pytest.mark.parametrize("text", ["￥52.10", "￥52.17", "", "价税合计", "￥52.70\n￥52.10"])
def test_a_second_reading_that_agrees_or_does_not_pass_is_not_told(text: str) -> None:
    trial = _trial(total_with_tax="52.10")

    assert tuple(_looked(trial, _Eye(text)).values()) == trial.result().fields


def test_what_passes_its_checks_is_not_looked_at_again() -> None:
    eye = _Eye("￥1.00")
    trial = _trial()

    assert tuple(_looked(trial, eye).values()) == trial.result().fields
    assert eye.seen == []


@pytest.mark.parametrize("source", [Source.QR, Source.EMBEDDED, Source.MODEL])
def test_only_what_was_read_at_a_place_is_looked_at_again(source: Source) -> None:
    eye = _Eye("￥52.70")
    _looked(_trial(total_with_tax="52.10", source=source), eye)
    _looked(_trial(total_with_tax="52.10", placed=False), eye)

    assert eye.seen == []


def test_an_engine_that_fails_leaves_the_first_reading() -> None:
    trial = _trial(total_with_tax="52.10")

    assert tuple(_looked(trial, _Eye(error=Unavailable("busy"))).values()) == trial.result().fields


def test_few_places_are_looked_at() -> None:
    eye = _Eye()
    _looked(_trial(total_with_tax="52.10", seller_tax_id="91120222079642398X", issue_date="2999-01-01"), eye)

    assert len(eye.seen) == MOST_REGIONS


def test_a_place_is_seen_at_twice_its_size_and_with_more_contrast() -> None:
    faint = np.full((100, 400, 3), 230, np.uint8)
    faint[40:60, 100:300:4] = 215
    page = Image.fromarray(faint)
    region = enlarged(page, Box(left=100, top=40, right=300, bottom=60))

    assert region.size == (2 * 220, 2 * 40)
    assert int(np.ptp(np.asarray(region))) > 5 * int(np.ptp(faint))


@given(st.integers(-50, 450), st.integers(-50, 450), st.integers(0, 500), st.integers(0, 500))
def test_a_box_that_leaves_the_page_still_gives_a_picture(left: int, top: int, width: int, height: int) -> None:
    region = enlarged(_PAGE, Box(left=left, top=top, right=left + width, bottom=top + height))

    assert min(region.size) >= 2


@pytest.mark.parametrize(
    ("kind", "line", "value"),
    [
        (FieldType.MONEY, "（小写）￥1394.99", "1394.99"),
        (FieldType.MONEY, "合计 ￥1234.50", "1234.50"),
        (FieldType.TAX_ID, "纳税人识别号：91120222079642398Y", "91120222079642398Y"),
        (FieldType.DATE, "开票日期：2019年05月08日", "2019-05-08"),
        (FieldType.MONEY_WORDS, "价税合计（大写） ⊗伍拾贰圆柒角整", "伍拾贰圆柒角整"),
        (FieldType.BANK_CARD, "卡号6228480402564890018", "6228480402564890018"),
    ],
)
def test_values_are_found_behind_their_labels(kind: FieldType, line: str, value: str) -> None:
    assert value in values_in(kind, line)


def _told(trial: CheckedFields, key: str) -> Field:
    fields = trial.result().fields
    return next(one for one in with_confusions(fields, trial) if one.key == key)


@pytest.mark.parametrize("misread", ["9112O222079642398Y", "911Z0222079642398Y", "91I20222079642398Y"])
def test_one_look_alike_that_makes_a_number_pass_is_proposed_and_not_applied(misread: str) -> None:
    found = _told(_trial(seller_tax_id=misread), "seller_tax_id")

    assert (found.value, found.status) == (misread, Status.DOUBTFUL)
    assert "91120222079642398Y" in found.doubts[-1]


@pytest.mark.parametrize("misread", ["91I2O222079642398Y", "91120222079642398X", "9112022207964239"])
def test_what_no_single_look_alike_explains_is_left_alone(misread: str) -> None:
    trial = _trial(seller_tax_id=misread)

    assert _told(trial, "seller_tax_id") == next(one for one in trial.result().fields if one.key == "seller_tax_id")


def test_of_several_look_alikes_that_fit_none_is_proposed() -> None:
    bodies = (f"91110108MA0{number:04d}B80" for number in range(2000))
    codes = (f"{body[:17]}{last}" for body in bodies for last in "0123456789")
    fitting = {code: [one for one in confusions(code) if credit_code_fits(one)] for code in codes}
    several = next(code for code, ways in fitting.items() if len(ways) > 1 and not credit_code_fits(code))
    trial = _trial(seller_tax_id=several)

    assert _told(trial, "seller_tax_id") == next(one for one in trial.result().fields if one.key == "seller_tax_id")


def test_a_division_stays_digits() -> None:
    others = {other[2:8] for other in confusions("91120222079642398Y")}

    assert all(other.isdigit() for other in others)


def test_amounts_are_not_guessed_at() -> None:
    trial = _trial(total_with_tax="82.70")

    assert _told(trial, "total_with_tax").doubts == trial.result().fields[4].doubts


def test_the_same_value_is_not_proposed_twice() -> None:
    trial = _trial(seller_tax_id="9112O222079642398Y")
    fields = read_again(trial.result().fields, trial, OnePicture(image=_PAGE), _Eye("91120222079642398Y"))
    found = next(one for one in with_confusions(fields, trial) if one.key == "seller_tax_id")

    assert sum("91120222079642398Y" in doubt for doubt in found.doubts) == 1


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXYOISZV", min_size=18, max_size=18))
def test_a_confusion_changes_one_character_to_one_that_looks_like_it(value: str) -> None:
    for other in confusions(value):
        (pair,) = [(one, two) for one, two in zip(value, other, strict=True) if one != two]
        assert any(set(pair) <= set(alike) for alike in ("0O", "1IL", "2Z", "5S", "6G", "8B"))
        assert value in {*confusions(other)} or value[2:8] != other[2:8]
