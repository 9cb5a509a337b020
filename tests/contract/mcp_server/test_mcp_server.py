"""`ocrbot mcp` as an assistant has it: started as a process, spoken to over its standard input and output."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.types import CallToolResult, TextContent

from tests.fakes.fake_document_api import (
    ID,
    TOKEN,
    FakeDocumentApi,
    document_api,
    document_json,
    field_json,
    paper_json,
)

FIELDS = field_json("价税合计", "106.00", "checked"), field_json("日期", "9月", "doubtful")
DONE = document_json("done", paper_json(*FIELDS))


@asynccontextmanager
async def assistant(api: FakeDocumentApi, folder: Path, *, token: str = TOKEN) -> AsyncIterator[Client]:
    environment = {
        "PATH": os.environ["PATH"],
        "OCRBOT_MCP__API": api.url,
        "OCRBOT_MCP__TOKEN": token,
        "OCRBOT_MCP__FOLDERS": f'["{folder}"]',
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    server = StdioServerParameters(command=sys.executable, args=["-m", "bot", "mcp"], env=environment)
    async with Client(server, read_timeout_seconds=60) as client:
        yield client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "invoices").mkdir()
    (tmp_path / "invoices" / "a.pdf").write_bytes(b"%PDF-1.7 bytes of a file")
    (tmp_path / "secret.pdf").write_bytes(b"secret")
    return tmp_path / "invoices"


def found(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return dict(result.structured_content)


def refusal(result: CallToolResult) -> str:
    assert result.is_error
    assert isinstance(result.content[0], TextContent)
    return result.content[0].text


async def test_an_assistant_has_a_file_read_and_gets_values_with_their_status(folder: Path) -> None:
    with document_api(document_json("queued"), document_json("reading"), DONE) as api:
        async with assistant(api, folder) as client:
            tools = await client.list_tools()
            assert [tool.name for tool in tools.tools] == ["read_document", "get_document", "list_prompts"]
            answer = found(await client.call_tool("read_document", {"path": "a.pdf", "fields": ["价税合计", "日期"]}))
            again = found(await client.call_tool("get_document", {"document_id": ID}))
    total, date = answer["papers"][0]["fields"]
    assert (total["value"], date["read_as"], "value" in date) == ("106.00", "9月", False)
    assert answer["certainty"].startswith("Not every value is certain")
    assert again == answer
    assert b"bytes of a file" in api.uploads[0]
    assert b'filename="a.pdf"' in api.uploads[0]
    assert str(folder).encode() not in api.uploads[0]


async def test_the_kinds_are_listed(folder: Path) -> None:
    with document_api(DONE) as api:
        async with assistant(api, folder) as client:
            (prompt,) = found(await client.call_tool("list_prompts"))["prompts"]
    assert (prompt["name"], prompt["fields"]) == ("invoice", ["价税合计"])


async def test_files_elsewhere_are_not_sent(folder: Path) -> None:
    with document_api(DONE) as api:
        async with assistant(api, folder) as client:
            for path in ("../secret.pdf", str(folder.parent / "secret.pdf"), "/etc/passwd"):
                assert "no such file in the folders" in refusal(await client.call_tool("read_document", {"path": path}))
    assert api.uploads == []


async def test_what_the_api_refuses_is_said(folder: Path) -> None:
    with document_api(DONE) as api:
        async with assistant(api, folder) as client:
            assert "no document of this id" in refusal(await client.call_tool("get_document", {"document_id": "0"}))
            for wrong in ("../prompts", "a/b", ""):
                said = refusal(await client.call_tool("get_document", {"document_id": wrong}))
                assert "no document of this id" in said
            api.problem = (429, {"title": "Too many", "detail": "Wait a little."}, {"retry-after": "7"})
            said = refusal(await client.call_tool("read_document", {"path": "a.pdf"}))
            assert said.endswith("Too many. Wait a little. Try again in 7 s")
            wrong_values = [{"at": "prompt", "what": "there is no prompt x"}]
            api.problem = (422, {"title": "Not valid", "detail": "", "errors": wrong_values}, {})
            said = refusal(await client.call_tool("list_prompts"))
            assert said.endswith("Not valid. prompt: there is no prompt x")


async def test_a_wrong_token_and_an_api_that_is_away_are_said(folder: Path) -> None:
    with document_api(DONE) as api:
        async with assistant(api, folder, token="wrong") as client:
            said = refusal(await client.call_tool("list_prompts"))
            assert "OCRBOT_MCP__TOKEN" in said
    async with assistant(api, folder) as client:
        said = refusal(await client.call_tool("list_prompts"))
    assert "does not answer" in said
    assert "is `ocrbot api` up?" in said
    assert TOKEN not in said
