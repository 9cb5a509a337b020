"""The checks that prompts name: what each confirms, what it refutes, and what it leaves alone."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import prompt_files
from bot.domain.checking.registry import RULES, CheckContext, apply_checks
from bot.domain.document import Field, Row, Source, Status
from bot.domain.organisation import Company
from bot.domain.prompt import CheckSpec
from tests.samples.amount_in_words import amount_in_words

_TODAY = date(2024, 6, 1)
_OURS = Company(name="北京青禾科技（集团）有限公司", tax_number="91110108MA01C8J45N")
_OTHER = Company(name="上海云帆设备制造有限公司", tax_number="91310115MA1K4A2B3R")
_CONFIG = Path(__file__).resolve().parents[4] / "config"


def _run(name: str, *values: str, companies: Sequence[Company] = ()) -> tuple[list[Field], tuple[str, ...]]:
    """Run one check on fields named k0, k1, …"""
    keys = tuple(f"k{number}" for number in range(len(values)))
    fields = [
        Field(name=key, key=key, value=value, status=Status.UNCHECKED, source=Source.CPU)
        if value
        else Field(name=key, key=key)
        for key, value in zip(keys, values, strict=True)
    ]
    context = CheckContext(today=_TODAY, companies=tuple(companies))
    found = apply_checks(fields, (), [CheckSpec(name=name, keys=keys)], context)
    assert [field.value for field in found.fields] == [*values]
    return list(found.fields), found.doubts


def _statuses(name: str, *values: str, companies: Sequence[Company] = ()) -> str:
    """Return a letter for each field: c(hecked), d(oubtful), u(nchecked), m(issing)."""
    return "".join(field.status.value[0] for field in _run(name, *values, companies=companies)[0])


@pytest.mark.parametrize(
    ("name", "values", "statuses"),
    [
        ("credit_code", ["91120222079642398Y"], "c"),
        ("credit_code", ["91120222079642398X"], "d"),
        ("credit_code", ["9112022207964239"], "d"),
        ("credit_code", ["11010519491231002X"], "d"),  # a person is no company
        ("credit_code", ["120222079642398"], "u"),
        ("credit_code", ["9112022********98Y"], "u"),
        ("credit_code", [""], "m"),
        ("identity_number", ["11010519491231002X"], "c"),
        ("identity_number", ["110105194912310021"], "d"),
        ("identity_number", ["1101051949****002X"], "u"),
        ("identity_number", ["110105491231002"], "u"),
        ("identity_birth", ["11010519491231002X", "1949-12-31"], "cc"),
        ("identity_birth", ["11010519491231002X", "1949-12-13"], "dd"),
        ("identity_birth", ["110105194912310021", "1949-12-31"], "uu"),  # which of the two is wrong nobody knows
        ("identity_birth", ["11010519491231002X", ""], "um"),
        ("identity_sex", ["11010519491231002X", "女"], "cc"),
        ("identity_sex", ["11010519491231002X", "男"], "dd"),
        ("identity_sex", ["440524188001010014", "男"], "cc"),
        ("identity_sex", ["440524188001010014", "女"], "dd"),
        ("identity_sex", ["440524188001010014", "X"], "dd"),
        ("bank_card", ["6228480402564890018"], "c"),
        ("bank_card", ["6228480402564890019"], "d"),
        ("bank_card", ["622848040256489"], "d"),
        ("bank_card", ["622848********0018"], "u"),
        ("same_amount", ["伍拾贰圆柒角", "52.70"], "cc"),
        ("same_amount", ["伍拾贰元柒角整", "52.71"], "dd"),
        ("same_amount", ["伍贰圆", "52.70"], "du"),
        ("same_amount", ["伍拾贰圆", ""], "um"),
        ("same_amount", ["", "52.00"], "mu"),
        ("sum", ["1.00", "2.00", "3.00"], "ccc"),
        ("sum", ["1.00", "2.00", "3.01"], "uuu"),
        ("sum", ["1.00", "2.00", "3.02"], "ddd"),
        ("sum_with", ["10.00", "2.00", "15.00", "3.00"], "cccc"),
        ("sum_with", ["10.00", "2.00", "12.00", ""], "cccm"),
        ("sum_with", ["10.00", "2.00", "15.00", ""], "dddm"),
        ("sum_with", ["10.00", "2.00", "12.00", "3.00"], "dddd"),
        ("sum", ["1.00", "2.00", "2.98"], "ddd"),
        ("sum", ["1.00", "", "3.00"], "umu"),
        ("change", ["38.50", "11.50", "50.00"], "ccc"),
        ("change", ["100.00", "10.00", "100.00"], "ddd"),
        ("change", ["50.00", "0.00", "50.00"], "uuu"),
        ("change", ["50.00", "", "50.00"], "umu"),
        ("change", ["38.50", "11.50", ""], "uum"),
        ("tax", ["1000.00", "13%", "130.00"], "uuu"),
        ("tax", ["1000.00", "13%", "131.30"], "uuu"),
        ("tax", ["1000.00", "13%", "131.31"], "ddd"),
        ("tax", ["1000.00", "13%", "128.69"], "ddd"),
        ("tax", ["1.00", "13%", "0.18"], "uuu"),
        ("tax", ["1.00", "13%", "0.19"], "ddd"),
        ("tax", ["-1000.00", "13%", "-130.00"], "uuu"),
        ("tax", ["-1000.00", "13%", "130.00"], "ddd"),
        ("tax", ["1000.00", "***", "99.00"], "uuu"),
        ("tax", ["1000.00", "免税", "99.00"], "uuu"),
        ("tax_rate", ["13%", "2024-05-01"], "uu"),
        ("tax_rate", ["16%", "2019-03-31"], "uu"),
        ("tax_rate", ["16%", "2019-04-01"], "du"),
        ("tax_rate", ["17%", ""], "um"),
        ("tax_rate", ["12%", "2018-01-01"], "du"),
        ("tax_rate", ["1.5%", "2024-05-01"], "uu"),
        ("tax_rate", ["不征税", "2024-05-01"], "uu"),
        ("in_order", ["2024-01-02", "2024-01-02"], "uu"),
        ("in_order", ["2024-01-03", "2024-01-02"], "dd"),
        ("in_order", ["2024-01-03", ""], "um"),
        ("ride", ["10:05", "10:30"], "uu"),
        ("ride", ["10:30", "10:05"], "dd"),
        ("ride", ["10:30", "10:30"], "dd"),
        ("ride", ["23:50", "00:10"], "uu"),
        ("ride", ["10:00", "21:59"], "uu"),
        ("ride", ["10:00", "22:00"], "dd"),  # or 12 hours back: nobody knows
        ("ride", ["10:05", "noon"], "uu"),
        ("not_future", ["2024-06-01"], "u"),
        ("not_future", ["2024-06-02"], "d"),
        ("not_future", ["1949-12-31"], "u"),
        ("not_future", ["2024-06-31"], "d"),
    ],
)
def test_each_check_confirms_only_what_could_have_failed(name: str, values: list[str], statuses: str) -> None:
    assert _statuses(name, *values) == statuses


def test_every_check_is_silent_where_nothing_was_read() -> None:
    for name, rule in RULES.items():
        fields, doubts = _run(name, *[""] * rule.keys, companies=[_OURS])
        assert ({field.status for field in fields} <= {Status.MISSING}, doubts) == (True, ()), name


_WAYBILL = "SF1023456789012"
_UNREAD = "条形码没有读到，运单号只按印刷的数字，请核对"


def _beside(value: str, *codes: str, source: Source = Source.CPU) -> tuple[Field, tuple[str, ...]]:
    field = Field(name="运单号", key="number", value=value, status=Status.UNCHECKED, source=source)
    check = CheckSpec(name="bar_code", keys=("number",))
    result = apply_checks([field], (), [check], CheckContext(today=_TODAY, codes=codes))
    (found,) = result.fields
    assert (found.value, found.source) == (value, source)
    return found, result.doubts


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        (_WAYBILL, [_WAYBILL]),
        ("sf 1023-4567-8901-2", [_WAYBILL]),
        (_WAYBILL, ["SF1023456789013", "sf1023456789012 "]),  # another parcel's code does not matter
        ("７７３１２３４５６７８９０", ["7731234567890"]),
    ],
)
def test_a_bar_code_that_says_the_same_confirms_a_number(value: str, codes: list[str]) -> None:
    found, doubts = _beside(value, *codes)

    assert (found.status, found.doubts, doubts) == (Status.CHECKED, (), ())


def test_a_bar_code_that_differs_makes_a_number_doubtful_and_is_named() -> None:
    found, doubts = _beside("SF1023456789017", "https://example.com/12345678", _WAYBILL, _WAYBILL)

    assert (found.status, doubts) == (Status.DOUBTFUL, ())
    assert found.doubts == (f"条形码为 {_WAYBILL}，图上读作 SF1023456789017，请对照原件",)


@pytest.mark.parametrize(
    "codes",
    [
        [],
        [""],
        ["1234567"],
        ["ABCDEFGH1234567"],
        ["1" * 31],
        [f"https://example.com/{_WAYBILL}"],
        ["快递柜12345678"],
    ],
)
def test_without_a_bar_code_of_a_number_that_is_said_once(codes: list[str]) -> None:
    found, doubts = _beside(_WAYBILL, *codes)

    assert (found.status, found.doubts, doubts) == (Status.UNCHECKED, (), (_UNREAD,))


@pytest.mark.parametrize("code", ["12345678", "1" * 30, "JD-1234-5678-1-1-"])
def test_whatever_looks_like_a_number_counts(code: str) -> None:
    assert _beside(_WAYBILL, code)[0].status is Status.DOUBTFUL


def test_what_a_file_says_by_itself_needs_no_bar_code() -> None:
    found, doubts = _beside(_WAYBILL, source=Source.EMBEDDED)

    assert (found.status, doubts) == (Status.UNCHECKED, ())


def test_every_shipped_kind_of_document_names_checks_that_there_are() -> None:
    prompts = prompt_files.load(_CONFIG / "prompts").prompts
    named = {prompt.name: {check.name for check in prompt.checks} for prompt in prompts}

    lines = {"line_sum", "line_product", "line_tax", "line_rate"}
    assert named["invoice"] == {"invoice", "buyer", *lines}
    assert "same_amount" in named["contract"]
    assert named["bank_card"] == {"bank_card"}
    assert "identity_number" in named["id_card"]
    assert "credit_code" in named["licence"]
    assert named["waybill"] == {"bar_code"}


def test_doubts_about_somebodys_own_numbers_do_not_repeat_them() -> None:
    for name, number in (("identity_number", "110105194912310021"), ("bank_card", "6228480402564890019")):
        assert number not in _run(name, number)[0][0].doubts[0]


@given(st.integers(1, 10**12).map(lambda cents: Decimal(cents) / 100), st.integers(1, 10**6))
def test_words_and_figures_that_differ_in_anything_are_doubtful(amount: Decimal, cents: int) -> None:
    words = amount_in_words(amount)

    assert _statuses("same_amount", words, f"{amount:.2f}") == "cc"
    assert _statuses("same_amount", words, f"{amount + Decimal(cents) / 100:.2f}") == "dd"
    assert _statuses("same_amount", words, f"-{amount:.2f}") == "dd"


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-5000, 5000))
def test_dates_are_doubtful_exactly_where_they_are_out_of_order(day: date, apart: int) -> None:
    later = day + timedelta(days=apart)

    assert _statuses("in_order", day.isoformat(), later.isoformat()) == ("uu" if apart >= 0 else "dd")
    assert _statuses("not_future", day.isoformat()) == ("u" if day <= _TODAY else "d")


@given(st.sampled_from(["3", "6", "9", "13"]), st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100))
def test_a_tax_rounded_to_cents_is_never_doubted(rate: str, amount: Decimal) -> None:
    tax = (amount * Decimal(rate) / 100).quantize(Decimal("0.01"))

    assert _statuses("tax", f"{amount:.2f}", f"{rate}%", f"{tax:.2f}") == "uuu"


def _buyer(name: str, number: str) -> str:
    return _statuses("buyer", name, number, companies=[_OURS, _OTHER])


@pytest.mark.parametrize(
    "name",
    [
        "北京青禾科技（集团）有限公司",
        "北京青禾科技(集团)有限公司",
        "北京青禾 科技【集团】有限公司",
        "北京青禾科技〔集团〕 有限公司",
    ],
)
def test_the_buyer_is_ours_whatever_brackets_and_spaces_were_read(name: str) -> None:
    assert _buyer(name, _OURS.tax_number) == "cc"


def test_name_and_number_must_be_one_companys() -> None:
    assert _buyer(_OURS.name, _OTHER.tax_number) == "du"
    assert _buyer(_OURS.name, "91110108MA01C8J45M") == "ud"
    assert _buyer("北京青禾科枝（集团）有限公司", _OURS.tax_number) == "du"
    assert _buyer("别家有限公司", "91120222079642398Y") == "dd"


def test_a_wrong_buyer_names_the_one_that_was_expected() -> None:
    number = _run("buyer", _OURS.name, "91110108MA01C8J45M", companies=[_OURS])[0][1]
    name = _run("buyer", "别家有限公司", _OURS.tax_number, companies=[_OURS])[0][0]
    both = _run("buyer", "别家有限公司", "91120222079642398Y", companies=[_OURS])[0][0]

    assert _OURS.tax_number in number.doubts[0]
    assert _OURS.name in name.doubts[0]
    assert _OURS.name in both.doubts[0]
    assert _OURS.tax_number in both.doubts[0]


def test_half_a_buyer_confirms_nothing_and_says_what_is_missing() -> None:
    fields, doubts = _run("buyer", _OURS.name, "", companies=[_OURS])

    assert [field.status for field in fields] == [Status.UNCHECKED, Status.MISSING]
    assert _OURS.tax_number in doubts[0]
    assert _OURS.name in _run("buyer", "", _OURS.tax_number, companies=[_OURS])[1][0]


def test_a_person_as_buyer_is_called_one() -> None:
    (name, _), doubts = _run("buyer", "个人", "", companies=[_OURS])

    assert (name.status, doubts) == (Status.DOUBTFUL, ())
    assert "个人" in name.doubts[0]
    assert _OURS.name in name.doubts[0]


def test_without_companies_no_buyer_is_checked() -> None:
    assert _statuses("buyer", "别家有限公司", "91120222079642398Y") == "uu"


@pytest.mark.parametrize(
    ("value", "source", "status"),
    [
        ("每日按 0.5% 支付", Source.CPU, Status.DOUBTFUL),
        ("每日按 0.5％ 支付", Source.CPU, Status.DOUBTFUL),
        ("每日按万分之五支付", Source.CPU, Status.UNCHECKED),
        ("每日按 0.5‰ 支付", Source.MODEL, Status.UNCHECKED),
        ("每日按 0.5% 支付", Source.EMBEDDED, Status.UNCHECKED),
    ],
)
def test_a_percent_sign_that_may_be_a_per_mille_is_doubted(value: str, source: Source, status: Status) -> None:
    field = Field(name="违约责任", key="liability", value=value, status=Status.UNCHECKED, source=source)

    check = CheckSpec(name="per_mille", keys=("liability",))
    (found,) = apply_checks([field], (), [check], CheckContext(today=_TODAY)).fields

    assert (found.value, found.status) == (value, status)
    assert [("‰" in doubt) for doubt in found.doubts] == [True] * (status is Status.DOUBTFUL)


@pytest.mark.parametrize(
    ("values", "statuses"),
    [
        (["733.94", "18.35", "67.71", "50.00", "0.00", "870.00"], "cccccc"),
        (["733.94", "18.35", "67.71", "50.00", "", "870.00"], "ccccmc"),  # a part of nothing may be left out
        (["733.94", "18.35", "67.71", "50.00", "0.00", "870.10"], "dddddd"),
        (["733.94", "18.35", "67.71", "", "0.00", "870.00"], "uuumuu"),  # the missing part explains the difference
        (["0.00", "", "", "", "", "0.00"], "ummmmu"),
    ],
)
def test_a_sum_has_any_number_of_parts(values: list[str], statuses: str) -> None:
    assert _statuses("sum", *values) == statuses


@pytest.mark.parametrize(("figures", "status"), [("0.00", "d"), ("0.01", "u"), ("", "m"), ("many", "u")])
def test_an_amount_of_nothing_is_doubted_where_there_must_be_one(figures: str, status: str) -> None:
    assert _statuses("not_zero", figures) == status


def test_a_code_confirms_the_values_that_it_holds_as_a_whole_and_in_the_same_letters() -> None:
    codes = ("http://einvoice.example.cn/page/32020124/0007440001/AbCdEf",)

    def status(value: str) -> Status:
        field = Field(name="号码", key="k", value=value, status=Status.UNCHECKED, source=Source.CPU)
        checks = [CheckSpec(name="held_by_code", keys=("k",))]
        return apply_checks([field], (), checks, CheckContext(codes=codes)).fields[0].status

    assert {status(value) for value in ("32020124", "0007440001", "AbCdEf")} == {Status.CHECKED}
    assert {status(value) for value in ("3202012", "abcdef", "page", "0007440002")} == {Status.UNCHECKED}


@pytest.mark.parametrize(("printed", "status", "doubts"), [("2", Status.CHECKED, 0), ("3", Status.UNCHECKED, 1)])
def test_as_many_rows_as_are_printed_confirm_their_number(printed: str, status: Status, doubts: int) -> None:
    field = Field(name="笔数", key="trips", value=printed, status=Status.UNCHECKED, source=Source.CPU)
    checks = [CheckSpec(name="line_count", keys=("trips",))]

    found = apply_checks([field], (Row(cells=()), Row(cells=())), checks, CheckContext())

    assert found.fields[0].status is status
    assert len(found.doubts) == doubts


def test_fields_tell_which_checks_confirmed_or_refuted_them() -> None:
    (number, birth), _ = _run("identity_birth", "11010519491231002X", "1949-12-31")
    assert (number.passed, birth.passed, number.failed) == (("identity_birth",), ("identity_birth",), ())
    (number, _), _ = _run("identity_birth", "11010519491231002X", "1949-12-13")
    assert (number.passed, number.failed) == ((), ("identity_birth",))
    (number,), _ = _run("identity_number", "1101051949****002X")
    assert (number.passed, number.failed) == ((), ())
