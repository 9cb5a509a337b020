"""Pictures a second through the whole chain, compared with the client alone on the same server. `make bench`.

The server is the fake vLLM, whose answers always take half a second, no matter how many are under way. So this measures
what the chain adds on a machine whose cores everything shares.
"""

import asyncio
import os
import secrets
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.lookalike import Limits, Lookalike
from tests.e2e.deployment import SECRET, addresses_of, hunyuan_settings, unpaced
from tests.fakes.engine_profiles import CHOICE
from tests.fakes.fake_script import Script
from tests.fakes.fake_vllm import FakeVllm
from workers.engines.clients import vllm
from workers.reading.image_reader import ImageReader

KEY = "sesame"
PICTURES = 64
LEVELS = (8, 16)
GROUPS = 8  # a group gets 20 messages a minute, then its answers share messages


def picture() -> Image.Image:
    image = Image.new("RGB", (640, 320), "white")
    ImageDraw.Draw(image).text((30, 100), "No 0001", fill="black", font_size=90)
    return image


def alone(server: FakeVllm, level: int) -> float:
    engine, image = ImageReader(engine=vllm([server.url], choice=CHOICE, token=KEY)), picture()
    engine.read(image, "提取图中的文字。")
    with ThreadPoolExecutor(level) as threads:
        started = time.perf_counter()
        list(threads.map(lambda _: engine.read(image, "提取图中的文字。"), range(PICTURES)))
        return PICTURES / (time.perf_counter() - started)


async def chain(server: FakeVllm, level: int) -> float:
    data = BytesIO()
    picture().save(data, "PNG")
    lifted = Limits(webhook_per_minute=None, api_calls_per_second=None)
    with tempfile.TemporaryDirectory() as folder:
        redis = LocalRedis(directory=Path(folder) / "redis")
        async with Lookalike(client_id="app", client_secret=SECRET, limits=lifted) as dingtalk:
            environment = {
                **os.environ,
                **addresses_of(dingtalk, redis),
                **hunyuan_settings(server.url, token=KEY, workers=level),
                **unpaced(),
            }
            running = Processes(folder=Path(folder), environment=environment, redis=redis, processes=("worker", "bot"))
            async with running:
                await dingtalk.connected(1, timeout=60)
                group, member = dingtalk.group("财务群"), dingtalk.member("张三")
                group.show(member, data.getvalue() + secrets.token_bytes(8))
                await dingtalk.next_reply(group, timeout=120)  # the engine is proven and all is warm
                started = time.perf_counter()
                groups = [dingtalk.group(f"组{number}") for number in range(GROUPS)]
                for number in range(PICTURES):
                    groups[number % GROUPS].show(member, data.getvalue() + secrets.token_bytes(8))
                await dingtalk.until(lambda: sum(len(each.replies) for each in groups) == PICTURES, timeout=300)
                return PICTURES / (time.perf_counter() - started)


def measure() -> None:
    with FakeVllm(key=KEY, script=lambda _: Script(text="会议纪要", first_after=0.5)) as server:
        for level in LEVELS:
            bare, whole = alone(server, level), asyncio.run(chain(server, level))
            print(
                f"{level:3} at once: client alone {bare:5.1f} pictures/s, chain {whole:5.1f} pictures/s, "
                f"ratio {whole / bare:.2f}; ideal {level / 0.5:.0f}"
            )


if __name__ == "__main__":
    measure()
