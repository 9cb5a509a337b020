"""GLM-OCR's architecture on a real vLLM: our client's questions, its tokens, the proof. `make test-vllm` runs these.

The checkpoint is tiny and random: what it reads is noise, so what is asserted are facts of the protocol.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from PIL import Image, ImageDraw

from bot.domain.document import Stop
from bot.domain.prompt import PromptTask
from tests.fakes.engine_profiles import GLM_OCR, PROFILES
from tests.vllm.build import CACHE, NEWEST
from tests.vllm.serving import KEY, free_port
from workers.engines.base import AskOptions
from workers.engines.picture_encoding import encode
from workers.engines.picture_form import image_tokens
from workers.engines.vllm.chat import Picture, Question, messages
from workers.engines.vllm.client import VllmEngine
from workers.engines.vllm.launch import Launch, command_line, environment, new_start_sign
from workers.engines.vllm.model_profile import profile_of_model
from workers.engines.vllm.proof import prove
from workers.engines.vllm.releases import Program, release_of
from workers.engines.vllm.sizing import picture_form

HERE = Path(__file__).resolve().parent
CHECKPOINT = CACHE / "tiny-glm-ocr"
PROMPT = GLM_OCR.texts[PromptTask.TEXT]
MODEL = GLM_OCR.repository
FORM = picture_form(GLM_OCR, GLM_OCR.context)
BRIEF = replace(GLM_OCR, most_tokens=24)
_START_SECONDS = 400.0
_STOP_SECONDS = 60.0
pytestmark = [
    pytest.mark.skipif(not os.environ.get("OCRBOT_TEST_VLLM_URL"), reason="make test-vllm runs these on a real vLLM"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not (CHECKPOINT / "tokenizer_config.json").is_file():
        subprocess.run([NEWEST.python, HERE / "glm_checkpoint.py", CHECKPOINT], check=True)
    launch = Launch(host="127.0.0.1", port=free_port(), profile=GLM_OCR, model=str(CHECKPOINT), token=KEY)
    path = str(NEWEST.environment / "bin" / "vllm")
    program = Program(path=path, version=NEWEST.release, transformers=NEWEST.transformers, has_plugin=False)
    release = release_of(program, native=GLM_OCR.native)
    # Several pictures share a step, as on a GPU: this model needs nothing to keep them apart.
    words = command_line(launch, release, new_start_sign())
    command = [path, *words, "--enforce-eager", "--max-num-batched-tokens", "8192"]
    log = tmp_path_factory.mktemp("glm") / "vllm.log"
    with (
        log.open("w", encoding="utf-8") as output,
        subprocess.Popen(
            command,
            env={**environment(os.environ, KEY, release), "VLLM_PLUGINS": "ocrbot_cpu", "VLLM_CPU_KVCACHE_SPACE": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            _wait_until_healthy(launch.url, process, log)
            yield launch.url
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)
            process.kill()


def _wait_until_healthy(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if httpx.get(f"{url}/health", timeout=5, trust_env=False).is_success:
                return
        time.sleep(1.0)
    pytest.fail(f"vLLM did not come up:\n{log.read_text(encoding='utf-8')[-3000:]}")


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, trust_env=False, timeout=120) as client:
        yield client


def drawn(size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, (240, 250, 255))
    ImageDraw.Draw(image).text((5, 5), "No 12", fill="black", font_size=40)
    return image


def encoded(size: tuple[int, int]) -> Picture:
    picture = encode(drawn(size), FORM)
    return picture.media_type, picture.data


def tokens(http: httpx.Client, url: str, asked: list[dict[str, object]]) -> int:
    answer = http.post(f"{url}/tokenize", json={"model": MODEL, "messages": asked})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["count"])


def test_the_checkpoints_own_files_tell_its_profile(address: str) -> None:
    assert profile_of_model(PROFILES, str(CHECKPOINT), "", {}) is GLM_OCR


@pytest.mark.parametrize(
    "size", [(600, 480), (1000, 1400), (1080, 1920), (2480, 3508), (4000, 3000), (60, 40), (30, 900)]
)
def test_a_picture_takes_as_many_tokens_as_the_profile_says(
    address: str, http: httpx.Client, size: tuple[int, int]
) -> None:
    with_picture = tokens(http, address, messages(PROMPT, encoded(size), system=GLM_OCR.system))
    without = tokens(http, address, [{"role": "user", "content": [{"type": "text", "text": PROMPT}]}])
    assert with_picture - without == image_tokens(size, FORM)


def test_our_question_is_taken_and_the_answer_streams(address: str, http: httpx.Client) -> None:
    asked = Question(
        model=MODEL, profile=BRIEF, prompt=PROMPT, picture=encoded((600, 480)), most_tokens=24, priority=3,
        detect_repetition=True,
    )  # fmt: skip
    headers = {"Content-Type": "application/json"}
    with http.stream("POST", f"{address}/v1/chat/completions", content=asked.body(), headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        pieces = [line for line in answer.iter_lines() if line.startswith("data: ")]
    assert pieces[-1] == "data: [DONE]"
    assert len(pieces) > 2


def test_the_client_finds_the_profile_by_the_served_name_and_gets_an_answer(address: str) -> None:
    with closing(VllmEngine([address], token=KEY, profiles=PROFILES)) as client:
        assert client.profile() is GLM_OCR
    with closing(VllmEngine([address], token=KEY, profile=BRIEF)) as client:
        reading = client.ask(encode(drawn((1000, 1400)), client.form()), PROMPT, options=AskOptions(request_id="glm-1"))
    assert reading.stop in {Stop.DONE, Stop.LENGTH, Stop.REPETITION}


def test_it_keeps_pictures_apart_without_a_flag(address: str, http: httpx.Client) -> None:
    verdict = prove(address, token=KEY, model=MODEL, http=http)
    assert verdict.clean, verdict.why
