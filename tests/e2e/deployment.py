"""The processes and settings that the end-to-end tests and the benches share."""

import json
import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from redis import Redis

from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.lookalike import Lookalike

SECRET = "s3cret"
PATIENT = Path(__file__).resolve().parent / "patient"  # the configuration of an organisation that wants no receipts


@dataclass(frozen=True, slots=True)
class Deployment:
    """The look-alike, a Redis and the real processes."""

    dingtalk: Lookalike
    processes: Processes
    redis: LocalRedis


Deploy = Callable[..., AbstractAsyncContextManager[Deployment]]


def addresses_of(dingtalk: Lookalike, redis: LocalRedis) -> dict[str, str]:
    """Return the settings with which bot and workers use this look-alike and this Redis."""
    return {
        "OCRBOT_DINGTALK__CLIENT_ID": "app",
        "OCRBOT_DINGTALK__CLIENT_SECRET": SECRET,
        "OCRBOT_DINGTALK__API_URL": dingtalk.url,
        "OCRBOT_DINGTALK__OAPI_URL": dingtalk.url,
        "OCRBOT_DINGTALK__DOWNLOAD_HOSTS": json.dumps([urlsplit(dingtalk.url).netloc]),
        "OCRBOT_REDIS__URL": redis.url,
        "OCRBOT_CONFIG_DIR": str(PATIENT),
    }


USERS = ("bot", "worker", "read", "api", "operator")  # of deploy/redis/users.acl


def password_of(user: str) -> str:
    """Return the password of a user of the guarded Redis."""
    return f"the {user}'s"


def as_user(user: str, redis: LocalRedis) -> dict[str, str]:
    """Return the settings with which a process is this user of the guarded Redis."""
    return {"OCRBOT_REDIS__URL": f"{redis.url}?username={user}", "OCRBOT_REDIS__PASSWORD": password_of(user)}


def client(redis: LocalRedis, user: str) -> Redis:
    return Redis.from_url(redis.url, username=user, password=password_of(user))


def refusals(operator: Redis) -> list[tuple[str, str, str]]:
    """Return which process was refused what: the entries of Redis' own log."""
    return [
        (entry["username"], entry["reason"], entry["object"])
        for entry in cast("list[dict[str, Any]]", operator.acl_log())
        if entry["username"] in USERS
    ]


def unpaced() -> dict[str, str]:
    """Return the settings for a look-alike without limits: the default spreads the calls as DingTalk's own limits ask.

    With it the chain fetches 18 pictures a second at most, whatever the engine could read.
    """
    return {"OCRBOT_DINGTALK__CALLS_PER_SECOND": "1000"}


def hunyuan_settings(url: str, *, token: str, workers: int) -> dict[str, str]:
    """Return the settings with which this number of workers per queue read with the vLLM at `url`."""
    return {
        "OCRBOT_ENGINE__KIND": "vllm",
        "OCRBOT_TERRITORY": "CN",
        "OCRBOT_ENGINE__URLS": json.dumps([url]),
        "OCRBOT_ENGINE__TOKEN": token,
        "OCRBOT_WORKER__CONCURRENCY": str(workers),
    }


def clean_environment(folder: Path) -> dict[str, str]:
    """Return this process's environment without any setting of ocrbot, and with `folder` as home."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("OCRBOT_")}
    return {**others, "HOME": str(folder)}
