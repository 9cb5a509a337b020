"""The groups of settings: what may be set, and what a value may be."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints


def _present_kind(kind: object) -> object:
    """Return the present word for an engine that vLLM serves, which settings call hunyuan since before others."""
    return "vllm" if kind == "hunyuan" else kind


def _country(code: str) -> str:
    """Return a country's ISO 3166 code or ""; raises `ValueError` for what cannot be one."""
    code = code.strip().upper()
    instead = {"UK": "GB, the United Kingdom", "EU": "the country's own, such as DE"}.get(code, "such as CN")
    if code in {"UK", "EU"} or (code and not re.fullmatch("[A-Z]{2}", code)):
        raise ValueError(f"{code} is no country's code of ISO 3166: set two letters, {instead}")
    return code


def _network(name: str) -> str:
    """Return a host's name, or a network if it is written as one; raises `ValueError` for a network that is none."""
    if "/" in name or ":" in name:
        ip_network(name, strict=False)
    return name


HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^/\s?#]+$", strip_whitespace=True)]
TracesUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$", strip_whitespace=True)]
HostPattern = Annotated[str, StringConstraints(pattern=r"^(\*\.)?[A-Za-z0-9.-]+(:\d+)?$", to_lower=True)]
HostOrNetwork = Annotated[
    str,
    StringConstraints(pattern=r"^([A-Za-z0-9_.-]+|[0-9A-Fa-f:.]+(/\d{1,3})?)$", to_lower=True),
    AfterValidator(_network),
]
Listen = Annotated[str, StringConstraints(pattern=r"^[^\s:]+:\d{1,5}$")]
Territory = Annotated[str, AfterValidator(_country)]
Listens = Annotated[
    str, StringConstraints(pattern=r"^([^\s,]+:\d{1,5}(,\s*[^\s,]+:\d{1,5})*)?$", strip_whitespace=True)
]
RedisUrl = Annotated[str, StringConstraints(pattern=r"^((redis|rediss|unix)://\S+)?$")]
_KEY_CHARACTERS = 32
_PROXY = re.compile(r"http://([^\s:@/]+:[^\s:@/]+@)?[^\s:@/?#]+:\d{1,5}")


def _proxy(value: SecretStr) -> SecretStr:
    if value.get_secret_value() and not _PROXY.fullmatch(value.get_secret_value()):
        raise ValueError("it is http://host:port or http://user:password@host:port, special characters percent-encoded")
    return value


def _long_keys(value: SecretStr) -> SecretStr:
    if any(len(key) < _KEY_CHARACTERS for key in value.get_secret_value().split()):
        raise ValueError(f"a key has at least {_KEY_CHARACTERS} characters, such as openssl rand -hex 32 gives")
    return value


class _SettingsGroup(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DingTalkSettings(_SettingsGroup):
    """The bot's account and DingTalk's addresses."""

    client_id: str = Field("", description="the app's Client ID (AppKey) from DingTalk's developer console")
    client_secret: SecretStr = Field(SecretStr(""), description="the app's Client Secret (AppSecret)")
    api_url: HttpUrl = Field("https://api.dingtalk.com", description="DingTalk's API")
    oapi_url: HttpUrl = Field(
        "https://oapi.dingtalk.com", description="DingTalk's older API; session webhooks are called on this host only"
    )
    login_url: HttpUrl = Field(
        "https://login.dingtalk.com", description="where people sign in, for the page of `ocrbot api`"
    )
    download_hosts: tuple[HostPattern, ...] = Field(
        ("*.aliyuncs.com", "*.dingtalk.com"),
        description='hosts that attachments may come from: "*." for every host below, ":port" if not the usual',
    )
    proxy: Annotated[SecretStr, AfterValidator(_proxy)] = Field(
        SecretStr(""),
        description="the HTTP proxy to DingTalk, http://[user:password@]host:port; Redis and engines are never asked "
        "through it; empty: none",
    )
    calls_per_second: Annotated[int, Field(ge=1, le=1000)] = Field(
        20,
        description="how often DingTalk lets the app call each API in a second: 20 in the standard edition, 40 in the "
        "professional one, 60 in the exclusive one",
    )


class RedisSettings(_SettingsGroup):
    """The queue and the ledger."""

    url: RedisUrl = Field("", description="the Redis to use: redis://, rediss:// or unix://")
    password: SecretStr = Field(
        SecretStr(""), description="the password of the user in OCRBOT_REDIS__URL, so that it need not stand there"
    )
    sentinels: Listens = Field(
        "", description="host:port,host:port,… of Redis Sentinels, which then name the server, not OCRBOT_REDIS__URL"
    )
    sentinel_master: Annotated[str, Field(min_length=1)] = Field(
        "mymaster", description="how Sentinels call the master"
    )
    sentinel_user: str = Field("", description="the user at the Sentinels; empty: the default one")
    sentinel_password: SecretStr = Field(SecretStr(""), description="the password at the Sentinels; empty: none")
    wait_for: Annotated[int, Field(ge=0, le=9)] = Field(
        0, description="replicas that must have a message before DingTalk is told that it was taken; 0: none"
    )
    wait_seconds: Annotated[float, Field(gt=0, le=10)] = Field(
        1.0, description="for how long they are waited for; then DingTalk is told nothing and delivers it again"
    )
    job_keys: Annotated[SecretStr, AfterValidator(_long_keys)] = Field(
        SecretStr(""),
        description="the keys that jobs in Redis are signed with, separated by spaces: the first one signs, each is "
        "accepted; empty: one made of OCRBOT_DINGTALK__CLIENT_SECRET",
    )
    most_mb: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        2048, description="MB of Redis' memory above which no more files are taken, and people are told; 0: no limit"
    )
    messages_a_person: Annotated[int, Field(ge=0, le=100_000)] = Field(
        500, description="open messages with files that one person may have; more are not taken; 0: no limit"
    )


