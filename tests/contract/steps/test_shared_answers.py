"""Answers that wait for room in their conversation share a message, on a real Redis and with the real sender."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace

import httpx
import pytest
from redis import Redis
from rq import Queue, Retry

from bot.dingtalk.api import DingTalkApi, http_client
from bot.dingtalk.inbound import parse
from bot.dingtalk.sending import Sender
from bot.domain.document import Document
from bot.domain.errors import Unavailable, Unsure
from bot.domain.message import Attachment
from bot.domain.outbox import Room
from bot.domain.prompt import Prompt
from bot.domain.task import Task, task_id
from bot.lookalike import Lookalike
from bot.lookalike.chat import Chat
from bot.storage.dingtalk_notes import RedisTokens
from bot.storage.jobs.signed_call import JsonSerializer
from tests.fakes.fake_steps import FakeOutbox, StepParts, parts_on
from tests.fakes.tasks import reading_task

NOW = 1_790_000_000.0
PROMPT = Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00")
SCARCE = Room(scarce=True)
GROUP = "/v1.0/robot/groupMessages/send"
WEBHOOK = "/robot/sendBySession"


class Killed(BaseException):
    """The worker's end by kill -9."""


@dataclass
class Work:
    """The steps, a group of people who ask, and what happened."""

    parts: StepParts
    group: Chat
    dingtalk: Lookalike
    redis: Redis

    def ask(self, nick: str, *, text: str = "会议纪要") -> Task:
        """Have a member ask, and read their file."""
        member = self.dingtalk.member(nick)
        posted = self.group.say(member, "读")
        task = reading_task(
            id=task_id(posted.message_id),
            recipient=parse(posted.data).conversation,
            received_at=NOW,
            attachments=(Attachment(download_code=posted.message_id),),
            prompt=PROMPT,
        )
        document = Document(prompt="text", title="文字", engine="rapid", seconds=1.0, pages=1, text=text)
        self.parts.store.claim([task], now=NOW)
        self.parts.store.put_outcome(task.id, 0, document)
        return task

    async def answer(self, task: Task) -> object:
        return await asyncio.to_thread(self.parts.steps.reply.run, task.id)

    async def answer_all(self, *tasks: Task) -> None:
        """Bring the first answer last, so that all are ready when it is sent; then run what is enqueued."""
        for task in reversed(tasks):
            await self.answer(task)

    def numbers(self) -> list[list[str]]:
        """The task numbers in each message of the bot."""
        return [re.findall(r"编号 ([0-9a-f]{20})", reply.text) for reply in self.group.replies]


def ids(*tasks: Task) -> list[str]:
    return [task.id for task in tasks]


@pytest.fixture
async def dingtalk() -> AsyncIterator[Lookalike]:
    async with Lookalike(client_id="app", client_secret="secret") as server:
        yield server


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with http_client() as client:
        yield client


class Scarce(Sender):
    """A sender whose conversation has little room from the start."""

    def take_room(self, conversation: object) -> Room:
        return SCARCE


@pytest.fixture
def work(redis: Redis, dingtalk: Lookalike, http: httpx.Client) -> Work:
    api = DingTalkApi(
        client_id="app",
        client_secret="secret",
        api_url=dingtalk.url,
        oapi_url=dingtalk.url,
        download_hosts=[],
        tokens=RedisTokens(redis, "app"),
        http=http,
    )
    parts = parts_on(redis, clock=lambda: NOW)
    return Work(
        replace(parts, outbox=Scarce(api, parts.store.budgets, clock=lambda: NOW)),
        dingtalk.group("报销群"),
        dingtalk,
        redis,
    )


async def test_answers_that_are_ready_share_a_message_in_order_each_with_its_person_and_number(work: Work) -> None:
    tasks = [work.ask(nick) for nick in ("张三", "李四", "王芳")]
    await work.answer_all(*tasks)
    assert work.numbers() == [ids(*tasks)]
    (reply,) = work.group.replies
    assert reply.via == "webhook"
    assert reply.mentions == tuple(work.dingtalk.member(nick).staff_id for nick in ("张三", "李四", "王芳"))
    assert reply.lost_mentions == ()
    places = [reply.text.index(words) for words in ("👤 张三（1/3）", "👤 李四（2/3）", "👤 王芳（3/3）")]
    assert places == sorted(places)
    assert work.parts.store.open_tasks() == 0


