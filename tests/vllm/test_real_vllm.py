"""The proof on a real vLLM 0.32 with a tiny random checkpoint; `make test-vllm` builds it and runs these."""

import os
from pathlib import Path

import httpx
import pytest

from bot.domain.finding import Health
from tests.fakes.engine_profiles import CHOICE
from tests.vllm.serving import KEY, ONE_STEP, serving
from workers.engines import checkup
from workers.engines.notes import MemoryEngineNotes
from workers.engines.vllm.proof import prove
from workers.engines.vllm.proof_cache import ProofCache
from workers.engines.vllm.server_info import fetch_server_info

URL = os.environ.get("OCRBOT_TEST_VLLM_URL", "")
pytestmark = [
    pytest.mark.skipif(not URL, reason="make test-vllm runs these on a real vLLM"),
    pytest.mark.timeout(600),
]


def test_with_the_flag_that_we_start_it_with_it_passes_though_the_fault_is_in() -> None:
    with httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, trust_env=False) as http:
        verdict = prove(URL, token=KEY, model=fetch_server_info(http, URL, seconds=30).model, http=http)
    assert verdict.clean, verdict.why
    assert verdict.drift < 0.2


def test_it_is_admitted_and_says_when_it_was_started() -> None:
    with httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, trust_env=False) as http:
        proofs = ProofCache(MemoryEngineNotes(), http, token=KEY)
        proofs.admit(URL)
        assert float(proofs._start_time(URL)) > 1_700_000_000


def test_the_doctor_finds_it_well() -> None:
    findings = list(checkup.check_vllm(URL, choice=CHOICE, token=KEY, provider="示例公司"))
    assert [str(finding) for finding in findings if finding.health is not Health.OK] == []


def test_without_the_flag_the_fault_is_found_and_the_server_is_never_told(tmp_path: Path) -> None:
    with serving(tmp_path / "log", *ONE_STEP, faulty=True) as engine:
        said = engine.log.read_text(encoding="utf-8")
        assert engine.url == ""
        assert engine.process.returncode == 1
        assert "got an answer that is not their own" in said
        assert "--max-num-batched-tokens 256" in said


def test_with_the_split_mended_it_passes_without_the_flag(tmp_path: Path) -> None:
    with serving(tmp_path / "log", *ONE_STEP, faulty=False) as engine:
        assert engine.url, engine.log.read_text(encoding="utf-8")[-3000:]
        with httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, trust_env=False) as http:
            assert fetch_server_info(http, engine.url, seconds=30).version == "0.32.0"
