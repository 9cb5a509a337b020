"""Fetches files from the object store that DingTalk refers to."""

import time
from collections.abc import Callable, Iterable
from urllib.parse import SplitResult, urlsplit

import httpx
import structlog

from bot.domain import texts
from bot.domain.errors import Refused, Unavailable
from bot.domain.limits import MEGABYTE

_PORTS = {"http": 80, "https": 443}
_MOST_SECONDS = 60.0  # for one file

_log = structlog.get_logger("ocrbot.dingtalk")


def fetch_file(
    http: httpx.Client,
    address: str,
    *,
    hosts: Iterable[str],
    limit_bytes: int,
    clock: Callable[[], float] | None = None,
) -> bytes:
    """Return the file at a signed address; `clock` is monotonic, in seconds.

    Raises `Refused` for a file that is too large or gone, and for a host that no pattern in `hosts` allows, which the
    log names; `Unavailable` for anything else, including an expired signature: a new address can be requested.
    """
    url = _parsed_address(address)
    if not _is_allowed(url, hosts):
        host = url.netloc.rpartition("@")[2]
        _log.error("a file is on a host that is not allowed", host=host, change="OCRBOT_DINGTALK__DOWNLOAD_HOSTS")
        raise Refused("host_not_allowed", texts.failures.download_host_not_allowed())
    now = clock or time.monotonic
    try:
        # A small compressed answer could unpack to a huge one, and files are rarely text that compresses well.
        with http.stream("GET", address, headers={"Accept-Encoding": "identity"}, follow_redirects=False) as response:
            _check_response(response, limit_bytes)
            return _read_body(response, limit_bytes, until=now() + _MOST_SECONDS, clock=now)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(f"a file did not come from {url.hostname}: {type(error).__name__}") from error


def _parsed_address(address: str) -> SplitResult:
    try:
        url = urlsplit(address)
        _ = url.port  # raises if it is out of range
    except ValueError as error:
        raise Unavailable("DingTalk gave an invalid address for a file") from error
    return url


def _is_allowed(url: SplitResult, hosts: Iterable[str]) -> bool:
    """Return whether a pattern allows `url`: "host" or "*.suffix", with ":port" unless it is the scheme's default."""
    standard = _PORTS.get(url.scheme)
    if standard is None or not url.hostname or url.username is not None:
        return False
    port = url.port or standard
    for pattern in hosts:
        name, _, number = pattern.lower().partition(":")
        fits = url.hostname.endswith(name[1:]) if name.startswith("*.") else url.hostname == name
        if fits and port == (int(number) if number else standard):
            return True
    return False


def _check_response(response: httpx.Response, limit_bytes: int) -> None:
    if response.status_code == httpx.codes.NOT_FOUND:
        raise Refused("code_expired", texts.failures.download_code_expired())
    if response.status_code != httpx.codes.OK:
        raise Unavailable(f"a file did not come from {response.url.host}: HTTP {response.status_code}")
    length = response.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > limit_bytes:
        raise Refused("too_large", texts.failures.download_too_large(limit_bytes // MEGABYTE))


def _read_body(response: httpx.Response, limit_bytes: int, *, until: float, clock: Callable[[], float]) -> bytes:
    data = bytearray()
    for chunk in response.iter_raw():
        data += chunk
        if len(data) > limit_bytes:
            raise Refused("too_large", texts.failures.download_too_large(limit_bytes // MEGABYTE))
        if clock() > until:
            raise Unavailable(f"a file came too slowly from {response.url.host}")
    return bytes(data)
