"""What can be checked of compose.yaml and the Dockerfile without an engine to run them."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from bot.config.setting_groups import EngineSettings
from bot.config.settings import fields, load
from bot.console.arguments import parser
from bot.domain.limits import MOST_UNPACKED_BYTES
from bot.storage.jobs.signed_call import QUEUES
from bot.storage.keys.families import FAMILIES
from bot.storage.queue import TIMEOUTS

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
OURS = ("bot", "worker", "read", "api", "engine")
ON_REDIS = ("bot", "worker", "read", "api")
ASKED_BY_RQ = {"rq:suspended"}  # and written by nobody: an operator may
each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def stages() -> dict[str, str]:
    found = re.split(r"^FROM (\S+) AS (\S+)$", DOCKERFILE, flags=re.MULTILINE)[1:]
    return {name: base + body for base, name, body in zip(found[::3], found[1::3], found[2::3], strict=True)}


def mounted(service: dict[str, Any]) -> dict[str, str]:
    """Return the names of a service's secrets in it, with the names of what is mounted there."""
    entries = service.get("secrets", ())
    return dict((one, one) if isinstance(one, str) else (one["target"], one["source"]) for one in entries)


def defaulted(value: str) -> str:
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def test_there_are_profiles_and_the_rest_is_in_all() -> None:
    assert {name: service.get("profiles") for name, service in SERVICES.items()} == {
        "redis": None,
        "bot": None,
        "worker": None,
        "read": None,
        "api": ["web"],
        "caddy": ["web"],
        "engine": ["cpu"],
        "engine-gpu": ["gpu"],
    }


@each_service
def test_a_service_comes_back_and_can_be_seen_to_work(service: dict[str, Any]) -> None:
    assert service["restart"] == "always"
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["stop_grace_period"]


@each_service
def test_a_service_has_no_more_power_than_it_needs(service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "network_mode", "pid", "ipc"} & set(service)
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if "caddy" in service["image"] else [])


@each_service
def test_a_service_cannot_take_the_whole_machine(service: dict[str, Any]) -> None:
    assert re.fullmatch(r"\d+[mg]", defaulted(service["mem_limit"]))
    assert 0 < service["pids_limit"] <= 4096


@pytest.mark.parametrize(
    ("name", "setting"), [("bot", "listen"), ("worker", "worker_listen"), ("read", "worker_listen")]
)
def test_health_is_asked_where_it_is_served(name: str, setting: str) -> None:
    address = SERVICES[name]["environment"][f"OCRBOT_METRICS__{setting.upper()}"]
    assert address.partition(":")[2] in SERVICES[name]["healthcheck"]["test"][-1]


@each_service
def test_only_what_faces_the_network_publishes_ports_and_logs_stay_small(service: dict[str, Any]) -> None:
    assert ("ports" in service) == ("caddy" in service["image"])
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])


def test_only_what_talks_to_dingtalk_reaches_the_outside() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == {
        *("bot", "worker", "caddy")
    }


def test_nothing_but_the_api_is_behind_what_faces_the_network() -> None:
    assert COMPOSE["networks"]["web"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if "web" in service["networks"]} == {"api", "caddy"}
    assert SERVICES["caddy"]["networks"] == ["web", "outside"]
    caddyfile = (ROOT / "deploy" / "caddy" / "Caddyfile").read_text(encoding="utf-8")
    assert re.findall(r"reverse_proxy (.*)", caddyfile) == ["api:8000"]
    assert "Strict-Transport-Security" in caddyfile
    assert int(re.findall(r"max_size (\d+)MB", caddyfile)[0]) * 10**6 > MOST_UNPACKED_BYTES


def test_the_images_of_others_are_named_by_digest_and_ours_by_version() -> None:
    lines = (ROOT / "deploy" / "images.env").read_text(encoding="utf-8").splitlines()
    listed = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    in_compose = dict(re.findall(r"\$\{(\w+_IMAGE):-([^}]*)\}", (ROOT / "compose.yaml").read_text(encoding="utf-8")))
    assert listed == in_compose
    assert f"ARG PYTHON_IMAGE={listed['PYTHON_IMAGE']}\n" in DOCKERFILE
    of_others = {image for name, image in listed.items() if not name.startswith("APP_")}
    assert all(re.fullmatch(r"\w+:\d+\.\d+\.\d+[\w.-]*@sha256:[0-9a-f]{64}", image) for image in of_others)
    assert all(re.fullmatch(r"ocrbot:\d+\.\d+\.\d+[\w.-]*", image) for image in {*listed.values()} - of_others)
    assert all("_IMAGE:-" in service.get("image", "") for service in SERVICES.values())


