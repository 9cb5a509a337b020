import pytest

from bot.webhooks.addresses import WebhookNotAllowed, checked_target, internal_hosts

NOBODY_INSIDE = internal_hosts([])
NOT_PUBLIC = (
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "192.0.2.1",
    "198.18.0.1",
    "192.88.99.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "2002:a00:1::",
    "2001:0:a00:1::",
    "::10.0.0.1",
)


def target(url: str, addresses: list[str], *, internal: tuple[str, ...] = ()) -> tuple[str, ...]:
    return checked_target(url, internal_hosts(internal), resolve=lambda _host, _port: addresses).addresses


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_not_called(address: str) -> None:
    with pytest.raises(WebhookNotAllowed, match="is not public"):
        target("https://erp.example/hook", [address])


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2400:3200::1", "2606:4700::1111"])
def test_a_public_address_is_called(address: str) -> None:
    assert target("https://erp.example/hook", [address]) == (address,)


def test_of_several_addresses_only_public_ones_are_called() -> None:
    assert target("https://erp.example/", ["10.0.0.1", "8.8.8.8"]) == ("8.8.8.8",)


def test_a_network_that_is_named_is_called() -> None:
    named = ("10.2.0.0/16", "fd00::/8")
    assert target("https://erp.example/", ["10.2.3.4"], internal=named) == ("10.2.3.4",)
    assert target("https://erp.example/", ["fd00::5"], internal=named) == ("fd00::5",)
    assert target("https://erp.example/", ["::ffff:10.2.3.4"], internal=named) == ("::ffff:10.2.3.4",)
    with pytest.raises(WebhookNotAllowed):
        target("https://erp.example/", ["10.3.0.1"], internal=named)


def test_a_host_that_is_named_is_called_wherever_it_is_and_without_tls() -> None:
    assert target("http://ERP.intern:8080/hook", ["10.3.0.1"], internal=("erp.intern",)) == ("10.3.0.1",)
    assert target("http://10.2.3.4/", ["10.2.3.4"], internal=("10.2.0.0/16",)) == ("10.2.3.4",)
    assert target("http://[fd00::5]/", ["fd00::5"], internal=("fd00::/8",)) == ("fd00::5",)


def test_others_are_called_with_tls_only() -> None:
    for url in ("http://erp.example/hook", "http://8.8.8.8/"):
        with pytest.raises(WebhookNotAllowed, match="must begin with https"):
            target(url, ["8.8.8.8"])
    with pytest.raises(WebhookNotAllowed, match="must begin with https"):
        target("http://erp.example/", ["10.2.3.4"], internal=("10.2.0.0/16",))


@pytest.mark.parametrize("url", ["", "erp", "ftp://erp.example/", "https://", "file:///etc/passwd", "//x"])
def test_what_is_no_url_is_not_called(url: str) -> None:
    with pytest.raises(WebhookNotAllowed):
        target(url, ["8.8.8.8"])


def test_a_password_in_a_url_is_refused_and_not_shown() -> None:
    with pytest.raises(WebhookNotAllowed) as refused:
        target("https://user:hunter2@erp.example/", ["8.8.8.8"])
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "017700000001", "localhost"])
def test_other_ways_to_write_this_machine_are_resolved_first(host: str) -> None:
    with pytest.raises((WebhookNotAllowed, OSError)):
        checked_target(f"https://{host}/", NOBODY_INSIDE)
