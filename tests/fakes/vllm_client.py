"""How the tests ask the client of a vLLM."""

import time
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageDraw

from bot.domain.document import Reading
from tests.fakes.fake_script import ChatRequest, Script
from workers.engines.base import AskOptions
from workers.engines.picture_encoding import encode
from workers.engines.vllm.client import Timeouts, VllmEngine

PROMPT = "提取图中的文字。"
HASTY = Timeouts(first_token=0.3, next_token=0.3)
NOBODY = "http://127.0.0.1:9"
Open = Callable[..., VllmEngine]


def drawn(words: str = "你好", size: tuple[int, int] = (200, 120)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((5, 5), words, fill="black", font_size=40)
    return image


def read(engine: VllmEngine, image: Image.Image, prompt: str, **options: Any) -> Reading:
    return engine.ask(encode(image, engine.form()), prompt, options=AskOptions(**options))


def saying(**script: object) -> Callable[[ChatRequest], Script]:
    return lambda _: Script(**script)  # type: ignore[arg-type]


def state_of(asked: ChatRequest) -> str:
    until = time.monotonic() + 3
    while asked.state not in {"done", "aborted"} and time.monotonic() < until:
        time.sleep(0.01)
    return asked.state
