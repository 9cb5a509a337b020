"""Readings that came out badly: whatever happens to the lines, no wrong value is marked as checked."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import prompt_files
from bot.domain.checking.registry import CheckContext, apply_checks
from bot.domain.document import Line, Status
from bot.domain.organisation import Company
from tests.fakes.invoice_forms import Form, all_forms
from workers.extraction.fields import find_fields

_TODAY = date(2024, 6, 1)
_INVOICE = prompt_files.load(Path(__file__).resolve().parents[4] / "config" / "prompts").named("invoice")
_SOUND = {"91110108MA01C8J45N": "91120222079642398Y", "91310115MA1K4A2B3R": "91320115MA202UKD7X"}
_COMPANY = Company(name="北京青禾科技有限公司", tax_number="91120222079642398Y")
_TRIES = settings(max_examples=40, deadline=None)
_ALIKE = {"0": "8O6", "1": "7I4", "2": "7Z", "3": "8", "4": "1", "5": "6S", "6": "58", "7": "1", "8": "3B", "9": "4"}
_NUMERALS = "零壹贰叁肆伍陆柒捌玖"


def _sound(form: Form) -> Form:
    """Return the form with tax numbers whose check digits fit."""

    def swapped(text: str) -> str:
        for old, new in _SOUND.items():
            text = text.replace(old, new)
        return text

    lines = tuple(replace(line, text=swapped(line.text)) for line in form.lines)
    return replace(form, lines=lines, truth={key: swapped(value) for key, value in form.truth.items()})


_FORMS = st.sampled_from([_sound(form) for form in all_forms()])


def _marked(form: Form, lines: list[Line]) -> dict[str, str]:
    """Return the values that are marked as checked."""
    assert _INVOICE is not None
    read = find_fields(lines, _INVOICE.fields)
    found = apply_checks(read, (), _INVOICE.checks, CheckContext(today=_TODAY, companies=(_COMPANY,)))
    return {field.key: field.value for field in found.fields if field.status is Status.CHECKED}


def _wrong(form: Form, lines: list[Line]) -> dict[str, str]:
    return {key: value for key, value in _marked(form, lines).items() if value != form.truth[key]}


def test_sound_readings_are_marked() -> None:
    for form in map(_sound, all_forms()):
        found = _marked(form, list(form.lines))
        assert {"seller_tax_id", "total_with_tax", "tax_amount", "total_in_words"} <= found.keys()
        assert not _wrong(form, list(form.lines))


@given(form=_FORMS, data=st.data())
@_TRIES
def test_one_misread_character(form: Form, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(form.lines) - 1))
    line = form.lines[index]
    place = data.draw(st.integers(0, len(line.text) - 1))
    char = line.text[place]
    other = data.draw(st.sampled_from(_NUMERALS if char in _NUMERALS else _ALIKE.get(char, "0123456789")))
    misread = replace(line, text=line.text[:place] + other + line.text[place + 1 :])

    assert not _wrong(form, [*form.lines[:index], misread, *form.lines[index + 1 :]])


@given(form=_FORMS, data=st.data())
@_TRIES
def test_a_character_lost_or_read_twice(form: Form, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(form.lines) - 1))
    line = form.lines[index]
    place = data.draw(st.integers(0, len(line.text) - 1))
    middle = data.draw(st.sampled_from(["", 2 * line.text[place]]))
    misread = replace(line, text=line.text[:place] + middle + line.text[place + 1 :])

    assert not _wrong(form, [*form.lines[:index], misread, *form.lines[index + 1 :]])


@given(form=_FORMS, data=st.data())
@_TRIES
def test_lines_cut_off_and_lost(form: Form, data: st.DataObject) -> None:
    lines = []
    for line in form.lines:
        kept = data.draw(st.sampled_from([1.0, 1.0, 1.0, 0.8, 0.5, 0.0]))
        text = line.text[: round(kept * len(line.text))]
        lines += [replace(line, text=text)] if text else []

    assert not _wrong(form, lines)


@given(form=_FORMS, data=st.data())
@_TRIES
def test_lines_that_changed_places(form: Form, data: st.DataObject) -> None:
    money = [index for index, line in enumerate(form.lines) if "¥" in line.text or line.text[-3:-2] == "."]
    one, other = data.draw(st.lists(st.sampled_from(money), min_size=2, max_size=2, unique=True))
    lines = list(form.lines)
    lines[one], lines[other] = (
        replace(lines[one], text=lines[other].text),
        replace(lines[other], text=lines[one].text),
    )

    assert not _wrong(form, lines)
