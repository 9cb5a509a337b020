"""Till receipts in English and Malay, as shops in several countries print them: the total, the date, the shop."""

from datetime import date
from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.config.prompt_toml import read_prompt
from bot.domain.checking.proposals import CheckedFields
from bot.domain.document import Field, Line, Status
from tests.fakes.invoice_forms import line
from workers.extraction.fields import find_fields

_PROMPTS = Path(__file__).parents[3] / "config" / "prompts"
_RECEIPT = read_prompt((_PROMPTS / "receipt.toml").read_text(encoding="utf-8"), name="receipt").prompt


def rows(*texts: str) -> tuple[Line, ...]:
    """Return a line for each part of a row, parted by " | ": the first at the left, the others in columns."""
    return tuple(
        line(part, 40 + 420 * column, 20 + 40 * row)
        for row, text in enumerate(texts)
        for column, part in enumerate(text.split(" | "))
    )


def read(*texts: str) -> dict[str, Field]:
    return {field.name: field for field in find_fields(rows(*texts), _RECEIPT.fields)}


def value(name: str, *texts: str) -> str:
    return read(*texts)[name].value


@pytest.mark.parametrize(
    ("texts", "total"),
    [
        # The tax, the sum without it and the table of rates stand around the total.
        (
            (
                "TOTAL SALES (EXCLUDING GST) : | 31.50",
                "TOTAL GST : | 1.89",
                "ROUNDING : | 0.01",
                "TOTAL SALES (INCLUSIVE OF GST) : | 33.40",
                "CASH : | 33.40",
                "TOTAL : | 31.50 | 1.89",
            ),
            "33.40",
        ),
        (("TOTAL (EXCLUDING GST): | 8.11", "GST PAYABLE (6%): | 0.49", "TOTAL: | 8.60"), "8.60"),
        # Shops round to five cents, and say so below or beside the sum.
        (("Total Sales (Inclusive GST) RM 17.32", "Rounding Adjustment RM | -.02", "Rounding RM 17.30"), "17.30"),
        (("TOTAL RM INCL OF GST | 25.98", "ROUNDING ADJ | 0.02", "TOTAL RM | 26.00"), "26.00"),
        (("TOTAL: | 17.22", "RND ADJ | 0.02-", "TTL ATF RND | 17.20"), "17.20"),
        (("Total | RM41.62", "Balance: | RM41.62", "Rounded: | RM41.60"), "41.60"),
        (("Total Amt Incl. GST @ 6% : 7.42", "Rounding Adjustment :", "Total Amt Payable 7.40"), "7.40"),
        (("TOTAL : | 3 | 16.31", "ROUNDING ADJ : | -0.01", "BALANCE DUE : | 16.30"), "16.30"),
        # What it is called, and where the currency stands.
        (("***TOTAL RM 21.60", "CASH | RM 30.00", "CHANGE | RM 8.40"), "21.60"),
        (("7 | TOTAL | 75.70", "CASH | 100.00", "CHANGE | 24.30"), "75.70"),
        (("AMOUNT INCL. GST | 5.00 RM", "GST 6% | 0.28 RM"), "5.00"),
        (("Gross Amt : | 27.17", "Net Amt: | 28.80", "Received | 30.00"), "28.80"),
        (("SUB TOTAL | 70.50", "SV CHARGE 5% | 3.55", "NET TOTAL | 74.05"), "74.05"),
        (("ITEM: 5 | TOTAL | 25.85", "QTY: 5 | ROUNDING | 0.00", "TOTAL SAVING: 0.00 | TOTAL | 25.85"), "25.85"),
        (("ROUNDING ADJ | 0.00", "DUE | 7.50", "PAY | 20.00", "CHANGE | 12.50"), "7.50"),
        (("Total Sales Incl GST | 8.96", "Rounding Adj | -0,01", "Total After Adj Incl GST | 8.95"), "8.95"),
        (("Total (Incl GST) | RM14.98", "Rounding | RM0.02", "Grand Total | RM15.00", "Total Paid | RM20.00"), "15.00"),
        (("TOTAL MEMBER DISCOUNT | 4.00", "TOTAL SAVINGS | 4.00", "TOTAL: USD | 21.60"), "21.60"),
        # What was returned may cost more than what was bought.
        (("Total 0% supplies: | -16.34", "Total Payable: -6.42"), "-6.42"),
        # Cash is what was paid where it is printed below the rounding and none came back.
        (("TOTAL | RM7.42", "ROUNDING | -0.02", "CASH | RM7.40", "TAX INVOICE OF GST"), "7.40"),
        # The label is lost, but no change was given.
        (("T L | 94.00", "CASH | 94.00", "CHANGE | 0.00"), "94.00"),
    ],
)
def test_the_total_is_what_was_paid_with_tax_and_after_rounding(texts: tuple[str, ...], total: str) -> None:
    found = read(*texts)["总金额"]

    assert (found.value, found.status) == (total, Status.UNCHECKED)


@pytest.mark.parametrize(
    "texts",
    [
        ("TOTAL INCLUDES 6% GST | 0.48", "Total Qty: | 4.00"),
        ("TOTAL ITEM DISCOUNT | 1.00", "TOTAL SAVINGS | 1.00"),
        ("CASH | 50.00", "CHANGE | 20.00"),
    ],
)
def test_a_sum_of_tax_of_pieces_or_of_what_was_saved_or_handed_over_is_no_total(texts: tuple[str, ...]) -> None:
    assert value("总金额", *texts) == ""


