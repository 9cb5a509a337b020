import random
from functools import partial

import pytest

from tests.fakes.signed_files import MakeValue
from tests.fakes.signers import Signer, cms, ecdsa_signer, rsa_signer, seal_signature, sm2_signer
from workers.files.signatures.signature_check import SignatureFit
from workers.files.signatures.signed_value import check_value
from workers.files.signatures.verdict import file_signature

COVERED = b"what is covered"
ROOT = sm2_signer("青州根", seed=5)


@pytest.mark.parametrize("signer", [sm2_signer("青州", seed=6, issuer=ROOT), rsa_signer(), ecdsa_signer()])
@pytest.mark.parametrize("make", [seal_signature, partial(seal_signature, version=1), cms])
def test_damaged_values_are_told_and_break_nothing(signer: Signer, make: MakeValue) -> None:
    value, rng = make(signer, COVERED), random.Random(7)  # noqa: S311 - the same each time
    for _ in range(60):
        damaged = bytearray(value)
        at = rng.randrange(len(value))
        damaged[at : at + rng.choice([1, 1, 1, 4])] = rng.randbytes(rng.randrange(4))
        check = check_value(bytes(damaged), [COVERED])
        file_signature([check], [ROOT.pem], whole=True)
        # Of a message the certificates are not covered; of a seal all is.
        assert bytes(damaged) == value or make is cms or check.fit is not SignatureFit.FITS


@pytest.mark.parametrize("make", [seal_signature, partial(seal_signature, version=1), cms])
def test_other_bytes_differ(make: MakeValue) -> None:
    value = make(sm2_signer(), COVERED)

    assert check_value(value, [COVERED[:5], COVERED[5:]]).fit is SignatureFit.FITS
    assert check_value(value, [COVERED + b" "]).fit is SignatureFit.DIFFERS
    assert check_value(value, []).fit is SignatureFit.DIFFERS
