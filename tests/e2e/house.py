"""What the end-to-end tests and the benches share: the look-alike, a Redis and the real processes."""

import json
import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.lookalike import Lookalike

SECRET = "s3cret"
PATIENT = Path(__file__).resolve().parent / "patient"  # the configuration of an organisation that wants no receipts


@dataclass(frozen=True, slots=True)
class House:
    """The look-alike, a Redis and the real processes."""

    dingtalk: Lookalike
    processes: Processes
    redis: LocalRedis


Open = Callable[..., AbstractAsyncContextManager[House]]


def pointed_at(dingtalk: Lookalike, redis: LocalRedis) -> dict[str, str]:
    """The settings that have bot and workers speak to this look-alike and this Redis."""
    return {
        "OCRBOT_DINGTALK__CLIENT_ID": "app",
        "OCRBOT_DINGTALK__CLIENT_SECRET": SECRET,
        "OCRBOT_DINGTALK__API_URL": dingtalk.url,
        "OCRBOT_DINGTALK__OAPI_URL": dingtalk.url,
        "OCRBOT_DINGTALK__DOWNLOAD_HOSTS": json.dumps([urlsplit(dingtalk.url).netloc]),
        "OCRBOT_REDIS__URL": redis.url,
        "OCRBOT_CONFIG_DIR": str(PATIENT),
    }


def read_by_hunyuan(url: str, *, token: str, workers: int) -> dict[str, str]:
    """The settings that have so many workers a queue read with the vLLM at this address."""
    return {
        "OCRBOT_ENGINE__KIND": "hunyuan",
        "OCRBOT_ENGINE__URLS": json.dumps([url]),
        "OCRBOT_ENGINE__TOKEN": token,
        "OCRBOT_WORKER__CONCURRENCY": str(workers),
    }


def clean_environment(folder: Path) -> dict[str, str]:
    """The environment of a machine that knows nothing of ocrbot."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OCRBOT_")}
    return {**kept, "HOME": str(folder)}
