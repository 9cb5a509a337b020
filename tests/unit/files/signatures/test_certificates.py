from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.fakes.signers import SIGNED_AT, Signer, ecdsa_signer, rsa_signer, sm2_signer
from workers.files.signatures.certificates import Certificate, is_trusted, read_certificate, roots_in
from workers.files.signatures.der import read_der

ROOT = sm2_signer("青州根证书", seed=1)
BETWEEN = sm2_signer("青州中级", seed=2, issuer=ROOT)
SIGNER = sm2_signer("青州税务局", seed=3, issuer=BETWEEN)


def certificate(signer: Signer) -> Certificate:
    return read_certificate(read_der(signer.certificate))


def trusted(signer: Signer, *others: Signer, root: Signer = ROOT, at: datetime = SIGNED_AT) -> bool:
    return is_trusted(certificate(signer), [certificate(one) for one in others], roots_in([root.pem]), at)


def test_a_certificate_leads_to_a_root_through_others() -> None:
    assert certificate(SIGNER).name == "青州税务局"
    assert trusted(SIGNER, BETWEEN)
    assert trusted(BETWEEN)
    assert trusted(ROOT)
    assert trusted(SIGNER, root=SIGNER)


@pytest.mark.parametrize("make", [rsa_signer, ecdsa_signer, sm2_signer])
def test_roots_of_each_kind_issue(make: Callable[..., Signer]) -> None:
    root = make("另一个根") if make is not sm2_signer else sm2_signer("另一个根", seed=8)
    assert trusted(sm2_signer("某人", seed=9, issuer=root), root=root)


def test_nobody_is_trusted_without_the_whole_way() -> None:
    assert not trusted(SIGNER)
    assert not trusted(SIGNER, BETWEEN, root=sm2_signer("别的根", seed=7))


def test_the_name_of_an_issuer_is_not_enough() -> None:
    namesake = sm2_signer("青州根证书", seed=77)
    assert not trusted(sm2_signer("青州税务局", seed=3, issuer=namesake))


def test_who_may_not_issue_does_not() -> None:
    simple = sm2_signer("普通用户", seed=4, issuer=ROOT, may_issue=False)
    assert not trusted(sm2_signer("冒名", seed=5, issuer=simple), simple)


def test_certificates_count_while_they_are_valid() -> None:
    assert not trusted(sm2_signer("过期", seed=6, issuer=ROOT, outdated=True))
    assert not trusted(SIGNER, BETWEEN, at=datetime(2018, 1, 1, tzinfo=UTC))


def test_certificates_that_issue_each_other_come_to_an_end() -> None:
    one = certificate(sm2_signer("甲", seed=11, issuer=sm2_signer("乙", seed=12)))
    many = [replace(one, subject=one.subject, issuer=one.subject.whole) for _ in range(500)]
    assert not is_trusted(one, many, roots_in([ROOT.pem]), SIGNED_AT)


def test_what_is_no_certificate_is_no_root() -> None:
    assert roots_in(["", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----"]) == ()
    assert len(roots_in([ROOT.pem + BETWEEN.pem])) == 2
