"""The whole chain with a real vLLM behind it, killed with -9 in the middle; `make test-vllm` builds it and runs this.

The model is tiny and random, so what it reads is noise; what counts is that every message is answered, and once.
"""

import asyncio
import io
import os

import httpx
import pytest
from PIL import Image, ImageDraw

from bot.domain import texts
from tests.e2e.deployment import Deploy, hunyuan_settings
from tests.fakes.processes import descendants, kill_all

URL = os.environ.get("OCRBOT_TEST_VLLM_URL", "")
KEY = os.environ.get("OCRBOT_TEST_VLLM_KEY", "")
KEEPER = int(os.environ.get("OCRBOT_TEST_VLLM_KEEPER", "0"))  # the process that starts vLLM again when it dies
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not KEEPER, reason="make test-vllm runs this on a real vLLM"),
    pytest.mark.timeout(1200),
]


def picture(number: int) -> bytes:
    image = Image.new("RGB", (640, 320), "white")
    ImageDraw.Draw(image).text((30, 100), f"No {number:04}", fill="black", font_size=90)
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


async def running(http: httpx.AsyncClient) -> bool:
    lines = (await http.get(f"{URL}/metrics")).text.splitlines()
    return any(line.startswith("vllm:num_requests_running{") and not line.endswith(" 0.0") for line in lines)


async def test_every_message_is_answered_though_vllm_is_killed(deploy: Deploy) -> None:
    settings = hunyuan_settings(URL, token=KEY, workers=2)
    async with deploy(environment=settings) as h, httpx.AsyncClient(trust_env=False) as http:
        group, member = h.dingtalk.group("财务群"), h.dingtalk.member("张三")
        for number in range(3):
            group.show(member, picture(number))
        async with asyncio.timeout(120):
            while not await running(http):  # noqa: ASYNC110 - a metric does not call
                await asyncio.sleep(0.05)
        kill_all(descendants(KEEPER)[1:])
        replies = [await h.dingtalk.next_reply(group, timeout=900) for _ in range(3)]
        assert len({reply.answers for reply in replies}) == 3
        assert not any(texts.failures.bug("")[:10] in reply.text for reply in replies)
        assert all("HunyuanOCR" in reply.text for reply in replies)
        group.say(member, "帮助")
        await h.dingtalk.next_reply(group, timeout=60)
        assert len(group.replies) == 4
