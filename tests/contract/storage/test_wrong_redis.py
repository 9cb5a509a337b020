"""A Redis that refuses the address of the settings, and one that is only away."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from bot.console.local_redis import LocalRedis
from bot.domain.errors import Misconfigured
from bot.storage.connection import answers, connect
from tests.e2e.deployment import clean_environment

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "open-sesame"
WRONG = "hunter2"
REFUSED = {
    "the password is wrong": f"?password={WRONG}",
    "the user is unknown": f"?username=nobody&password={WRONG}",
    "no password is given": "",
    "there is no such database": f"?password={PASSWORD}&db=99",
    "the user may do nothing": f"?username=guest&password={PASSWORD}",
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRedis]:
    server = LocalRedis(directory=tmp_path_factory.mktemp("guarded"))
    server.start()
    with Redis.from_url(server.url) as admin:
        admin.acl_setuser("guest", enabled=True, passwords=[f"+{PASSWORD}"], commands=["+get"])
        admin.config_set("requirepass", PASSWORD)
    yield server
    server.kill()


@pytest.mark.parametrize("query", REFUSED.values(), ids=list(REFUSED))
@pytest.mark.parametrize("command", ["bot", "worker", "doctor"])
def test_a_redis_that_refuses_ends_with_2_and_one_sentence_and_no_traceback(
    command: str, query: str, guarded: LocalRedis, tmp_path: Path
) -> None:
    settings = {
        "PYTHONPATH": str(ROOT),
        "OCRBOT_REDIS__URL": guarded.url + query,
        "OCRBOT_DINGTALK__CLIENT_ID": "" if command == "doctor" else "app",
        "OCRBOT_DINGTALK__CLIENT_SECRET": "s3cret",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "bot", command],
        env={**clean_environment(tmp_path), **settings}, cwd=tmp_path,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    said = ended.stdout + ended.stderr
    assert ended.returncode == 2
    assert said.count("OCRBOT_REDIS__URL") == 1
    assert "Traceback" not in said
    assert WRONG not in said
    assert PASSWORD not in said
    assert command == "doctor" or said.count("\n") == 1


def test_the_right_password_is_let_in(guarded: LocalRedis) -> None:
    assert answers(connect(f"{guarded.url}?password={PASSWORD}"))


def test_a_redis_that_is_only_away_is_no_fault_of_the_settings(tmp_path: Path) -> None:
    away = LocalRedis(directory=tmp_path)
    assert not answers(connect(away.url))
    away.start()
    try:
        assert answers(connect(away.url))
    finally:
        away.stop()


@pytest.mark.parametrize("command", ["bot", "worker"])
def test_a_redis_that_comes_later_and_refuses_then_ends_it_too(command: str, tmp_path: Path) -> None:
    redis = LocalRedis(directory=tmp_path / "redis")
    settings = {
        "PYTHONPATH": str(ROOT),
        "OCRBOT_REDIS__URL": f"{redis.url}?password={WRONG}",
        "OCRBOT_DINGTALK__API_URL": "http://127.0.0.1:9",
        "OCRBOT_DINGTALK__CLIENT_ID": "app",
        "OCRBOT_DINGTALK__CLIENT_SECRET": "s3cret",
        "PYTHONUNBUFFERED": "1",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "bot", command],
        env={**clean_environment(tmp_path), **settings}, cwd=tmp_path, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        while "redis is away" not in process.stdout.readline():
            assert process.poll() is None
        redis.start()
        try:
            with Redis.from_url(redis.url) as admin:
                admin.config_set("requirepass", PASSWORD)
            rest = process.stdout.read()
            assert process.wait(60) == 2
        finally:
            redis.kill()
    assert "OCRBOT_REDIS__URL" in rest
    assert "Traceback" not in rest


def test_the_refusal_names_what_is_wrong(guarded: LocalRedis) -> None:
    with pytest.raises(Misconfigured, match="no database"):
        answers(connect(guarded.url + REFUSED["there is no such database"]))
