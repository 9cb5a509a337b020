"""The CPU engine beside a model on vLLM: it compares what nothing can check, and stands in while the model is away."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.config.prompt_files import load
from bot.domain.document import Agreement, Document, Status
from bot.domain.errors import Unavailable
from tests.fakes.engine_profiles import PROFILES
from tests.fakes.fake_script import ChatRequest, Script
from tests.fakes.fake_vllm import FakeVllm
from workers.engines.cpu.local import LocalRapid
from workers.engines.second import SecondEngine
from workers.engines.vllm.client import VllmEngine
from workers.files.file_type import identify
from workers.reading.document import ReadRequest, read_document
from workers.reading.second_engine import beside

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "config" / "samples"
PROMPTS = load(ROOT / "config" / "prompts")
FIELDS = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))["digital_invoice.png"]["fields"]
MISREAD = FIELDS["销售方名称"][:-2] + "公同"


@pytest.fixture(scope="module")
def second() -> Iterator[SecondEngine]:
    with closing(LocalRapid(runtime="onnxruntime")) as engine:
        yield SecondEngine(engine=engine)


@pytest.fixture
def server() -> Iterator[FakeVllm]:
    with FakeVllm(script=answers) as server:
        yield server


def answers(asked: ChatRequest) -> Script:
    printed = {**FIELDS, "销售方名称": MISREAD}
    as_text = "\n".join(f"{name}：{value}" for name, value in printed.items())
    return Script(text=json.dumps(printed, ensure_ascii=False) if "JSON" in asked.prompt else as_text)


def read(name: str, server: FakeVllm, second: SecondEngine) -> Document:
    request = ReadRequest(
        file=identify((SAMPLES / name).read_bytes()),
        prompt=PROMPTS.default,
        candidates=PROMPTS.candidates,
        today=date(2026, 1, 1),
    )
    with closing(VllmEngine([server.url], profiles=PROFILES)) as engine:
        return read_document(request, engine, second=second)


def test_a_name_that_the_model_misread_is_doubted_and_one_that_both_read_is_noted(
    server: FakeVllm, second: SecondEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside.WaitAllowance, "wait_for", lambda _, event: event.wait(60))  # a busy machine is slow
    document = read("digital_invoice.png", server, second)
    found = {one.name: one for one in document.fields}
    assert found["购买方名称"].second is Agreement.SAME
    assert found["购买方名称"].status is Status.UNCHECKED
    seller = found["销售方名称"]
    assert (seller.value, seller.status, seller.second) == (MISREAD, Status.DOUBTFUL, Agreement.DIFFERENT)
    assert FIELDS["销售方名称"] in seller.doubts[-1]
    assert all(one.second is None for one in document.fields if one.status is Status.CHECKED)


def test_a_contract_is_read_while_the_model_is_away_and_an_invoice_waits(
    server: FakeVllm, second: SecondEngine
) -> None:
    server.stop()
    document = read("contract.png", server, second)
    assert (document.prompt, document.engine) == ("contract", "rapid")
    assert document.instead_of
    assert document.credit is None
    with pytest.raises(Unavailable):
        read("digital_invoice.png", server, second)
