"""Readers as real processes: what they read, what they may, and what is left of them when they end."""

import io
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from bot.config.prompt_files import load
from bot.domain import texts
from bot.domain.document import Document, FileSignature, Line, Reading, SignatureState
from bot.domain.engine_profile import Profile
from bot.domain.errors import Misconfigured, OcrbotError, Refused, Unavailable
from tests.fakes.embedded_files import ofd
from tests.fakes.engine_profiles import GLM_OCR
from tests.fakes.faulty_decoder.sitecustomize import BURSTS, CRASHES, HANGS, SLEEPS
from tests.fakes.processes import fork_servers, kill_all, readers
from tests.fakes.signed_files import signed_ofd
from tests.fakes.signers import rsa_signer, sm2_signer
from workers.engines.base import EncodedPicture, PictureForm
from workers.readers.base import FileRequest
from workers.readers.following import ReaderBugError
from workers.readers.limits import ReaderLimits
from workers.readers.pool import PoolSettings, ReaderPool

ROOT = Path(__file__).resolve().parents[3]
PROMPT = next(prompt for prompt in load(ROOT / "config" / "prompts").prompts if prompt.name == "text")
REQUEST = FileRequest(prompt=PROMPT, today=date(2026, 1, 1), request_id="a-0")
SMALL = ReaderLimits(cpu_seconds=2, memory=2**29)


@dataclass
class Engine:
    """Reads the same line on every picture, after the test let it; counts how many it reads at once."""

    name: str = "rapid"
    takes_prompts: bool = False
    before: Callable[[], object] = lambda: None
    sizes: list[tuple[int, int]] = field(default_factory=list)

    own_profile: Profile | None = None
    text: str = "你好"

    def form(self) -> PictureForm:
        return PictureForm()

    def profile(self) -> Profile | None:
        return self.own_profile

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        self.sizes.append(picture.size)
        self.before()
        return Reading(text=self.text, lines=(Line(text=self.text),))


@dataclass
class Pool:
    """A pool, its engine, and what a test does with them."""

    engine: Engine
    pool: ReaderPool
    threads: ThreadPoolExecutor

    def read(self, data: bytes) -> Document:
        return self.pool.read(data, REQUEST, lambda *_: None)

    def begin(self, data: bytes) -> "Future[Document]":
        return self.threads.submit(self.read, data)


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Pool]]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests" / "fakes" / "faulty_decoder"))
    monkeypatch.setenv("OCRBOT_DINGTALK__CLIENT_SECRET", "s3cret")
    made: list[Pool] = []

    def make_pool(second: Engine | None = None, **settings: object) -> Pool:
        engine = Engine()
        complete = {"readers": 1, "files": 8, "parallel": 8, "limits": SMALL, **settings}
        pool = ReaderPool(engine, PoolSettings(**complete), second=second)  # type: ignore[arg-type]
        made.append(Pool(engine, pool, ThreadPoolExecutor(16)))
        return made[-1]

    yield make_pool
    for pool in made:
        pool.threads.shutdown(wait=True, cancel_futures=True)
        pool.pool.close()


def picture(tail: bytes = b"") -> bytes:
    image = Image.new("RGB", (300, 80), "white")
    ImageDraw.Draw(image).text((10, 30), "abc", fill="black")
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue() + tail


def pages(number: int) -> bytes:
    images = [Image.new("L", (300, 80), 250 - page) for page in range(number)]
    data = io.BytesIO()
    images[0].save(data, "TIFF", save_all=True, append_images=images[1:])
    return data.getvalue()


def until(condition: Callable[[], object]) -> None:
    ends = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_file_is_read_and_its_pages_are_told_of(make: Callable[..., Pool]) -> None:
    shown: list[tuple[int, int, str]] = []
    pool = make()
    document = pool.pool.read(pages(3), REQUEST, lambda *page: shown.append(page))
    assert document.text.split() == ["你好"] * 3
    assert document.engine == "rapid"
    assert shown == [(1, 3, "你好"), (2, 3, "你好"), (3, 3, "你好")]
    assert pool.engine.sizes == [(300, 80)] * 3


