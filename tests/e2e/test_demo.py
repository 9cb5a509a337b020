"""The demo as a newcomer runs it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.deployment import clean_environment

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
ROOT = Path(__file__).resolve().parents[2]
TRUTH = json.loads((ROOT / "config" / "samples" / "truth.json").read_text(encoding="utf-8"))


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**clean_environment(folder), "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", "demo", *arguments]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)


def left_running(folder: Path) -> list[str]:
    """Processes that were started with this folder in their environment or command."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "environ").read_bytes() + (process / "cmdline").read_bytes():
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


def test_every_sample_is_answered_and_every_field_is_right(tmp_path: Path) -> None:
    with start(tmp_path, "--once") as demo:
        said, _ = demo.communicate(timeout=390)
    assert demo.returncode == 0
    answers = said.split("【报销群】机器人回复 ")[1:]
    assert len(answers) == len(TRUTH)
    for answer in answers:
        truth = TRUTH[answer.split("（")[0]]
        shown = [line.strip().removesuffix(" ✅").replace("￥", "") for line in answer.splitlines()]
        fields = {name: value for name, value in truth.get("fields", {}).items() if f"{name}：{value}" not in shown}
        assert fields == {}
    assert left_running(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_everything_stops_with_the_demo(tmp_path: Path, number: int) -> None:
    with start(tmp_path, str(ROOT / "config" / "samples" / "whiteboard.jpg")) as demo:
        assert demo.stdout is not None
        while "Ctrl-C" not in (line := demo.stdout.readline()):
            assert line, "the demo ended by itself"
        os.kill(demo.pid, number)
        assert demo.wait(timeout=60) == 0
    assert left_running(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
