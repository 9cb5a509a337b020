import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.der_writing import der, integer, octets, oid, sequence
from workers.files.signatures.der import BadDer, DerValue, read_der
from workers.files.signatures.signature_check import SignatureFit
from workers.files.signatures.signed_value import check_value


def test_what_was_written_is_read() -> None:
    number, name, blob = read_der(sequence(integer(-5), oid("1.2.156.10197.1.501"), octets(b"x" * 300))).sequence(3)

    assert number.integer() == -5
    assert name.oid() == "1.2.156.10197.1.501"
    assert blob.octets() == b"x" * 300


def test_values_of_indefinite_length_are_read() -> None:
    inner = b"\x30\x80" + integer(7) + b"\x00\x00"
    value = read_der(b"\x30\x80" + integer(5) + inner + b"\x00\x00")

    five, nested = value.parts()
    assert five.integer() == 5
    assert [part.integer() for part in nested.parts()] == [7]


def test_zeros_may_follow_a_padded_value_and_nothing_else() -> None:
    assert read_der(integer(5) + bytes(4000), padded=True).integer() == 5
    for rest in (bytes(3999) + b"\x01", b"\x00\x30"):
        with pytest.raises(BadDer):
            read_der(integer(5) + rest, padded=True)
    with pytest.raises(BadDer):
        read_der(integer(5) + b"\x00")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x05\x02",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x85\x00\x00\x00\x00\x00",
        b"\x04\x80\x00\x00",
        b"\x1f\x81\x01\x00",
        b"\x30\x80" * 5000 + b"\x00\x00" * 5000,
        b"\x30\x80" + b"\x05\x00" * 5000 + b"\x00\x00",
    ],
)
def test_what_is_cut_off_too_deep_or_too_much_is_refused(data: bytes) -> None:
    with pytest.raises(BadDer):
        read_der(data)


def test_one_value_holds_no_endless_number_of_others() -> None:
    with pytest.raises(BadDer):
        read_der(der(0x30, b"\x05\x00" * 5000)).parts()


@given(st.binary(max_size=80))
def test_any_bytes_give_a_value_or_that_error(data: bytes) -> None:
    try:
        value = read_der(data, padded=True)
    except BadDer:
        return
    for ask in (DerValue.parts, DerValue.bits, DerValue.oid, DerValue.integer, DerValue.octets):
        try:
            ask(value)
        except BadDer:
            continue


@given(st.binary(max_size=120))
def test_no_bytes_pass_for_a_signature(data: bytes) -> None:
    assert check_value(sequence(data), [b"covered"]).fit is not SignatureFit.FITS
