from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checking.invoice_qr import InvoiceQr, qr_checksum
from bot.domain.document import Box, Field, Source, Status
from workers.reading.merge_sources import invoice_codes, merge, qr_fields, with_qr

_SOURCES = [Source.EMBEDDED, Source.QR, Source.MODEL, Source.CPU]
_BOX = Box(left=1, top=2, right=3, bottom=4)
_PRINTED = {
    "invoice_code": "012001800311",
    "invoice_number": "33207675",
    "issue_date": "2019-05-08",
    "check_code": "76939056883466677916",
    "amount_without_tax": "46.62",
    "total_with_tax": "52.70",
    "drawer": "京东商城",
}
_QR = InvoiceQr(
    kind="10",
    code="012001800311",
    number="33207675",
    amount=Decimal("46.62"),
    amount_has_tax=False,
    issued=date(2019, 5, 8),
    check_code="76939056883466677916",
    intact=True,
)


def said(value: str, source: Source = Source.CPU, **more: object) -> Field:
    if not value:
        return Field(name="号码", key="number")
    status = Status.DOUBTFUL if more.get("doubts") else Status.UNCHECKED
    return replace(Field(name="号码", key="number", value=value, status=status, source=source), **more)  # type: ignore[arg-type]


def merged(*fields: Field) -> Field:
    (field,) = merge(*([field] for field in fields))
    return field


def printed(**changes: str) -> list[Field]:
    values = _PRINTED | changes
    return [replace(said(value), name=key, key=key) for key, value in values.items()]


def with_code(fields: list[Field], *codes: InvoiceQr) -> dict[str, Field]:
    return {field.key: field for field in with_qr(fields, codes)[0]}


fields = st.builds(
    lambda value, source, status: (
        Field(name="号码", key="number", value=value, status=status, source=source) if value else said("")
    ),
    st.sampled_from(["", "1", "2", "２", "3"]),
    st.sampled_from(_SOURCES),
    st.sampled_from([Status.CHECKED, Status.UNCHECKED, Status.DOUBTFUL]),
)


def test_two_sources_that_agree_confirm_each_other_whatever_each_doubted() -> None:
    field = merged(said("33207675", doubts=("字迹不清",), page=0, box=_BOX), said("33207675", Source.QR))

    assert (field.value, field.status, field.source, field.doubts) == ("33207675", Status.CHECKED, Source.QR, ())
    assert (field.page, field.box) == (0, _BOX)


def test_one_source_twice_confirms_nothing() -> None:
    assert merged(said("1"), said("1")).status is Status.UNCHECKED


def test_width_and_spaces_make_no_difference() -> None:
    assert merged(said("青禾(北京)公司"), said("青禾（北京） 公司", Source.EMBEDDED)).status is Status.CHECKED


def test_where_sources_differ_the_more_trusted_comes_first_and_the_other_is_named() -> None:
    field = merged(said("33207615"), said("33207675", Source.QR))

    assert (field.value, field.status, field.source) == ("33207675", Status.DOUBTFUL, Source.QR)
    assert field.doubts == ("二维码为 33207675，图上读作 33207615，请对照原件",)


def test_what_the_file_carries_comes_before_its_code() -> None:
    field = merged(said("2", Source.QR), said("1", Source.EMBEDDED), said("1"))

    assert (field.value, field.source, field.status) == ("1", Source.EMBEDDED, Status.DOUBTFUL)
    assert field.doubts == ("文件数据为 1，二维码为 2，请对照原件",)


def test_what_is_doubted_comes_after_what_is_not() -> None:
    field = merged(said("2", Source.QR, doubts=("未能确认",)), said("1"))

    assert (field.value, field.source) == ("1", Source.CPU)
    assert field.doubts == ("图上读作 1，二维码为 2，请对照原件",)


@given(fields)
def test_a_value_that_only_one_source_has_stays_as_it_is(field: Field) -> None:
    assert merged(field, said("")) == field


@given(st.lists(fields, min_size=1, max_size=5))
def test_sources_that_differ_are_never_checked_and_none_is_made_up_or_lost(column: list[Field]) -> None:
    field = merged(*column)
    values = {one.value.replace("２", "2") for one in column if one.value}

    assert field.value in {one.value for one in column}
    assert (field.value == "") == (not values)
    assert any((one.value, one.source) == (field.value, field.source) for one in column)
    if len(values) > 1:
        assert field.status is Status.DOUBTFUL
        assert all(any(value in doubt.replace("２", "2") for doubt in field.doubts) for value in values)
    if field.status is Status.CHECKED:
        sources = {one.source for one in column if one.value}
        assert len(sources) > 1 or any(one.status is Status.CHECKED for one in column)


@given(st.lists(fields, min_size=2, max_size=4))
def test_the_order_of_the_sources_makes_no_difference(column: list[Field]) -> None:
    assert len({merged(*order) for order in permutations(column)}) == 1


def test_an_invoice_that_agrees_with_its_code_is_checked_where_the_code_speaks() -> None:
    found = with_code(printed(), _QR)

    checked = {key for key, field in found.items() if field.status is Status.CHECKED}
    assert checked == {"invoice_code", "invoice_number", "issue_date", "check_code", "amount_without_tax"}
    assert found["total_with_tax"].source is Source.CPU


