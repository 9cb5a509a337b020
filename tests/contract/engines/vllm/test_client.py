"""Our client and a vLLM with HunyuanOCR: on the fake one always, on a real one where its address is given.

The real one reads noise, so what is asserted are facts of the protocol, none of the text.
"""

import gc
import io
import json
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from PIL import ExifTags, Image, ImageDraw

from bot.domain.document import Reading, Stop
from bot.domain.engine_profile import Profile
from bot.domain.errors import Misconfigured, Refused, Unavailable
from tests.fakes.engine_profiles import V1_0
from tests.fakes.fake_script import Script
from tests.fakes.fake_vllm import FakeVllm
from workers.engines.base import AskOptions, Encoding, PictureForm
from workers.engines.notes import MemoryEngineNotes
from workers.engines.picture_encoding import encode
from workers.engines.picture_form import image_tokens
from workers.engines.vllm.chat import Picture, Question, StreamedAnswer, messages
from workers.engines.vllm.client import VllmEngine
from workers.engines.vllm.faults import UnknownModel, vllm_error
from workers.engines.vllm.server_info import ServerInfo, fetch_server_info
from workers.engines.vllm.sizing import picture_form

REAL_URL = os.environ.get("OCRBOT_TEST_VLLM_URL", "")
KEY = os.environ.get("OCRBOT_TEST_VLLM_KEY", "") or "sesame"
PROMPT = "提取图中的文字。"
BRIEF = replace(V1_0, most_tokens=24)  # what is noise need not be long
FORM = replace(picture_form(V1_0, 1), most_tokens=0)
TEMPLATE_MARKS = 2  # around a picture, beside the two that belong to it
YES_OR_NO = {
    "type": "object",
    "properties": {"stamped": {"type": "boolean"}},
    "required": ["stamped"],
    "additionalProperties": False,
}


def words(prompt: str) -> list[dict[str, Any]]:
    """A question without a picture."""
    return [{"role": "system", "content": ""}, {"role": "user", "content": [{"type": "text", "text": prompt}]}]


@dataclass(frozen=True)
class Server:
    url: str
    http: httpx.Client
    served: ServerInfo

    def ask(self, **changes: Any) -> httpx.Response:
        """Put a question to the server in its plain form."""
        body = {"model": self.served.model, "messages": messages(PROMPT, PICTURE), "max_tokens": 8, **changes}
        return self.http.post(f"{self.url}/v1/chat/completions", json=body, timeout=120)

    def tokens(self, prompt: str, picture: Picture | None = None) -> int:
        """How many tokens a question is to the server: the prompt, the template's own and the picture's."""
        body = {"model": self.served.model, "messages": messages(prompt, picture) if picture else words(prompt)}
        answer = self.http.post(f"{self.url}/tokenize", json=body, timeout=60)
        assert answer.status_code == 200
        return int(answer.json()["count"])

    def number(self, name: str) -> float:
        lines = self.http.get(f"{self.url}/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))


def drawn(number: int = 0, size: tuple[int, int] = (600, 480)) -> Image.Image:
    image = Image.new("RGB", size, (255 - number % 60, 250, 255))
    ImageDraw.Draw(image).text((20, 20), f"No {number:04}", fill="black", font_size=60)
    return image


def read(engine: VllmEngine, image: Image.Image, prompt: str, schema: Any = None, **options: Any) -> Reading:
    return engine.ask(encode(image, engine.form()), prompt, options=AskOptions(**options), schema=schema)


def sent(image: Image.Image, form: PictureForm = FORM) -> Picture:
    picture = encode(image, form)
    return picture.media_type, picture.data


PICTURE = sent(drawn())


@pytest.fixture(scope="module", params=["fake", "real"])
def vllm_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    if request.param == "real" and not REAL_URL:
        pytest.skip("OCRBOT_TEST_VLLM_URL names no vLLM")
    with httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, trust_env=False) as http:
        if request.param == "real":
            yield Server(REAL_URL, http, fetch_server_info(http, REAL_URL, seconds=30))
            return
        with FakeVllm(key=KEY, script=_script, token_seconds=0.001) as fake:
            yield Server(fake.url, http, fetch_server_info(http, fake.url, seconds=5))


def _script(asked: Any) -> Script:
    # As the real one's noise: an answer that goes on until it is stopped.
    return Script() if "response_format" in asked.body else Script(text="噪声" * 4000)


