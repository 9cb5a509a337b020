"""Fetches files from the object store that DingTalk points to."""

import time
from collections.abc import Callable, Iterable
from urllib.parse import SplitResult, urlsplit

import httpx

from bot.domain import texts
from bot.domain.errors import Misconfigured, Refused, Unavailable
from bot.domain.limits import MEGABYTE

_PORTS = {"http": 80, "https": 443}
_LONGEST = 60.0  # seconds for one file


def fetch_file(
    http: httpx.Client,
    address: str,
    *,
    hosts: Iterable[str],
    limit_bytes: int,
    clock: Callable[[], float] | None = None,
) -> bytes:
    """Return the file at a signed address; `clock` is monotonic, in seconds.

    Raises `Misconfigured` for a host that no pattern in `hosts` allows, `Refused` for a file that is too large or
    gone, `Unavailable` for anything else, including an expired signature: a new address can be requested.
    """
    where = _parsed_address(address)
    if not _is_allowed(where, hosts):
        raise Misconfigured(
            f"a file is on {where.netloc.rpartition('@')[2]!r}, which OCRBOT_DINGTALK__DOWNLOAD_HOSTS does not allow"
        )
    now = clock or time.monotonic
    try:
        # A small compressed answer might unpack to a huge one, and what the store holds is not text.
        with http.stream("GET", address, headers={"Accept-Encoding": "identity"}, follow_redirects=False) as response:
            _check_response(response, limit_bytes)
            return _read_body(response, limit_bytes, until=now() + _LONGEST, clock=now)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(f"a file did not come from {where.hostname}: {type(error).__name__}") from error


def _parsed_address(address: str) -> SplitResult:
    try:
        where = urlsplit(address)
        _ = where.port  # raises if it is out of range
    except ValueError as error:
        raise Unavailable("DingTalk gave an address for a file that is none") from error
    return where


def _is_allowed(where: SplitResult, hosts: Iterable[str]) -> bool:
    """Return whether a pattern allows the address: "host" or "*.suffix", with ":port" unless it is the scheme's own."""
    standard = _PORTS.get(where.scheme)
    if standard is None or not where.hostname or where.username is not None:
        return False
    port = where.port or standard
    for pattern in hosts:
        name, _, number = pattern.lower().partition(":")
        fits = where.hostname.endswith(name[1:]) if name.startswith("*.") else where.hostname == name
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
