from pathlib import Path

import pytest

from bot.config.roots import read_roots
from bot.domain.errors import Misconfigured
from bot.wiring.roots import check_roots, trusted_roots
from tests.fakes.signers import sm2_signer

ROOT = sm2_signer("青州根证书")


def put(folder: Path, **files: str) -> Path:
    (folder / "roots").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "roots" / f"{name}.pem").write_text(text, encoding="utf-8")
    return folder


def test_the_certificates_in_the_folder_are_trusted(tmp_path: Path) -> None:
    assert read_roots(tmp_path) == {}
    assert [*check_roots(tmp_path)] == []
    put(tmp_path, b=ROOT.pem, a=sm2_signer("另一个", seed=2).pem)

    assert trusted_roots(tmp_path)[1] == ROOT.pem
    (finding,) = check_roots(tmp_path)
    assert str(finding) == "ok   roots: signers are named whose certificates lead to 另一个, 青州根证书"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("青州", "cannot be read as PEM"),
        ("MIIB", "holds no certificate"),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "no X.509 certificate"),
        (f"-----BEGIN CERTIFICATE-----\n{'A' * 300_000}", "more than 256 KB"),
    ],
)
def test_what_is_no_certificate_is_said_to_the_admin(tmp_path: Path, text: str, said: str) -> None:
    put(tmp_path, wrong=text)

    with pytest.raises(Misconfigured, match=said):
        trusted_roots(tmp_path)
    assert [finding.health.value for finding in check_roots(tmp_path)] == ["bad"]
