import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checking.invoice_qr import InvoiceQr, parse_invoice_qr, qr_checksum

_GENUINE = (
    "01,10,012001800311,33207675,46.62,20190508,76939056883466677916,E1BD,",
    "01,10,033002000211,83089647,510.68,20200723,16197833567414507415,0941,",
    "01,10,050001700111,12235358,10000.00,20200805,16630282980991510014,7257",
)
_SAMPLES = Path(__file__).parents[4] / "config" / "samples" / "truth.json"


@pytest.mark.parametrize("text", _GENUINE)
def test_genuine_codes_are_intact(text: str) -> None:
    found = parse_invoice_qr(text)

    assert found is not None
    assert found.intact is True


def test_what_a_code_says() -> None:
    assert parse_invoice_qr(_GENUINE[0]) == InvoiceQr(
        kind="10",
        code="012001800311",
        number="33207675",
        amount=Decimal("46.62"),
        amount_has_tax=False,
        issued=date(2019, 5, 8),
        check_code="76939056883466677916",
        intact=True,
    )


def test_a_fully_digital_invoices_code_has_the_total_with_tax_and_neither_code_nor_check_code() -> None:
    found = parse_invoice_qr(json.loads(_SAMPLES.read_text(encoding="utf-8"))["digital_invoice.png"]["qr"])

    assert found is not None
    assert (found.kind, found.code, found.check_code, found.number) == ("32", "", "", "25992000000001234567")
    assert found.amount_has_tax
    assert found.intact


@pytest.mark.parametrize(
    ("kind", "has_tax"),
    [
        ("01", False),
        ("04", False),
        ("10", False),
        *((kind, True) for kind in ("31", "32", "51", "61")),
        *((kind, None) for kind in ("03", "08", "11", "14", "15", "83", "84", "85")),
    ],
)
def test_which_amount_a_kind_carries(kind: str, has_tax: bool | None) -> None:  # noqa: FBT001 - what is expected
    found = parse_invoice_qr(f"01,{kind},1100,12345678,1.00,20240528,,")

    assert found is not None
    assert found.amount_has_tax is has_tax


@pytest.mark.parametrize(("amount", "day"), [("46", date(2020, 7, 23)), ("46.5", date(2019, 12, 31))])
def test_amounts_and_dates_in_every_form(amount: str, day: date) -> None:
    found = parse_invoice_qr(f"01,10,1100,12345678,{amount},{day:%Y%m%d},")

    assert found is not None
    assert (found.amount, found.issued, found.intact) == (Decimal(amount), day, None)


def test_a_date_with_dashes_and_no_checksum() -> None:
    found = parse_invoice_qr("01,32,,26217000000123940001,54.30,2026-03-09,,")

    assert found is not None
    assert (found.issued, found.intact) == (date(2026, 3, 9), None)


def test_a_checksum_in_small_letters() -> None:
    found = parse_invoice_qr("01,10,012001800311,33207675,46.62,20190508,76939056883466677916,e1bd,")

    assert found is not None
    assert found.intact is True


def test_the_checksum_of_tickets_has_another_form_and_says_nothing() -> None:
    found = parse_invoice_qr("01,61,,23448784110000000648,100.00,20230303,,89f5")

    assert found is not None
    assert (found.intact, found.amount_has_tax) == (None, True)


def test_without_a_checksum_nobody_knows_whether_it_is_intact() -> None:
    found = parse_invoice_qr("01,10,012001800311,33207675,46.62,20190508,76939056883466677916,")

    assert found is not None
    assert found.intact is None


@pytest.mark.parametrize("text", _GENUINE)
@given(data=st.data())
def test_any_changed_digit_breaks_the_checksum(text: str, data: st.DataObject) -> None:
    end = text.rindex(",", 0, text.rindex(",")) if text.endswith(",") else text.rindex(",")
    digits = [place for place in range(3, end) if text[place].isdigit()]
    place = data.draw(st.sampled_from(digits))
    digit = data.draw(st.sampled_from([char for char in "0123456789" if char != text[place]]))

    found = parse_invoice_qr(text[:place] + digit + text[place + 1 :])

    assert found is None or found.intact is False


def test_the_checksum_is_the_published_one() -> None:
    # The check value of CRC-16/UMTS: polynomial 0x8005, initial value 0, nothing reflected.
    assert qr_checksum(b"123456789") == 0xFEE8


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.invalid/fp?d=01",
        "01,10,012001800311,33207675,46.62,20190508",
        "02,10,012001800311,33207675,46.62,20190508,7693,E1BD",
        "01,10,012001800311,33207675,46.62,20191308,7693,E1BD",
        "01,10,012001800311,33207675,many,20190508,7693,E1BD",
        "01,10,012001800311,NUMBER,46.62,20190508,7693,E1BD",
        "01,10,012001800311,33207675,46.62,2019,7693,E1BD",
        "01,10,012001800311,33207675,46.62,2019050a,7693,E1BD",
        "01,10,012001800311,33207675,46.62,201905081,7693,E1BD",
        "01,10,012001800311,33207675,46.624,20190508,7693,E1BD",
        "01,10,012001800311,33207675,46.,20190508,7693,E1BD",
    ],
)
def test_other_texts_are_none(text: str) -> None:
    assert parse_invoice_qr(text) is None
