"""A group of fifty people who post 500 pictures within a minute: which answers are lost, doubled, out of order or late.

Half of the pictures come as rich text, half are quoted; no two are the same. The engine is the fake vLLM with 16 slots
and half a second per answer. DingTalk's limits apply, of which a group's 20 messages a minute have answers share
messages. The ideal is the same posts in a queue before 16 slots, with answers sent in order the moment they are ready,
as if there were no limit and nothing else took any time. `make bench`; `--quick` for a small run.
"""

import argparse
import asyncio
import os
import random
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.domain.task import task_id
from bot.lookalike import Entry, Lookalike, Picture
from bot.lookalike.chat import Chat
from tests.e2e.deployment import SECRET, addresses_of, hunyuan_settings
from tests.fakes.fake_script import Script
from tests.fakes.fake_vllm import FakeVllm

KEY = "sesame"
NUMBER = re.compile(r"编号 ([0-9a-f]{20})")
PEOPLE = 50
SLOTS, ENGINE_SECONDS = 16, 0.5
WEBHOOK, DOWNLOAD = "/robot/sendBySession", "/v1.0/robot/messageFiles/download"
GROUP_SEND = "/v1.0/robot/groupMessages/send"
WINDOWS = {WEBHOOK: (20, 60.0), GROUP_SEND: (20, 1.0), DOWNLOAD: (20, 1.0)}  # calls in so many seconds


@dataclass(frozen=True, slots=True)
class Post:
    """One picture: when it was posted (monotonic seconds), and the id of its task."""

    at: float
    task: str


def picture(number: int) -> bytes:
    image = Image.new("RGB", (480, 240), "white")
    ImageDraw.Draw(image).text((30, 60), f"No {number:04}", fill="black", font_size=80)
    data = BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def moments(pictures: int, seconds: float, seed: int) -> list[float]:
    """Return when each picture is posted, in seconds: evenly spread, each up to one interval early or late."""
    chance, step = random.Random(seed), seconds / pictures  # noqa: S311 - repeatable, not secret
    return sorted(min(seconds, max(0.0, (number + chance.uniform(-1, 2)) * step)) for number in range(pictures))


async def post_all(dingtalk: Lookalike, group: Chat, when: Sequence[float], seed: int) -> list[Post]:
    people = [dingtalk.member(f"同事{number:02}") for number in range(PEOPLE)]
    chance = random.Random(seed)  # noqa: S311 - the same
    begun, posts = time.monotonic(), []
    for number, moment in enumerate(when):
        data, member = picture(number), chance.choice(people)
        await asyncio.sleep(max(0.0, begun + moment - time.monotonic()))
        if number % 2:
            posted = group.show(member, data)
        else:
            posted = group.quote(member, group.chatter(member, Picture(data)), "识别")
        posts.append(Post(time.monotonic(), task_id(posted.message_id)))
    return posts


async def measure(pictures: int, seconds: float, seed: int) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        FakeVllm(key=KEY, slots=SLOTS, script=lambda _: Script(text="会议纪要", first_after=ENGINE_SECONDS)) as server,
    ):
        redis = LocalRedis(directory=Path(folder) / "redis")
        async with Lookalike(client_id="app", client_secret=SECRET) as dingtalk:
            environment = {
                **os.environ,
                **addresses_of(dingtalk, redis),
                **hunyuan_settings(server.url, token=KEY, workers=SLOTS),
            }
            running = Processes(folder=Path(folder), environment=environment, redis=redis, processes=("worker", "bot"))
            async with running:
                await dingtalk.connected(1, timeout=120)
                warm = dingtalk.group("试机群")
                warm.show(dingtalk.member("张三"), picture(9999))
                await dingtalk.next_reply(warm, timeout=120)  # the engine is proven
                group = dingtalk.group("报销群")
                posts = await post_all(dingtalk, group, moments(pictures, seconds, seed), seed)
                wanted = {post.task for post in posts}
                try:
                    await dingtalk.until(lambda: wanted <= answered(group.replies, wanted).keys(), timeout=300)
                except TimeoutError as error:
                    print(error)
                await asyncio.sleep(2)  # for answers that come twice
        report(posts, group.replies, dingtalk)