def test_redis_keeps_what_it_was_given() -> None:
    redis = SERVICES["redis"]
    command = " ".join(redis["command"])
    assert "--appendonly yes" in command
    assert "--appendfsync everysec" in command
    assert "--maxmemory-policy noeviction" in command
    assert "--maxmemory " in command
    assert redis["volumes"] == ["redis-data:/data", "./deploy/redis:/etc/redis:ro"]
    assert "redis-data" in COMPOSE["volumes"]
    assert redis["healthcheck"]["test"] == ["CMD", "redis-cli", "ping"]


def test_each_process_is_another_user_of_redis() -> None:
    users = (ROOT / "deploy" / "redis" / "users.acl").read_text(encoding="utf-8")
    for name in ON_REDIS:
        source = mounted(SERVICES[name])["OCRBOT_REDIS__PASSWORD"]
        assert f"user {name} on #{{{source}}} " in users
        assert source in mounted(SERVICES["redis"])
    assert SERVICES["redis"]["command"][0] == "/etc/redis/start.sh"


def test_redis_users_know_no_key_that_is_not_declared() -> None:
    users = (ROOT / "deploy" / "redis" / "users.acl").read_text(encoding="utf-8")
    patterns = set(re.findall(r"~((?:ocrbot|rq):\S+)", users)) - {"ocrbot:*", "rq:*"}
    families = [family.pattern.partition("{") for family in FAMILIES]
    whole = {head for head, brace, _ in families if not brace}
    heads = tuple(head for head, brace, _ in families if brace)
    found = patterns - ASKED_BY_RQ - whole
    assert [pattern for pattern in sorted(found) if not pattern.startswith(heads)] == []


@pytest.mark.parametrize("name", ON_REDIS)
def test_what_needs_redis_waits_for_it(name: str) -> None:
    assert SERVICES[name]["depends_on"]["redis"]["condition"] == "service_healthy"


def test_what_reads_strangers_files_has_no_secret_of_dingtalk_and_no_way_out() -> None:
    read = SERVICES["read"]
    assert read["networks"] == ["inside"]
    assert not [name for name in {*mounted(read), *read["environment"]} if "DINGTALK" in name]
    assert {"OCRBOT_REDIS__JOB_KEYS", "OCRBOT_REDIS__PASSWORD", "OCRBOT_ENGINE__TOKEN"} == set(mounted(read))


def test_all_queues_are_served_each_by_one_service() -> None:
    served = [parser().parse_args(SERVICES[name]["command"]).queues.split(",") for name in ("worker", "read")]
    assert sorted(queue for queues in served for queue in queues) == sorted(QUEUES)
    assert ["read"] in served


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_a_command_that_there_is(name: str) -> None:
    assert parser().parse_args(SERVICES[name]["command"]).command == SERVICES[name]["command"][0]


def test_a_worker_may_finish_its_step() -> None:
    for name in ("worker", "read"):
        queues = parser().parse_args(SERVICES[name]["command"]).queues.split(",")
        minutes = int(SERVICES[name]["stop_grace_period"].removesuffix("m"))
        # A read ends itself within a quarter of an hour; the limit above that is for one that hangs.
        assert 60 * minutes >= min(900, max(TIMEOUTS[queue] for queue in queues))


def test_every_variable_is_a_setting() -> None:
    known = {name for name, _ in fields()}
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8") + DOCKERFILE
    assert set(re.findall(r"OCRBOT_[A-Z0-9_]+", text)) <= known


