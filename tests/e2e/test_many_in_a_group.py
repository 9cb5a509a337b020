"""Many pictures in one group: within DingTalk's twenty messages a minute all are answered, in their order."""

import asyncio
import os
import re
import signal
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from bot.domain import texts
from bot.domain.task import task_id
from bot.lookalike import Entry
from bot.lookalike.chat import Chat
from tests.e2e.deployment import Deploy, Deployment, hunyuan_settings
from tests.fakes.fake_script import Script
from tests.fakes.fake_vllm import FakeVllm

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
KEY = "sesame"
PICTURES, SECONDS = 60, 50.0
MINUTE, MOST = 60.0, 20


def picture(number: int) -> bytes:
    image = Image.new("RGB", (480, 240), "white")
    ImageDraw.Draw(image).text((30, 60), f"No {number:04}", fill="black", font_size=80)
    data = BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


async def test_sixty_pictures_within_a_minute_are_answered_in_order_and_within_the_limit(deploy: Deploy) -> None:
    with engine() as server:
        async with deploy(environment=hunyuan_settings(server.url, token=KEY, workers=4)) as h:
            group, asked = await ask(h, PICTURES, SECONDS)
            await h.dingtalk.until(lambda: len(numbers(group.replies)) >= PICTURES, timeout=120)
            replies = list(group.replies)
        refused = [call for call in h.dingtalk.records.calls if call.status >= 400]
    assert numbers(replies) == list(asked)
    assert all(set(reply.mentions) == {asked[task] for task in numbers([reply])} for reply in replies)
    assert {reply.via for reply in replies} == {"webhook"}
    times = [reply.monotonic for reply in replies]
    assert [at for at, later in zip(times, times[MOST:], strict=False) if later - at < MINUTE] == []
    assert refused == []


async def test_workers_killed_meanwhile_lose_no_answer_and_mark_what_they_repeat(deploy: Deploy) -> None:
    with engine() as server:
        async with deploy(environment=hunyuan_settings(server.url, token=KEY, workers=4)) as h:
            kills = {at: lambda: os.kill(h.processes.pid("worker"), signal.SIGKILL) for at in (15, 25)}
            group, asked = await ask(h, 35, 25.0, meanwhile=kills)
            await h.dingtalk.until(lambda: set(numbers(group.replies)) == set(asked), timeout=200)
            replies = list(group.replies)
    seen: set[str] = set()
    for reply in replies:
        again = seen & set(numbers([reply]))
        assert not again or texts.answers.repeat_notice().strip() in reply.text
        seen |= set(numbers([reply]))
    assert seen == set(asked)


def engine() -> FakeVllm:
    return FakeVllm(key=KEY, slots=8, script=lambda _: Script(text="会议纪要", first_after=0.3))


async def ask(
    h: Deployment, pictures: int, seconds: float, *, meanwhile: Mapping[int, Callable[[], None]] | None = None
) -> tuple[Chat, dict[str, str]]:
    """Post pictures in a group, and return the staff id of each asker by task; `meanwhile` runs at some pictures."""
    warm = h.dingtalk.group("试机群")
    warm.show(h.dingtalk.member("张三"), picture(9999))
    await h.dingtalk.next_reply(warm, timeout=90)  # the engine is proven
    group, people = h.dingtalk.group("报销群"), [h.dingtalk.member(f"同事{number}") for number in range(6)]
    asked: dict[str, str] = {}
    for number in range(pictures):
        member = people[number % len(people)]
        posted = group.show(member, picture(number))
        asked[task_id(posted.message_id)] = member.staff_id
        (meanwhile or {}).get(number, lambda: None)()
        await asyncio.sleep(seconds / pictures)
    return group, asked


def numbers(replies: Sequence[Entry]) -> list[str]:
    """Return the task numbers in the bot's messages, in their order."""
    return [number for reply in replies for number in re.findall(r"编号 ([0-9a-f]{20})", reply.text)]
