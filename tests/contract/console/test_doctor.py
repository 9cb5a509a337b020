"""What `ocrbot doctor` says, of the look-alike, a real Redis, both engines' services, and with pieces missing."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from bot.config.setting_groups import DingTalkSettings
from bot.console import doctor
from bot.console.local_redis import LocalRedis
from bot.dingtalk.gateway import SOCKET_HOSTS
from bot.domain.engine_profile import ProfileChoice
from bot.domain.finding import Finding, Health, bad, ok, warn
from bot.lookalike import Lookalike, missing_scope
from bot.storage.dingtalk_notes import LastFrame
from bot.storage.queue import TaskQueue
from tests.e2e.deployment import clean_environment
from tests.fakes.engine_profiles import CHOICE, V1_0
from tests.fakes.fake_vllm import FakeVllm
from tests.fakes.job_signer import JOB_SIGNER
from workers.engines import checkup

KEY = "sesame"


def grave(findings: Iterator[Finding]) -> dict[str, str]:
    """What is not well, by name, with what was found and what to do."""
    return {
        finding.what: f"{finding.found} -> {finding.advice}" for finding in findings if finding.health is not Health.OK
    }


def test_only_what_is_broken_makes_it_fail() -> None:
    said: list[str] = []
    assert doctor.examine([lambda: [ok("a", "fine")], lambda: [warn("b", "odd", "look")]], said.append) == 0
    assert doctor.examine([lambda: [bad("c", "gone", "mend"), ok("d", "fine")]], said.append) == 1
    assert said == ["ok   a: fine", "warn b: odd -> look", "bad  c: gone -> mend", "ok   d: fine"]


# Redis


def test_our_own_redis_is_well(redis: Redis) -> None:
    assert grave(doctor.check_redis(redis, time.time)) == {}


@pytest.mark.parametrize(
    ("name", "value", "what", "words"),
    [
        ("appendonly", "no", "redis appendonly", "--appendonly yes"),
        ("appendfsync", "no", "redis appendfsync", "everysec"),
        ("maxmemory-policy", "allkeys-lru", "redis maxmemory-policy", "noeviction"),
    ],
)
def test_a_redis_that_forgets_is_named(redis: Redis, name: str, value: str, what: str, words: str) -> None:
    before = redis.config_get(name)[name] or ""
    redis.config_set(name, value)
    try:
        found = grave(doctor.check_redis(redis, time.time))
    finally:
        redis.config_set(name, before)
    assert list(found) == [what]
    assert words in found[what]


def test_eviction_with_a_limit_is_broken(redis: Redis) -> None:
    redis.config_set("maxmemory-policy", "allkeys-lru")
    redis.config_set("maxmemory", "100mb")
    try:
        findings = list(doctor.check_redis(redis, time.time))
    finally:
        redis.config_set("maxmemory-policy", "noeviction")
        redis.config_set("maxmemory", "0")
    assert [finding.what for finding in findings if finding.health is Health.BAD] == ["redis maxmemory-policy"]


def test_clocks_that_differ_are_noticed(redis: Redis) -> None:
    assert "NTP" in grave(doctor.check_redis(redis, lambda: time.time() + 60))["redis time"]


def test_a_queue_that_nobody_works_on_is_named(redis: Redis) -> None:
    queue = TaskQueue(redis, JOB_SIGNER)
    for number, name in enumerate(("fetch", "read", "reply", "webhook")):
        redis.hset(f"rq:worker:{number}", "birth", "today")
        redis.sadd(f"rq:workers:{name}", f"rq:worker:{number}")
    redis.sadd("rq:workers:notice", "rq:worker:killed")
    found = grave(doctor.check_workers(queue.workers))
    assert list(found) == ["workers"]
    assert "none for notice" in found["workers"]
    assert "--queues" in found["workers"]
    redis.hset("rq:worker:killed", "birth", "now")
    assert grave(doctor.check_workers(queue.workers)) == {}


def test_a_socket_that_answers_pings_and_delivers_nothing_shows_in_the_last_frame(redis: Redis) -> None:
    last = LastFrame(redis)
    assert "ocrbot bot" in grave(doctor.check_last_frame(last.get, lambda: 5000.0))["dingtalk last frame"]
    last.note(5000.0)
    assert [str(line) for line in doctor.check_last_frame(last.get, lambda: 5180.0)] == [
        "ok   dingtalk last frame: 3 minutes ago"
    ]
    assert "20 minutes ago" in grave(doctor.check_last_frame(last.get, lambda: 6200.0))["dingtalk last frame"]


SOCKETS = tuple((host, 443) for host in SOCKET_HOSTS)
FILES = ("*.aliyuncs.com",)


def test_both_endpoints_of_the_stream_are_tried_and_the_one_that_is_closed_is_named() -> None:
    def reach(address: tuple[str, int]) -> None:
        if address[0] == "wss-open-connection-union.dingtalk.com":
            raise TimeoutError

    (closed,) = grave(doctor.check_hosts(SOCKETS, FILES, reach)).values()
    assert "no way to wss-open-connection-union.dingtalk.com:443;" in closed
    assert "OCRBOT_DINGTALK__PROXY" in closed
    (open_to_all,) = map(str, doctor.check_hosts(SOCKETS, FILES, lambda _: None))
    assert open_to_all.startswith("ok   dingtalk hosts: reached wss-open-connection.dingtalk.com:443, ")
    assert "*.aliyuncs.com" in open_to_all


def test_behind_a_proxy_the_hosts_that_it_must_lead_to_are_named() -> None:
    (told,) = grave(doctor.check_hosts(SOCKETS, FILES, None)).values()
    assert all(host in told for host in SOCKET_HOSTS)
    assert "CONNECT" in told


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_host_that_must_be_reachable(readme: str) -> None:
    said = (Path(__file__).parents[3] / readme).read_text(encoding="utf-8")
    ours = DingTalkSettings()
    hosts = [url.split("/")[2] for url in (ours.api_url, ours.oapi_url)]
    assert [host for host in (*hosts, *SOCKET_HOSTS, *ours.download_hosts) if f"`{host}`" not in said] == []


def test_a_redis_of_old_is_refused() -> None:
    class Old:
        def info(self) -> Mapping[str, Any]:
            return {"redis_version": "5.0.14", "aof_enabled": 1, "maxmemory_policy": "noeviction"}

        def time(self) -> tuple[int, int]:
            return (1000, 0)

        def config_get(self, name: str) -> Mapping[str, str]:
            return {name: "everysec"}

    assert list(grave(doctor.check_redis(Old(), lambda: 1000.0))) == ["redis version"]  # type: ignore[arg-type]


# Engines


@pytest.fixture
def fake() -> Iterator[FakeVllm]:
    with FakeVllm(key=KEY, context=32768) as server:
        yield server


def check_vllm(
    url: str, *, token: str = KEY, choice: ProfileChoice = CHOICE, provider: str = "某公司"
) -> Iterator[Finding]:
    return checkup.check_vllm(url, choice=choice, token=token, provider=provider)


def test_a_model_that_no_profile_knows_is_told_with_what_to_set(fake: FakeVllm) -> None:
    fake.model, fake.root = "other/Model", "other/Model"
    assert "OCRBOT_ENGINE__PROFILE" in grave(check_vllm(fake.url))[f"model of {fake.url}"]


@pytest.mark.parametrize(
    ("territory", "expected"), [("FR", "may not be used in FR"), ("", "OCRBOT_TERRITORY is not set")]
)
def test_a_licence_that_forbids_the_models_use_here_is_told(fake: FakeVllm, territory: str, expected: str) -> None:
    found = grave(check_vllm(fake.url, choice=replace(CHOICE, territory=territory)))
    assert expected in found["licence of HunyuanOCR"]


def test_profile_licence_and_territory_are_told(fake: FakeVllm) -> None:
    said = "\n".join(map(str, check_vllm(fake.url)))
    assert "profile hunyuanocr_1_5" in said
    assert "Tencent Hunyuan Community License Agreement, which excludes EU, GB, KR; used in CN" in said


def test_a_provider_that_is_not_named_is_told_where_the_licence_wants_one(fake: FakeVllm) -> None:
    assert "provider" in grave(check_vllm(fake.url, provider=""))["licence of HunyuanOCR"]


def test_a_vllm_that_is_well_is_described(fake: FakeVllm) -> None:
    findings = list(check_vllm(fake.url))
    assert grave(iter(findings)) == {}
    said = "\n".join(map(str, findings))
    assert "tencent/HunyuanOCR" in said
    assert "0.33.0, known from an H100" in said
    assert "FULL_DECODE_ONLY" in said


def test_a_vllm_that_mixes_pictures_up_is_broken_and_where_to_look_is_said(fake: FakeVllm) -> None:
    fake.mixes_pictures = True
    assert "docs/hunyuanocr.md" in grave(check_vllm(fake.url))[f"proof of {fake.url}"]


def test_a_context_too_short_a_model_unknown_and_a_release_too_old_are_told(fake: FakeVllm) -> None:
    fake.context, fake.model, fake.root, fake.version = 8192, "other/Model", "other/Model", "0.11.0"
    found = grave(check_vllm(fake.url, choice=replace(CHOICE, named=V1_0)))
    assert "--max-model-len" in found[f"context of {fake.url}"]
    assert "tencent/HunyuanOCR-1.0" in found[f"model of {fake.url}"]
    assert "0.33.0" in found[f"vllm of {fake.url}"]


def test_a_model_that_does_not_say_its_generation_is_told(fake: FakeVllm) -> None:
    fake.model, fake.root = "other/Model", "/models/HunyuanOCR-1.0"
    found = grave(check_vllm(fake.url))
    assert "--served-model-name" in found[f"model of {fake.url}"]


def test_a_wrong_token_and_the_wrong_kind_are_told(fake: FakeVllm) -> None:
    assert "token" in grave(check_vllm(fake.url, token="other"))[f"engine {fake.url}"]
    assert "vllm?" in grave(checkup.check_rapid(fake.url, token=KEY))[f"engine {fake.url}"]


@pytest.mark.parametrize("look", [checkup.check_rapid, check_vllm])
def test_an_engine_that_is_not_there_is_broken(look: Any) -> None:
    assert "ocrbot engine" in grave(look("http://127.0.0.1:9", token=""))["engine http://127.0.0.1:9"]


# The command


@dataclass(frozen=True)
class House:
    dingtalk: Lookalike
    environment: Mapping[str, str]

    async def doctor(self, **changes: str) -> tuple[int, str]:
        """Run the command as an operator does."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "doctor",
            env={**self.environment, **changes}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()