async def test_steps_that_come_again_send_nothing_again(work: Work) -> None:
    tasks = [work.ask(nick) for nick in ("张三", "李四")]
    await work.answer_all(*tasks)
    await work.answer_all(*tasks)
    assert work.numbers() == [ids(*tasks)]


async def test_a_person_is_mentioned_once_however_many_answers_they_get(work: Work) -> None:
    await work.answer_all(*[work.ask("张三") for _ in range(3)])
    (reply,) = work.group.replies
    assert reply.mentions == (work.dingtalk.member("张三").staff_id,)
    assert reply.text.count("张三") == 3


async def test_what_does_not_fit_goes_in_the_next_message(work: Work) -> None:
    tasks = [work.ask(f"同事{number}", text="很长的一行文字" * 190) for number in range(8)]
    await work.answer_all(*tasks)
    while len(work.group.replies) < 8 and work.parts.store.open_tasks():
        await work.answer(next(task for task in tasks if work.parts.store.task(task.id) is not None))
    assert [number for numbers in work.numbers() for number in numbers] == ids(*tasks)
    assert 1 < len(work.group.replies) < 8
    assert all(len(json.dumps(reply.raw, ensure_ascii=False).encode()) <= 20_000 for reply in work.group.replies)


async def test_one_that_is_not_ready_is_not_overtaken(work: Work) -> None:
    first, second, third = (work.ask(nick) for nick in ("张三", "李四", "王芳"))
    await work.answer(third)
    await work.answer(first)
    assert work.numbers() == [ids(first)]
    await work.answer(second)
    assert work.numbers() == [ids(first), ids(second, third)]


@pytest.mark.parametrize("after", [False, True])
async def test_a_worker_killed_around_the_message_loses_none_and_marks_what_it_repeats(
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
    after: bool,  # noqa: FBT001 - drawn
) -> None:
    tasks = [work.ask(nick) for nick in ("张三", "李四", "王芳")]
    sender = work.parts.outbox
    assert isinstance(sender, Sender)
    real: Callable[..., None] = sender._api.send_webhook

    def dies(*arguments: object, **named: object) -> None:
        monkeypatch.setattr(sender._api, "send_webhook", real)
        if after:
            real(*arguments, **named)
        raise Killed

    monkeypatch.setattr(sender._api, "send_webhook", dies)
    with pytest.raises(Killed):
        await work.answer_all(*tasks)
    await work.answer_all(*tasks)
    assert work.numbers()[-1] == ids(*tasks)
    assert len(work.group.replies) == 1 + after
    assert work.group.replies[-1].text.count("若已收到，请忽略") == 3
    assert work.parts.store.open_tasks() == 0


