"""With the real API: a client's server is told when a document is done, and an assistant has the same one read."""

import asyncio
import hashlib
import json
import os
import shutil
import socket
import sys
from pathlib import Path

import httpx
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from standardwebhooks.webhooks import Webhook

from bot.domain.webhooks.signature import secret_of
from tests.e2e.deployment import PATIENT, Deploy, clean_environment
from tests.fakes.webhook_receiver import WebhookReceiver, receiving

pytestmark = pytest.mark.e2e
INVOICE = Path(__file__).resolve().parents[2] / "config" / "samples" / "digital_invoice.png"
TOKEN, SECRET = "ocr_" + "t" * 43, secret_of(bytes(range(32)))


def free_address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def configured(folder: Path, receiver: WebhookReceiver) -> Path:
    """Return a configuration with one client, which has one webhook."""
    config = folder / "config"
    shutil.copytree(PATIENT, config, symlinks=False)
    (config / "clients.toml").write_text(
        f'[[clients]]\nname = "erp"\ntokens = ["sha256:{hashlib.sha256(TOKEN.encode()).hexdigest()}"]\n'
        f'[[clients.webhooks]]\nname = "books"\nurl = "{receiver.url}"\nsecret = "{SECRET}"\n'
    )
    return config


async def sent(address: str) -> str:
    """Send the invoice once the API is up; return the document's id."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    query = {"webhook": "books", "reference": "PO-7", "name": INVOICE.name}
    async with httpx.AsyncClient(base_url=f"http://{address}", headers=headers, trust_env=False) as http:
        for _ in range(600):
            try:
                response = await http.post("/v1/documents", params=query, content=INVOICE.read_bytes())
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return str(response.raise_for_status().json()["id"])
    raise TimeoutError


async def until_told(receiver: WebhookReceiver) -> None:
    for _ in range(900):
        if receiver.requests():
            return
        await asyncio.sleep(0.1)
    raise TimeoutError


async def test_a_server_is_told_and_an_assistant_asks(deploy: Deploy, tmp_path: Path) -> None:
    address = free_address()
    with receiving(tmp_path / "receiver") as receiver:
        settings = {
            "OCRBOT_API__LISTEN": address,
            "OCRBOT_CONFIG_DIR": str(configured(tmp_path, receiver)),
            "OCRBOT_WEBHOOKS__INTERNAL": '["127.0.0.1"]',
        }
        environment = {
            **clean_environment(tmp_path),
            "PATH": os.environ["PATH"],
            "OCRBOT_MCP__API": f"http://{address}",
            "OCRBOT_MCP__TOKEN": TOKEN,
            "OCRBOT_MCP__FOLDERS": json.dumps([str(INVOICE.parent)]),
        }
        server = StdioServerParameters(command=sys.executable, args=["-m", "bot", "mcp"], env=environment)
        async with deploy(processes=("worker", "bot", "api"), environment=settings):
            document = await sent(address)
            await until_told(receiver)
            async with Client(server, read_timeout_seconds=120) as assistant:
                read = await assistant.call_tool("read_document", {"path": INVOICE.name, "prompt": "invoice"})
                kinds = await assistant.call_tool("list_prompts")
                other = await assistant.call_tool("get_document", {"document_id": document})
    (request,) = receiver.requests()
    event = Webhook(SECRET).verify(request["body"], request["headers"])
    assert event["data"] == {"id": document, "kind": "document", "status": "done", "reference": "PO-7"}
    assert read.structured_content is not None
    assert other.structured_content is not None
    assert kinds.structured_content is not None
    (paper,) = read.structured_content["papers"]
    total = next(field for field in paper["fields"] if field["name"] == "价税合计")
    assert (total["status"], float(total["value"]) > 0) == ("checked", True)
    assert all(("value" in field) == (field["status"] == "checked") for field in paper["fields"])
    assert other.structured_content["papers"][0]["fields"] == paper["fields"]
    assert "invoice" in [kind["name"] for kind in kinds.structured_content["prompts"]]
