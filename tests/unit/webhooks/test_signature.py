import json
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from bot.domain.requests.record import RequestState
from bot.domain.requests.submission import RequestKind
from bot.domain.webhooks.event import WebhookEvent
from bot.domain.webhooks.signature import secret_of, signing_headers

SECRET, NEXT = secret_of(bytes(range(32))), secret_of(bytes(range(24, 64)))
EVENT = WebhookEvent(
    request="0123456789abcdef0123456789abcdef",
    kind=RequestKind.DOCUMENT,
    status=RequestState.DONE,
    reference="采购单-7",
    ended_at=1_790_000_000.25,
    client="erp",
    webhook="books",
)


def signed(secrets: str = SECRET) -> dict[str, str]:
    return dict(signing_headers(secrets, EVENT.id, EVENT.body(), at=int(datetime.now(UTC).timestamp())))


def test_receivers_verify_it_with_the_published_library() -> None:
    payload = Webhook(SECRET).verify(EVENT.body(), signed())
    assert payload == {
        "type": "document.done",
        "timestamp": "2026-09-21T14:13:20.250Z",
        "data": {"id": EVENT.request, "kind": "document", "status": "done", "reference": "采购单-7"},
    }


def test_another_secret_another_body_and_another_id_do_not_verify() -> None:
    for secret, body, headers in (
        (NEXT, EVENT.body(), signed()),
        (SECRET, EVENT.body().replace(b"done", b"gone"), signed()),
        (SECRET, EVENT.body(), {**signed(), "webhook-id": "other"}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers)


def test_with_two_secrets_receivers_of_either_verify_it() -> None:
    headers = signed(f"{SECRET} {NEXT}")
    for secret in (SECRET, NEXT):
        assert Webhook(secret).verify(EVENT.body(), headers)["type"] == "document.done"


def test_an_event_is_the_same_each_time() -> None:
    assert (EVENT.id, EVENT.body()) == (EVENT.id, EVENT.body())
    assert set(json.loads(EVENT.body())["data"]) == {"id", "kind", "status", "reference"}


@pytest.mark.parametrize("secret", ["", "abc", "whsec_", "whsec_!!!", "whsec_YWJj", secret_of(bytes(65))])
def test_what_is_no_secret_is_said_without_showing_it(secret: str) -> None:
    with pytest.raises(ValueError, match="secret") as refused:
        signed(secret)
    assert not secret or secret.removeprefix("whsec_") == "" or secret not in str(refused.value)
