"""How a run of `make accuracy` is scored, and that the documents it draws are what they claim to be."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.domain.checking.amounts_in_words import parse_amount_words
from bot.domain.checking.check_digits import card_number_fits, credit_code_fits, identity_number_fits
from bot.domain.document import Document, Field, Row, Status
from tests.accuracy import people
from tests.accuracy.cases import KINDS, Kind
from tests.accuracy.scoring import Score, Verdict, compare, score_fields, score_phrases, score_rows, worse
from tests.accuracy.spelling import distance, spelling, spelling_table
from tests.accuracy.table import load_verdicts, save, table

_WHERE = {"case": "one", "kind": "发票", "condition": "clean"}


def _document(*fields: Field) -> Document:
    return Document(prompt="invoice", title="发票", engine="rapid", seconds=0, pages=1, text="", fields=fields)


def _score(verdict: Verdict, *, checked: bool = False) -> Score:
    got = {Verdict.RIGHT: "1", Verdict.MISSING: "", Verdict.WRONG: "2"}[verdict]
    return Score(**_WHERE, field="金额", expected="1", got=got, verdict=verdict, checked=checked, doubted=False)


@pytest.mark.parametrize(
    ("expected", "got", "verdict"),
    [
        ("上海（浦东）公司", "上海(浦东) 公司", Verdict.RIGHT),
        ("订单号:1", "订单号：1", Verdict.RIGHT),
        ("12.50", "", Verdict.MISSING),
        ("12.50", "12.5", Verdict.WRONG),
        ("", "陈", Verdict.WRONG),
        ("", "", Verdict.RIGHT),
    ],
)
def test_width_spaces_and_brackets_do_not_count_and_characters_do(expected: str, got: str, verdict: Verdict) -> None:
    assert compare(expected, got) is verdict


def test_a_wrong_value_misleads_only_where_it_was_marked_as_checked() -> None:
    wrong = Field(name="金额", key="amount", value="2", status=Status.CHECKED)

    (checked,) = score_fields(_document(wrong), {"金额": "1"}, **_WHERE)
    (open_one,) = score_fields(_document(replace(wrong, status=Status.DOUBTFUL)), {"金额": "1"}, **_WHERE)
    (unmarked,) = score_fields(_document(replace(wrong, status=Status.UNCHECKED)), {"金额": "1"}, **_WHERE)
    (absent,) = score_fields(_document(), {"金额": "1"}, **_WHERE)

    assert checked.misled
    assert (open_one.misled, open_one.verdict) == (False, Verdict.WRONG)
    assert (absent.misled, absent.verdict) == (False, Verdict.MISSING)
    assert [one.unmarked for one in (checked, unmarked, open_one, absent)] == [True, True, False, False]


def test_a_phrase_is_found_across_lines_and_in_any_case() -> None:
    found, lost = score_phrases("Next\nmeeting：4月1日", ("NEXT MEETING: 4月1日", "预算"), **_WHERE)

    assert (found.verdict, lost.verdict) == (Verdict.RIGHT, Verdict.MISSING)


@pytest.mark.parametrize(
    ("before", "now", "is_worse"),
    [
        (Verdict.RIGHT, Verdict.MISSING, True),
        (Verdict.MISSING, Verdict.WRONG, True),
        (Verdict.WRONG, Verdict.MISSING, False),
        (Verdict.RIGHT, Verdict.RIGHT, False),
    ],
)
def test_a_run_is_compared_with_the_one_before(before: Verdict, now: Verdict, is_worse: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a column
    save([_score(before)], {}, tmp_path / "run.json")

    assert bool(worse([_score(now)], load_verdicts(tmp_path / "run.json"))) is is_worse


def test_a_field_that_no_earlier_run_had_is_not_worse() -> None:
    assert worse([_score(Verdict.MISSING)], {}) == ()


def test_the_table_counts_what_was_wrong_and_marked_as_checked() -> None:
    scores = [_score(Verdict.RIGHT), _score(Verdict.WRONG, checked=True), _score(Verdict.MISSING)]

    *_, total = table(scores).splitlines()

    cells = [cell.strip() for cell in total.strip("|").split("|")]
    assert cells == ["**all**", "**all**", "1", "3", "1", "1", "1", "1", "1", "33.3 %"]


@pytest.mark.parametrize("seed", "abcdefghijkl")
def test_drawn_numbers_have_the_right_check_digits(seed: str) -> None:
    rng = people.seeded_random(seed)

    assert credit_code_fits(people.tax_id(rng))
    assert identity_number_fits(people.identity(rng, date(1990, 2, 28)))
    assert card_number_fits(people.card_number(rng, 16))
    assert card_number_fits(people.card_number(rng, 19))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_drawn_is_labelled_with_fields_of_its_prompt_and_adds_up(kind: Kind) -> None:
    prompt = load(Path(__file__).parents[2] / "config" / "prompts").named(kind.prompt)
    assert prompt is not None

    drawn = kind.draw(people.seeded_random("3"))
    truth = drawn.truth

    assert bool(truth) != bool(drawn.text)
    assert set(truth) <= {spec.name for spec in prompt.fields}
    assert all(truth.values())
    assert (kind.draw(people.seeded_random("3")).truth, kind.draw(people.seeded_random("3")).text) == (
        truth,
        drawn.text,
    )
    assert bool(drawn.rows) == bool(prompt.columns)
    forms = {spec.form for spec in prompt.columns if spec.form} or {""}
    tables = [[spec.name for spec in prompt.columns if spec.form in {"", form}] for form in forms]
    assert all([*row] in tables for row in drawn.rows)
    for column, total in (("金额", "合计金额"), ("税额", "合计税额"), ("金额", "合计"), ("金额", "金额合计（小写）")):
        if total in truth and any(column in row for row in drawn.rows):
            assert sum(Decimal(row[column]) for row in drawn.rows) == Decimal(truth[total])
    for words, figures in (("价税合计（大写）", "价税合计"), ("合同金额（大写）", "合同金额（小写）")):
        if words in truth and figures in truth:  # fixed amounts are printed in words alone
            assert parse_amount_words(truth[words]) == Decimal(truth[figures])


def _line(**cells: str) -> Row:
    return Row(
        cells=tuple(Field(name=name, key=name, value=value, status=Status.CHECKED) for name, value in cells.items())
    )


def test_a_line_that_is_not_on_the_paper_is_wrong_and_a_lost_one_is_missing() -> None:
    document = replace(_document(), rows=(_line(名称="笔", 金额="1.00"), _line(名称="纸", 金额="")))
    truth = [{"名称": "笔", "金额": "2.00"}]

    more = score_rows(document, truth, **_WHERE)
    none = score_rows(_document(), truth, **_WHERE)

    assert [(one.field, one.verdict, one.misled) for one in more] == [
        ("1.名称", Verdict.RIGHT, False),
        ("1.金额", Verdict.WRONG, True),
        ("2.名称", Verdict.WRONG, True),
    ]
    assert [(one.field, one.verdict) for one in none] == [("1.名称", Verdict.MISSING), ("1.金额", Verdict.MISSING)]


@pytest.mark.parametrize(
    ("one", "other", "changes"),
    [
        ("", "", 0),
        ("金额", "金额", 0),
        ("金额", "余额", 1),
        ("金额", "额", 1),
        ("额", "金额合", 2),
        ("abcd", "badc", 3),
        ("", "abc", 3),
    ],
)
def test_characters_lost_misread_or_made_up_each_count_once(one: str, other: str, changes: int) -> None:
    assert (distance(one, other), distance(other, one)) == (changes, changes)


def test_the_error_rate_is_over_all_characters() -> None:
    found = [spelling("周会 3月", "周会\n８月", **_WHERE), spelling("预算", "预算", **_WHERE)]

    assert [(one.characters, one.errors) for one in found] == [(4, 1), (2, 0)]
    assert spelling_table(found).splitlines()[-1] == "| **all** | **all** | 2 | 6 | 1 | 16.67 % |"