def test_secrets_come_from_files_only() -> None:
    secret = {name for name, info in fields() if info.annotation is SecretStr}
    for service in SERVICES.values():
        assert not secret & set(service.get("environment", {}))
        assert set(mounted(service).values()) <= set(COMPOSE["secrets"])
    # Neither a Sentinel is here nor an assistant nor a bucket.
    elsewhere = {
        *("OCRBOT_REDIS__SENTINEL_PASSWORD", "OCRBOT_MCP__TOKEN"),
        *("OCRBOT_FILES__ACCESS_KEY", "OCRBOT_FILES__SECRET_KEY"),
    }
    assert secret - elsewhere == {
        name for service in SERVICES.values() for name in mounted(service) if name.startswith("OCRBOT_")
    } - {"OCRBOT_DINGTALK__CLIENT_ID"}
    assert all(entry == {"file": f"./secrets/{name}"} for name, entry in COMPOSE["secrets"].items())


@pytest.mark.parametrize("name", OURS)
def test_the_settings_accept_what_a_container_is_given(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in SERVICES[name]["environment"].items():
        monkeypatch.setenv(variable, defaulted(value))
    for secret in mounted(SERVICES[name]):
        # The files of the proxy and of the keys may be empty.
        empty = secret.endswith(("__PROXY", "__JOB_KEYS"))
        (tmp_path / secret).write_text("" if empty else "from-a-file\n", encoding="utf-8")
    settings = load(dotenv=tmp_path / ".env", secrets=tmp_path)
    if name == "engine":
        assert settings.engine.listen == "0.0.0.0:8765"
    else:
        assert settings.redis.url == f"redis://{name}@redis:6379/0"
        assert settings.redis.password.get_secret_value() == "from-a-file"
        assert settings.engine.urls == ("http://engine:8765",)
        assert settings.dingtalk.client_secret.get_secret_value() == ("" if name in {"read", "api"} else "from-a-file")


def test_both_engines_are_found_under_the_one_name() -> None:
    assert SERVICES["engine-gpu"]["networks"]["inside"]["aliases"] == ["engine"]
    listens = {SERVICES[name]["environment"]["OCRBOT_ENGINE__LISTEN"] for name in ("engine", "engine-gpu")}
    assert listens == {"0.0.0.0:8765"}


def test_the_gpu_engine_is_the_one_that_proves_itself_before_it_is_used() -> None:
    gpu = SERVICES["engine-gpu"]
    assert gpu["command"] == ["engine"]
    assert gpu["environment"]["OCRBOT_ENGINE__KIND"] == "vllm"
    default = EngineSettings()
    assert f":-{default.model}}}" in gpu["environment"]["OCRBOT_ENGINE__MODEL"]
    assert f":-{default.revision}}}" in gpu["environment"]["OCRBOT_ENGINE__REVISION"]
    device = gpu["deploy"]["resources"]["reservations"]["devices"][0]
    assert (device["driver"], device["capabilities"]) == ("nvidia", ["gpu"])


@pytest.mark.parametrize("name", [*OURS, "engine-gpu"])
def test_an_image_runs_as_a_plain_user(name: str) -> None:
    stage = stages()[SERVICES[name]["build"]["target"]]
    user = re.findall(r"^USER (\d+):(\d+)$", stage, flags=re.MULTILINE)[-1]
    assert user == ("10001", "10001")
    assert 'ENTRYPOINT ["ocrbot"]' in stage


def test_the_default_image_has_no_build_tools() -> None:
    assert list(stages())[-1] == "runtime"
    assert "apt-get" not in stages()["runtime"] + stages()["plain"]
    assert "uv sync --frozen --no-dev --no-editable" in stages()["build"]
    assert "HEALTHCHECK" not in DOCKERFILE


def test_everything_the_dockerfile_copies_reaches_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = [line.split()[1:-1] for line in DOCKERFILE.splitlines() if re.match(r"COPY (?!--)", line)]
    assert "*" in lines
    assert {name for names in copied for name in names} == allowed


def test_compose_itself_accepts_it() -> None:
    command = next((c for c in (["docker", "compose"], ["docker-compose"]) if works(c)), None)
    if command is None:
        pytest.skip("no docker compose here")
    for profile in ("cpu", "gpu", "web"):
        done = subprocess.run(
            [*command, "--profile", profile, "config", "-q"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def works(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run([*command, "version"], capture_output=True, check=False).returncode == 0
