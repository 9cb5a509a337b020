import zipfile
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from bot.domain.document import FileSignature, SignatureState
from tests.fakes.der_writing import integer, sequence
from tests.fakes.embedded_files import QR, invoice_xml, ofd, zipped
from tests.fakes.signed_files import LIST, MakeValue, members_of, signed_ofd, with_members
from tests.fakes.signers import SHA1, Signer, cms, ecdsa_signer, rsa_signer, seal_signature, sm2_signer
from workers.files.signatures import ofd_signatures
from workers.files.signatures.ofd_signatures import check_ofd

INTACT = FileSignature(state=SignatureState.INTACT)
CHANGED = FileSignature(state=SignatureState.CHANGED)
INVOICE = ofd(attached=invoice_xml(code=QR), printed=[[("1", "青州增值税电子普通发票")], [("2", "￥106.00")]])
PAGE, ATTACHED = "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Attachs/original_invoice.xml"
OLD_SEAL = partial(seal_signature, version=1)
SM2 = sm2_signer()


def said(data: bytes) -> FileSignature | None:
    return check_ofd(data).signature


@pytest.mark.parametrize("value", [seal_signature, OLD_SEAL, cms, partial(cms, attributes=False)])
@pytest.mark.parametrize("make", [sm2_signer, rsa_signer, ecdsa_signer])
def test_each_form_of_signature_is_verified(make: Callable[..., Signer], value: MakeValue) -> None:
    signed = signed_ofd(INVOICE, make(), value=value)

    assert said(signed) == INTACT
    assert (
        said(with_members(signed, {PAGE: members_of(signed)[PAGE].replace("青州".encode(), "云州".encode())}))
        == CHANGED
    )


def test_a_package_without_signatures_says_nothing() -> None:
    assert said(INVOICE) is None
    assert said(b"PK\x03\x04 nothing") is None


@pytest.mark.parametrize("name", [PAGE, ATTACHED, "Doc_0/Document.xml", "OFD.xml"])
def test_a_covered_file_that_changed_or_is_gone_is_noticed(name: str) -> None:
    signed = signed_ofd(INVOICE, SM2)

    assert said(with_members(signed, {name: members_of(signed)[name] + b"\n"})) == CHANGED
    if name != "OFD.xml":
        assert said(with_members(signed, {name: None})) == CHANGED


SIGNED = "Doc_0/Signs/Sign_0/"


@pytest.mark.parametrize("name", [LIST, f"{SIGNED}Signature.xml", f"{SIGNED}SignedValue.dat"])
def test_a_package_that_has_lost_a_part_of_its_signature_counts_as_changed(name: str) -> None:
    assert said(with_members(signed_ofd(INVOICE, SM2), {name: None})) == CHANGED


def test_members_that_a_damaged_name_has_swallowed_are_missed() -> None:
    signed = bytearray(signed_ofd(INVOICE, SM2))
    entry = signed.rindex(ATTACHED.encode()) - 46
    assert signed[entry : entry + 4] == b"PK\1\2"
    signed[entry + 29] ^= 8  # its name is 2 KB longer now, and ends beyond the directory
    assert said(bytes(signed)) == CHANGED


def test_changed_digests_do_not_hide_a_change() -> None:
    signed = signed_ofd(INVOICE, SM2)
    other = signed_ofd(ofd(attached=invoice_xml(code=QR), printed=[[("1", "云州")], [("2", "￥906.00")]]), SM2)
    description = "Doc_0/Signs/Sign_0/Signature.xml"

    forged = {name: content for name, content in members_of(other).items() if name.endswith(".xml")}
    assert said(with_members(signed, forged)) == CHANGED
    assert said(with_members(signed, {description: members_of(other)[description]})) == CHANGED


def test_the_signature_of_another_document_does_not_fit() -> None:
    signed = signed_ofd(INVOICE, SM2)
    other = members_of(signed_ofd(ofd(printed=[[("1", "青州")]]), SM2))
    value = "Doc_0/Signs/Sign_0/SignedValue.dat"

    assert said(with_members(signed, {value: other[value]})) == CHANGED


@pytest.mark.parametrize("left_out", [[PAGE], [ATTACHED], ["Doc_0/Document.xml"], [PAGE, ATTACHED]])
def test_nothing_is_said_of_a_package_that_is_signed_in_part(left_out: Sequence[str]) -> None:
    assert said(signed_ofd(INVOICE, SM2, left_out=left_out)) is None


@pytest.mark.parametrize(
    "name",
    ["Doc_0/Attachs/more.xml", "Doc_1/Document.xml", "Doc_0/Pages/Page_9/Content.xml", "Doc_0/Signs/Sign_0/more.xml"],
)
def test_nothing_is_said_of_a_package_with_a_file_that_nobody_signed(name: str) -> None:
    assert said(with_members(signed_ofd(INVOICE, SM2), {name: b"<x/>"})) is None