@pytest.fixture(scope="module")
def client(vllm_server: Server) -> Iterator[VllmEngine]:
    with closing(VllmEngine([vllm_server.url], token=KEY, profile=BRIEF)) as client:
        yield client


def question(server: Server, picture: Picture = PICTURE, profile: Profile = BRIEF, **changes: Any) -> Question:
    return replace(
        Question(
            model=server.served.model,
            profile=profile,
            prompt=PROMPT,
            picture=picture,
            most_tokens=profile.most_tokens,
            priority=0,
            detect_repetition=True,
        ),
        **changes,
    )


def stream_of(server: Server, asked: Question) -> list[Mapping[str, Any]]:
    """Return the pieces of an answer as they come, after a look at their form."""
    headers = {"Content-Type": "application/json", "X-Request-Id": "trace-me-1"}
    address = f"{server.url}/v1/chat/completions"
    with server.http.stream("POST", address, content=asked.body(), headers=headers, timeout=120) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        body = answer.read().decode()
    *pieces, last, rest = body.split("\n\n")
    assert (last, rest) == ("data: [DONE]", "")
    found: list[Mapping[str, Any]] = [json.loads(piece.removeprefix("data: ")) for piece in pieces]
    return found


def test_it_says_what_it_serves(vllm_server: Server) -> None:
    assert vllm_server.served.context >= 4096
    assert vllm_server.served.model
    assert vllm_server.served.version[0].isdigit()


def test_an_answer_comes_in_pieces_and_says_why_it_ended(vllm_server: Server) -> None:
    pieces = stream_of(vllm_server, question(vllm_server))
    assert {piece["id"] for piece in pieces} == {"chatcmpl-trace-me-1"}
    assert pieces[0]["choices"][0]["delta"]["role"] == "assistant"
    reasons = [choice["finish_reason"] for piece in pieces for choice in piece["choices"]]
    assert set(reasons[:-1]) == {None}
    assert reasons[-1] in {"stop", "length", "repetition"}
    usage = pieces[-1]["usage"]
    assert pieces[-1]["choices"] == []
    assert 1 <= usage["completion_tokens"] <= BRIEF.most_tokens
    assert usage["prompt_tokens"] > image_tokens((600, 480), FORM)


def test_the_client_hears_all_of_it(client: VllmEngine) -> None:
    reading = read(client, drawn(), PROMPT, request_id="r-1", timeout=120)
    assert reading.lines == ()
    assert reading.stop in {Stop.DONE, Stop.LENGTH, Stop.REPETITION}
    assert reading.seconds > 0


def test_temperature_nought_answers_the_same_twice(client: VllmEngine) -> None:
    first, second = (read(client, drawn(7), PROMPT) for _ in range(2))
    assert (first.text, first.stop) == (second.text, second.stop)


def test_a_schema_is_kept_to_while_streaming(vllm_server: Server) -> None:
    with closing(VllmEngine([vllm_server.url], token=KEY, profile=replace(BRIEF, most_tokens=64))) as client:
        reading = read(client, drawn(), PROMPT, schema=YES_OR_NO)
    assert reading.stop is Stop.DONE
    assert list(json.loads(reading.text)) == ["stamped"]


def test_a_schema_that_is_none_is_the_admins_to_mend(client: VllmEngine) -> None:
    with pytest.raises(Misconfigured, match="schema"):
        read(client, drawn(), PROMPT, schema={"type": "nonsense"})


def test_priorities_are_taken(client: VllmEngine) -> None:
    with ThreadPoolExecutor(4) as threads:
        readings = list(threads.map(lambda priority: read(client, drawn(), PROMPT, priority=priority), [40, 0, 5, 2]))
    assert len(readings) == 4


def test_sixty_four_at_once(client: VllmEngine) -> None:
    with ThreadPoolExecutor(64) as threads:
        readings = list(threads.map(lambda number: read(client, drawn(number), PROMPT, timeout=250), range(64)))
    assert [reading.stop for reading in readings if reading.stop is Stop.TIME] == []
    assert len(readings) == 64


@pytest.mark.parametrize(
    "size", [(1000, 1400), (1080, 1920), (640, 640), (300, 200), (1900, 40), (33, 1001), (2000, 2000), (2480, 3508)]
)
def test_tokens_are_foretold_to_the_last(vllm_server: Server, size: tuple[int, int]) -> None:
    picture = sent(drawn(size=size))
    assert vllm_server.tokens(PROMPT, picture) - vllm_server.tokens(PROMPT) == image_tokens(size, FORM) + TEMPLATE_MARKS


