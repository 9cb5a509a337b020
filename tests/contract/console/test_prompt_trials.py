"""What `ocrbot prompts` says of a reading against what an engine's server saw of it."""

import io
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest
from PIL import Image, ImageDraw

from bot.domain.document import Document, Failure
from bot.domain.prompt import Output, Prompt
from tests.fakes.engine_profiles import V1_0
from tests.fakes.fake_script import Script
from tests.fakes.fake_vllm import FakeVllm
from workers.commands.prompt_trials import Trials, request
from workers.engines.vllm.client import VllmEngine

NOON = 1_742_270_400.0
MODEL = "tencent/HunyuanOCR"
TEXT = Prompt(name="text", title="文字", text="提取图中的文字。")
TO_ENGLISH = Prompt(name="en", title="英文译文", text="翻译成英文。", output=Output.TRANSLATION, needs_model=True)


@pytest.fixture
def server() -> Iterator[FakeVllm]:
    with FakeVllm(model=f"{MODEL}-1.0", root=MODEL, script=lambda _: Script(text="会议纪要")) as running:
        yield running


def drawn() -> bytes:
    image = Image.new("RGB", (640, 480), "white")
    ImageDraw.Draw(image).text((20, 20), "minutes", fill="black", font_size=60)
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def without_picture(body: Mapping[str, Any]) -> dict[str, Any]:
    system, user = body["messages"]
    content = [part if part["type"] == "text" else part["type"] for part in user["content"]]
    kept = {name: value for name, value in body.items() if name not in {"messages", "max_tokens"}}
    return {**kept, "messages": [system, {**user, "content": content}]}


def test_what_render_shows_is_what_the_server_gets(server: FakeVllm) -> None:
    shown = request(TEXT, V1_0)
    with closing(VllmEngine([server.url], profile=V1_0)) as engine:
        Trials(engine, clock=lambda: NOON).read(drawn(), TEXT)
    (asked,) = server.asked
    assert without_picture(shown) == without_picture(asked.body)
    assert asked.body["max_tokens"] <= shown["max_tokens"]


def test_a_trial_keeps_what_was_asked_and_answered(server: FakeVllm) -> None:
    with closing(VllmEngine([server.url], profile=V1_0)) as engine:
        reader = Trials(engine, clock=lambda: NOON)
        trial = reader.read(drawn(), TEXT)
    assert (reader.engine, reader.takes_prompts) == ("hunyuan", True)
    assert isinstance(trial.outcome, Document)
    assert trial.outcome.text == "会议纪要"
    (call,) = trial.calls
    assert (call.prompt, call.width, call.height) == (TEXT.text, 640, 480)
    assert "会议纪要" in call.reading.text


def test_an_engine_that_is_away_is_a_sentence() -> None:
    with closing(VllmEngine(["http://127.0.0.1:9"], profile=V1_0)) as engine:
        trial = Trials(engine, clock=lambda: NOON).read(drawn(), TEXT)
    assert isinstance(trial.outcome, Failure)
    assert trial.outcome.reason == "unavailable"
    assert trial.calls == ()


def test_a_file_that_is_no_picture_is_a_sentence(server: FakeVllm) -> None:
    with closing(VllmEngine([server.url], profile=V1_0)) as engine:
        trial = Trials(engine, clock=lambda: NOON).read(b"", TO_ENGLISH)
    assert isinstance(trial.outcome, Failure)
    assert "0 字节" in trial.outcome.text
    assert server.asked == []