def test_a_package_is_told_whether_its_head_is_covered() -> None:
    assert check_ofd(signed_ofd(INVOICE, SM2)).covers_head
    uncovered = check_ofd(signed_ofd(INVOICE, SM2, left_out=["OFD.xml"]))
    assert uncovered == ofd_signatures.OfdSignatures(signature=INTACT, covers_head=False)


def test_a_second_document_in_the_head_is_not_passed_over() -> None:
    signed = signed_ofd(INVOICE, SM2, left_out=["OFD.xml"])
    head = members_of(signed)["OFD.xml"].decode()
    body = head[head.index("<ofd:DocBody>") : head.index("</ofd:OFD>")]

    assert said(with_members(signed, {"OFD.xml": head.replace("</ofd:OFD>", f"{body}</ofd:OFD>").encode()})) is None


def test_the_list_of_signatures_is_nothing_else_beside() -> None:
    signed = signed_ofd(INVOICE, SM2)
    listing = members_of(signed)[LIST].decode()
    page = "<ofd:Content><ofd:Layer/></ofd:Content></ofd:Signatures>"

    assert said(with_members(signed, {LIST: listing.replace("</ofd:Signatures>", page).encode()})) is None
    assert said(with_members(signed, {LIST: b"<ofd:Page xmlns:ofd='x'/>"})) is None


def test_two_members_of_one_path_are_not_told_apart() -> None:
    signed = members_of(signed_ofd(INVOICE, SM2))

    for twin in (PAGE.upper(), f"/{PAGE}", "Doc_0/./Pages/Page_0/Content.xml", PAGE.replace("/", "\\"), f"{PAGE}/"):
        assert said(zipped({**signed, twin: signed[PAGE]})) is None
        assert said(zipped({**signed, twin: b"<x/>"})) == CHANGED
    assert said(zipped({**signed, "Doc_0/Attachs/x.xml/": b"<x/>"})) is None
    assert said(zipped({**signed, "Doc_0/Attachs/": b""})) == INTACT


def test_all_of_several_signatures_must_fit_and_cover_all() -> None:
    rsa = rsa_signer()
    both = signed_ofd(INVOICE, SM2, rsa)

    assert said(both) == INTACT
    changed = members_of(both)["Doc_0/Signs/Sign_1/SignedValue.dat"]
    assert said(with_members(both, {"Doc_0/Signs/Sign_1/SignedValue.dat": changed[:-1] + b"\x00"})) == CHANGED
    assert said(with_members(both, {"Doc_0/Signs/Sign_1/SignedValue.dat": None})) == CHANGED


def test_nothing_is_said_where_the_certificate_is_none_of_the_seal() -> None:
    def borrowed(signer: Signer, covered: bytes) -> bytes:
        return seal_signature(signer, covered, of_seal=sm2_signer("别人", seed=9))

    assert said(signed_ofd(INVOICE, SM2, value=borrowed)) is None


def test_a_weak_digest_proves_changes_only() -> None:
    weak = rsa_signer(digest=SHA1)
    signed = signed_ofd(INVOICE, weak, value=cms)

    assert said(signed) is None
    assert said(with_members(signed, {PAGE: b"<x/>"})) == CHANGED


@pytest.mark.parametrize("method", ["1.2.3.4", "CRC32", "MD4"])
def test_nothing_is_said_of_a_digest_that_is_not_known(method: str) -> None:
    assert said(signed_ofd(INVOICE, SM2, method=method)) is None


@pytest.mark.parametrize("value", [b"", b"a text", sequence(), sequence(integer(4)), sequence(sequence(), sequence())])
def test_nothing_is_said_of_values_of_another_form(value: bytes) -> None:
    assert said(signed_ofd(INVOICE, SM2, value=lambda *_: value)) is None


def test_a_damaged_member_counts_as_changed() -> None:
    signed = signed_ofd(INVOICE, SM2)
    stored = zipped(members_of(signed), compression=zipfile.ZIP_STORED)

    assert said(stored) == INTACT
    assert said(stored.replace("￥106.00".encode(), "￥906.00".encode())) == CHANGED


def test_a_member_that_nobody_unpacks_counts_as_changed() -> None:
    signed = signed_ofd(INVOICE, SM2)
    entry = signed.index(b"PK\x01\x02", signed.index(b"PK\x01\x02") + 1)
    other_packing, locked = (bytearray(signed) for _ in range(2))
    other_packing[entry + 10] ^= 1
    locked[entry + 8] ^= 1

    assert said(bytes(other_packing)) == CHANGED
    assert said(bytes(locked)) == CHANGED


def test_what_would_unpack_without_end_is_left_alone() -> None:
    bomb = with_members(signed_ofd(INVOICE, SM2), {PAGE: bytes(80 * 2**20)})

    assert said(bomb) is None