def test_a_document_says_whose_output_it_is_though_the_reader_asks_for_the_profile(make: Callable[..., Pool]) -> None:
    pool = make()
    pool.engine.own_profile = GLM_OCR
    assert pool.pool.read(pages(1), REQUEST, lambda *_: None).credit == GLM_OCR.credit


def test_a_reader_has_the_second_engine_asked_too(make: Callable[..., Pool]) -> None:
    second = Engine()
    pool = make(second=second)
    pool.engine.takes_prompts, pool.engine.name = True, "hunyuan"
    away = Unavailable("refused")
    pool.engine.before = partial(_raise, away)
    request = replace(REQUEST, prompt=replace(PROMPT, cpu_as_good=True))
    document = pool.pool.read(pages(2), request, lambda *_: None)
    assert (document.engine, document.instead_of, len(second.sizes)) == ("rapid", "hunyuan", 2)
    with pytest.raises(Unavailable, match="refused"):
        pool.read(picture())  # of a kind that it reads less well


def _raise(error: OcrbotError) -> None:
    raise error


def test_a_reader_knows_the_roots_by_which_signers_are_named(make: Callable[..., Pool]) -> None:
    root = rsa_signer("青州根")
    signed = signed_ofd(ofd(printed=[[("1", "发票")]]), sm2_signer("青州税务局", seed=6, issuer=root))

    assert make().read(signed).signature == FileSignature(state=SignatureState.INTACT)
    named = FileSignature(state=SignatureState.INTACT, signers=("青州税务局",))
    assert make(roots=(root.pem,)).read(signed).signature == named


def test_files_are_recognised_by_their_own_candidates_however_many_a_reader_was_told_before(
    make: Callable[..., Pool],
) -> None:
    pool = make()
    note = replace(PROMPT, name="note", title="便条", detect=("你好", "再见"))
    unlike = [replace(note, name=f"unlike{number}", detect=(f"没有{number}", "也没有")) for number in range(300)]
    pool.engine.text = "你好，再见"
    seen = [
        pool.pool.read(picture(), replace(REQUEST, candidates=(*more, note)), lambda *_: None).prompt
        for more in ((), unlike, (), unlike[:3])
    ]
    assert seen == ["note"] * 4


def test_one_reader_holds_many_files_that_wait_for_the_engine(make: Callable[..., Pool]) -> None:
    pool = make()
    pool.engine.before = threading.Barrier(8, timeout=60).wait
    assert [begun.result().text for begun in [pool.begin(picture()) for _ in range(8)]] == ["你好"] * 8
    assert len(readers(os.getpid())) == 1


@pytest.mark.parametrize(
    "error", [Refused("thin", "太细长"), Unavailable("busy", retry_after=7.0), Misconfigured("no token")]
)
def test_what_the_engine_raises_comes_through(make: Callable[..., Pool], error: OcrbotError) -> None:
    pool = make()

    def fail() -> None:
        raise error

    pool.engine.before = fail
    with pytest.raises(type(error)) as raised:
        pool.read(picture())
    assert vars(raised.value) == vars(error)
    assert str(raised.value) == str(error)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_in_the_client_is_told_of_and_harms_no_other_file(make: Callable[..., Pool]) -> None:
    pool = make()

    def fail() -> None:
        raise ZeroDivisionError

    pool.engine.before = fail
    with pytest.raises(ReaderBugError):
        pool.read(picture())
    pool.engine.before = lambda: None
    assert pool.read(picture()).text == "你好"


def test_a_broken_picture_is_refused_by_the_reader(make: Callable[..., Pool]) -> None:
    with pytest.raises(Refused, match=texts.unreadable.picture_broken()):
        make().read(b"\x89PNG\r\n\x1a\nbroken")


