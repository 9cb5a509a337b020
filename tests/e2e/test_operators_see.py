"""What operators see of the running processes."""

import asyncio
import re
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.deployment import Deploy

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"


def free_address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


async def seen(address: str, path: str) -> tuple[int, str]:
    def get() -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://{address}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    return await asyncio.to_thread(get)


def value(metrics: str, series: str) -> float:
    found = re.search(rf"^{re.escape(series)} (\S+)$", metrics, re.MULTILINE)
    assert found, f"{series} is not in:\n{metrics}"
    return float(found[1])


async def test_an_answered_picture_shows_in_the_metrics_of_both_processes(deploy: Deploy) -> None:
    bot, worker = free_address(), free_address()
    environment = {"OCRBOT_METRICS__LISTEN": bot, "OCRBOT_METRICS__WORKER_LISTEN": worker}
    async with deploy(environment=environment) as h:
        group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
        group.show(member, (SAMPLES / "contract.png").read_bytes())
        await h.dingtalk.next_reply(group, timeout=60)
        for address in (bot, worker):
            assert (await seen(address, "/live"))[0] == 200
            assert (await seen(address, "/ready"))[0] == 200
        by_bot, by_worker = (await seen(bot, "/metrics"))[1], (await seen(worker, "/metrics"))[1]
        assert value(by_bot, 'ocrbot_messages_total{result="taken"}') == 1
        assert value(by_bot, "ocrbot_dingtalk_connected") == 1
        assert value(by_worker, 'ocrbot_file_seconds_count{result="read"}') == 1
        assert value(by_worker, 'ocrbot_engine_seconds_count{result="done"}') >= 1
        assert value(by_worker, "ocrbot_engine_in_flight") == 0
        assert value(by_worker, 'ocrbot_dingtalk_seconds_count{call="sendBySession",result="ok"}') == 1
        assert value(by_worker, 'ocrbot_step_seconds_count{result="done",step="read"}') == 1