def test_on_fully_digital_invoices_the_amount_is_the_total() -> None:
    digital = replace(_QR, kind="32", code="", check_code="", amount=Decimal("52.7"), amount_has_tax=True)

    found = with_code(printed(invoice_code="", check_code=""), digital)

    assert found["total_with_tax"].status is Status.CHECKED
    assert found["amount_without_tax"].source is Source.CPU
    assert found["invoice_code"].status is Status.MISSING


def test_the_amount_of_kinds_that_nobody_knows_is_left_alone() -> None:
    found = with_code(printed(), replace(_QR, kind="14", amount=Decimal("99.00"), amount_has_tax=None))

    assert found["amount_without_tax"].status is Status.UNCHECKED
    assert found["total_with_tax"].status is Status.UNCHECKED
    assert found["invoice_number"].status is Status.CHECKED


def test_the_amount_of_kinds_that_nobody_knows_confirms_the_sum_that_is_printed_alike() -> None:
    found = with_code(printed(), replace(_QR, kind="03", amount=Decimal("52.70"), amount_has_tax=None))

    assert found["total_with_tax"].status is Status.CHECKED
    assert found["amount_without_tax"].status is Status.UNCHECKED


def test_a_code_whose_checksum_says_nothing_does_not_beat_the_print() -> None:
    found = with_code(printed(), replace(_QR, kind="51", issued=date(2019, 5, 9), intact=None))

    assert found["issue_date"].value == "2019-05-08"
    assert found["issue_date"].status is Status.DOUBTFUL
    assert found["invoice_number"].status is Status.CHECKED


def test_an_intact_code_of_another_paper_does_not_beat_the_print() -> None:
    found = with_code(printed(), replace(_QR, code="044001700112", number="31740001", check_code="1" * 20))

    assert found["invoice_number"].value == "33207675"
    assert found["invoice_number"].status is Status.DOUBTFUL


def test_an_intact_code_of_this_paper_fills_what_could_not_be_read() -> None:
    found = with_code(printed(check_code=""), _QR)

    assert found["check_code"].value == "76939056883466677916"
    assert (found["check_code"].status, found["check_code"].source) == (Status.CHECKED, Source.QR)


def test_a_code_that_nothing_ties_to_the_paper_is_not_checked() -> None:
    alone = with_code(printed(**dict.fromkeys(_PRINTED, "")), _QR)
    one = with_code(printed(**dict.fromkeys(_PRINTED, "") | {"issue_date": "2019-05-08"}), _QR)
    differing = with_code(printed(check_code="", amount_without_tax="46.67"), _QR)

    assert {field.status for field in alone.values() if field.value} == {Status.UNCHECKED}
    assert one["invoice_number"].status is Status.UNCHECKED
    assert differing["check_code"].status is Status.UNCHECKED
    assert differing["amount_without_tax"].status is Status.DOUBTFUL


def test_a_code_without_a_checksum_fills_but_does_not_confirm_itself() -> None:
    found = with_code(printed(check_code=""), replace(_QR, intact=None))

    assert found["check_code"].status is Status.UNCHECKED
    assert found["invoice_number"].status is Status.CHECKED


def test_a_code_that_does_not_fit_its_checksum_is_unconfirmed_and_comes_last() -> None:
    found = with_code(printed(check_code="", invoice_number="33207615"), replace(_QR, intact=False))

    assert (found["invoice_number"].value, found["invoice_number"].source) == ("33207615", Source.CPU)
    assert found["invoice_number"].doubts == ("图上读作 33207615，二维码为 33207675，请对照原件",)
    assert found["check_code"].status is Status.DOUBTFUL
    assert "未能确认" in found["check_code"].doubts[0]
    assert "伪" not in str(found)


def test_of_several_codes_the_one_with_the_printed_number_counts() -> None:
    other = replace(_QR, number="33207676", amount=Decimal("1.00"))

    found, doubts = with_qr(printed(), [other, _QR])
    assert doubts == ()
    assert {field.key: field.status for field in found}["amount_without_tax"] is Status.CHECKED

    found, doubts = with_qr(printed(invoice_number=""), [other, _QR])
    assert list(found) == printed(invoice_number="")
    assert "2 个" in doubts[0]


def test_without_a_code_nothing_changes() -> None:
    assert with_qr(printed(), []) == (tuple(printed()), ())


@given(st.lists(st.sampled_from(sorted(_PRINTED)), unique=True), st.sampled_from([True, False, None]))
def test_a_code_makes_up_no_field_and_takes_none_away(lost: list[str], intact: bool | None) -> None:  # noqa: FBT001
    before = printed(**dict.fromkeys(lost, ""))
    after = with_code(before, replace(_QR, intact=intact))

    assert [*after] == [field.key for field in before]
    own = {field.key: field.value for field in qr_fields(_QR, before)}
    assert all(after[field.key].value in {field.value, own[field.key]} for field in before)
    assert all(after[field.key].value == field.value for field in before if field.value)


def test_invoice_codes_are_told_from_others_and_counted_once() -> None:
    body = "01,10,012001800311,33207675,46.62,20190508,76939056883466677916,"
    text = f"{body}{qr_checksum(body.encode()):04X},"

    assert invoice_codes([text, "https://example.com", text]) == (_QR,)
