"""The command line as an operator meets it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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
