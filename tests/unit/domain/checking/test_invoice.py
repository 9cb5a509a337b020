from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checking.invoice import check_invoice
from bot.domain.document import Field, Source, Status
from tests.samples.amount_in_words import amount_in_words

_TODAY = date(2024, 6, 1)
_GOOD = {
    "invoice_title": "天津增值税电子普通发票",
    "invoice_code": "012001800311",
    "invoice_number": "33207675",
    "issue_date": "2019-05-08",
    "check_code": "76939056883466677916",
    "machine_number": "661619942171",
    "buyer_name": "个人",
    "buyer_tax_id": "",
    "seller_name": "天津瑞佳讯贸易有限公司",
    "seller_tax_id": "91120222079642398Y",
    "amount_without_tax": "46.62",
    "tax_amount": "6.08",
    "total_with_tax": "52.70",
    "total_in_words": "伍拾贰圆柒角",
}
_CHECKED = {"seller_tax_id", "amount_without_tax", "tax_amount", "total_with_tax", "total_in_words"}


def _fields(values: dict[str, str]) -> list[Field]:
    return [
        Field(name=key, key=key, value=value, status=Status.UNCHECKED, source=Source.CPU)
        if value
        else Field(name=key, key=key)
        for key, value in values.items()
    ]


def _check(**changes: str) -> dict[str, Field]:
    fields, _ = check_invoice(_fields(_GOOD | changes), today=_TODAY)
    return {field.key: field for field in fields}


def _doubtful(**changes: str) -> set[str]:
    return {key for key, field in _check(**changes).items() if field.status is Status.DOUBTFUL}


def _checked(**changes: str) -> set[str]:
    return {key for key, field in _check(**changes).items() if field.status is Status.CHECKED}


def test_a_sound_invoice_is_checked_where_a_check_could_have_failed_and_only_there() -> None:
    found = _check()

    assert {key for key, field in found.items() if field.status is Status.CHECKED} == _CHECKED
    assert found["buyer_tax_id"].status is Status.MISSING
    assert {field.status for key, field in found.items() if key not in {*_CHECKED, "buyer_tax_id"}} == {
        Status.UNCHECKED
    }


def test_no_check_changes_a_value_or_the_order() -> None:
    values = _GOOD | {"total_with_tax": "99.99", "invoice_number": "1", "issue_date": "1999-01-01"}
    fields, _ = check_invoice(_fields(values), today=_TODAY)

    assert {field.key: field.value for field in fields} == values
    assert [field.key for field in fields] == list(values)


def test_a_total_that_fits_neither_words_nor_sum_names_all_of_them() -> None:
    found = _check(total_with_tax="52.10")

    assert _doubtful(total_with_tax="52.10") == _CHECKED - {"seller_tax_id"}
    assert "伍拾贰圆柒角" in found["total_with_tax"].doubts[0]
    assert "52.10" in found["total_with_tax"].doubts[0]
    assert all(part in found["tax_amount"].doubts[0] for part in ("46.62", "6.08", "52.10"))


def test_what_one_check_confirms_and_another_refutes_is_doubtful() -> None:
    assert _doubtful(tax_amount="6.80") == {"amount_without_tax", "tax_amount", "total_with_tax"}
    assert "total_in_words" in _checked(tax_amount="6.80")


def test_words_that_are_no_amount_leave_the_sum_its_say() -> None:
    assert _doubtful(total_in_words="伍贰圆柒角") == {"total_in_words"}
    assert "total_with_tax" in _checked(total_in_words="伍贰圆柒角")


@pytest.mark.parametrize(
    ("total", "status"),
    [
        ("52.70", Status.CHECKED),
        ("52.69", Status.UNCHECKED),
        ("52.71", Status.UNCHECKED),
        ("52.68", Status.DOUBTFUL),
        ("52.72", Status.DOUBTFUL),
    ],
)
def test_a_sum_may_be_a_cent_off_and_then_confirms_nothing(total: str, status: Status) -> None:
    assert _check(total_with_tax=total, total_in_words="")["tax_amount"].status is status