class FilesSettings(_SettingsGroup):
    """Where the files of messages wait."""

    folder: Path | Literal[""] = Field(
        "", description="the folder for files, which bot and all workers share; empty: they are in Redis"
    )
    bucket: str = Field(
        "", description="instead of a folder, the bucket of an S3-compatible store, which bot and all workers share"
    )
    endpoint: str = Field("", description="the address of that store, such as `https://minio:9000`; empty: Amazon's")
    region: str = Field("", description="the region of the bucket; empty: `us-east-1`")
    access_key: SecretStr = Field(SecretStr(""), description="the key with which the bucket is read and written")
    secret_key: SecretStr = Field(SecretStr(""), description="the secret of that key")
    most_mb: Annotated[int, Field(ge=0, le=100_000_000)] = Field(
        20_480,
        description="MB of the folder or bucket above which no more files are taken, and people are told; 0: no limit",
    )


class EngineSettings(_SettingsGroup):
    """The engine that reads pictures, and its addresses."""

    kind: Annotated[Literal["rapid", "vllm"], BeforeValidator(_present_kind)] = Field(
        "rapid", description="rapid: the CPU engine; vllm: a model on vLLM, formerly called hunyuan"
    )
    urls: tuple[HttpUrl, ...] = Field(
        ("http://127.0.0.1:8765",), min_length=1, description="where workers find engines, the first one first"
    )
    second: tuple[HttpUrl, ...] = Field(
        (),
        description="addresses of `ocrbot engine` with the CPU engine beside a model on vLLM: it reads again what "
        "nothing can check, and stands in where it reads as well; empty: none",
    )
    listen: Listen = Field("127.0.0.1:8765", description="host:port that `ocrbot engine` serves on")
    token: SecretStr = Field(SecretStr(""), description="what engines ask of their callers; empty: nothing")
    runtime: Literal["auto", "onnxruntime", "openvino", "openvino-bf16"] = Field(
        "auto",
        description="what runs the CPU engine's networks; auto measures onnxruntime and openvino at start",
    )
    profile: str = Field(
        "", description="the file in config/engines that describes the model, by its name; empty: told from the model"
    )
    model: str = Field(
        "tencent/HunyuanOCR",
        description="what `ocrbot engine` has vLLM serve: a name on Hugging Face's hub, or a folder",
    )
    revision: str = Field(
        "f6af82ee007fe6091b29fb3bb287b491ead41c82",
        description="the commit of the model on the hub; the default is the last of HunyuanOCR 1.0",
    )
    untried_vllm: bool = Field(
        default=False,
        description="start a vLLM that nobody tried with HunyuanOCR; the proof decides whether it is used",
    )


class McpSettings(_SettingsGroup):
    """What `ocrbot mcp` gives an assistant."""

    api: HttpUrl = Field("http://127.0.0.1:8000", description="the API that `ocrbot mcp` calls")
    token: SecretStr = Field(SecretStr(""), description="the token of its client; empty: none is sent")
    folders: tuple[Path, ...] = Field(
        (), description="folders on its machine whose files an assistant may have read; empty: none"
    )


class WebhooksSettings(_SettingsGroup):
    """What clients' webhooks may reach."""

    internal: tuple[HostOrNetwork, ...] = Field(
        (),
        description="hosts and networks inside that webhooks may go to, such as erp.intern or 10.2.0.0/16; a host that "
        "is named may be called by http; all others are called by https and at public addresses only",
    )


class WorkerSettings(_SettingsGroup):
    """The work that one `ocrbot worker` does at once."""

    concurrency: Annotated[int, Field(ge=0, le=256)] = Field(
        0, description="files that one `ocrbot worker` reads at once; 0: 32 with the CPU engine, 64 with vLLM"
    )
    requests: Annotated[int, Field(ge=0, le=256)] = Field(
        0,
        description="files of the API among these; 0: half of what the engine reads side by side: the chat goes first",
    )


class MetricsSettings(_SettingsGroup):
    """The addresses of metrics and health."""

    listen: Listen | Literal[""] = Field(
        "", description="host:port where `ocrbot bot` serves /metrics, /live and /ready; empty: nowhere"
    )
    worker_listen: Listen | Literal[""] = Field("", description="the same for `ocrbot worker`")


class ApiSettings(_SettingsGroup):
    """The API for programs, and the page."""

    listen: Listen = Field(
        "127.0.0.1:8000",
        description="host:port that `ocrbot api` serves on; one that other machines reach needs a client in "
        "clients.toml",
    )
    clients: Path | Literal[""] = Field("", description="the folder that holds clients.toml; empty: OCRBOT_CONFIG_DIR")
    upload_mb: Annotated[int, Field(ge=128, le=100_000)] = Field(
        512, description="MB of uploads that one `ocrbot api` holds at once; more are told to come back later"
    )
    most_waiting: Annotated[int, Field(ge=0, le=10_000_000)] = Field(
        20_000, description="requests of one client that may wait; more are not taken; 0: no limit"
    )
    url: HttpUrl | Literal[""] = Field(
        "", description="where people reach the page, such as https://ocr.example.com; DingTalk sends them back there"
    )
    dingtalk_client: str = Field(
        "",
        description="the client in clients.toml for whom people act who sign in on the page with DingTalk; they share "
        "its documents; empty: only tokens sign in",
    )


class TracesSettings(_SettingsGroup):
    """Where traces go."""

    endpoint: TracesUrl | Literal[""] = Field(
        "",
        description="the collector of OpenTelemetry to which traces are sent over OTLP by HTTP, such as "
        "http://collector:4318; empty: none are made",
    )
