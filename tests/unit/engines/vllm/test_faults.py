import json
import time
from email.utils import formatdate

import pytest

from bot.domain.errors import Misconfigured, OcrbotError, Refused, Unavailable
from workers.engines.vllm.faults import PriorityUnsupported, UnknownModel, error_message, vllm_error

URL = "http://engine:8000"


def said(text: str) -> bytes:
    return json.dumps({"error": {"message": text, "type": "BadRequestError", "param": None, "code": 400}}).encode()


@pytest.mark.parametrize(
    ("status", "text", "kind", "named"),
    [
        (400, "This model's maximum context length is 8192 tokens.", Refused, "picture_too_large"),
        (400, "'max_tokens' is too large: 16384.", Refused, "picture_too_large"),
        (400, "cannot identify image file", Refused, "picture_not_taken"),
        (400, "absolute aspect ratio must be smaller than 200, got 201", Refused, "picture_not_taken"),
        (400, "Invalid JSON schema: unknown type", Misconfigured, "schema"),
        (400, "Got priority 3 but Priority scheduling is not enabled.", PriorityUnsupported, "Priority"),
        (401, "no", Misconfigured, "OCRBOT_ENGINE__TOKEN"),
        (403, "no", Misconfigured, "OCRBOT_ENGINE__TOKEN"),
        (404, "The model `x` does not exist.", UnknownModel, "`x`"),
        (404, "Not Found", Misconfigured, "OCRBOT_ENGINE__URLS"),
        (405, "Method Not Allowed", Misconfigured, "OCRBOT_ENGINE__URLS"),
        (413, "too much", Refused, "picture_too_large"),
        (429, "slow down", Unavailable, "slow down"),
        (500, "EngineCore died", Unavailable, "EngineCore"),
        (502, "bad gateway", Unavailable, "502"),
        (503, "starting", Unavailable, URL),
    ],
)
def test_an_error_is_told_to_whom_it_concerns(status: int, text: str, kind: type[OcrbotError], named: str) -> None:
    found = vllm_error(URL, status, said(text))
    assert type(found) is kind
    assert named in str(found)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"error": {"message": "m", "code": 400}}', "m"),
        (b'{"error": "Unauthorized"}', "Unauthorized"),
        (b'{"object": "error", "message": "m"}', "m"),
        (b'{"detail": "Not Found"}', "Not Found"),
        (b"<html>", "<html>"),
        (b"[1]", "[1]"),
        (b"", ""),
    ],
)
def test_a_server_has_several_ways_to_say_what_is_wrong(body: bytes, text: str) -> None:
    assert error_message(body) == text


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("", None), ("soon", None), ("-1", None)])
def test_when_to_come_back(header: str, seconds: float | None) -> None:
    found = vllm_error(URL, 503, b"", retry_after=header)
    assert isinstance(found, Unavailable)
    assert found.retry_after == seconds


def test_when_to_come_back_by_the_calendar() -> None:
    found = vllm_error(URL, 429, b"", retry_after=formatdate(time.time() + 50, usegmt=True))
    assert isinstance(found, Unavailable)
    assert found.retry_after is not None
    assert 30 < found.retry_after <= 50