def test_a_tax_above_every_rate_is_doubtful_though_the_sum_fits() -> None:
    swapped = {"amount_without_tax": "6.08", "tax_amount": "46.62"}

    assert _doubtful(**swapped) == {"amount_without_tax", "tax_amount"}
    assert _checked(**swapped) == {"total_with_tax", "total_in_words", "seller_tax_id"}


@pytest.mark.parametrize(
    ("day", "tax", "fits"),
    [
        ("2019-03-31", "17.00", True),
        ("2019-03-31", "17.30", False),
        ("2019-04-01", "13.10", True),
        ("2019-04-01", "16.00", False),
        ("", "17.00", True),
        ("2019-04-01", "-1.00", False),
    ],
)
def test_the_highest_rate_is_that_of_the_day(day: str, tax: str, fits: bool) -> None:  # noqa: FBT001 - a case's expectation
    sums = {"amount_without_tax": "100.00", "tax_amount": tax, "total_with_tax": str(100 + Decimal(tax))}

    assert ("tax_amount" in _checked(**sums, issue_date=day, total_in_words="")) is fits


def test_words_or_figures_alone_are_compared_with_nothing() -> None:
    found = _check(total_in_words="")
    assert (found["total_with_tax"].status, found["total_with_tax"].doubts) == (Status.CHECKED, ())

    assert _check(total_with_tax="")["total_in_words"].status is Status.UNCHECKED


def test_words_and_figures_must_agree_to_the_cent() -> None:
    assert "total_in_words" in _doubtful(total_with_tax="52.71")


def test_a_missing_sum_leaves_the_words_to_confirm_the_total() -> None:
    found = _check(tax_amount="")

    assert found["amount_without_tax"].status is Status.UNCHECKED
    assert found["total_with_tax"].status is Status.CHECKED


def test_a_red_letter_invoice_has_every_sign_turned() -> None:
    turned = {"amount_without_tax": "-46.62", "tax_amount": "-6.08", "total_with_tax": "-52.70"}

    assert _checked(**turned, total_in_words="（负数）伍拾贰圆柒角") == _CHECKED
    assert "total_with_tax" in _doubtful(**turned)


@given(
    st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100),
    st.sampled_from(["0", "0.01", "0.03", "0.06", "0.09", "0.13"]),
)
def test_every_sound_set_of_sums_passes(amount: Decimal, rate: str) -> None:
    tax = (amount * Decimal(rate)).quantize(Decimal("0.01"))
    total = amount + tax
    sums = {"amount_without_tax": f"{amount:.2f}", "tax_amount": f"{tax:.2f}", "total_with_tax": f"{total:.2f}"}

    assert _checked(**sums, total_in_words=amount_in_words(total)) == _CHECKED


@given(st.sampled_from(["amount_without_tax", "tax_amount", "total_with_tax"]), st.data())
def test_any_misread_digit_of_the_sums_is_noticed(key: str, data: st.DataObject) -> None:
    printed = _GOOD[key]
    place = data.draw(st.sampled_from([at for at, char in enumerate(printed) if char.isdigit()]))
    digit = data.draw(st.sampled_from([char for char in "0123456789" if char != printed[place]]))
    misread = printed[:place] + digit + printed[place + 1 :]

    if abs(Decimal(misread) - Decimal(printed)) > Decimal("0.01"):
        assert key in _doubtful(**{key: misread})


