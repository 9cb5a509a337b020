from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.config.accepted import changes, hash_of
from bot.domain.document import Document, Failure, Field, Status
from bot.domain.examples import Expectation, Result, judge, latest_results, newly_wrong
from bot.domain.prompt import Example

EXAMPLE = Example(prompt="invoice", image="a.png", fields=(("金额", "1.00"), ("备注", "")), contains=("合 计",))
DOCUMENT = Document(
    prompt="invoice",
    title="发票",
    engine="rapid",
    seconds=2.0,
    pages=1,
    text="合计：1.00",
    fields=(
        Field(name="金额", key="amount", value="１.00", status=Status.CHECKED),
        Field(name="备注", key="remarks"),
    ),
)


def result(image: str = "a.png", **right: bool) -> Result:
    items = tuple(Expectation(what=what, expected="x", got="", right=well) for what, well in right.items())
    return Result(prompt="invoice", image=image, items=items)


def test_an_example_is_held_to_its_fields_its_words_and_its_kind() -> None:
    found = judge(EXAMPLE, DOCUMENT, recognised="invoice")
    assert found.passed
    assert [item.what for item in found.items] == ["认出", "金额", "备注", "含「合 计」"]
    assert found.seconds == 2.0


def test_a_value_that_should_not_be_there_is_wrong() -> None:
    invented = replace(DOCUMENT, fields=(*DOCUMENT.fields[:1], Field(name="备注", key="remarks", value="无")))
    found = judge(EXAMPLE, invented)
    assert [(item.what, item.got) for item in found.items if not item.right] == [("备注", "无")]


def test_words_may_stand_in_a_field() -> None:
    assert judge(replace(EXAMPLE, contains=("1.00",)), replace(DOCUMENT, text="")).passed


def test_a_file_that_cannot_be_read_does_not_pass() -> None:
    found = judge(EXAMPLE, Failure(reason="broken", text="打不开"))
    assert not found.passed
    assert found.failure == "打不开"


def test_worse_is_what_was_right_and_is_asked_for_still() -> None:
    before = result(a=True, b=True, c=False)
    assert newly_wrong(result(a=False, b=True, c=False), before) == ("a",)
    assert newly_wrong(result(b=True, c=True), before) == ()
    assert newly_wrong(result(a=False), None) == ()
    assert newly_wrong(replace(result(), failure="打不开"), before) == ("a", "b")
    assert newly_wrong(replace(result(), skipped="要用模型"), before) == ()


def test_results_of_examples_that_were_not_read_now_are_carried() -> None:
    earlier = (result("a.png", a=True), result("b.png", a=True))
    now = (result("a.png", a=False), replace(result("b.png"), skipped="要用模型"))
    assert latest_results(now, earlier) == (now[0], earlier[1])


FILES = st.dictionaries(st.sampled_from(["a.toml", "b.toml", "c.toml"]), st.binary(max_size=3))


@given(FILES, FILES)
def test_sets_have_one_hash_exactly_where_nothing_changed(before: dict[str, bytes], now: dict[str, bytes]) -> None:
    assert (hash_of(before) == hash_of(now)) is (before == now)
    assert (changes(before, now) == ()) is (before == now)