@pytest.fixture
async def house(redis_server: LocalRedis, fake: FakeVllm, tmp_path: Path) -> AsyncIterator[House]:
    async with Lookalike(client_id="app", client_secret="s3cret", robot_code="app") as dingtalk:
        environment = {
            **clean_environment(tmp_path),
            "PYTHONPATH": os.getcwd(),  # noqa: PTH109 - as the tests were started
            "OCRBOT_REDIS__URL": redis_server.url,
            "OCRBOT_ENGINE__KIND": "hunyuan",  # the former word
            "OCRBOT_TERRITORY": "CN",
            "OCRBOT_ENGINE__URLS": f'["{fake.url}"]',
            "OCRBOT_ENGINE__TOKEN": KEY,
            "OCRBOT_DINGTALK__CLIENT_ID": "app",
            "OCRBOT_DINGTALK__CLIENT_SECRET": "s3cret",
            "OCRBOT_DINGTALK__API_URL": dingtalk.url,
            "OCRBOT_DINGTALK__OAPI_URL": dingtalk.url,
        }
        yield House(dingtalk, environment)


async def test_a_house_in_order(house: House) -> None:
    code, said = await house.doctor()
    assert code == 0, said
    assert "bad " not in said
    assert {line.split(":")[0] for line in said.splitlines()} >= {
        "ok   settings", "ok   redis appendonly",
        "ok   dingtalk hosts", "ok   dingtalk connection", "ok   dingtalk scope",
    }  # fmt: skip
    assert "s3cret" not in said
    assert not house.dingtalk.records.entries


