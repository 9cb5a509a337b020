from collections.abc import Iterator

import httpx
import pytest
import structlog

from bot.dingtalk.download import fetch_file
from bot.domain import texts
from bot.domain.errors import Refused, Unavailable


class Endless(httpx.SyncByteStream):
    """A body that never ends and says no length."""

    def __init__(self) -> None:
        self.sent = 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.sent += 1000
            yield bytes(1000)


def serving(response: httpx.Response) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(lambda _request: response))


@pytest.mark.parametrize(
    ("address", "hosts"),
    [
        ("http://a.oss-cn.aliyuncs.com/x?Signature=a%2Bb%3D", ["*.aliyuncs.com"]),
        ("https://a.aliyuncs.com:443/x", ["*.aliyuncs.com"]),
        ("https://A.Aliyuncs.com/x", ["*.aliyuncs.com"]),
        ("http://files.corp/x", ["other", "files.corp"]),
        ("http://127.0.0.1:8080/x", ["127.0.0.1:8080"]),
    ],
)
def test_an_allowed_host_is_asked(address: str, hosts: list[str]) -> None:
    with serving(httpx.Response(200, stream=httpx.ByteStream(b"data"))) as http:
        assert fetch_file(http, address, hosts=hosts, limit_bytes=10) == b"data"


@pytest.mark.parametrize(
    ("address", "hosts"),
    [
        ("http://aliyuncs.com/x", ["*.aliyuncs.com"]),
        ("http://evilaliyuncs.com/x", ["*.aliyuncs.com"]),
        ("http://a.aliyuncs.com.evil.com/x", ["*.aliyuncs.com"]),
        ("http://a.aliyuncs.com:8080/x", ["*.aliyuncs.com"]),
        ("http://a.aliyuncs.com@evil.com/x", ["*.aliyuncs.com"]),
        ("http://user@a.aliyuncs.com/x", ["*.aliyuncs.com"]),
        ("http://127.0.0.1/x", ["127.0.0.1:8080"]),
        ("file:///etc/passwd", ["*.aliyuncs.com"]),
        ("http:///x", ["*.aliyuncs.com"]),
        ("http://a.aliyuncs.com/x", []),
    ],
)
def test_any_other_host_is_refused_and_the_log_names_the_setting(address: str, hosts: list[str]) -> None:
    with (
        structlog.testing.capture_logs() as logged,
        serving(httpx.Response(200, stream=httpx.ByteStream(b"data"))) as http,
        pytest.raises(Refused) as refused,
    ):
        fetch_file(http, address, hosts=hosts, limit_bytes=10)
    assert refused.value.text == texts.failures.download_host_not_allowed()
    assert [line["change"] for line in logged] == ["OCRBOT_DINGTALK__DOWNLOAD_HOSTS"]


@pytest.mark.parametrize("address", ["http://a:99999/x", "http://[::1/x"])
def test_an_address_that_is_none_is_unavailable(address: str) -> None:
    with serving(httpx.Response(200)) as http, pytest.raises(Unavailable):
        fetch_file(http, address, hosts=["a"], limit_bytes=10)


@pytest.mark.parametrize("status", [301, 302, 403, 500])
def test_only_a_success_is_a_file_and_no_redirect_is_followed(status: int) -> None:
    response = httpx.Response(status, headers={"Location": "http://elsewhere/x"})
    with serving(response) as http, pytest.raises(Unavailable, match=str(status)):
        fetch_file(http, "http://a/x", hosts=["a"], limit_bytes=10)


def test_a_file_that_is_gone_is_the_persons_to_post_again() -> None:
    with serving(httpx.Response(404)) as http, pytest.raises(Refused):
        fetch_file(http, "http://a/x", hosts=["a"], limit_bytes=10)


def test_a_body_without_a_length_is_broken_off_at_the_limit() -> None:
    body = Endless()
    with serving(httpx.Response(200, stream=body)) as http, pytest.raises(Refused) as caught:
        fetch_file(http, "http://a/x", hosts=["a"], limit_bytes=5000)
    assert caught.value.reason == "too_large"
    assert body.sent == 6000


def test_a_body_that_drips_is_broken_off_in_time() -> None:
    seconds = iter(range(0, 1000, 20))
    with serving(httpx.Response(200, stream=Endless())) as http, pytest.raises(Unavailable, match="slow"):
        fetch_file(http, "http://a/x", hosts=["a"], limit_bytes=1 << 30, clock=lambda: next(seconds))
