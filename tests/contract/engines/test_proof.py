"""The proof and its verdicts, on the fake vLLM; tests/vllm has the same on a real one."""

import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from bot.domain.errors import Misconfigured, Unavailable
from tests.fakes.fake_vllm import FakeVllm
from workers.engines.notes import MemoryEngineNotes
from workers.engines.vllm.proof import prove
from workers.engines.vllm.proof_cache import ProofCache
from workers.engines.vllm.proof_judgement import ProofVerdict

KEY = "sesame"
Fake = Callable[..., FakeVllm]


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, trust_env=False) as client:
        yield client


@pytest.fixture
def fake() -> Iterator[FakeVllm]:
    with FakeVllm(key=KEY) as server:
        yield server


def tried(server: FakeVllm, http: httpx.Client) -> ProofVerdict:
    return prove(server.url, token=KEY, model=server.model, http=http)


def test_a_server_that_keeps_pictures_apart_passes(fake: FakeVllm, http: httpx.Client) -> None:
    verdict = tried(fake, http)
    assert verdict.clean, verdict.why
    assert 0 <= verdict.drift < verdict.limit / 1.4


def test_a_server_that_mixes_pictures_up_fails_and_where_to_look_is_said(fake: FakeVllm, http: httpx.Client) -> None:
    fake.mixes_pictures = True
    verdict = tried(fake, http)
    assert not verdict.clean
    assert "docs/hunyuanocr.md" in verdict.why


def test_with_one_picture_a_step_it_passes(fake: FakeVllm, http: httpx.Client) -> None:
    fake.mixes_pictures, fake.pictures_a_step = True, 1
    assert tried(fake, http).clean


def test_pictures_differ_in_size_and_no_two_requests_send_the_same_bytes(fake: FakeVllm, http: httpx.Client) -> None:
    tried(fake, http)
    sizes = [asked.picture.size for asked in fake.asked]
    digests = [asked.picture.digest for asked in fake.asked]
    assert len(set(sizes)) >= 3
    assert sizes.count((512, 512)) > len(sizes) // 3
    assert len(set(digests)) == len(digests)


def test_a_wrong_key_is_the_admins_to_mend(fake: FakeVllm) -> None:
    with httpx.Client(trust_env=False) as http, pytest.raises(Misconfigured, match="OCRBOT_ENGINE__TOKEN"):
        prove(fake.url, token="other", model=fake.model, http=http)


def test_nobody_there_is_unavailable(http: httpx.Client) -> None:
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"):
        prove("http://127.0.0.1:9", token=KEY, model="m", http=http)


def test_a_server_without_chances_is_no_vllm() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"choices": [{"message": {"content": "text"}, "logprobs": None}]})

    with httpx.Client(transport=httpx.MockTransport(answer)) as http, pytest.raises(Misconfigured, match="log-prob"):
        prove("http://engine", token="", model="m", http=http)


# -- verdicts


class Court:
    """Counts the proofs, and waits in each for as long as told."""

    def __init__(self) -> None:
        self.proofs = 0
        self.clean = True
        self.goes_on = threading.Event()
        self.begun = threading.Event()
        self.goes_on.set()

    def __call__(self, *_: object, **__: object) -> ProofVerdict:
        self.proofs += 1
        self.begun.set()
        assert self.goes_on.wait(20)
        return ProofVerdict(clean=self.clean, why="as the test says", drift=0.0)


@pytest.fixture
def court() -> Court:
    return Court()


@pytest.fixture
def notes() -> MemoryEngineNotes:
    return MemoryEngineNotes()


@pytest.fixture
def proofs(notes: MemoryEngineNotes, http: httpx.Client, court: Court) -> ProofCache:
    return ProofCache(notes, http, token=KEY, prove=court)


def test_a_clean_server_is_proven_once_for_all(
    fake: FakeVllm, notes: MemoryEngineNotes, http: httpx.Client, court: Court, proofs: ProofCache
) -> None:
    for one in (proofs, proofs, ProofCache(notes, http, token=KEY, prove=court)):
        one.admit(fake.url)
    assert court.proofs == 1


def test_each_address_is_proven_for_itself(fake: FakeVllm, court: Court, proofs: ProofCache) -> None:
    with FakeVllm(key=KEY) as other:
        for server in (fake, other, fake, other):
            proofs.admit(server.url)
    assert court.proofs == 2


def test_a_server_that_was_started_anew_is_proven_anew(http: httpx.Client, notes: MemoryEngineNotes) -> None:
    proofs = ProofCache(notes, http, token=KEY)
    server = FakeVllm(key=KEY)
    with server:
        proofs.admit(server.url)
    proofs.recheck(server.url)
    server.mixes_pictures = True
    with server, pytest.raises(Unavailable, match="not their own"):
        proofs.admit(server.url)


