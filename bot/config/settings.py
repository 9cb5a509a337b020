"""The settings, read once from the environment."""

import difflib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_origin

from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from bot.config.setting_groups import (
    ApiSettings,
    DingTalkSettings,
    EngineSettings,
    FilesSettings,
    McpSettings,
    MetricsSettings,
    RedisSettings,
    Territory,
    TracesSettings,
    WebhooksSettings,
    WorkerSettings,
)
from bot.domain.errors import Misconfigured

PREFIX = "OCRBOT_"
SECRETS_DIR = Path("/run/secrets")  # where compose and Kubernetes mount them
_ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """All settings. A setting's variable is `OCRBOT_` and its path in capitals, with `__` between levels."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_file_encoding="utf-8", extra="forbid", frozen=True
    )

    dingtalk: DingTalkSettings = DingTalkSettings()
    redis: RedisSettings = RedisSettings()
    files: FilesSettings = FilesSettings()
    engine: EngineSettings = EngineSettings()
    worker: WorkerSettings = WorkerSettings()
    metrics: MetricsSettings = MetricsSettings()
    webhooks: WebhooksSettings = WebhooksSettings()
    mcp: McpSettings = McpSettings()
    traces: TracesSettings = TracesSettings()
    api: ApiSettings = ApiSettings()
    territory: Territory = Field(
        "", description="the country in which it is used, by its ISO 3166 code; some models' licences exclude some"
    )
    config_dir: Path = Field(
        _ROOT / "config", description="the folder that holds prompts/, engines/ and, where signers are named, roots/"
    )
    log_format: Literal["text", "json"] = Field("text", description="key=value lines, or JSON lines")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the same
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment first, then `.env`, then mounted secrets: a file per setting, named as its variable."""
        secrets = NestedSecretsSettingsSource(
            file_secret_settings, secrets_prefix=PREFIX, secrets_nested_delimiter="__", secrets_dir_missing="ok"
        )
        return init_settings, env_settings, dotenv_settings, secrets


def fields(group: type[BaseModel] = Settings, prefix: str = PREFIX) -> Iterator[tuple[str, FieldInfo]]:
    """Yield the environment variable of every setting and its declaration."""
    for name, info in group.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from fields(kind, f"{prefix}{name.upper()}__")
        else:
            yield prefix + name.upper(), info


def load(*, dotenv: Path = Path(".env"), secrets: Path = SECRETS_DIR) -> Settings:
    """Return the settings; raises `Misconfigured` with a sentence that names the wrong one."""
    _refuse_unknown()
    try:
        return Settings(_env_file=dotenv, _secrets_dir=secrets)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = PREFIX + "__".join(str(part).upper() for part in first["loc"] if not isinstance(part, int))
        raise Misconfigured(f"{name} is wrong: {first['msg']}{_suggestion(name)}") from error
    except SettingsError as error:
        raise Misconfigured(f'{_invalid_lists()} is wrong: a list is written as JSON, such as ["a","b"]') from error


def require(value: str | SecretStr, name: str, purpose: str) -> str:
    """Return the value of a setting that this process needs; raises `Misconfigured` if it is empty."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not text:
        raise Misconfigured(f"{name} is not set: {purpose}")
    return text


def _refuse_unknown() -> None:
    known = {name for name, _ in fields()}
    for name in os.environ:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise Misconfigured(f"{name} is no setting of ocrbot{_suggestion(name.upper())}")


def _invalid_lists() -> str:
    """Return the names of list settings that are not JSON; if none is in the environment, of all list settings."""
    lists = [name for name, info in fields() if get_origin(info.annotation) is tuple]
    return ", ".join([name for name in lists if not os.environ.get(name, "[").startswith("[")] or lists)


def _suggestion(name: str) -> str:
    known = [name for name, _ in fields()]
    near = [] if name in known else difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
