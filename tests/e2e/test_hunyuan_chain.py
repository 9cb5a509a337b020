"""The whole chain with HunyuanOCR behind it: proven before it is used, and every message answered when it dies."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.e2e.deployment import Deploy, hunyuan_settings
from tests.fakes.fake_script import ChatRequest, Script
from tests.fakes.fake_vllm import FakeVllm

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"
FIELDS = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))["digital_invoice.png"]["fields"]
PRINTED = "\n".join(f"{name}：{value}" for name, value in FIELDS.items())
KEY = "sesame"


def answers(asked: ChatRequest) -> Script:
    text = json.dumps(FIELDS, ensure_ascii=False) if "JSON" in asked.prompt else PRINTED
    return Script(text=text, first_after=0.3)


def settings(server: FakeVllm) -> dict[str, str]:
    return hunyuan_settings(server.url, token=KEY, workers=4)


async def test_an_invoice_is_recognised_and_asked_for_its_fields(deploy: Deploy) -> None:
    with FakeVllm(key=KEY, script=answers) as server:
        async with deploy(environment=settings(server)) as h:
            group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
            group.show(member, (SAMPLES / "digital_invoice.png").read_bytes())
            reply = await h.dingtalk.next_reply(group, timeout=90)
            assert "价税合计：￥3712.55 ✅" in reply.text
            assert FIELDS["发票号码"] in reply.text
            assert "HunyuanOCR" in reply.text
        task = h.dingtalk.records.entries
        assert task
        assert any(asked.request_id and asked.request_id.endswith("-0") for asked in server.asked)


async def test_an_engine_that_mixes_pictures_up_is_never_used(deploy: Deploy, tmp_path: Path) -> None:
    with FakeVllm(key=KEY, script=answers, mixes_pictures=True) as server:
        async with deploy(environment=settings(server)) as h:
            group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
            group.show(member, (SAMPLES / "digital_invoice.png").read_bytes())
            log = tmp_path / "worker.log"
            async with asyncio.timeout(90):
                while "docs/hunyuanocr.md" not in log.read_text():  # noqa: ASYNC110 - a file does not call
                    await asyncio.sleep(0.2)
            assert not any("JSON" in asked.prompt for asked in server.asked)
            assert group.replies == ()
            server.mixes_pictures = False
            server.stop()  # what an operator does: starts it again as that page says
            server.start()
            assert "3712.55" in (await h.dingtalk.next_reply(group, timeout=120)).text


async def test_every_message_is_answered_when_the_engine_dies_and_comes_back(deploy: Deploy) -> None:
    with FakeVllm(key=KEY, script=answers, token_seconds=0.01) as server:
        async with deploy(environment=settings(server)) as h:
            group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
            picture = (SAMPLES / "digital_invoice.png").read_bytes()
            for number in range(6):
                group.show(member, picture + bytes([number]))
            await h.dingtalk.until(lambda: len(h.dingtalk.records.acks) >= 6, timeout=60)
            async with asyncio.timeout(60):
                while not any("JSON" in asked.prompt for asked in server.asked):  # noqa: ASYNC110 - in another thread
                    await asyncio.sleep(0.01)
            await asyncio.to_thread(server.stop)
            await asyncio.sleep(2)
            await asyncio.to_thread(server.start)
            replies = [await h.dingtalk.next_reply(group, timeout=120) for _ in range(6)]
            assert all("3712.55" in reply.text for reply in replies)
            assert len({reply.answers for reply in replies}) == 6
            assert len(group.replies) == 6
