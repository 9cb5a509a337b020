"""The command line as an operator meets it."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.console.local_redis import LocalRedis
from bot.storage.jobs.signed_call import QUEUES
from tests.fakes.embedded_files import ofd

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "config" / "samples"
BOT = {"OCRBOT_DINGTALK__CLIENT_ID": "app", "OCRBOT_DINGTALK__CLIENT_SECRET": "s3cret"}

VLLM = {**BOT, "OCRBOT_REDIS__URL": "redis://127.0.0.1:9/0", "OCRBOT_ENGINE__KIND": "vllm"}


def ocrbot(*arguments: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OCRBOT_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env={**environment, "PYTHONPATH": str(ROOT), **settings},
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "settings", "named"),
    [
        ("bot", {}, "OCRBOT_DINGTALK__CLIENT_ID"),
        ("bot", {"OCRBOT_DINGTALK__CLIENT_ID": "app"}, "OCRBOT_DINGTALK__CLIENT_SECRET"),
        ("bot", BOT, "OCRBOT_REDIS__URL"),
        ("worker", BOT, "OCRBOT_REDIS__URL"),
        ("worker", {**BOT, "OCRBOT_REDIS__URL": "localhost:6379"}, "OCRBOT_REDIS__URL"),
        ("worker --queues fetch,write", BOT, "--queues"),
        ("engine", {"OCRBOT_ENGINE__KIND": "tesseract"}, "OCRBOT_ENGINE__KIND"),
        ("engine", {"OCRBOT_ENGINE__LISTEN": "8765"}, "OCRBOT_ENGINE__LISTEN"),
        ("engine", {"OCRBOT_ENGINE__URL": "http://a"}, "did you mean OCRBOT_ENGINE__URLS"),
        ("worker", {"OCRBOT_ENGINE__URLS": "http://a"}, "OCRBOT_ENGINE__URLS"),
        ("engine", {"OCRBOT_ENGINE__KIND": "vllm"}, "OCRBOT_TERRITORY is not set"),
        ("engine", {"OCRBOT_ENGINE__KIND": "hunyuan", "OCRBOT_TERRITORY": "FR"}, "HunyuanOCR may not be used in FR"),
        ("engine", {"OCRBOT_ENGINE__KIND": "vllm", "OCRBOT_TERRITORY": "UK"}, "OCRBOT_TERRITORY"),
        ("engine", {"OCRBOT_ENGINE__KIND": "vllm", "OCRBOT_ENGINE__PROFILE": "glm"}, "OCRBOT_ENGINE__PROFILE is glm"),
        ("engine", {"OCRBOT_ENGINE__KIND": "vllm", "OCRBOT_ENGINE__MODEL": "a/b"}, "huggingface-cli download a/b"),
        ("worker", {**VLLM}, "OCRBOT_TERRITORY is not set"),
        ("worker", {**VLLM, "OCRBOT_ENGINE__PROFILE": "hunyuanocr_1_0", "OCRBOT_TERRITORY": "KR"}, "used in KR"),
        ("demo --once no-such-file.png", {}, "no-such-file.png"),
    ],
)
def test_a_missing_or_wrong_setting_ends_with_one_sentence_that_names_it(
    command: str, settings: dict[str, str], named: str, tmp_path: Path
) -> None:
    ended = ocrbot(*command.split(), folder=tmp_path, **settings)
    assert ended.returncode == 2
    assert named in ended.stderr
    assert ended.stderr.startswith("ocrbot: ")
    assert ended.stderr.count("\n") == 1


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    ("command", "setting", "others"),
    [
        ("engine", "OCRBOT_ENGINE__LISTEN", {}),
        ("engine", "OCRBOT_ENGINE__LISTEN", {"OCRBOT_ENGINE__KIND": "hunyuan"}),
        ("demo --once", "OCRBOT_ENGINE__LISTEN", {}),
        ("bot", "OCRBOT_METRICS__LISTEN", BOT),
    ],
)
def test_a_taken_port_ends_with_one_sentence_that_names_it_and_the_setting(
    command: str, setting: str, others: dict[str, str], taken_port: int, tmp_path: Path
) -> None:
    redis = LocalRedis(directory=tmp_path / "redis")
    redis.start()
    try:
        listen = {setting: f"127.0.0.1:{taken_port}", "OCRBOT_REDIS__URL": redis.url}
        ended = ocrbot(*command.split(), folder=tmp_path, **listen, **others)
    finally:
        redis.stop()
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"ocrbot: port {taken_port} ")
    assert setting in ended.stderr
    assert ended.stderr.count("\n") == 1


def imported(*arguments: str, folder: Path) -> set[str]:
    """Return the modules that a command has imported when it ends."""
    program = (
        "import sys\nfrom bot.__main__ import main\ntry:\n main()\nfinally:\n print('\\n' + ' '.join(sys.modules))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return set(ended.stdout.splitlines()[-1].split())


READING = {"PIL", "cv2", "numpy", "onnxruntime", "rapidocr", "pypdfium2", "zxingcpp"}
TALKING = {"aiohttp", "httpx", "dingtalk_stream", "websockets", "redis", "rq"}


@pytest.mark.parametrize("arguments", ["--help", "worker --help", "prompts try --help", "prompts"])
def test_the_help_loads_no_library(arguments: str, tmp_path: Path) -> None:
    loaded = imported(*arguments.split(), folder=tmp_path)
    assert "bot.console.arguments" in loaded
    assert not loaded & {*READING, *TALKING, "pydantic", "structlog", "asyncio"}


def test_checking_prompts_loads_nothing_that_reads_or_talks(tmp_path: Path) -> None:
    loaded = imported("prompts", "check", folder=tmp_path)
    assert "bot.console.prompt_check" in loaded
    assert not loaded & {*READING, *TALKING}


def test_a_file_with_its_own_data_is_read_without_an_engine(tmp_path: Path) -> None:
    invoice = tmp_path / "发票.ofd"
    invoice.write_bytes(ofd())
    loaded = imported("read", str(invoice), folder=tmp_path)
    assert "workers.reading.document" in loaded
    assert not loaded & {"onnxruntime", "rapidocr", *TALKING}


def test_the_bot_loads_nothing_that_reads(tmp_path: Path) -> None:
    loaded = imported("bot", folder=tmp_path)  # ends, for its credentials are missing
    assert "bot.service.sweeper" in loaded
    assert not loaded & READING


def test_the_help_names_every_queue(tmp_path: Path) -> None:
    text = re.sub(r"\s+", " ", ocrbot("worker", "--help", folder=tmp_path).stdout)
    assert ",".join(QUEUES) in text


def test_settings_come_from_a_dotenv_file_too_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OCRBOT_ENGINE__KIND=tesseract\n")
    assert ocrbot("engine", folder=tmp_path).returncode == 2
    (tmp_path / ".env").write_text("OCRBOT_REDIS__URL=nonsense\n")
    ended = ocrbot("bot", folder=tmp_path, **BOT, OCRBOT_REDIS__URL="", OCRBOT_LOG_FORMAT="json")
    assert "OCRBOT_REDIS__URL is not set" in ended.stderr


def test_read_prints_one_json_object_a_file(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    ended = ocrbot("read", "--json", str(SAMPLES / "digital_invoice.png"), str(broken), "absent.png", folder=tmp_path)
    assert ended.returncode == 1
    invoice, second, third = [json.loads(line) for line in ended.stdout.splitlines()]
    assert set(invoice) >= {"file", "prompt", "engine", "seconds", "text", "fields"}
    assert (invoice["prompt"], invoice["engine"]) == ("invoice", "rapid")
    truth = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))["digital_invoice.png"]["fields"]
    assert {name: found["value"] for name, found in invoice["fields"].items() if found["value"]} == truth
    total = invoice["fields"]["价税合计"]
    assert (total["status"], total["source"], total["page"]) == ("checked", "qr", 0)
    assert len(total["box"]) == 4
    assert invoice["fields"]["发票代码"] == {
        "value": "",
        "status": "missing",
        "source": "none",
        "page": None,
        "box": None,
    }
    assert second["file"] == str(broken)
    assert second["error"]["text"]
    assert third["error"]["reason"] == "no_file"


def test_read_prints_for_people_too(tmp_path: Path) -> None:
    ended = ocrbot("read", str(SAMPLES / "digital_invoice.png"), folder=tmp_path)
    assert ended.returncode == 0
    assert "价税合计：3712.55 ✅" in ended.stdout
