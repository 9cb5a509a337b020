"""The environment, read once into frozen settings."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, NestedSecretsSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from bot.domain.errors import Misconfigured

PREFIX = "OCRBOT_"
_ROOT = Path(__file__).resolve().parent.parent

HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^/\s?#]+$", strip_whitespace=True)]
HostPattern = Annotated[str, StringConstraints(pattern=r"^(\*\.)?[A-Za-z0-9.-]+(:\d+)?$", to_lower=True)]
Listen = Annotated[str, StringConstraints(pattern=r"^\S+:\d{1,5}$")]
RedisUrl = Annotated[str, StringConstraints(pattern=r"^(redis|rediss|unix)://\S+$")]


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DingTalkSettings(_Group):
    """The bot's account, and the addresses that DingTalk is reached at."""

    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    api_url: HttpUrl = "https://api.dingtalk.com"
    oapi_url: HttpUrl = "https://oapi.dingtalk.com"
    # A pattern is a host, "*." before it for every host below it, and ":port" where the port is not the scheme's own.
    download_hosts: tuple[HostPattern, ...] = ("*.aliyuncs.com",)


class RedisSettings(_Group):
    """The queue and the ledger."""

    url: RedisUrl | Literal[""] = ""


class EngineSettings(_Group):
    """What reads the pictures, and where it is."""

    kind: Literal["rapid", "hunyuan"] = "rapid"
    urls: tuple[HttpUrl, ...] = ("http://127.0.0.1:8765",)
    listen: Listen = "127.0.0.1:8765"
    token: SecretStr = SecretStr("")


class WorkerSettings(_Group):
    """How much one `ocrbot worker` does at once."""

    concurrency: Annotated[int, Field(ge=1, le=256)] = 2


class Settings(BaseSettings):
    """All settings; each is `OCRBOT_` and its path in capitals, `__` between levels."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_file=".env", extra="forbid", frozen=True
    )

    dingtalk: DingTalkSettings = DingTalkSettings()
    redis: RedisSettings = RedisSettings()
    engine: EngineSettings = EngineSettings()
    worker: WorkerSettings = WorkerSettings()
    config_dir: Path = _ROOT / "config"
    log_format: Literal["text", "json"] = "text"
