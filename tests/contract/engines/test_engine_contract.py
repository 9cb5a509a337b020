import io
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image, ImageDraw, ImageFont

from bot.domain.document import Reading, Stop
from bot.domain.errors import Misconfigured, Refused, Unavailable
from tests.fakes.pictures import open_picture
from workers.engines.base import RAW_RGB, AskOptions, EncodedPicture, Engine
from workers.engines.cpu.client import Rapid
from workers.engines.cpu.local import LocalRapid
from workers.engines.picture_encoding import decode
from workers.reading.image_reader import ImageReader

CASES = Path(__file__).parents[4] / "shared" / "cases"
TOKEN = "sesame"
SERVE = """
import asyncio, sys
from workers.engines.cpu.server import Limits, serve
limits = Limits(body_bytes=8_000_000, pixels=2_500_000, waiting=2)
asyncio.run(serve(host="127.0.0.1", port=0, token=sys.argv[1], limits=limits))
"""


def drawn(*lines: str, size: tuple[int, int] = (640, 240)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(28)
    for number, line in enumerate(lines):
        pen.text((30, 30 + 60 * number), line, "black", font)
    return image


def read(engine: Engine, image: Image.Image, prompt: str, **options: Any) -> Reading:
    return ImageReader(engine=engine).read(image, prompt, options=AskOptions(**options))


def encoded(image: Image.Image) -> bytes:
    body = io.BytesIO()
    image.save(body, "PNG")
    return body.getvalue()


def case(name: str) -> Image.Image:
    path = CASES / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return open_picture(path.read_bytes()).image


@dataclass(frozen=True)
class Service:
    url: str
    pid: int


@contextmanager
def serving(token: str = TOKEN) -> Iterator[Service]:
    with subprocess.Popen([sys.executable, "-c", SERVE, token], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert select.select([process.stdout], [], [], 60)[0], "the service did not come up"
            # Before it stands the log line that says which runtime reads.
            line = next(line.strip() for line in iter(process.stdout.readline, "") if "listening" in line)
            assert line.startswith("listening on http://127.0.0.1:")
            yield Service(line.removeprefix("listening on "), process.pid)
        finally:
            process.terminate()
            assert process.wait(30) == 0


@pytest.fixture(scope="module")
def local() -> Iterator[LocalRapid]:
    engine = LocalRapid()
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with serving() as service:
        yield service


@pytest.fixture(scope="module")
def remote(service: Service) -> Iterator[Rapid]:
    client = Rapid([service.url], token=TOKEN)
    yield client
    client.close()


@pytest.fixture(params=["local", "remote"])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


def test_says_what_it_is(engine: Engine) -> None:
    assert (engine.name, engine.takes_prompts) == ("rapid", False)


def test_reads_lines_from_the_top_with_boxes_and_confidence(engine: Engine) -> None:
    reading = read(engine, drawn("Invoice 20391", "Total 48.50"), "", request_id="r1", timeout=60)
    assert reading.text.split("\n") == ["Invoice 20391", "Total 48.50"]
    assert reading.stop is Stop.DONE
    assert reading.seconds > 0
    assert [line.text for line in reading.lines] == ["Invoice 20391", "Total 48.50"]
    for number, line in enumerate(reading.lines):
        assert line.box is not None
        assert line.box.top < 45 + 60 * number < line.box.bottom
        assert 0 <= line.box.left < 60
        assert line.confidence is not None
        assert 0.8 < line.confidence <= 1


@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270])
def test_reads_a_turned_page_in_its_order(local: LocalRapid, turn: Image.Transpose) -> None:
    lines = ("First line of the page", "second line of it", "third and last one")
    reading = read(local, drawn(*lines).transpose(turn), "")
    assert reading.text.split("\n") == list(lines)
    boxes = [line.box for line in reading.lines if line.box]
    assert [box.top for box in boxes] == sorted(box.top for box in boxes)
    assert all(box.right <= 640 and box.bottom <= 240 for box in boxes)


