from workers.files.signatures import sm2

# The example of GB/T 32918.5, annex A.
KEY = (
    0x09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020,
    0xCCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13,
)
SIGNATURE = (
    0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3,
    0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA,
)
MESSAGE = [b"message ", b"digest"]


def test_the_example_of_the_standard_verifies() -> None:
    assert sm2.message_number(KEY, MESSAGE) == 0xF0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640
    assert sm2.verifies(KEY, MESSAGE, SIGNATURE)


def test_no_other_message_identity_key_or_signature_does() -> None:
    r, s = SIGNATURE
    other = sm2.multiple(7, sm2.GENERATOR)
    assert other is not None
    assert not sm2.verifies(KEY, [b"message digesT"], SIGNATURE)
    assert not sm2.verifies(KEY, MESSAGE, SIGNATURE, b"ALICE123@YAHOO.COM")
    assert not sm2.verifies(other, MESSAGE, SIGNATURE)
    for wrong in ((r, s + 1), (s, r), (0, s), (r, 0), (r, sm2.ORDER - r), (r + sm2.ORDER, s), (-r, s)):
        assert not sm2.verifies(KEY, MESSAGE, wrong)


def test_points_off_the_curve_are_no_keys() -> None:
    encoded = b"\x04" + b"".join(number.to_bytes(32, "big") for number in KEY)
    assert sm2.point_from(encoded) == KEY
    assert sm2.point_from(encoded[:-1] + b"\x00") is None
    assert sm2.point_from(b"\x02" + encoded[1:33]) is None
    assert sm2.point_from(b"\x04" + bytes(64)) is None


def test_multiples_agree_with_each_other() -> None:
    five, seven = sm2.multiple(5, sm2.GENERATOR), sm2.multiple(7, sm2.GENERATOR)
    assert five is not None
    assert seven is not None
    assert sm2.multiple(7, five) == sm2.multiple(5, seven) == sm2.multiple(35, sm2.GENERATOR)
    assert sm2.multiple(sm2.ORDER + 1, sm2.GENERATOR) == sm2.GENERATOR
    assert sm2.multiple(sm2.ORDER, sm2.GENERATOR) is None