@pytest.mark.parametrize("tail", [HANGS, BURSTS, CRASHES])
def test_a_file_that_ends_its_reader_twice_is_refused_and_the_others_are_read(
    make: Callable[..., Pool], tail: bytes
) -> None:
    pool = make()
    ended = threading.Event()
    pool.engine.before = lambda: ended.wait(60)
    bystanders = [pool.begin(picture(bytes([number]))) for number in range(4)]
    until(lambda: len(pool.engine.sizes) == 4)
    with pytest.raises(Refused, match=texts.unreadable.file_too_heavy()):
        pool.read(picture(tail))
    ended.set()
    assert [begun.result().text for begun in bystanders] == ["你好"] * 4
    assert pool.read(picture()).text == "你好"


def test_a_reader_that_does_nothing_is_ended(make: Callable[..., Pool]) -> None:
    with pytest.raises(Refused, match=texts.unreadable.file_too_heavy()):
        make(silent=2.0).read(picture(SLEEPS))


@pytest.mark.parametrize("victims", [readers, fork_servers])
def test_what_a_killed_process_read_is_read_again(
    make: Callable[..., Pool], victims: Callable[[int], list[int]]
) -> None:
    pool = make()
    killed = threading.Event()
    pool.engine.before = lambda: killed.wait(60)
    begun = [pool.begin(picture(bytes([number]))) for number in range(4)]
    until(lambda: len(pool.engine.sizes) == 4)
    kill_all(victims(os.getpid()))
    killed.set()
    assert [read.result().text for read in begun] == ["你好"] * 4


def test_a_reader_has_neither_secrets_nor_sockets_nor_a_network(make: Callable[..., Pool]) -> None:
    pool = make()
    seen: dict[str, str] = {}

    def look() -> None:
        (reader,) = readers(os.getpid())
        process = Path(f"/proc/{reader}")
        seen["environment"] = (process / "environ").read_bytes().decode()
        seen["status"] = (process / "status").read_text()
        opened = [str(file.readlink()) for file in (process / "fd").iterdir() if int(file.name) > 2]
        seen["open"] = " ".join(opened)

    pool.engine.before = look
    pool.read(picture())
    assert "OCRBOT_" not in seen["environment"]
    assert "s3cret" not in seen["environment"]
    assert seen["open"].startswith("socket:")
    assert len(seen["open"].split()) == 1
    assert "NoNewPrivs:\t1" in seen["status"]


def test_a_reader_is_replaced_after_some_files(make: Callable[..., Pool]) -> None:
    pool = make(most_served=2)
    seen: list[int] = []
    pool.engine.before = lambda: seen.extend(readers(os.getpid()))
    for _ in range(4):
        pool.read(picture())
        until(lambda: len(readers(os.getpid())) <= 1)
    assert seen[0] == seen[1] != seen[2] == seen[3]


def test_readers_that_nobody_needs_are_ended_and_come_back(make: Callable[..., Pool]) -> None:
    pool = make(readers=4, surplus=0.3, idle=1.5)
    pool.engine.before = threading.Barrier(4, timeout=60).wait
    for begun in [pool.begin(picture()) for _ in range(4)]:
        begun.result()
    until(lambda: len(readers(os.getpid())) <= 1)
    until(lambda: not fork_servers(os.getpid()))
    pool.engine.before = lambda: None
    assert pool.read(picture()).text == "你好"


def test_the_last_reader_is_ended_before_what_it_is_forked_from(make: Callable[..., Pool]) -> None:
    pool = make(surplus=0.3, last=0.6)
    pool.read(picture())
    (server,) = fork_servers(os.getpid())
    until(lambda: not readers(os.getpid()))
    assert fork_servers(os.getpid()) == [server]
    assert pool.read(picture()).text == "你好"
    assert fork_servers(os.getpid()) == [server]


def test_readers_end_with_the_pool(make: Callable[..., Pool]) -> None:
    pool = make()
    pool.read(picture())
    pool.pool.close()
    until(lambda: not readers(os.getpid()) and not fork_servers(os.getpid()))
