"""What a picture costs in Redis, counted: commands, also those within scripts, and round trips.

`tests/bench/bench_redis.py` prints each command.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, cast

import pytest
from redis import Redis

from bot.lookalike import Chat, Limits, Member
from tests.bench.bench_redis import picture
from tests.e2e.deployment import Deploy, Deployment, hunyuan_settings
from tests.fakes.fake_script import Script
from tests.fakes.fake_vllm import FakeVllm

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
MOST_COMMANDS = 120
MOST_ROUND_TRIPS = 40
PICTURES = 8  # below the number of messages after which answers wait
IDLE_SECONDS = 5.0  # in which it is counted how often Redis is asked without pictures
# What every process does once a second or less often, however many pictures come.
BY_THE_CLOCK = re.compile(
    r"GET ocrbot:board:|(LPUSH|LTRIM|EXPIRE) ocrbot:pace:|.*(ocrbot:notices|ocrbot:lease:sweeper|ocrbot:last-frame)"
    r"|ZRANGE ocrbot:ledger -inf|.*rq:(scheduled|scheduler|suspended|clean_|failed)|(HSET|EXPIRE) rq:worker:\w+ "
    r"|MULTI|EXEC$|PING|INFO|CLIENT|MONITOR|ZCARD rq:wip"
)


@contextmanager
def monitored(redis: Redis) -> Iterator[list[str]]:
    """The commands that Redis runs while the block does."""
    commands: list[str] = []
    last = secrets.token_hex(8)
    listening = Event()

    def listen() -> None:
        with redis.monitor() as monitor:  # type: ignore[no-untyped-call]
            listening.set()
            for one in monitor.listen():
                if last in one["command"]:
                    return
                commands.append(one["command"])

    thread = Thread(target=listen)
    thread.start()
    listening.wait(20)
    yield commands
    redis.echo(last)
    thread.join()


def round_trips(redis: Redis) -> int:
    return int(cast("Mapping[str, Any]", redis.info("stats"))["total_reads_processed"])


async def post(deployment: Deployment, redis: Redis, group: Chat, member: Member) -> int:
    """Post a picture and return, once its last job is over, how often Redis was asked whether it is."""
    group.show(member, picture() + secrets.token_bytes(8))
    await deployment.dingtalk.next_reply(group, timeout=60)
    asked = 1
    while redis.zcard("rq:wip:read"):
        await asyncio.sleep(0.05)
        asked += 1
    return asked


async def test_a_picture_costs_no_more_than_this(deploy: Deploy) -> None:
    unlimited = Limits(webhook_per_minute=None, api_calls_per_second=None)
    with FakeVllm(key="sesame", script=lambda _: Script(text="会议纪要")) as server:
        settings = hunyuan_settings(server.url, token="sesame", workers=2)
        async with deploy(limits=unlimited, environment=settings) as deployment:
            redis = Redis.from_url(deployment.redis.url)
            group, member = deployment.dingtalk.group("财务群"), deployment.dingtalk.member("张三")
            await post(deployment, redis, group, member)  # the first one finds nothing prepared
            idle = -round_trips(redis)
            await asyncio.sleep(IDLE_SECONDS)
            idle += round_trips(redis)
            with monitored(redis) as commands:
                begun, before = time.monotonic(), round_trips(redis)
                asked = sum([await post(deployment, redis, group, member) for _ in range(PICTURES)])
                trips = round_trips(redis) - before - asked - idle * (time.monotonic() - begun) / IDLE_SECONDS
    of_pictures = [command for command in commands if not BY_THE_CLOCK.match(command)]
    print(f"{len(of_pictures) / PICTURES} commands, {trips / PICTURES} round trips a picture")
    assert len(of_pictures) / PICTURES <= MOST_COMMANDS, commands
    assert trips / PICTURES <= MOST_ROUND_TRIPS