def test_a_photo_that_the_phone_turned_goes_as_it_came_and_is_seen_upright(
    vllm_server: Server, client: VllmEngine
) -> None:
    body, exif = io.BytesIO(), Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    drawn().transpose(Image.Transpose.ROTATE_90).save(body, "JPEG", exif=exif)
    assert client.form().turns
    tokens = vllm_server.tokens(PROMPT, ("image/jpeg", body.getvalue())) - vllm_server.tokens(PROMPT)
    assert tokens == image_tokens((600, 480), FORM) + TEMPLATE_MARKS != image_tokens((480, 600), FORM) + TEMPLATE_MARKS


def test_what_is_kept_free_for_the_template_is_enough(vllm_server: Server) -> None:
    for prompt in ("", PROMPT, "a b\n" * 40, "\U0001f600𠮷ⅷ"):
        assert vllm_server.tokens(prompt) <= len(prompt.encode()) + 64


class Interrupted(Exception):  # noqa: N818 - as RQ's own, which reaches a job by a signal in the same way
    pass


def interrupt(*_: object) -> None:
    raise Interrupted


@pytest.fixture
def long_client(vllm_server: Server) -> Iterator[VllmEngine]:
    with closing(VllmEngine([vllm_server.url], token=KEY, profile=replace(V1_0, most_tokens=2048))) as client:
        yield client


def read_for_ever(client: VllmEngine) -> None:
    while True:
        read(client, drawn(), PROMPT)


def none_running(server: Server, within: float = 5.0) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        if server.number("vllm:num_requests_running") + server.number("vllm:num_requests_waiting") == 0:
            return True
        time.sleep(0.05)
    return False


# A signal may come between the making of a socket and its first owner; the collector closes it then.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_job_whose_time_is_over_frees_the_server(vllm_server: Server, long_client: VllmEngine) -> None:
    assert none_running(vllm_server)
    before = signal.signal(signal.SIGUSR1, interrupt)
    main = threading.main_thread().ident or 0
    timer = threading.Timer(0.3, signal.pthread_kill, (main, signal.SIGUSR1))
    try:
        timer.start()
        with pytest.raises(Interrupted):
            read_for_ever(long_client)
    finally:
        timer.cancel()
        signal.signal(signal.SIGUSR1, before)
        gc.collect()
    assert none_running(vllm_server)


def test_readings_of_a_closed_client_end_and_free_the_server(vllm_server: Server, long_client: VllmEngine) -> None:
    assert none_running(vllm_server)

    ends: set[type[BaseException] | None] = set()
    while Unavailable not in ends:  # a real model may come to its end before the client is closed
        with ThreadPoolExecutor(3) as threads:
            readings = [threads.submit(read, long_client, drawn(), PROMPT) for _ in range(3)]
            while vllm_server.number("vllm:num_requests_running") < 3 and not any(one.done() for one in readings):
                time.sleep(0.01)
            unfinished = [reading for reading in readings if not reading.done()]
            long_client.close()
            broken_off = [error for reading in unfinished if (error := reading.exception()) is not None]
        ends |= {type(error) for error in broken_off}
        assert ends <= {Unavailable}
    assert none_running(vllm_server)


def test_what_came_before_the_time_was_over_is_kept(vllm_server: Server, client: VllmEngine) -> None:
    read(client, drawn(), PROMPT)
    try:
        reading = read(client, drawn(), PROMPT, timeout=0.05)
    except Unavailable as error:
        assert "time" in str(error)  # noqa: PT017 - either is right: the first token may come late
    else:
        assert isinstance(reading, Reading)
    assert none_running(vllm_server)


def test_a_wrong_key_is_the_admins_to_mend(vllm_server: Server) -> None:
    with closing(VllmEngine([vllm_server.url], token="other", profile=V1_0)) as client:
        with pytest.raises(Misconfigured, match="OCRBOT_ENGINE__TOKEN"):
            read(client, drawn(), PROMPT)
        assert httpx.get(f"{vllm_server.url}/health", trust_env=False).status_code == 200