def test_side_by_side_is_one_row(engine: Engine) -> None:
    image = drawn("Name")
    ImageDraw.Draw(image).text((400, 30), "Smith", "black", ImageFont.load_default(28))
    reading = read(engine, image, "")
    assert reading.text == "Name Smith"
    assert [line.text for line in reading.lines] == ["Name", "Smith"]


def test_an_empty_page_has_no_text(engine: Engine) -> None:
    reading = read(engine, Image.new("RGB", (300, 200), "white"), "")
    assert (reading.text, reading.lines, reading.stop) == ("", (), Stop.DONE)


def test_a_black_photo_has_no_text(engine: Engine) -> None:
    assert read(engine, case("empty_black.jpg"), "").text == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "vat_e_general_with_qr.png",
            ["发票代码:012001800311", "发票号码：33207675", "天津瑞佳讯贸易有限公司", "¥46.62"],
        ),
        ("taxi_receipt.jpg", ["发票号码：42609332", "161002018100", "26.1km"]),
        ("zh_table_sizes.png", ["155-165 160-170 165-175 170-180 175-185"]),
        ("img_exif_orientation.jpg", ["我是中国人"]),
        ("git_jupyter_diagram.jpg", ["STATIC_BAR.COM", "JUPYTER BOOK"]),
        ("white_font_color_transparent.png", ["我是中国人"]),
        ("black_font_color_transparent.png", ["我是中国人"]),
    ],
)
def test_reads_real_documents(local: LocalRapid, name: str, expected: list[str]) -> None:
    text = read(local, case(name), "").text
    assert [part for part in expected if part not in text] == []


def test_two_pages_at_once_do_not_mix(engine: Engine) -> None:
    pages = [drawn(*[f"Page {number} says {number * 1111}"] * 2) for number in range(1, 7)]
    with ThreadPoolExecutor(len(pages)) as callers:
        readings = list(callers.map(lambda page: read(engine, page, ""), pages[:4]))
    assert [reading.text.split("\n")[0] for reading in readings] == [f"Page {n} says {n * 1111}" for n in range(1, 5)]


def test_time_over_keeps_what_was_read() -> None:
    engine = LocalRapid(cores=1)
    image = drawn(*[f"Line number {number} of many" for number in range(30)], size=(640, 1900))
    reading = read(engine, image, "", timeout=0.0)
    engine.close()
    assert reading.stop is Stop.TIME
    assert len(reading.lines) < 30


@pytest.mark.parametrize("size", [(3, 500), (500, 3), (20, 4000), (4000, 20)])
def test_strips_are_read_in_little_memory(local: LocalRapid, size: tuple[int, int]) -> None:
    read(local, drawn("warm", size=(1600, 1600)), "")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reading = read(local, Image.effect_noise(size, 90).convert("RGB"), "")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 300_000  # KiB
    assert len(reading.lines) < 10


