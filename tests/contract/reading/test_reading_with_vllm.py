"""Files read with one or two vLLMs, on the fake one: their order, the length of their answers, and one that dies."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest
from PIL import Image, ImageDraw

from bot.config.prompt_files import load
from bot.domain import texts
from bot.domain.document import Document
from bot.domain.errors import Unavailable
from bot.domain.prompt import TABLE_TEXT, Output, Prompt
from tests.fakes.engine_profiles import PROFILES
from tests.fakes.fake_script import COORDINATES_ALONE, DESCRIPTION, UNASKED_COORDINATES, Script
from tests.fakes.fake_vllm import FakeVllm
from tests.fakes.paged_files import png, scanned
from workers.engines.notes import MemoryEngineNotes
from workers.engines.vllm.client import VllmEngine
from workers.engines.vllm.proof_cache import ProofCache
from workers.files.file_type import identify
from workers.files.format_protocol import PageWindow
from workers.reading.answer_caps import answer_cap, text_cap
from workers.reading.document import ReadRequest, read_document

PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")


def drawn(words: str, size: tuple[int, int] = (200, 120)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((5, 5), words, fill="black", font_size=40)
    return image


def request(data: bytes, name: str, prompt: Prompt = PROMPTS.default) -> ReadRequest:
    return ReadRequest(file=identify(data), prompt=prompt, today=date(2026, 1, 1), request_id=name)


@pytest.fixture
def server() -> Iterator[FakeVllm]:
    with FakeVllm() as server:
        yield server


@pytest.fixture
def engine(server: FakeVllm) -> Iterator[VllmEngine]:
    with closing(VllmEngine([server.url], profiles=PROFILES)) as engine:
        yield engine


def wait_for(server: FakeVllm, requests: int, *, name: str = "") -> None:
    patience = time.monotonic() + 60
    while sum(asked.request_id.startswith(name) for asked in server.asked) < requests:
        assert time.monotonic() < patience, f"only {len(server.asked)} requests came"
        time.sleep(0.001)


# -- order


def test_a_file_of_thirty_pages_holds_no_single_picture_back(server: FakeVllm, engine: VllmEngine) -> None:
    server.slots, server.token_seconds = 2, 0.02
    pages = scanned(*(drawn(f"page {number}") for number in range(30)))
    long_file = replace(request(pages, "long"), window=PageWindow(most=30))
    with ThreadPoolExecutor(16) as threads:
        documents = [threads.submit(read_document, long_file, engine)]
        wait_for(server, 4)
        singles = [request(png(drawn(f"single {number}")), f"single {number}") for number in range(8)]
        documents += [threads.submit(read_document, single, engine) for single in singles]
        wait_for(server, len(singles), name="single")
        before = len(server.started)
        assert all(document.result().text for document in documents)
    order = [asked.request_id for asked in server.started[before:]]
    last = max(place for place, name in enumerate(order) if name != "long")
    assert order[: last + 1].count("long") <= server.slots  # what had its slot when they came
    assert len(server.started) == 30 + len(singles)


def test_the_first_pages_of_all_files_come_before_later_ones(server: FakeVllm, engine: VllmEngine) -> None:
    server.slots, server.token_seconds = 1, 0.02
    with ThreadPoolExecutor(4) as threads:
        files = [request(scanned(*(drawn(f"{file} {page}") for page in range(6))), f"file {file}") for file in range(3)]
        documents = [threads.submit(read_document, files[0], engine)]
        wait_for(server, 4)
        documents += [threads.submit(read_document, file, engine) for file in files[1:]]
        wait_for(server, 9)
        before = len(server.started)
        for document in documents:
            document.result()
    priorities = [asked.priority for asked in server.started[before:]]
    assert priorities.index(max(priorities)) > max(place for place, one in enumerate(priorities) if one == 0)


# -- length


@pytest.mark.parametrize("name", ["invoice", "text", "markdown"])
def test_an_answer_may_be_as_long_as_its_kind_of_document_needs(
    server: FakeVllm, engine: VllmEngine, name: str
) -> None:
    prompt = PROMPTS.named(name)
    assert prompt is not None
    page = drawn("发票号码 12345678", (800, 600))
    read_document(request(png(page), "r", prompt), engine)
    wanted = {asked.body["max_tokens"] for asked in server.asked if asked.prompt == prompt.text and asked.priority == 0}
    assert answer_cap(prompt, page) in wanted
    assert max(wanted) < 2000
    tables = [asked.body["max_tokens"] for asked in server.asked if asked.prompt == TABLE_TEXT]
    assert set(tables) <= {text_cap(page, Output.TABLE)}


def test_a_page_that_is_cut_costs_its_rest_only(server: FakeVllm, engine: VllmEngine) -> None:
    """The server writes sixty lines for ever; the page holds what a third of them takes."""
    server.script = lambda _: Script(text="\n".join(f"第{number}行文字" for number in range(4000)))
    read_document(request(png(drawn("合同", (1000, 1400))), "r"), engine)
    assert len(server.asked) == 3
    assert len({asked.prompt for asked in server.asked}) == 1


# -- what users of the model report


def read_text(server: FakeVllm, engine: VllmEngine, answer: Script) -> Document:
    server.script = lambda _: answer
    return read_document(request(png(drawn("SERVICE NOTICE", (1000, 1400))), "r"), engine)


def test_coordinates_that_nobody_asked_for_are_not_in_the_text(server: FakeVllm, engine: VllmEngine) -> None:
    document = read_text(server, engine, UNASKED_COORDINATES)
    assert (document.text, document.doubts) == ("SERVICE NOTICE\nDear customer", ())


def test_a_description_instead_of_the_text_is_marked(server: FakeVllm, engine: VllmEngine) -> None:
    document = read_text(server, engine, DESCRIPTION)
    assert document.text.startswith("图片中的文字是英文")
    assert document.doubts == (texts.warnings.reading_doubtful("summary"),)


def test_coordinates_without_text_are_not_the_photos_fault(server: FakeVllm, engine: VllmEngine) -> None:
    document = read_text(server, engine, COORDINATES_ALONE)
    assert document.text == ""
    assert document.doubts == (texts.warnings.reading_doubtful("coordinates"),)
    assert "不是照片的问题" in document.doubts[0]


# -- several servers


def test_with_two_servers_of_which_one_is_killed_under_load_nothing_is_lost_and_every_answer_is_its_own() -> None:
    """As the workers do, what fails for a while is tried again."""
    pictures = [drawn(f"{number:03}") for number in range(60)]
    with ExitStack() as stack:
        servers = [stack.enter_context(FakeVllm(token_seconds=0.01, slots=8)) for _ in range(2)]
        engine = stack.enter_context(proven_engine(*servers))
        alone = [read_patiently(engine, picture).text for picture in pictures]
        proofs = len(servers[0].asked)
        with ThreadPoolExecutor(12) as threads:
            documents = [threads.submit(read_patiently, engine, picture) for picture in pictures]
            while not any(asked.state == "running" for asked in servers[0].asked[proofs + 6 :]):
                time.sleep(0.002)
            servers[0].stop()
            together = [document.result().text for document in documents]
    assert together == alone
    assert len(set(together)) == len(pictures)
    assert "aborted" in {asked.state for asked in servers[0].asked}
    assert len(servers[1].asked) > len(pictures) / 2


@contextmanager
def proven_engine(*servers: FakeVllm) -> Iterator[VllmEngine]:
    """Yield the workers' client, which proves each server before it uses it."""
    notes = MemoryEngineNotes()
    with httpx.Client(trust_env=False) as http:
        proofs = ProofCache(notes, http)
        urls = [server.url for server in servers]
        with closing(
            VllmEngine(urls, profiles=PROFILES, notes=notes, admit=proofs.admit, recheck=proofs.recheck)
        ) as engine:
            yield engine


def read_patiently(engine: VllmEngine, picture: Image.Image) -> Document:
    for _ in range(100):
        try:
            return read_document(request(png(picture), "r"), engine)
        except Unavailable as error:
            time.sleep(min(0.2, error.retry_after or 0.05))
    raise AssertionError("no engine answered")
