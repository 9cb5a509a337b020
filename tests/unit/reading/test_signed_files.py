"""What is said of signed files, through the whole reading; no engine may be asked."""

from datetime import date
from pathlib import Path

import pytest

from bot.config import prompt_files
from bot.domain.document import Document, FileSignature, SignatureState, Status
from tests.fakes.embedded_files import CODE, NUMBER, QR, invoice_xml, ofd, pdf
from tests.fakes.no_engine import NoEngine
from tests.fakes.signed_files import growing, members_of, signed_ofd, with_members
from tests.fakes.signers import rsa_signer, sm2_signer
from tests.fuzz.flipped_bits import Flip, flips, made_files
from workers.files.file_type import identify
from workers.files.signatures.signature_check import SignatureFit
from workers.files.signatures.signed_value import check_value
from workers.reading.document import ReadRequest, read_document

PROMPTS = prompt_files.load(Path(__file__).resolve().parents[3] / "config" / "prompts")
TITLE = "青州增值税电子普通发票"
PRINTED = ((("title", TITLE), ("words", "价税合计（大写） 壹佰零陆圆整")),)
ATTACHED = "Doc_0/Attachs/original_invoice.xml"
CHANGED = "内容在签章后改过或已损坏，与签章对不上：请向开具方要原文件"
INTACT = FileSignature(state=SignatureState.INTACT)


def read(data: bytes, *roots: str) -> Document:
    request = ReadRequest(
        file=identify(data),
        prompt=PROMPTS.default,
        candidates=PROMPTS.candidates,
        today=date(2024, 6, 1),
        roots=roots,
    )
    return read_document(request, NoEngine())


def checked(document: Document) -> set[str]:
    cells = [cell for row in document.rows for cell in row.cells]
    return {field.key for field in (*document.fields, *cells) if field.status is Status.CHECKED}


def test_a_signed_file_that_nobody_changed_is_said_to_be_intact() -> None:
    unsigned = ofd(attached=invoice_xml(code=QR), printed=PRINTED)
    plain, signed = read(unsigned), read(signed_ofd(unsigned, sm2_signer()))

    assert plain.signature is None
    assert signed.signature == INTACT
    assert (signed.fields, signed.doubts) == (plain.fields, plain.doubts)


def test_in_a_changed_ofd_nothing_is_marked_and_the_answer_warns() -> None:
    signed = signed_ofd(ofd(attached=invoice_xml(code=QR), printed=PRINTED), sm2_signer())
    dearer = members_of(signed)[ATTACHED].replace(b"106.00", b"906.00")
    document = read(with_members(signed, {ATTACHED: dearer}))

    assert {"invoice_number", "total_with_tax"} <= checked(read(signed))
    assert document.signature == FileSignature(state=SignatureState.CHANGED)
    assert document.doubts[0] == CHANGED
    assert checked(document) == set()
    assert next(field.value for field in document.fields if field.key == "invoice_number") == NUMBER


def test_in_a_changed_pdf_nothing_is_marked_and_the_answer_warns() -> None:
    numbers = [(50, 60, f"发票代码：{CODE}"), (50, 80, f"发票号码：{NUMBER}")]
    signed = growing(pdf([(220, 30, TITLE), *numbers, (50, 100, "开票日期：2024年05月28日")])).signed(rsa_signer())
    stream = "BT /F 10 Tf 1 0 0 1 50 320 Tm <0039> Tj ET"
    document = read(signed.appended({6: f"<</Length {len(stream)}>>stream\n{stream}\nendstream"}).data)

    assert read(signed.data).signature == INTACT
    assert document.doubts[0] == CHANGED
    assert checked(document) == set()


def test_properties_that_the_signature_does_not_cover_give_no_values() -> None:
    given = ofd(printed=PRINTED, properties={"发票号码": NUMBER, "发票代码": CODE})
    covered, uncovered = signed_ofd(given, sm2_signer()), signed_ofd(given, sm2_signer(), left_out=["OFD.xml"])

    def numbers(document: Document) -> list[str]:
        return [field.value for field in document.fields if field.key == "invoice_number"]

    assert numbers(read(covered)) == [NUMBER]
    assert (read(uncovered).signature, numbers(read(uncovered))) == (INTACT, [""])


def test_signers_are_named_only_with_a_root() -> None:
    root = sm2_signer("青州根", seed=5)
    signed = signed_ofd(ofd(printed=PRINTED), sm2_signer("青州税务局", seed=6, issuer=root))

    assert read(signed).signature == INTACT
    assert read(signed, root.pem).signature == FileSignature(state=SignatureState.INTACT, signers=("青州税务局",))
    other = FileSignature(state=SignatureState.INTACT, unknown_signer=True)
    assert read(signed, sm2_signer("别的根", seed=7).pem).signature == other


def test_no_flipped_bit_passes() -> None:
    """Some of those that `make flips` tries."""
    became = [*flips(made_files(), 48, seed=7)]

    assert [(name, bit) for name, bit, flip in became if flip is Flip.MISSED] == []
    found = [flip for *_, flip in became if flip in {Flip.CHANGED, Flip.REFUSED}]
    assert len(found) > len(became) * 0.7


class TestRealFiles:
    """The real OFDs; in all but one, names and accounts were replaced after they were signed."""

    @pytest.mark.parametrize(
        ("name", "state"),
        [
            ("999.ofd", SignatureState.INTACT),
            ("1.ofd", SignatureState.CHANGED),
            ("real/nuonuo_xbrl_attachment.ofd", SignatureState.CHANGED),
            ("real/ccb_bank_receipt.ofd", SignatureState.CHANGED),
        ],
    )
    def test_each_is_told_for_what_it_is(self, cases: Path, name: str, state: SignatureState) -> None:
        document = read((cases / name).read_bytes())

        assert document.signature is not None
        assert document.signature.state is state
        assert (CHANGED in document.doubts) is (state is SignatureState.CHANGED)

    def test_without_its_changes_the_signature_of_each_would_fit(self, cases: Path) -> None:
        for name in ("999.ofd", "1.ofd", "real/nuonuo_xbrl_attachment.ofd", "real/ccb_bank_receipt.ofd"):
            members = members_of((cases / name).read_bytes())
            value, listing = (members[f"Doc_0/Signs/Sign_0/{one}"] for one in ("SignedValue.dat", "Signature.xml"))
            assert check_value(value, [listing]).fit is SignatureFit.FITS
            assert check_value(value, [listing + b" "]).fit is SignatureFit.DIFFERS