def test_an_unknown_model_is_the_admins_to_mend(vllm_server: Server) -> None:
    with (
        closing(VllmEngine([vllm_server.url], token=KEY, model="tencent/Other", profile=V1_0)) as client,
        pytest.raises(UnknownModel, match="tencent/Other"),
    ):
        read(client, drawn(), PROMPT)


@pytest.mark.parametrize("changes", [{"messages": words("字a" * 30_000)}, {"max_tokens": 1_000_000}])
def test_too_long_is_the_documents_fault(vllm_server: Server, changes: Mapping[str, Any]) -> None:
    answer = vllm_server.ask(**changes)
    assert answer.status_code == 400
    found = vllm_error(vllm_server.url, answer.status_code, answer.content)
    assert isinstance(found, Refused)
    assert found.reason == "picture_too_large"


def test_a_giant_picture_would_be_the_servers_trouble(vllm_server: Server, client: VllmEngine) -> None:
    giant = Image.new("L", (13_400, 13_400))
    body = io.BytesIO()
    giant.save(body, "PNG")
    answer = vllm_server.ask(messages=messages(PROMPT, ("image/png", body.getvalue())))
    assert answer.status_code == 500
    assert read(client, giant, PROMPT).stop in Stop


def test_our_largest_question_is_not_too_long(vllm_server: Server) -> None:
    with closing(VllmEngine([vllm_server.url], token=KEY, notes=MemoryEngineNotes(), profile=V1_0)) as client:
        try:
            reading = read(client, drawn(size=(5000, 5000)), PROMPT * 20, timeout=1.0)
        except Unavailable as error:
            assert "time" in str(error)  # noqa: PT017 - it was taken, and had no time to be answered
        else:
            assert reading.stop is not Stop.LENGTH


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "image_url", "image_url": {"url": "data:image/png;base64,aGVsbG8="}}],
        [{"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{'A' * 400}"}}],
        [*messages("", PICTURE)[1]["content"], *messages("", PICTURE)[1]["content"]],
    ],
)
def test_bad_pictures_and_too_many_are_refused(vllm_server: Server, content: list[Any]) -> None:
    answer = vllm_server.ask(messages=[{"role": "system", "content": ""}, {"role": "user", "content": content}])
    assert answer.status_code == 400
    assert isinstance(vllm_error(vllm_server.url, 400, answer.content), Refused)


def test_a_strip_is_refused_before_and_by_the_server(vllm_server: Server, client: VllmEngine) -> None:
    strip = Image.new("RGB", (4050, 20), "white")
    with pytest.raises(Refused, match="picture_too_thin"):
        read(client, strip, PROMPT)
    assert (
        vllm_server.ask(messages=messages(PROMPT, sent(strip, PictureForm(encoding=Encoding.COMPACT)))).status_code
        == 400
    )


def test_fields_that_it_does_not_know_change_nothing(vllm_server: Server) -> None:
    plain, odd = vllm_server.ask(temperature=0), vllm_server.ask(temperature=0, guided_json=YES_OR_NO, colour="blue")
    assert odd.status_code == 200
    said = [answer.json()["choices"][0]["message"]["content"] for answer in (plain, odd)]
    assert said[0] == said[1]


def test_first_tokens_come_with_their_chances(vllm_server: Server) -> None:
    answer = vllm_server.ask(temperature=0, max_tokens=2, logprobs=True, top_logprobs=20, ignore_eos=True)
    first = answer.json()["choices"][0]["logprobs"]["content"][0]
    assert len(first["top_logprobs"]) == 20
    chances = [one["logprob"] for one in first["top_logprobs"]]
    assert chances == sorted(chances, reverse=True)
    assert all(chance <= 0 for chance in chances)


def test_metrics_say_when_it_was_started(vllm_server: Server) -> None:
    assert 1_600_000_000 < vllm_server.number("process_start_time_seconds") < time.time()


def test_a_heard_stream_is_the_servers_own_text(vllm_server: Server) -> None:
    pieces = stream_of(vllm_server, question(vllm_server))
    answer = StreamedAnswer(vllm_server.url, lambda _: False)
    for piece in pieces:
        answer.feed(b"data: " + json.dumps(piece).encode() + b"\n\n")
    answer.feed(b"data: [DONE]\n\n")
    said = "".join(choice["delta"].get("content") or "" for piece in pieces for choice in piece["choices"])
    assert (answer.text, answer.ended) == (said, True)
