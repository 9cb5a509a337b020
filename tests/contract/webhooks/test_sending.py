"""Calls of webhooks on a real receiver: what is taken, and what never does harm."""

import ssl
import subprocess
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from bot.domain.webhooks.calling import WebhookAddress, WebhookAnswer
from bot.domain.webhooks.signature import secret_of
from bot.webhooks.addresses import internal_hosts
from bot.webhooks.sending import WebhookSender
from tests.fakes.webhook_receiver import WebhookReceiver, receiving

SECRET = secret_of(bytes(range(32)))
NOW = 1_790_000_000.0
BODY = b'{"type":"document.done"}'


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[WebhookReceiver]:
    with receiving(tmp_path / "receiver") as started:
        yield started


def called(url: str, *, internal: Sequence[str] = ("127.0.0.1",), seconds: float = 15.0) -> WebhookAnswer:
    sender = WebhookSender(internal_hosts(internal), clock=lambda: NOW, seconds=seconds)
    return sender(WebhookAddress(url=url, secrets=SECRET), "event-done", BODY)


def test_an_event_arrives_signed(receiver: WebhookReceiver) -> None:
    assert called(receiver.url).taken
    (request,) = receiver.requests()
    headers = request["headers"]
    assert (request["path"], request["body"]) == ("/hook", BODY.decode())
    assert headers["webhook-id"] == "event-done"
    assert headers["webhook-timestamp"] == str(int(NOW))
    expected = Webhook(SECRET).sign("event-done", datetime.fromtimestamp(NOW, UTC), BODY.decode())
    assert headers["webhook-signature"] == expected
    assert headers["host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize(("how", "status"), [("500", 500), ("404", 404), ("429", 429), ("410", 410)])
def test_another_status_is_not_taken(receiver: WebhookReceiver, how: str, status: int) -> None:
    receiver.behave(how)
    answer = called(receiver.url)
    assert (answer.taken, answer.status, answer.said) == (False, status, f"HTTP {status}")
    assert answer.refused_for_good == (status == 410)


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("Mon, 21 Sep 2026 14:14:20 GMT", 60.0), ("soon", None), ("-3", None)]
)
def test_the_receiver_says_when_to_come_again(receiver: WebhookReceiver, header: str, seconds: float | None) -> None:
    receiver.behave(f"503 {header}")
    assert called(receiver.url).retry_after == seconds


def test_a_redirect_is_not_followed(receiver: WebhookReceiver) -> None:
    receiver.behave("redirect")
    answer = called(receiver.url)
    assert (answer.taken, answer.said) == (False, "HTTP 302, a redirect, which is not followed")
    assert [request["path"] for request in receiver.requests()] == ["/hook"]


def test_of_a_huge_answer_only_the_beginning_is_read(receiver: WebhookReceiver) -> None:
    receiver.behave("huge")
    assert called(receiver.url).taken


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_a_receiver_that_hangs_is_left_in_time(receiver: WebhookReceiver, how: str) -> None:
    receiver.behave(how)
    assert called(receiver.url, seconds=1.0).said == "no answer within 1 s"


def test_a_receiver_that_is_down_is_said(receiver: WebhookReceiver) -> None:
    receiver.kill()
    assert called(receiver.url).said.startswith("the connection failed: ")


def test_this_machine_is_not_called_unless_a_setting_names_it(receiver: WebhookReceiver) -> None:
    answer = called(receiver.url.replace("http:", "https:"), internal=())
    assert "127.0.0.1 is not public" in answer.said
    assert "OCRBOT_WEBHOOKS__INTERNAL" in answer.said
    assert receiver.requests() == []


def test_no_proxy_is_taken_from_the_environment(receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert called(receiver.url).taken


def test_a_name_that_leads_elsewhere_a_moment_later_is_asked_once(receiver: WebhookReceiver) -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    sender = WebhookSender(
        internal_hosts(["erp.example"]), clock=lambda: NOW, resolve=lambda _host, _port: answers.pop(0)
    )
    url = f"http://erp.example:{receiver.port}/hook"
    assert sender(WebhookAddress(url=url, secrets=SECRET), "event-done", BODY).taken
    assert receiver.requests()[0]["headers"]["host"] == f"erp.example:{receiver.port}"
    assert len(answers) == 1


def test_a_secret_that_is_none_is_said_and_not_shown(receiver: WebhookReceiver) -> None:
    sender = WebhookSender(internal_hosts(["127.0.0.1"]), clock=lambda: NOW)
    answer = sender(WebhookAddress(url=receiver.url, secrets="hunter2"), "event-done", BODY)
    assert answer.said == "it is not called: a webhook's secret begins with whsec_"
    assert "hunter2" not in repr(WebhookAddress(url=receiver.url, secrets="hunter2"))


# -- with TLS


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        pass


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """The key and the certificate of erp.example in one file."""
    path = tmp_path / "erp.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=erp.example", "-addext", "subjectAltName=DNS:erp.example", "-days", "2"]
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)
    path.write_text((tmp_path / "key.pem").read_text() + (tmp_path / "cert.pem").read_text())
    return path


@pytest.fixture
def tls_port(certificate: Path) -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Taking)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def with_tls(url: str, trusted: Path) -> WebhookAnswer:
    sender = WebhookSender(
        internal_hosts(["127.0.0.0/8"]),
        clock=lambda: NOW,
        resolve=lambda _host, _port: ["127.0.0.1"],
        trust=ssl.create_default_context(cafile=str(trusted)),
    )
    return sender(WebhookAddress(url=url, secrets=SECRET), "event-done", BODY)


def test_the_certificate_must_be_of_the_name_in_the_url(tls_port: int, certificate: Path) -> None:
    assert with_tls(f"https://erp.example:{tls_port}/hook", certificate).taken
    assert "Hostname mismatch" in with_tls(f"https://other.example:{tls_port}/hook", certificate).said


def test_a_certificate_that_nobody_vouches_for_is_refused(tls_port: int, certificate: Path) -> None:
    sender = WebhookSender(
        internal_hosts(["127.0.0.0/8"]), clock=lambda: NOW, resolve=lambda _host, _port: ["127.0.0.1"]
    )
    url = f"https://erp.example:{tls_port}/hook"
    answer = sender(WebhookAddress(url=url, secrets=SECRET), "event-done", BODY)
    assert "CERTIFICATE_VERIFY_FAILED" in answer.said
