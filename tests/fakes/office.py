"""The steps over a real Redis and a group of the look-alike, where time passes only when a test says so."""

import asyncio
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from redis import Redis

from bot.config.prompt_files import load
from bot.dingtalk.api import DingTalkApi
from bot.dingtalk.cards import Cards
from bot.dingtalk.inbound import parse
from bot.dingtalk.reactions import RobotReactions
from bot.dingtalk.sending import Sender
from bot.domain.attachment_format import Format
from bot.domain.prompt import Prompt
from bot.domain.receipt import Receipt, ReceiptRules
from bot.domain.task import Task, task_id
from bot.lookalike import Chat, Entry, Instance, Lookalike, Member, Posted
from bot.storage.dingtalk_notes import RedisTokens
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from tests.fakes.fake_steps import FakeEngine, StepParts
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.tasks import reading_task
from workers.jobs import STEPS, reply

NOW = 1_790_000_000.0
REACTION = "/v1.0/robot/emotion/reply"
RECALL = "/v1.0/robot/emotion/recall"
PROMPTS = load(Path(__file__).resolve().parents[2] / "config" / "prompts")
PROMPT = Prompt(name="text", title="文字", text="提取图中的文字。", sha256="00")


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (300, 80), "white").save(data, "PNG")
    return data.getvalue()


@dataclass
class Office:
    """The steps over a group of the look-alike; time passes only when a test says so."""

    dingtalk: Lookalike
    redis: Redis
    parts: StepParts
    group: Chat
    anna: Member
    engine: FakeEngine
    api: DingTalkApi
    now: list[float] = field(default_factory=lambda: [NOW])
    posted: list[bytes] = field(default_factory=list)  # what is downloaded, the last one for every file

    @property
    def store(self) -> Store:
        return self.parts.store

    async def ask(
        self,
        mode: Receipt = Receipt.TEXT,
        *,
        chat: Chat | None = None,
        files: int = 1,
        formats: tuple[Format, ...] = (),
        **rules: Any,
    ) -> Task:
        """Have somebody post pictures and return the task as it was taken."""
        posted = (chat or self.group).show(self.anna, *[picture()] * files, words="提取文字")
        return await self.take(posted, ReceiptRules(mode=mode, **rules), formats)

    async def take(self, posted: Posted, rules: ReceiptRules, formats: tuple[Format, ...] = ()) -> Task:
        message = parse(posted.data)
        task = reading_task(
            id=task_id(message.id),
            recipient=message.conversation,
            received_at=self.now[0],
            attachments=message.attachments,
            prompt=PROMPT,
            receipt=rules,
            formats=formats,
        )
        await asyncio.to_thread(self.store.claim, [task], now=self.now[0])
        return task

    async def wait(self, seconds: float) -> None:
        """Let time pass, then look at what is due as a worker does."""
        self.now[0] += seconds
        await asyncio.to_thread(self.look)

    def look(self) -> None:
        for due in self.store.receipts.due(now=self.now[0]).ids:
            self.parts.steps.notice.run(due)

    async def fetch(self, task: Task) -> None:
        await asyncio.to_thread(self.parts.steps.fetch.run, task.id, 0)

    async def read(self, task: Task, *indexes: int) -> None:
        for index in indexes or range(len(task.attachments)):
            await asyncio.to_thread(self.parts.steps.read.run, task.id, index)

    async def answer(self, task: Task) -> object:
        return await asyncio.to_thread(reply, task.id, 0)

    async def finish(self, task: Task) -> None:
        await self.fetch(task)
        await self.read(task)
        await self.answer(task)

    def said(self) -> list[Entry]:
        return [entry for entry in self.group.replies if entry.card is None]

    def card(self, task: Task) -> Instance:
        return self.dingtalk.records.cards[f"ocrbot-{task.id}"]

    def calls(self, path: str) -> int:
        return sum(call.path == path for call in self.dingtalk.records.calls)

    def hanging(self) -> int:
        """How many tasks are still looked at."""
        return int(self.redis.zcard("ocrbot:notices"))


def new_office(dingtalk: Lookalike, redis: Redis, http: httpx.Client) -> Office:
    now, store, engine, posted = [NOW], Store(redis), FakeEngine(), [picture()]
    api = DingTalkApi(
        client_id="app",
        client_secret="secret",
        api_url=dingtalk.url,
        oapi_url=dingtalk.url,
        download_hosts=[dingtalk.url.removeprefix("http://")],
        tokens=RedisTokens(redis, "app"),
        http=http,
    )
    sender = Sender(api, store.budgets, clock=lambda: now[0], on_sent=store.earlier_tasks.remember_sent)
    parts = StepParts(
        store=store,
        queue=TaskQueue(redis, JOB_SIGNER),
        clock=lambda: now[0],
        engine=engine,
        download=lambda _attachment, _address: posted[-1],
        outbox=sender,
        short_messages=sender,
        cards=Cards(api, store.budgets),
        reactions=RobotReactions(api, store.budgets),
    )
    STEPS.set(parts.steps)
    return Office(dingtalk, redis, parts, dingtalk.group("财务群"), dingtalk.member("张三"), engine, api, now, posted)
