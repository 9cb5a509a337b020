"""The description at /v1/openapi.json: answers are as it says, and a client that is generated from it works."""

import importlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from redis import Redis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from bot.domain.requests.client import LOCAL_CLIENT
from tests.fakes.api_house import ERP, ApiHouse, token_of
from tests.fakes.read_documents import invoice

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
    ignored_auth,
]
PNG = b"\x89PNG\r\n\x1a\n made up"


def unlimited(redis: Redis) -> ApiHouse:
    house = ApiHouse(redis)
    many = LOCAL_CLIENT.requests_per_minute
    house.clients = [replace(ERP, requests_per_minute=many, pages_per_minute=many)]
    house.parts.wrong_tokens._value = 0  # refused at once, so that the test takes no time
    return house


def test_every_answer_is_as_described(redis: Redis) -> None:
    description = schemathesis.openapi.from_asgi("/v1/openapi.json", unlimited(redis).app)
    operations = [result.ok() for result in description.get_all_operations()]
    assert len(operations) > 15
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(
            max_examples=12,
            deadline=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def holds(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers={"Authorization": f"Bearer {token_of('erp')}"}, checks=CHECKS)

        holds()


async def test_the_description_says_every_error_and_loads_nothing_from_elsewhere(redis: Redis) -> None:
    house = ApiHouse(redis)
    async with house.caller() as http:
        text = (await http.get("/v1/openapi.json")).text
        pages = [(await http.get(path)).status_code for path in ("/docs", "/redoc")]
    document = json.loads(text)
    assert pages == [404, 404]
    assert document["openapi"].startswith("3.1")
    assert "HTTPValidationError" not in text
    for path, methods in document["paths"].items():
        if "/health/" not in path:
            for operation in methods.values():
                assert {"401", "403", "422", "429", "500", "503"} <= set(operation["responses"]), path


def generated(document: bytes, folder: Path) -> str:
    """Write a client for the description below `folder` and return its package's name."""
    (folder / "openapi.json").write_bytes(document)
    subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--overwrite"),
            *("--path", str(folder / "openapi.json"), "--output-path", str(folder / "generated_client")),
        ],
        check=True,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        cwd=folder,
    )
    return "generated_client"


async def test_a_generated_client_posts_a_file_and_reads_the_answer(
    redis: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = ApiHouse(redis)
    async with house.caller() as http:
        name = generated((await http.get("/v1/openapi.json")).content, tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    part = importlib.import_module
    post, get = part(f"{name}.api.documents.post_document"), part(f"{name}.api.documents.get_document")
    body = part(f"{name}.models.post_document_files_body").PostDocumentFilesBody
    file = part(f"{name}.types").File
    client = part(f"{name}.client").AuthenticatedClient(base_url="http://localhost", token=token_of("erp"))
    headers = {"Authorization": f"Bearer {token_of('erp')}"}
    transport = httpx.ASGITransport(house.app)
    client.set_async_httpx_client(httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers))
    sent = await post.asyncio(
        client=client, body=body(file=file(payload=PNG, file_name="a.png", mime_type="image/png"), reference="PO-7")
    )
    house.finish(sent.id, invoice("25117000000000000001", "1234.50"))
    read = await get.asyncio(client=client, id=sent.id)
    values = {field.key: field.value for field in read.papers[0].fields}
    assert (read.reference, values["total_with_tax"]) == ("PO-7", "1234.50")
