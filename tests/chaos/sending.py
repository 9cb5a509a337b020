"""Programs that send documents over the API, each again under its key until it is accepted, and what they see then."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx
from standardwebhooks.webhooks import Webhook

from bot.domain.webhooks.signature import secret_of
from tests.chaos.document_verdict import FoundDocument, SentDocument, WebhookCall
from tests.chaos.numbered_picture import picture
from tests.fakes.webhook_receiver import WebhookReceiver

CLIENTS = ("erp", "scanner")
WEBHOOK = "ended"
_BROKEN = 5  # of so many files one cannot be read
_PAUSE_SECONDS = 0.3  # before a client sends again
_CALL_SECONDS = 20.0
_LISTED = 100
_ACCEPTED, _LATER = (200, 202), (408, 429)
_numbers = count(1)


def clients_toml(receiver: WebhookReceiver) -> str:
    """Return the file in which these clients are, whose webhooks are below the address of `receiver`."""
    return "\n".join(
        f'[[clients]]\nname = "{client}"\ntokens = ["sha256:{hashlib.sha256(_token(client).encode()).hexdigest()}"]\n'
        "requests_a_minute = 100_000\npages_a_minute = 100_000\n"
        f'[[clients.webhooks]]\nname = "{WEBHOOK}"\nsecret = "{_secret(client)}"\n'
        f'url = "http://127.0.0.1:{receiver.port}/{client}"\n'
        for client in CLIENTS
    )


def _token(client: str) -> str:
    return f"ocr_of_{client}"


def _secret(client: str) -> str:
    return secret_of(client.encode().ljust(32))


@dataclass(slots=True, kw_only=True)
class Programs:
    """The clients' programs, at the API's `url`; `read` is what the engine reads in the picture of a number."""

    url: str
    receiver: WebhookReceiver
    read: str
    begun: int = 0  # uploads
    slow_seconds: float = 0.0  # that an upload takes
    _first_ends: dict[str, str] = field(default_factory=dict)

    async def until_ready(self, seconds: float) -> None:
        """Wait until the API is ready to serve, so many seconds at most."""
        async with asyncio.timeout(seconds), self._http(CLIENTS[0]) as http:
            while True:
                with suppress(httpx.TransportError):
                    if (await http.get("/v1/health/ready")).is_success:
                        return
                await asyncio.sleep(_PAUSE_SECONDS)

    async def send_all(self, documents: int, seconds: float, sent: list[SentDocument]) -> None:
        """Send so many documents, begun within so many seconds, and add each to `sent` once it is accepted twice."""
        async with asyncio.TaskGroup() as sending:
            for _ in range(documents):
                sending.create_task(self._send(next(_numbers), sent))
                await asyncio.sleep(seconds / documents)

    async def _send(self, number: int, sent: list[SentDocument]) -> None:
        client, is_broken = CLIENTS[number % len(CLIENTS)], number % _BROKEN == 0
        data = b"\x89PNG\r\n\x1a\n, nothing more" + bytes(str(number), "ascii") if is_broken else picture(number)
        reference = f"document {number}"
        async with self._http(client) as http:
            ids = [await self._accepted(http, reference, data) for _ in range(2)]
        expects = "" if is_broken else self.read.format(number)
        sent.append(SentDocument(client=client, reference=reference, expects=expects, ids=tuple(ids)))

    def _http(self, client: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {_token(client)}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=_CALL_SECONDS, trust_env=False)

    async def _accepted(self, http: httpx.AsyncClient, reference: str, data: bytes) -> str:
        """Send a file, whatever goes wrong, until the API says that it has it; return the id that it says."""
        asked = {"prompt": "text", "reference": reference, "webhook": WEBHOOK, "name": "a.png"}
        headers = {"Idempotency-Key": reference, "Content-Type": "image/png", "Content-Length": str(len(data))}
        while True:
            self.begun += 1
            with suppress(httpx.TransportError):
                answer = await http.post(
                    "/v1/documents", params=asked, headers=headers, content=_slowly(data, self.slow_seconds)
                )
                if answer.status_code in _ACCEPTED:
                    return str(answer.json()["id"])
                if answer.is_client_error and answer.status_code not in _LATER:
                    return f"refused: {answer.text}"
            await asyncio.sleep(_PAUSE_SECONDS)

    async def found(self) -> list[FoundDocument]:
        """Return what each client sees of its documents; raises `httpx.HTTPError` while the API does not answer."""
        found: list[FoundDocument] = []
        for client in CLIENTS:
            async with self._http(client) as http:
                listed = [one async for one in _listed(http)]
                found += [self._as_found(client, one) for one in listed]
        return found

    async def with_texts(self, found: list[FoundDocument]) -> list[FoundDocument]:
        """Return the documents as each of them is given by itself, with what was read."""
        whole: list[FoundDocument] = []
        for document in found:
            async with self._http(document.client) as http:
                whole.append(self._as_found(document.client, await _json(http, f"/v1/documents/{document.id}")))
        return whole

    def _as_found(self, client: str, document: dict[str, Any]) -> FoundDocument:
        id_, status = document["id"], document["status"]
        if status in {"done", "failed"}:
            self._first_ends.setdefault(id_, status)
        return FoundDocument(
            client=client,
            reference=document["reference"],
            id=id_,
            status=status,
            first_end=self._first_ends.get(id_, ""),
            text="\n".join(paper.get("text", "") for paper in document["papers"]),
            has_problem=document["problem"] is not None,
        )

    def calls(self) -> list[WebhookCall]:
        """Return the calls of webhooks that have arrived."""
        return [*_calls(self.receiver)]


async def _slowly(data: bytes, seconds: float) -> AsyncIterator[bytes]:
    """Yield a body in two parts, with a pause between them."""
    half = len(data) // 2
    yield data[:half]
    await asyncio.sleep(seconds)
    yield data[half:]


async def _listed(http: httpx.AsyncClient) -> AsyncIterator[dict[str, Any]]:
    cursor: str | None = ""
    while cursor is not None:
        page = await _json(http, "/v1/documents", limit=_LISTED, **({"cursor": cursor} if cursor else {}))
        for one in page["items"]:
            yield one
        cursor = page["next"]


async def _json(http: httpx.AsyncClient, path: str, **asked: str | int) -> Any:
    answer = await http.get(path, params=asked)
    return answer.raise_for_status().json()


def _calls(receiver: WebhookReceiver) -> Iterator[WebhookCall]:
    for request in receiver.requests():
        client, headers, body = request["path"].strip("/"), request["headers"], request["body"]
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)  # it may be long ago by now
        signed = Webhook(_secret(client)).sign(headers["webhook-id"], at, body) in headers["webhook-signature"].split()
        document = json.loads(body)["data"]["id"]
        yield WebhookCall(client=client, event=headers["webhook-id"], document=document, signed=signed)
