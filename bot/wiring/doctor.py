"""`ocrbot doctor`."""

import asyncio
import socket
import time
from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit

from bot.config import folder as config_folder
from bot.config.settings import Settings
from bot.console import doctor
from bot.console.printing import print_line
from bot.dingtalk.gateway import SOCKET_HOSTS
from bot.dingtalk.receipt_scopes import check_receipt_scopes
from bot.domain.errors import Misconfigured
from bot.domain.finding import Finding, bad
from bot.storage.dingtalk_notes import LastFrame
from bot.storage.queue import QueueLengths
from bot.wiring.dingtalk import api
from bot.wiring.engine_profiles import profile_choice
from bot.wiring.redis import redis
from bot.wiring.roots import check_roots
from bot.wiring.stream import stream
from workers.engines import checkup

_SECONDS_TO_REACH = 5.0


def run(loaded: Settings) -> int:
    """Print what is well and what is not; return 1 if something is not."""
    checks: list[doctor.Check] = [partial(doctor.check_settings, loaded), partial(check_roots, loaded.config_dir)]
    if loaded.redis.url or loaded.redis.sentinels:
        client = redis(loaded)
        checks += [
            partial(doctor.check_redis, client, time.time),
            partial(doctor.check_replicas, client, loaded.redis.wait_for),
            partial(doctor.check_workers, QueueLengths(client).workers),
            partial(doctor.check_last_frame, LastFrame(client).get, time.time),
        ]
    check_engine = check_cpu = partial(checkup.check_rapid, token=loaded.engine.token.get_secret_value())
    if loaded.engine.kind == "vllm":
        check_engine = partial(_check_vllm, loaded)
    checks += [partial(check_engine, url) for url in loaded.engine.urls]
    checks += [partial(check_cpu, url) for url in loaded.engine.second]
    if loaded.dingtalk.client_id and loaded.dingtalk.client_secret.get_secret_value():
        checks += _dingtalk_checks(loaded)
    return doctor.examine(checks, print_line)


def _check_vllm(loaded: Settings, url: str) -> Iterator[Finding]:
    try:
        choice = profile_choice(loaded)
    except Misconfigured as error:
        yield bad("engine profiles", str(error), "mend it: no worker starts until then")
        return
    config = config_folder.read(loaded.config_dir)[0]
    provider = config.organisation.provider if config is not None else ""
    yield from checkup.check_vllm(url, choice=choice, token=loaded.engine.token.get_secret_value(), provider=provider)


def _dingtalk_checks(loaded: Settings) -> Iterator[doctor.Check]:
    dingtalk, messages = api(loaded, doctor.NoTokens()), stream(loaded, _ignore)
    fetch = partial(dingtalk.download, "ocrbot-doctor", "", limit_bytes=1)
    reach = None if loaded.dingtalk.proxy.get_secret_value() else _open_and_close
    yield partial(doctor.check_hosts, [*_dingtalk_hosts(loaded)], loaded.dingtalk.download_hosts, reach)
    yield lambda: doctor.check_dingtalk(lambda: asyncio.run(messages.check()), fetch)
    config = config_folder.read(loaded.config_dir)[0]
    if config is not None:
        yield partial(check_receipt_scopes, dingtalk, config.organisation.receipt.mode)


def _dingtalk_hosts(loaded: Settings) -> Iterator[tuple[str, int]]:
    """Yield the hosts and ports that the bot and the workers call, those of the socket if DingTalk itself is meant."""
    urls = [urlsplit(url) for url in (loaded.dingtalk.api_url, loaded.dingtalk.oapi_url)]
    ports = {"https": 443, "http": 80}
    yield from dict.fromkeys((url.hostname or "", url.port or ports[url.scheme]) for url in urls)
    if any((url.hostname or "").endswith(".dingtalk.com") for url in urls):
        yield from ((host, ports["https"]) for host in SOCKET_HOSTS)


def _open_and_close(address: tuple[str, int]) -> None:
    socket.create_connection(address, _SECONDS_TO_REACH).close()


async def _ignore(_: object) -> None:
    pass