async def test_a_secret_that_is_wrong(house: House) -> None:
    code, said = await house.doctor(OCRBOT_DINGTALK__CLIENT_SECRET="other")
    assert code == 1
    assert "bad  dingtalk connection: DingTalk does not accept OCRBOT_DINGTALK__CLIENT_ID" in said


async def test_a_scope_that_is_not_granted(house: House) -> None:
    house.dingtalk.fail("/v1.0/robot/messageFiles/download", status=403, body=missing_scope("qyapi_robot_sendmsg"))
    code, said = await house.doctor()
    assert code == 1
    assert "bad  dingtalk scope" in said
    assert "qyapi_robot_sendmsg" in said


async def test_cards_are_looked_at_where_the_configuration_wants_them(house: House, tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(Path(__file__).parents[3] / "config" / "prompts", config / "prompts")
    (config / "ocrbot.toml").write_text('[receipt]\nmode = "card"\n', encoding="utf-8")
    house.dingtalk.fail("/v1.0/card/streaming", status=403, body=missing_scope("Card.Streaming.Write"))
    code, said = await house.doctor(OCRBOT_CONFIG_DIR=str(config))

    assert code == 0, said
    assert "ok   dingtalk receipts (Card.Instance.Write): allowed" in said
    assert "warn dingtalk receipts (Card.Streaming.Write): " in said
    assert "lacks the scope Card.Streaming.Write" in said
    assert not house.dingtalk.records.entries


async def test_everything_missing_is_told_at_once(house: House) -> None:
    code, said = await house.doctor(
        OCRBOT_REDIS__URL="", OCRBOT_DINGTALK__CLIENT_ID="", OCRBOT_ENGINE__URLS='["http://127.0.0.1:9"]'
    )
    assert code == 1
    assert said.count("bad ") == 3
    assert "OCRBOT_REDIS__URL is not set" in said
