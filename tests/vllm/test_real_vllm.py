"""The proof on real vLLMs with a tiny random checkpoint; `make test-vllm` builds them and runs these."""

import json
import os
import subprocess
from pathlib import Path

import httpx
import pytest

from bot.domain.finding import Health
from tests.fakes.engine_profiles import CHOICE, PROFILES, V1_0
from tests.vllm.build import BUILDS, CHECKPOINT, HERE, MENDED, NEWEST, Build
from tests.vllm.serving import KEY, Engine, serving
from workers.engines import checkup
from workers.engines.notes import MemoryEngineNotes
from workers.engines.vllm.launch import Launch, command_line, environment, new_start_sign
from workers.engines.vllm.proof import prove
from workers.engines.vllm.proof_cache import ProofCache
from workers.engines.vllm.releases import Program, Release, release_of
from workers.engines.vllm.server_info import fetch_server_info, fetch_start_sign

URL = os.environ.get("OCRBOT_TEST_VLLM_URL", "")
RELEASES = os.environ.get("OCRBOT_TEST_VLLM_RELEASES", "").split()
CHOSEN = [build for build in BUILDS if build.release in RELEASES]
pytestmark = [
    pytest.mark.skipif(not URL, reason="make test-vllm runs these on a real vLLM"),
    pytest.mark.timeout(900),
]


def row_of(build: Build, transformers: str) -> Release:
    program = Program(path="", version=f"{build.release}+cpu", transformers=transformers, has_plugin=True)
    return release_of(program, untried=True)


def each(builds: list[Build]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("build", builds, ids=[build.release for build in builds])


FAULTY = [build for build in CHOSEN if row_of(build, build.transformers).needs_plugin]
MENDABLE = [build for build in CHOSEN if build in FAULTY and row_of(build, MENDED).known_from]


def client() -> httpx.Client:
    return httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, trust_env=False)


def said(engine: Engine) -> str:
    return engine.log.read_text(encoding="utf-8")


def inside(build: Build, script: str, *arguments: str) -> str:
    """What a script says in the build's environment."""
    command = [str(build.python), str(HERE / "inside" / script), *arguments]
    cleaned = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, env=cleaned, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


# -- the server that the whole suite runs on


def test_it_passes_with_as_many_tokens_a_step_as_vllm_likes() -> None:
    with client() as http:
        verdict = prove(URL, token=KEY, model=fetch_server_info(http, URL, seconds=30).model, http=http)
    assert verdict.clean, verdict.why
    assert verdict.drift < 0.2


def test_it_is_admitted_and_says_when_it_was_started() -> None:
    with client() as http:
        proofs = ProofCache(MemoryEngineNotes(), http, token=KEY)
        proofs.admit(URL)
        assert proofs._start(URL)


def test_the_doctor_finds_it_well() -> None:
    findings = list(checkup.check_vllm(URL, choice=CHOICE, token=KEY, provider="示例公司"))
    assert [str(finding) for finding in findings if finding.health is not Health.OK] == []


def test_its_names_tell_the_generation_and_the_start() -> None:
    with client() as http:
        found = fetch_server_info(http, URL, seconds=30)
    assert (found.profile_among(PROFILES), found.version) == (V1_0, NEWEST.release)
    assert found.start_sign.startswith("ocrbot-start-")


# -- each release


@each(CHOSEN)
def test_it_knows_every_flag_and_variable_that_it_is_started_with(build: Build) -> None:
    for transformers in (build.transformers, MENDED):
        release = row_of(build, transformers)
        launch = Launch(host="127.0.0.1", port=8765, profile=V1_0, model=str(CHECKPOINT), token=KEY, api_servers=4)
        words = command_line(launch, release, new_start_sign())[1:]
        asked = {"words": words, "variables": sorted(environment({}, KEY, release))}
        answer = inside(build, "flags.py", json.dumps(asked))
        assert json.loads(answer.partition("unknown: ")[2]) == []


@each(CHOSEN)
def test_a_flag_or_variable_that_it_does_not_know_is_found(build: Build) -> None:
    asked = {"words": [str(CHECKPOINT), "--no-such-flag", "1"], "variables": ["VLLM_NO_SUCH_VARIABLE"]}
    answer = inside(build, "flags.py", json.dumps(asked))
    assert json.loads(answer.partition("unknown: ")[2]) == ["--no-such-flag", "VLLM_NO_SUCH_VARIABLE"]


@each(CHOSEN)
def test_it_turns_pictures_upright_by_their_exif_orientation(build: Build) -> None:
    assert inside(build, "turning.py").partition("off: ")[2] == "0\n"


@each(FAULTY)
def test_our_plugin_leaves_the_positions_as_they_were(build: Build) -> None:
    assert float(inside(build, "positions.py", str(CHECKPOINT)).partition("moved: ")[2]) == 0.0


@each(FAULTY)
def test_without_our_plugin_the_fault_is_found_and_the_server_is_never_told(build: Build, tmp_path: Path) -> None:
    with serving(tmp_path / "log", build.release, plugin=False) as engine:
        assert engine.url == ""
        assert engine.process.returncode == 1
        assert "got an answer that is not their own" in said(engine)


@each([build for build in CHOSEN if build.serves and build != NEWEST])
def test_as_we_start_it_it_passes(build: Build, tmp_path: Path) -> None:
    with serving(tmp_path / "log", build.release) as engine:
        assert engine.url, said(engine)[-3000:]
        with client() as http:
            assert fetch_server_info(http, engine.url, seconds=30).version == build.release


@each(MENDABLE)
def test_with_a_mended_transformers_it_passes_without_our_plugin_and_all_its_processes_tell_one_start(
    build: Build, tmp_path: Path
) -> None:
    two = ("--api-server-count", "2")
    with serving(tmp_path / "log", build.release, *two, plugin=False, mended=True) as engine:
        assert engine.url, said(engine)[-3000:]
        signs = set()
        for _ in range(8):
            with client() as http:  # a connection of its own, which any of them may take
                signs.add(fetch_start_sign(http, engine.url, seconds=30))
                assert "process_start_time_seconds" not in http.get(f"{engine.url}/metrics").text
        assert len(signs) == 1
        assert signs != {""}
