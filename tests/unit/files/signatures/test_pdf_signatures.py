from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import pytest

from bot.domain.document import FileSignature, SignatureState
from tests.fakes.embedded_files import pdf
from tests.fakes.signed_files import GrowingPdf, MakeValue, growing
from tests.fakes.signers import SHA1, Signer, cms, ecdsa_signer, rsa_signer, seal_signature, sm2_signer
from workers.files.pdf.client import PdfFile
from workers.files.signatures.pdf_signatures import check_pdf

INTACT = FileSignature(state=SignatureState.INTACT)
CHANGED = FileSignature(state=SignatureState.CHANGED)
PAGE = growing(pdf([(50, 40, "发票号码：12345678"), (50, 80, "合计 106.00")]))
SUM = (40, 300, 200, 360)  # where 合计 stands, from the bottom left
SM2, RSA = sm2_signer(), rsa_signer()


def said(grown: GrowingPdf, roots: Sequence[str] = ()) -> FileSignature | None:
    with PdfFile(grown.data) as file:
        return check_pdf(file, roots)


def with_data(grown: GrowingPdf, data: bytes) -> GrowingPdf:
    return replace(grown, data=data)


@pytest.mark.parametrize("value", [cms, partial(cms, attributes=False), seal_signature])
@pytest.mark.parametrize("make", [sm2_signer, rsa_signer, ecdsa_signer])
def test_each_form_of_signature_is_verified(make: Callable[..., Signer], value: MakeValue) -> None:
    signed = PAGE.signed(make(), value=value)

    assert said(signed) == INTACT
    changed = with_data(signed, signed.data.replace(b"/MediaBox[0 0 600 400]", b"/MediaBox[0 0 600 401]"))
    assert said(changed) == (CHANGED if value is not seal_signature else None)


def test_a_file_without_signatures_or_with_an_empty_one_says_nothing() -> None:
    assert said(PAGE) is None
    assert said(PAGE.signed(SM2, value=lambda *_: b"")) is None


def test_other_signatures_may_be_added_with_their_seals() -> None:
    twice = PAGE.signed(SM2, seal=(300, 300, 400, 380)).signed(RSA, seal=(100, 300, 200, 380))

    assert said(twice) == INTACT
    assert said(with_data(twice, twice.data.replace(b"1 0 0 RG", b"0 0 1 RG"))) == CHANGED


def test_what_is_needed_to_verify_later_may_be_added() -> None:
    signed = PAGE.signed(SM2)

    assert said(signed.appended({signed.size: "<</Type/DSS/Certs[]>>"})) == INTACT
    assert said(with_data(signed, signed.data + b"\r\n")) == INTACT


def test_a_page_that_was_changed_later_is_noticed() -> None:
    signed = PAGE.signed(SM2)
    stream = "BT /F 10 Tf 1 0 0 1 50 320 Tm <5408> Tj ET"

    assert said(signed.appended({6: f"<</Length {len(stream)}>>stream\n{stream}\nendstream"})) == CHANGED
    assert said(signed.annotated(SUM)) == CHANGED
    pages = {2: "<</Type/Pages/Kids[5 0 R 5 0 R]/Count 2>>"}
    assert said(signed.appended(pages)) == CHANGED


def test_a_picture_that_was_changed_later_is_noticed() -> None:
    def painted(grown: GrowingPdf, shade: str) -> GrowingPdf:
        return grown.appended({6: f"<</Length 30>>stream\n{shade} g 50 50 400 300 re f     \nendstream"})

    signed = painted(PAGE, "0.5").signed(SM2)
    assert said(painted(signed, "0.5")) == INTACT
    assert said(painted(signed, "0.6")) == CHANGED


def test_another_signature_does_not_hide_a_change() -> None:
    assert said(PAGE.signed(SM2).annotated(SUM).signed(RSA)) == CHANGED
    pages = {2: "<</Type/Pages/Kids[5 0 R 5 0 R]/Count 2>>"}
    assert said(PAGE.signed(SM2).signed(RSA, more=pages)) == CHANGED