async def test_a_worker_killed_after_the_message_repeats_nothing(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = [work.ask(nick) for nick in ("张三", "李四", "王芳")]
    real, closed = work.parts.store.close, list[str]()

    def dies_at_the_second(*arguments: object, **named: object) -> bool:
        closed.append("")
        if len(closed) == 2:
            raise Killed
        return real(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(work.parts.store, "close", dies_at_the_second)
    with pytest.raises(Killed):
        await work.answer_all(*tasks)
    monkeypatch.undo()
    await work.answer_all(*tasks)
    assert work.numbers() == [ids(*tasks)]
    assert work.parts.store.open_tasks() == 0


async def test_a_content_that_dingtalk_refuses_keeps_none_of_the_others(work: Work) -> None:
    tasks = [work.ask(nick) for nick in ("张三", "李四", "王芳")]
    work.dingtalk.fail(WEBHOOK, body={"errcode": 430101, "errmsg": "unsafe"}, times=3)
    work.dingtalk.fail(GROUP, status=400, body={"code": "contain.notAllowed.text"}, times=2)
    await work.answer_all(*tasks)
    first, *others = work.group.replies
    assert tasks[0].id in first.text
    assert "会议纪要" not in first.text
    assert [number for reply in others for number in re.findall("编号 ([0-9a-f]{20})", reply.text)] == ids(*tasks[1:])


async def test_where_the_webhook_is_gone_the_names_say_whose_answers_they_are(work: Work) -> None:
    tasks = [work.ask(nick) for nick in ("张三", "李四")]
    work.dingtalk.sessions.expire()
    await work.answer_all(*tasks)
    (reply,) = work.group.replies
    assert reply.via == "proactive"
    assert "@" not in reply.text
    assert "👤 ＠李四（2/2）" in reply.text


# -- waiting for room


@pytest.fixture
def outbox() -> FakeOutbox:
    return FakeOutbox()


@pytest.fixture
def waiting(work: Work, outbox: FakeOutbox) -> Work:
    return replace(work, parts=replace(work.parts, outbox=outbox))


def enqueued(work: Work) -> list[str]:
    jobs = Queue("reply", connection=work.redis, serializer=JsonSerializer).job_ids
    return [job.partition("-")[0] for job in jobs]


async def test_while_there_is_plenty_of_room_each_answer_has_a_message(waiting: Work, outbox: FakeOutbox) -> None:
    tasks = [waiting.ask(nick) for nick in ("张三", "李四")]
    await waiting.answer_all(*tasks)
    assert outbox.task_ids == ids(*tasks)
    assert outbox.shared == []


async def test_without_room_the_step_comes_again_and_then_all_go_together(waiting: Work, outbox: FakeOutbox) -> None:
    one, two, three = (waiting.ask(nick) for nick in ("张三", "李四", "王芳"))
    outbox.rooms = [Room(wait=9.0, scarce=True)] * 3
    assert isinstance(await waiting.answer(one), Retry)
    for bystander in (two, three):
        assert await waiting.answer(bystander) is None
    assert outbox.sent == []
    assert enqueued(waiting) == []  # the first comes again by itself
    outbox.rooms = [SCARCE]
    assert await waiting.answer(one) is None
    assert outbox.shared == [ids(one, two, three)]


async def test_whoever_finds_no_room_for_the_next_answer_sees_to_it_once(waiting: Work, outbox: FakeOutbox) -> None:
    one, two, three = (waiting.ask(nick) for nick in ("张三", "李四", "王芳"))
    outbox.rooms = [Room(), *[Room(wait=9.0, scarce=True)] * 2]
    await waiting.answer(two)
    await waiting.answer(one)
    assert outbox.task_ids == ids(one)
    await waiting.answer(three)
    assert enqueued(waiting) == ids(two)


async def test_an_answer_that_has_begun_and_help_need_no_room(waiting: Work, outbox: FakeOutbox) -> None:
    one = waiting.ask("张三")
    waiting.parts.store.mark(one.id, sending=1, sent=1)
    outbox.rooms = [Room(wait=9.0)]
    assert await waiting.answer(one) is None
    assert waiting.parts.store.open_tasks() == 0


@pytest.mark.parametrize("error", [Unavailable("DingTalk is away"), Unsure("no answer")])
async def test_a_shared_message_that_fails_is_tried_again(
    waiting: Work, outbox: FakeOutbox, error: Unavailable
) -> None:
    one, two = (waiting.ask(nick) for nick in ("张三", "李四"))
    outbox.rooms, outbox.fails = [SCARCE], [error]
    await waiting.answer(two)
    assert isinstance(await waiting.answer(one), Retry)
    outbox.sent.clear()
    for task in (two, one):
        await waiting.answer(task)
    assert sorted(outbox.task_ids) == sorted(ids(one, two))
    repeated = ["若已收到" in text for text in outbox.texts]
    assert repeated == [isinstance(error, Unsure)] * 2
    assert waiting.parts.store.open_tasks() == 0
