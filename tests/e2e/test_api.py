"""The API end to end: the real process with the worker, Redis and the engine."""

import asyncio
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import docx
import httpx
import pytest

from tests.e2e.deployment import PATIENT, Deploy, Deployment, clean_environment

ROOT = Path(__file__).resolve().parents[2]
INVOICE = ROOT / "config" / "samples" / "digital_invoice.png"
PROCESSES = ("worker", "bot", "api")

pytestmark = pytest.mark.e2e


def free_address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def ocrbot(*arguments: str, environment: Mapping[str, str]) -> str:
    """Run a command and return what it prints."""
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


async def until_live(http: httpx.AsyncClient) -> None:
    for _ in range(600):
        try:
            if (await http.get("/v1/health/ready")).is_success:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)
    raise TimeoutError


async def test_an_upload_is_read_and_only_its_client_sees_it(deploy: Deploy, tmp_path: Path) -> None:
    config, address = tmp_path / "config", free_address()
    shutil.copytree(PATIENT, config, symlinks=False)
    environment = {**clean_environment(tmp_path), "OCRBOT_CONFIG_DIR": str(config)}
    tokens = [ocrbot("api", "clients", "new", name, environment=environment).split()[-1] for name in ("erp", "shop")]
    erp, shop = ({"Authorization": f"Bearer {token}"} for token in tokens)
    settings = {"OCRBOT_API__LISTEN": address, "OCRBOT_CONFIG_DIR": str(config)}
    async with (
        deploy(processes=PROCESSES, environment=settings),
        httpx.AsyncClient(base_url=f"http://{address}", timeout=90, trust_env=False) as http,
    ):
        await until_live(http)
        sent = await http.post(
            "/v1/documents",
            files={"file": (INVOICE.name, INVOICE.read_bytes(), "image/png")},
            headers={**erp, "Prefer": "wait=60"},
        )
        assert sent.status_code == 200, sent.text
        place = sent.headers["location"]
        (paper,) = sent.json()["papers"]
        fields = {field["key"]: field for field in paper["fields"]}
        assert (paper["prompt"], fields["total_with_tax"]["status"]) == ("invoice", "checked")
        assert fields["total_with_tax"]["box"] is not None
        page = await http.get(f"{place}/pages/1.png", headers=erp)
        cut_out = await http.get(f"{place}/fields/total_with_tax.png", headers=erp)
        assert [one.content[:4] for one in (page, cut_out)] == [b"\x89PNG"] * 2
        assert (await http.get(place, headers=shop)).status_code == 404
        assert (await http.get("/v1/documents", headers=shop)).json()["items"] == []
        ocrbot("api", "clients", "revoke", "shop", environment=environment)
        for _ in range(100):
            if (await http.get("/v1/documents", headers=shop)).status_code == 401:
                break
            await asyncio.sleep(0.2)
        assert (await http.get("/v1/documents", headers=shop)).status_code == 401


def letter(number: int) -> bytes:
    """Return a Word document, which is read without the engine."""
    document, data = docx.Document(), io.BytesIO()
    document.add_paragraph(f"第 {number} 封信")
    document.save(data)
    return data.getvalue()


async def upload(http: httpx.AsyncClient, number: int) -> str:
    """Send a file until it is taken, as a client does whose connection breaks; return the id that it was told."""
    data = letter(number)
    while True:
        try:
            response = await http.post(
                "/v1/documents",
                files={"file": (f"{number}.docx", data)},
                data={"reference": f"R{number}"},
                headers={"Idempotency-Key": f"key {number}"},
            )
        except httpx.TransportError:
            await asyncio.sleep(0.1)
            continue
        assert response.status_code in {200, 202}, response.text
        return str(response.json()["id"])


async def kill_now_and_then(d: Deployment, times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(0.7)
        os.kill(d.processes.pid("api"), signal.SIGKILL)
        await asyncio.sleep(1.5)


async def test_whatever_was_taken_is_done_once_though_the_api_is_killed(deploy: Deploy) -> None:
    address = free_address()
    async with (
        deploy(processes=PROCESSES, environment={"OCRBOT_API__LISTEN": address}) as d,
        httpx.AsyncClient(base_url=f"http://{address}", timeout=60, trust_env=False) as http,
    ):
        await until_live(http)
        killer = asyncio.create_task(kill_now_and_then(d, 3))
        ids = [await upload(http, number) for number in range(40)]
        await killer
        await until_live(http)
        assert len(set(ids)) == 40
        for _ in range(600):
            items = (await http.get("/v1/documents?limit=100")).json()["items"]
            if all(one["status"] == "done" for one in items):
                break
            await asyncio.sleep(0.2)
        assert sorted(one["id"] for one in items) == sorted(ids)  # none is lost, none is there twice
        assert {one["status"] for one in items} == {"done"}