@pytest.mark.parametrize("value", ["NaN", "Infinity", "about 52"])
def test_a_total_that_is_no_number_is_doubtful(value: str) -> None:
    assert "total_with_tax" in _doubtful(total_with_tax=value)


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("91120222079642398Y", Status.CHECKED),
        ("91120222079642398X", Status.DOUBTFUL),
        ("11010519491231002X", Status.CHECKED),  # a person's identity number
        ("120222079642398", Status.UNCHECKED),
        ("12022207964239812345", Status.UNCHECKED),
        ("9112022207964239", Status.DOUBTFUL),
        ("9112022********98Y", Status.UNCHECKED),
        ("9112022****", Status.DOUBTFUL),
    ],
)
def test_tax_numbers(value: str, status: Status) -> None:
    assert _check(buyer_tax_id=value)["buyer_tax_id"].status is status
    assert _check(seller_tax_id=value)["seller_tax_id"].status is status


@pytest.mark.parametrize(
    ("title", "number", "code", "doubtful"),
    [
        ("天津增值税电子普通发票", "33207675", "012001800311", set()),
        ("江苏增值税专用发票", "33207675", "3200211130", set()),
        ("电子发票（普通发票）", "24312000000098765432", "", set()),
        ("电子发票（普通发票）", "24312000", "", {"invoice_number"}),
        ("电子发票（普通发票）", "24312000000098765432", "012001800311", {"invoice_number", "invoice_code"}),
        ("", "332076751", "012001800311", {"invoice_number"}),
        ("", "33207675", "01200180031", {"invoice_code"}),
        ("", "33207675", "0120018003111", {"invoice_code"}),
    ],
)
def test_numbers_and_codes_belong_together(title: str, number: str, code: str, doubtful: set[str]) -> None:
    assert _doubtful(invoice_title=title, invoice_number=number, invoice_code=code) == doubtful


@pytest.mark.parametrize(("key", "value"), [("check_code", "7693905688346667791"), ("machine_number", "6616199421711")])
def test_lengths(key: str, value: str) -> None:
    assert _doubtful(**{key: value}) == {key}
    assert value in _check(**{key: value})[key].doubts[0]


@pytest.mark.parametrize(
    ("day", "doubtful"),
    [
        ("2000-01-01", False),
        ("1999-12-31", True),
        ("2024-06-01", False),
        ("2024-06-02", True),
        ("yesterday", True),
    ],
)
def test_dates(day: str, doubtful: bool) -> None:  # noqa: FBT001 - a case's expectation
    assert ("issue_date" in _doubtful(issue_date=day)) is doubtful


def test_without_a_today_no_date_is_in_the_future() -> None:
    fields, _ = check_invoice(_fields(_GOOD | {"issue_date": "2999-01-01"}), today=None)

    assert not any(field.status is Status.DOUBTFUL for field in fields)


def test_what_was_doubtful_stays_so_and_keeps_its_reason() -> None:
    unsure = [
        replace(field, status=Status.DOUBTFUL, doubts=("字迹不清",)) if field.key == "total_with_tax" else field
        for field in _fields(_GOOD)
    ]

    found = {field.key: field for field in check_invoice(unsure, today=_TODAY)[0]}

    assert found["total_with_tax"].status is Status.DOUBTFUL
    assert found["total_with_tax"].doubts == ("字迹不清",)
    assert found["tax_amount"].status is Status.CHECKED


def test_doubts_about_the_whole_name_what_could_not_be_checked() -> None:
    def gaps(**changes: str) -> tuple[str, ...]:
        return check_invoice(_fields(_GOOD | changes), today=_TODAY)[1]

    assert gaps() == ()
    assert len(gaps(invoice_code="")) == 1
    assert "发票代码" in gaps(invoice_code="")[0]
    assert gaps(invoice_code="", invoice_number="24312000000098765432") == ()
    assert gaps(total_in_words="") == ()
    assert len(gaps(total_in_words="", tax_amount="")) == 1
    assert "价税合计" in gaps(total_in_words="", tax_amount="")[0]


def test_fields_of_other_documents_are_left_alone() -> None:
    other = Field(name="合同编号", key="contract_number", value="QH-1", status=Status.UNCHECKED, source=Source.CPU)

    assert check_invoice([other], today=_TODAY) == ((other,), ())
