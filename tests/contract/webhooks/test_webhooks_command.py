"""`ocrbot api webhooks test` on a real receiver."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from bot.domain.webhooks.signature import secret_of
from tests.fakes.webhook_receiver import WebhookReceiver, receiving

SECRET = secret_of(bytes(range(32)))


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[WebhookReceiver]:
    with receiving(tmp_path / "receiver") as started:
        (tmp_path / "clients.toml").write_text(
            "[[clients]]\n"
            'name = "erp"\n'
            "[[clients.webhooks]]\n"
            f'name = "books"\nurl = "{started.url}"\nsecret = "{SECRET}"\n'
        )
        yield started


def ocrbot(folder: Path, *arguments: str, internal: str = '["127.0.0.1"]') -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OCRBOT_CONFIG_DIR": str(folder), "OCRBOT_WEBHOOKS__INTERNAL": internal}
    command = [sys.executable, "-m", "bot", "api", "webhooks", "test", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_signed_event_is_sent_once(receiver: WebhookReceiver, tmp_path: Path) -> None:
    ended = ocrbot(tmp_path, "erp")
    assert (ended.returncode, ended.stdout) == (0, "books at 127.0.0.1: taken: HTTP 204\n")
    (request,) = receiver.requests()
    assert Webhook(SECRET).verify(request["body"], request["headers"])["type"] == "webhook.test"
    assert set(json.loads(request["body"])["data"]) == {"id", "kind", "status", "reference"}


def test_what_came_back_is_said(receiver: WebhookReceiver, tmp_path: Path) -> None:
    receiver.behave("500")
    ended = ocrbot(tmp_path, "erp", "books")
    assert ended.returncode == 1
    assert ended.stdout == "books at 127.0.0.1: not taken, and a real event would be sent again: HTTP 500\n"


def test_an_address_inside_is_named_with_the_setting(receiver: WebhookReceiver, tmp_path: Path) -> None:
    ended = ocrbot(tmp_path, "erp", internal="[]")
    assert ended.returncode == 1
    assert "OCRBOT_WEBHOOKS__INTERNAL" in ended.stdout
    assert receiver.requests() == []


def test_unknown_names_are_said(receiver: WebhookReceiver, tmp_path: Path) -> None:
    assert "there is no client crm: the file has erp" in ocrbot(tmp_path, "crm").stderr
    assert "the client erp has no webhook mail: it has books" in ocrbot(tmp_path, "erp", "mail").stderr