def answered(replies: Sequence[Entry], wanted: set[str]) -> Counter[str]:
    """Count the answers by the task ids in their last lines; a message may hold several."""
    return Counter(task for reply in replies for task in NUMBER.findall(reply.text) if task in wanted)


def report(posts: Sequence[Post], replies: Sequence[Entry], dingtalk: Lookalike) -> None:
    begun, at_all = posts[0].at, [reply.monotonic for reply in replies]
    wanted = {post.task: number for number, post in enumerate(posts)}
    counts = answered(replies, set(wanted))
    came: dict[str, float] = {}
    for reply in replies:
        for task in NUMBER.findall(reply.text):
            came.setdefault(task, reply.monotonic)
    order = [wanted[task] for task in came if task in wanted]
    late = [number for place, number in enumerate(order) if number < max(order[:place], default=-1)]
    busiest = max((sum(0 <= other - at < 60 for other in at_all) for at in at_all), default=0)
    print(f"{len(posts)} pictures in {posts[-1].at - begun:.1f} s, {len(replies)} messages came back, ", end="")
    print(f"{len(posts) / max(1, len(replies)):.1f} answers a message, {busiest} messages in the busiest minute")
    print(f"lost {len(posts) - len(counts)}, answered twice {sum(many > 1 for many in counts.values())}, ", end="")
    print(f"out of order {len(late)}")
    for path, (most, seconds) in WINDOWS.items():
        calls = [call for call in dingtalk.records.calls if call.path == path]
        over = count_over_limit([call.monotonic for call in calls], most, seconds)
        refused = sum(call.status != 200 for call in calls)
        print(f"{path}: {len(calls)} calls, beyond {most} in {seconds:.0f} s: {over}, refused: {refused}")
    if not came.keys() & wanted.keys():
        return
    ideal = ideal_times(posts)
    last = max(at for task, at in came.items() if task in wanted) - begun
    print(f"last answer after {last:.1f} s, ideal {ideal[-1] - begun:.1f} s, ratio {last / (ideal[-1] - begun):.3f}")
    waits = sorted((came[post.task] - post.at) / ENGINE_SECONDS for post in posts if post.task in came)
    least = sorted((at - post.at) / ENGINE_SECONDS for at, post in zip(ideal, posts, strict=True))
    for name, part in (("p50", 0.5), ("p95", 0.95)):
        ours, best = percentile(waits, part), percentile(least, part)
        print(f"{name} {ours:.2f} × the engine's {ENGINE_SECONDS} s, ideal {best:.2f}")
    print(f"mean {statistics.mean(waits):.2f}, longest {waits[-1]:.2f}")


def percentile(waits: Sequence[float], part: float) -> float:
    return waits[min(len(waits) - 1, int(part * len(waits)))]


def count_over_limit(calls: Sequence[float], most: int, seconds: float) -> int:
    """Return the number of calls with `most` others within the seconds before them."""
    return sum(1 for place in range(most, len(calls)) if calls[place] - calls[place - most] < seconds)


def ideal_times(posts: Sequence[Post]) -> list[float]:
    """Return when each answer would come if only the slots and the order took time."""
    free = [0.0] * SLOTS
    sent: list[float] = []
    for post in posts:
        slot = min(range(SLOTS), key=free.__getitem__)
        free[slot] = max(free[slot], post.at) + ENGINE_SECONDS
        sent.append(max([free[slot], *sent[-1:]]))
    return sent


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="60 pictures in 8 seconds")
    parser.add_argument("--seed", type=int, default=20)
    options = parser.parse_args()
    asyncio.run(measure(*((60, 8.0) if options.quick else (500, 60.0)), options.seed))