def test_a_box_that_pretends_to_be_a_seal_is_a_change() -> None:
    assert said(PAGE.signed(SM2).annotated(SUM, seal_field=True)) == CHANGED


def test_a_file_that_is_attached_later_is_a_change() -> None:
    signed = PAGE.signed(SM2)
    at = signed.size
    objects = {
        1: f"<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[{signed.fields[0]} 0 R]>>"
        f"/Names<</EmbeddedFiles<</Names[(a.xml) {at} 0 R]>>>>>>",
        at: f"<</Type/Filespec/F(a.xml)/UF(a.xml)/EF<</F {at + 1} 0 R>>>>",
        at + 1: "<</Type/EmbeddedFile/Length 4>>stream\n<x/>\nendstream",
    }

    assert said(signed.appended(objects)) == CHANGED


def test_bytes_between_the_ranges_are_not_hidden() -> None:
    signed = PAGE.signed(SM2)
    hidden = signed.data.replace(b"000>>>", b"000>  ")
    begin = signed.data.index(b"/ByteRange[0 ") + len(b"/ByteRange[0 ")
    first = int(signed.data[begin : begin + 10])
    wider = signed.data[:begin] + f"{first - 5:<10}".encode() + signed.data[begin + 10 :]

    assert said(with_data(signed, wider)) == CHANGED
    assert said(with_data(signed, hidden)) != INTACT


@pytest.mark.parametrize("numbers", [(0, 10, 20, 10**9), (5, 10, 20, 30), (0, 0, 0, 0), (0, 100, 50, 10)])
def test_ranges_that_are_none_do_not_pass(numbers: tuple[int, ...]) -> None:
    signed = PAGE.signed(SM2)
    begin = signed.data.index(b"/ByteRange[") + len(b"/ByteRange[")
    end = signed.data.index(b"]", begin)
    ranges = " ".join(map(str, numbers)).encode().ljust(end - begin)

    assert said(with_data(signed, signed.data[:begin] + ranges + signed.data[end:])) == CHANGED


def test_the_signature_of_another_file_does_not_fit() -> None:
    other = growing(pdf([(50, 40, "发票号码：12345678"), (50, 80, "合计 906.00")])).signed(SM2)
    signed = PAGE.signed(SM2)
    value, others = (data[data.rindex(b"/Contents<") :].partition(b">")[0] for data in (signed.data, other.data))

    assert said(with_data(signed, signed.data.replace(value, others))) == CHANGED


def test_a_weak_digest_proves_changes_only() -> None:
    signed = PAGE.signed(rsa_signer(digest=SHA1))

    assert said(signed) is None
    assert said(with_data(signed, signed.data.replace(b"/Rotate 0", b"/Rotate 9", 1))) == CHANGED


def test_a_value_of_an_unknown_form_says_nothing() -> None:
    assert said(PAGE.signed(SM2, value=lambda *_: b"some vendor's own")) is None
    assert said(PAGE.signed(SM2, value=partial(cms, carried=b"another content"))) is None


def test_of_a_kind_that_signs_nobody_knows_what_only_good_is_said() -> None:
    signed = PAGE.signed(SM2, kind="GM.sm2seal")

    assert said(signed) == INTACT
    assert said(with_data(signed, signed.data.replace(b"/Rotate 0", b"/Rotate 9", 1))) is None


def test_many_revisions_are_not_compared() -> None:
    grown = PAGE
    for number in range(6):
        grown = grown.signed(sm2_signer(seed=number))

    assert said(grown) is None


def test_all_signers_are_named_or_none() -> None:
    root = sm2_signer("青州根", seed=5)
    signer = sm2_signer("青州税务局", seed=6, issuer=root)

    assert said(PAGE.signed(signer), [root.pem]) == replace(INTACT, signers=("青州税务局",))
    assert said(PAGE.signed(signer).signed(RSA), [root.pem]) == replace(INTACT, unknown_signer=True)
    assert said(PAGE.signed(RSA), [root.pem]) == replace(INTACT, unknown_signer=True)
