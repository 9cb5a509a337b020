"""What is made of the names that callers give, and of what they prefer."""

import pytest

from bot.api.callers import host_of, is_loopback
from bot.api.following import wanted_wait
from bot.api.upload_room import UploadRoom
from bot.api.uploads import LONGEST_NAME, file_name
from bot.domain.requests.asking import field_names, pages_wanted


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("发票.pdf", "发票.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\li\\a.png", "a.png"),
        ("a\x00\x1b[31m\u202egnp.exe", "a[31mgnp.exe"),
        ("", ""),
        ("x" * 300 + ".pdf", "x" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_is_a_name_and_nothing_else(given: str, name: str) -> None:
    assert file_name(given) == name


@pytest.mark.parametrize(
    ("prefer", "seconds"), [("wait=20", 20), ("respond-async, wait=5", 5), ("wait=999999", 60), ("", 0), ("wait=x", 0)]
)
def test_who_is_ready_to_wait(prefer: str, seconds: int) -> None:
    assert wanted_wait(prefer) == seconds


@pytest.mark.parametrize(
    ("pages", "wanted"),
    [("", (0, 20)), ("3", (2, 1)), ("2-4", (1, 3)), ("5-", (4, 20)), ("1-99", (0, 20)), ("0", None), ("4-2", None)],
)
def test_pages_are_asked_for_from_one(pages: str, wanted: tuple[int, int] | None) -> None:
    assert pages_wanted(pages, 20) == wanted


def test_fields_are_repeated_or_listed() -> None:
    assert field_names(["金额，日期", "甲方", " 金额 ", ""]) == ("金额", "日期", "甲方")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "127.9.9.9", "[::1]:8000"])
def test_names_of_this_machine(host: str) -> None:
    assert is_loopback(host_of(host))


@pytest.mark.parametrize(
    "host", ["", "localhost.evil.com", "127.0.0.1.nip.io", "10.0.0.1", "0.0.0.0:8000", "[::", "a@b"]
)
def test_names_of_others(host: str) -> None:
    assert not is_loopback(host_of(host))


def test_room_for_uploads_is_bounded_and_one_alone_always_fits() -> None:
    room = UploadRoom(100)
    assert room.has(1000)
    with room.held(60):
        assert room.has(40)
        assert not room.has(41)
    assert room.has(1000)