def test_health_and_metrics_are_open_and_the_rest_is_not(service: Service) -> None:
    with httpx.Client(base_url=service.url, trust_env=False) as client:
        assert client.get("/health").json() == {"status": "ok"}
        assert "ocrbot_pictures_held 0.0" in client.get("/metrics").text.splitlines()
        for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": f"Basic {TOKEN}"}):
            answer = client.post("/v1/read", content=b"x", headers=headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "undecodable"),
        (b"GIF89a nothing", 400, "undecodable"),
        (encoded(drawn("cut"))[:200], 400, "undecodable"),
        (encoded(Image.effect_noise((600, 600), 60))[:20_000], 400, "undecodable"),
        (encoded(Image.new("L", (2000, 2000))), 413, "too_many_pixels"),
        (b"\x89PNG" + bytes(8_100_000), 413, "too_many_bytes"),
    ],
)
def test_bad_bodies_are_told_apart(service: Service, body: bytes, status: int, code: str) -> None:
    with httpx.Client(headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False) as client:
        answer = client.post(f"{service.url}/v1/read", content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("size", "length", "status", "code"),
    [
        ("", 300, 400, "no_size"),
        ("10x-10", 300, 400, "no_size"),
        ("10x11", 300, 400, "undecodable"),
        ("0x10", 0, 400, "undecodable"),
        ("2000x2000", 300, 413, "too_many_pixels"),
    ],
)
def test_raw_pixels_come_with_their_size(service: Service, size: str, length: int, status: int, code: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": RAW_RGB, "X-Picture-Size": size}
    with httpx.Client(headers=headers, trust_env=False) as client:
        answer = client.post(f"{service.url}/v1/read", content=bytes(length))
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_files_are_read_as_their_pixels_are(engine: Engine, kind: str) -> None:
    body = io.BytesIO()
    drawn("Invoice 20391", "Total 48.50").save(body, kind, quality=95)
    picture = EncodedPicture(media_type=f"image/{kind.lower()}", data=body.getvalue(), size=(640, 240))
    pixels = EncodedPicture(media_type=RAW_RGB, data=decode(picture).tobytes(), size=(640, 240))
    assert engine.ask(picture, "").lines == engine.ask(pixels, "").lines


def test_unknown_paths_and_verbs_answer_in_json(service: Service) -> None:
    with httpx.Client(headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False) as client:
        assert client.get(f"{service.url}/v2").json()["error"]["code"] == "http"
        assert client.get(f"{service.url}/v1/read").status_code == 405


def test_a_wrong_token_is_the_admins_to_mend(service: Service) -> None:
    with (
        closing(Rapid([service.url], token="other")) as client,
        pytest.raises(Misconfigured, match="OCRBOT_ENGINE__TOKEN"),
    ):
        read(client, drawn("x"), "")


def test_a_picture_too_large_is_refused_to_the_person(remote: Rapid) -> None:
    with pytest.raises(Refused, match="picture_too_large"):
        read(remote, Image.new("RGB", (2000, 2000)), "")


def test_the_next_address_is_tried(service: Service) -> None:
    with closing(Rapid(["http://127.0.0.1:9", service.url], token=TOKEN)) as client:
        assert [read(client, drawn("Still here"), "").text for _ in range(2)] == ["Still here"] * 2


def test_nobody_there_is_unavailable() -> None:
    with closing(Rapid(["http://127.0.0.1:9"])) as client, pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"):
        read(client, drawn("x"), "")


def test_no_address_is_a_setting_missing() -> None:
    with pytest.raises(Misconfigured, match="URLS"):
        Rapid([])


def test_a_full_house_says_when_to_come_back() -> None:
    page = drawn(*["A rather long line that takes a while to read, number 123456789"] * 28, size=(1100, 1800))
    with serving() as service, ThreadPoolExecutor(12) as callers:
        outcomes = [callers.submit(_outcome, service.url, page) for _ in range(12)]
        found = [outcome.result() for outcome in outcomes]
    turned_away = [outcome for outcome in found if isinstance(outcome, Unavailable)]
    assert turned_away
    assert all(outcome.retry_after == 5 for outcome in turned_away)
    assert any(isinstance(outcome, Reading) and outcome.lines for outcome in found)


def _outcome(url: str, page: Image.Image) -> Reading | Unavailable:
    with closing(Rapid([url], token=TOKEN)) as client:
        try:
            return read(client, page, "")
        except Unavailable as error:
            return error


def test_callers_that_leave_the_line_free_their_places() -> None:
    page = encoded(drawn(*["A rather long line that takes a while to read, number 123456789"] * 28, size=(1100, 1800)))
    with serving() as service:
        for _ in range(8):
            with httpx.Client(headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False) as client:
                with pytest.raises(httpx.ReadTimeout):
                    client.post(f"{service.url}/v1/read", content=page, timeout=0.1)
                time.sleep(0.05)
        with closing(Rapid([service.url], token=TOKEN)) as client:
            assert read(client, drawn("My turn"), "").text == "My turn"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_service_ends_when_told(number: signal.Signals) -> None:
    with serving() as service:
        os.kill(service.pid, number)
