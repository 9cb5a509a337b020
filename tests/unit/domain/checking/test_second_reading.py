"""What a second engine's reading says of a value: agreement is evidence and no proof, a difference is a doubt."""

from dataclasses import replace

import pytest

from bot.domain.checking.second_reading import comparable, may_stay_unchecked, with_second_readings
from bot.domain.document import Agreement, Box, Field, Source, Status
from bot.domain.prompt import CheckSpec, FieldSpec, FieldType, Prompt

NAME = FieldSpec(name="姓名", key="person")
ADDRESS = FieldSpec(name="住址", key="address", lines=3)
SECRET = FieldSpec(name="持卡人", key="holder", masked=True)
BOX = Box(left=0, top=0, right=90, bottom=20)
ELSEWHERE = Box(left=0, top=200, right=90, bottom=220)


def read(spec: FieldSpec, first: str, second: str, **second_is: object) -> Field:
    one, other = spec.field(first, Source.MODEL, page=0), spec.field(second, Source.CPU, page=0)
    (compared,) = with_second_readings([one], [replace(other, **second_is)], [spec])  # type: ignore[arg-type]
    return compared


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青州（北京）商贸有限公司", "青州(北京) 商贸有限公司"),
        ("ＡＢＣ Trading", "abc trading"),
        ("“五金”——配件", '"五金"--配件'),
        ("阿卜杜拉·买买提", "阿卜杜拉•买买提"),
        ("设备，附件；共3件。", "设备,附件,共3件"),
        ("【备】用", "[备]用"),
    ],
)
def test_width_spaces_case_and_like_signs_make_no_difference(one: str, other: str) -> None:
    assert read(NAME, one, other).second is Agreement.SAME


def test_the_same_value_twice_stays_unchecked() -> None:
    field = read(NAME, "张伟", "张伟")
    assert (field.status, field.doubts) == (Status.UNCHECKED, ())


def test_different_values_are_doubtful_and_both_are_named() -> None:
    field = read(NAME, "张伟", "张玮")
    assert (field.value, field.status, field.second) == ("张伟", Status.DOUBTFUL, Agreement.DIFFERENT)
    assert "张伟" in field.doubts[0]
    assert "张玮" in field.doubts[0]


def test_the_other_value_of_a_masked_field_is_not_named() -> None:
    (doubt,) = read(SECRET, "张伟", "张玮").doubts
    assert "张玮" not in doubt


@pytest.mark.parametrize("status", [Status.CHECKED, Status.DOUBTFUL])
def test_what_something_has_checked_or_doubted_is_left_alone(status: Status) -> None:
    one = replace(NAME.field("张伟", Source.MODEL, page=0), status=status)
    assert with_second_readings([one], [NAME.field("张玮", Source.CPU, page=0)], [NAME]) == (one,)


def test_what_the_file_or_the_code_says_is_not_compared() -> None:
    one = NAME.field("张伟", Source.EMBEDDED, page=0)
    assert with_second_readings([one], [NAME.field("张玮", Source.CPU, page=0)], [NAME]) == (one,)


def test_an_unsure_second_reading_raises_no_doubt_but_may_agree() -> None:
    assert read(NAME, "张伟", "张玮", status=Status.DOUBTFUL).status is Status.UNCHECKED
    assert read(NAME, "张伟", "张伟", status=Status.DOUBTFUL).second is Agreement.SAME


def test_a_value_of_several_lines_of_which_one_engine_read_fewer_is_no_difference() -> None:
    assert read(ADDRESS, "青州市海岱路1号院3号楼", "青州市海岱路1号院").second is None
    assert read(NAME, "青州商贸有限公司", "青州商贸有限公").second is Agreement.DIFFERENT


def test_values_from_different_places_say_nothing_of_each_other() -> None:
    one, other = (
        NAME.field("张伟", Source.MODEL, page=0, box=BOX),
        NAME.field("李娜", Source.CPU, page=0, box=ELSEWHERE),
    )
    assert with_second_readings([one], [other], [NAME]) == (one,)
    assert read(NAME, "张伟", "李娜", page=1).second is None
    nearby = replace(other, box=replace(BOX, left=5))
    assert with_second_readings([one], [nearby], [NAME])[0].second is Agreement.DIFFERENT


def test_a_missing_value_on_either_side_is_no_difference() -> None:
    assert read(NAME, "张伟", "").second is None
    assert with_second_readings([NAME.missing], [NAME.field("张伟", Source.CPU)], [NAME]) == (NAME.missing,)


def test_the_form_of_comparison_is_stable() -> None:
    assert comparable(comparable("【备】：用 ——Ａ。")) == comparable("【备】：用 ——Ａ。")


def test_a_kind_whose_every_field_is_checked_needs_no_second_reading() -> None:
    number = FieldSpec(name="卡号", key="number", type=FieldType.BANK_CARD)
    kind = Prompt(
        name="card", title="卡", text="", fields=(number,), checks=(CheckSpec(name="bank_card", keys=("number",)),)
    )
    assert not may_stay_unchecked(kind)
    assert may_stay_unchecked(replace(kind, fields=(number, NAME)))
    invoice = FieldSpec(name="发票号码", key="invoice_number", type=FieldType.DIGITS)
    bare = replace(kind, fields=(invoice,), checks=(CheckSpec(name="invoice"),))
    assert not may_stay_unchecked(bare)
    assert may_stay_unchecked(replace(bare, checks=()))