def test_a_total_before_a_rounding_with_none_below_is_not_what_was_paid() -> None:
    found = read("TOTAL | RM95.48", "CASH | RM100.00", "ROUNDING | 0.02", "CHANGE | RM4.50")

    assert found["总金额"].value == ""
    assert value("舍入前金额", "TOTAL RM INCL OF GST | 40.99", "ROUNDING ADJ | 0.01", "TOTAL RM | 41.00") == "40.99"
    assert value("舍入前金额", "TOTAL GST : | 2.16", "ROUNDING : | -0.01", "TOTAL : | 38.15") == ""


@pytest.mark.parametrize(
    ("paid", "change", "status"),
    [
        ("CASH | 50.00", "CHANGE : | 21.70", Status.CHECKED),
        ("Total Paid | 50.00", "Change Amt | 21.70", Status.CHECKED),
        ("PAYMENT : | 50.00", "CHANGE DUE : | 21.70", Status.CHECKED),
        ("CASH RECEIVED : | 50.00", "CHANGE | 21.68", Status.DOUBTFUL),
    ],
)
def test_what_was_handed_over_and_given_back_is_held_against_the_total(paid: str, change: str, status: Status) -> None:
    found = find_fields(rows("TOTAL | 28.30", paid, change), _RECEIPT.fields)

    checked = CheckedFields(read=found, prompt=_RECEIPT, today=date(2026, 1, 1)).result()

    assert {field.name: field.status for field in checked.fields}["总金额"] is status


@pytest.mark.parametrize(
    ("texts", "day"),
    [
        (("DC11/3-21 - 12/480", "16-03-18 | 13 : 49"), "16-03-18"),
        (("27/02/18 21:22 | SLIP NO. : 80201", "CARD EXPIRY : 31/05/18"), "27/02/18"),
        (("CB# : 4597 | 25/FEB/2017 07:43:54",), "25/FEB/2017"),
        (("15 JUN 18 08:34:31 PM", "CLOSED 15 JUN 18 09:08:37 PM"), "15 JUN 18"),
        (("ENTRY TIME | 16/04/2018 (MON) | 8:21",), "16/04/2018"),
        (("DATE | : 14-03-2018 10:06:20",), "14-03-2018"),
        (("Date: 13/01/201",), ""),  # a digit was lost
    ],
)
def test_the_date_is_that_of_the_sale_as_it_is_printed(texts: tuple[str, ...], day: str) -> None:
    assert value("交易日期", *texts) == day


@pytest.mark.parametrize(
    ("texts", "shop"),
    [
        (("SYARIKAT CONTOH MAJU", "(12345-A)", "NO 1, JALAN CONTOH,"), "SYARIKAT CONTOH MAJU"),
        (("99 SAMPLE MART S/B (51953-X)", "LOT 2811, JALAN CONTOH,"), "99 SAMPLE MART S/B"),
        (("TAX INVOICE", "CONTOH MARKETING SDN BHD", "GST REG. NO : 0003"), "CONTOH MARKETING SDN BHD"),
        (("SAMPLE BOOK", "CO. (M) SDN BHD", "(CO. NO. 1138-W)"), "SAMPLE BOOK CO. (M) SDN BHD"),
        (("a note in pen", "POSTED", "CONTOH PHARMACY", "NO.20, GROUND FLOOR"), "CONTOH PHARMACY"),
        (("A06005", "SAMPLE CAKE HOUSE SDN BHD 862725-U", "(GST Reg No: 0015)"), "SAMPLE CAKE HOUSE SDN BHD"),
        (("SAMPLE TALK (NORTH BRANCH) SDN BHD", "NO. 53, JALAN CONTOH"), "SAMPLE TALK (NORTH BRANCH) SDN BHD"),
        (("107", "Sample Burgers", "Level 6, Sample Tower"), "Sample Burgers"),
    ],
)
def test_the_shop_is_named_at_the_top(texts: tuple[str, ...], shop: str) -> None:
    assert value("商户名称", *texts, "TOTAL | 8.60") == shop


def test_the_customer_further_down_is_not_the_shop() -> None:
    page = (
        "Contoh Bread",
        "12 Sample Street",
        "+65 6123 4567",
        "No. 3",
        "Till 2",
        "Walk in",
        "OTHER FIRM PTE LTD",
        "A | B",
    )

    assert value("商户名称", *page) == "Contoh Bread"


@pytest.mark.parametrize(
    "page",
    [
        "SAMPLE RESTAURANT\nINVOICE\nINVOICE: 9722 CASHIER: ADMIN\nSUB TOTAL RM 29.70\nTOTAL RM 29.70\nCHANGE RM 0.30",
        "SAMPLE PARKING\nTAX INVOICE\nTOTAL RM7.00\nPAID RM7.00\nCHANGE RM0.00",
        "CONTOH ENTERPRISE\nSUB-TOTAL 92.50\nCASH 94.00\nCHANGE 0.00\nGOODS SOLD ARE NOT RETURNABLE",
        "KEDAI CONTOH\nTAX INVOICE\nINVOICE NO : 052949\nSUBTOTAL\nTTL CASH RM43.40",
        "Sample Burgers\nTAX INVOICE\nQTY ITEM TOTAL\nTakeOut Total (incl GST) 32.25\nVisa 32.25",
        "CONTOH TEA\n20/03/18 17:19\n2x 5.90 RM 11.80\n***TOTAL RM 21.60\nCASH RM 30.00\nCHANGE RM 8.40",
        "Sample Fresh\nInvoice: 001-98\nDine In\nSub-Total RM7.50\nGrand Total RM7.95\nCash RM10.05\nChange RM2.10",
    ],
)
def test_a_receipt_is_one_by_what_was_handed_over_whatever_it_calls_itself(page: str) -> None:
    recognised = load(_PROMPTS).recognise(page)

    assert recognised is not None
    assert recognised.name == "receipt"
