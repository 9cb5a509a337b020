"""Which model an address serves, and whether it may be asked, on the fake vLLM."""

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from bot.domain.engine_profile import ProfileChoice
from bot.domain.errors import Misconfigured
from tests.fakes.engine_profiles import CHOICE, GLM_OCR, V1_5
from tests.fakes.fake_vllm import FakeVllm
from tests.fakes.vllm_client import PROMPT, Open, drawn, read, saying
from workers.engines.clients import require_allowed_model
from workers.engines.notes import MemoryEngineNotes


def allowing(choice: ProfileChoice) -> Callable[[str], None]:
    def admit(url: str) -> None:
        with httpx.Client(trust_env=False) as http:
            require_allowed_model(url, choice, MemoryEngineNotes(), http)

    return admit


def test_the_licence_is_looked_at_before_any_picture_is_sent(server: FakeVllm, client: Open) -> None:
    with pytest.raises(Misconfigured, match="may not be used in FR"):
        read(client(server.url, admit=allowing(replace(CHOICE, territory="FR"))), drawn(), PROMPT)
    assert server.asked == []
    read(client(server.url, admit=allowing(CHOICE)), drawn(), PROMPT)
    assert server.asked


def test_a_model_that_no_profile_knows_gets_no_picture(server: FakeVllm, client: Open) -> None:
    server.model = server.root = "other/Model"
    with pytest.raises(Misconfigured, match="OCRBOT_ENGINE__PROFILE"):
        read(client(server.url, admit=allowing(CHOICE)), drawn(), PROMPT)
    assert server.asked == []


def test_addresses_with_different_models_are_not_used_together(server: FakeVllm, other: FakeVllm, client: Open) -> None:
    other.model = other.root = "zai-org/GLM-OCR"
    server.script = other.script = saying(text="好")
    used = client(server.url, other.url)
    assert used.profile() is V1_5
    for _ in range(6):
        read(used, drawn(), PROMPT)
    assert not (server.asked and other.asked)


def test_a_model_without_a_system_message_gets_none(server: FakeVllm, client: Open) -> None:
    server.model = server.root = "zai-org/GLM-OCR"
    server.script = saying(text="你好")
    used = client(server.url)
    assert used.profile() is GLM_OCR
    read(used, drawn(), "Text Recognition:")
    assert [message["role"] for message in server.asked[0].body["messages"]] == ["user"]