def test_a_server_with_several_api_processes_that_was_started_anew_is_proven_anew(
    http: httpx.Client, notes: MemoryEngineNotes
) -> None:
    """Their /metrics tells no time, but the name that `ocrbot engine` gives it at each start."""
    proofs = ProofCache(notes, http, token=KEY)
    server = FakeVllm(key=KEY, api_processes=4, start_sign="ocrbot-start-1")
    with server:
        proofs.admit(server.url)
        asked = len(server.asked)
        notes.drop(f"start:{server.url}")
        proofs.admit(server.url)
        assert len(server.asked) == asked
    proofs.recheck(server.url)
    server.start_sign, server.mixes_pictures = "ocrbot-start-2", True
    with server, pytest.raises(Unavailable, match="not their own"):
        proofs.admit(server.url)


@pytest.mark.parametrize(
    ("processes", "sign", "seconds"), [(1, "", 86400.0), (4, "ocrbot-start-1", 86400.0), (4, "", 300.0)]
)
def test_how_long_a_verdict_holds_follows_from_what_the_server_tells(
    http: httpx.Client, court: "Court", processes: int, sign: str, seconds: float
) -> None:
    now = 0.0
    notes = MemoryEngineNotes(lambda: now)
    proofs = ProofCache(notes, http, token=KEY, prove=court)
    with FakeVllm(key=KEY, api_processes=processes, start_sign=sign) as server:
        proofs.admit(server.url)
        now = seconds - 1
        proofs.admit(server.url)
        assert court.proofs == 1
        now = seconds + 1
        proofs.admit(server.url)
        assert court.proofs == 2


def test_a_server_that_failed_is_not_asked_again_at_once(fake: FakeVllm, court: Court, proofs: ProofCache) -> None:
    court.clean = False
    for _ in range(3):
        with pytest.raises(Unavailable, match="as the test says") as caught:
            proofs.admit(fake.url)
        assert caught.value.retry_after
    assert court.proofs == 1


def test_while_one_worker_proves_the_others_go_elsewhere(fake: FakeVllm, court: Court, proofs: ProofCache) -> None:
    court.goes_on.clear()
    prover = threading.Thread(target=proofs.admit, args=[fake.url])
    prover.start()
    assert court.begun.wait(20)
    with pytest.raises(Unavailable, match="being proven") as caught:
        proofs.admit(fake.url)
    assert caught.value.retry_after is not None
    court.goes_on.set()
    prover.join()
    proofs.admit(fake.url)
    assert court.proofs == 1


def test_a_proof_may_take_longer_than_its_turn_would_last_without_it(
    fake: FakeVllm, notes: MemoryEngineNotes, http: httpx.Client, court: Court
) -> None:
    proofs = ProofCache(notes, http, token=KEY, prove=court, lease_seconds=0.3)
    court.goes_on.clear()
    prover = threading.Thread(target=proofs.admit, args=[fake.url])
    prover.start()
    assert court.begun.wait(20)
    time.sleep(1.0)
    with pytest.raises(Unavailable, match="being proven"):
        proofs.admit(fake.url)
    court.goes_on.set()
    prover.join()
    assert court.proofs == 1


def test_an_engine_waits_for_its_next_proof_no_longer_than_a_killed_workers_turn(
    fake: FakeVllm, notes: MemoryEngineNotes, http: httpx.Client, court: Court
) -> None:
    lasted: list[float] = []

    def held(name: str, holder: str, seconds: float) -> bool:
        lasted.append(seconds)
        return MemoryEngineNotes.hold(notes, name, holder, seconds)

    notes.hold = held  # type: ignore[method-assign]
    ProofCache(notes, http, token=KEY, prove=court).admit(fake.url)
    assert max(lasted) <= 15


def test_a_proof_that_breaks_off_is_taken_up_by_the_next(fake: FakeVllm, notes: MemoryEngineNotes) -> None:
    with httpx.Client(trust_env=False) as stranger, pytest.raises(Misconfigured):
        ProofCache(notes, stranger, token="other").admit(fake.url)
    with httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, trust_env=False) as http:
        ProofCache(notes, http, token=KEY).admit(fake.url)


def test_a_server_that_is_gone_is_unavailable(proofs: ProofCache) -> None:
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"):
        proofs.admit("http://127.0.0.1:9")


def test_a_server_that_does_not_say_when_it_was_started_is_proven_all_the_same(notes: MemoryEngineNotes) -> None:
    court = Court()

    def gateway(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/metrics":
            return httpx.Response(404)
        return httpx.Response(200, json={"version": "0.33.0", "data": [{"id": "m", "max_model_len": 16384}]})

    with httpx.Client(transport=httpx.MockTransport(gateway)) as http:
        ProofCache(notes, http, prove=court).admit("http://gateway")
    assert court.proofs == 1
