"""At the limit of what may wait, people are told before their message is taken, and nothing taken is lost."""

from dataclasses import replace

import pytest
from redis import Redis

from bot.domain import texts
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import Prompt
from bot.domain.task import Say, Task, task_id
from bot.service.room import StorageLimits, StorageRoom
from bot.storage.connection import memory
from bot.storage.store import Store
from tests.fakes.tasks import reading_task

NOW = 1_790_000_000.0
LIMITS = StorageLimits(memory_bytes=1000, messages_of_person=3)


def task(number: int, person: str = "007") -> Task:
    return reading_task(
        id=task_id(f"msg{number}{person}"),
        recipient=DingTalkConversation(
            robot_code="r", conversation_id="c", conversation_kind=ConversationKind.SINGLE, staff_id=person
        ),
        received_at=NOW,
        attachments=(Attachment(download_code="one"),),
        prompt=Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00"),
    )


@pytest.mark.parametrize(("used", "own_limit"), [(1000, 0), (800, 1000)], ids=["the setting", "Redis' own"])
async def test_when_redis_is_nearly_full_people_are_told_until_there_is_room(used: int, own_limit: int) -> None:
    found = [(used, own_limit)]
    room = StorageRoom(LIMITS, lambda: found[0], lambda _: 0)
    room.look()
    refused = await room.admitted(task(1))
    assert refused.content == Say(text=texts.waiting.no_room())
    question = replace(task(2), content=Say(text="帮助"))
    assert await room.admitted(question) == question
    found[0] = 10, own_limit
    room.look()
    assert await room.admitted(task(1)) == task(1)


async def test_a_person_with_the_most_open_messages_is_told_and_others_are_served(redis: Redis) -> None:
    store = Store(redis)
    room = StorageRoom(LIMITS, lambda: memory(redis), store.ledger.open_of_person)
    for number in range(3):
        one = await room.admitted(task(number))
        assert one == task(number)
        store.claim([one], now=NOW)
    assert (await room.admitted(task(3))).content == Say(text=texts.waiting.too_many_open(3))
    assert await room.admitted(task(4, "008")) == task(4, "008")
    assert all(store.task(task(number).id) == task(number) for number in range(3))
    store.close(task(0).id, 1)
    assert await room.admitted(task(3)) == task(3)


def test_redis_says_what_it_uses_and_may_use(redis: Redis) -> None:
    redis.config_set("maxmemory", 300_000_000)
    used, most = memory(redis)
    redis.config_set("maxmemory", 0)
    assert 0 < used < most == 300_000_000
