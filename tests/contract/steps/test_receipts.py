"""Receipts on a real Redis and the look-alike: what people see while they wait, and that nothing stays open."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from PIL import Image
from redis import Redis
from structlog.testing import capture_logs

from bot.config.prompt_files import load
from bot.dingtalk.api import UPLOAD, DingTalkApi, http_client
from bot.dingtalk.cards import CREATE, STREAM, UPDATE, UPDATE_SECONDS, Cards
from bot.dingtalk.inbound import parse
from bot.dingtalk.reactions import RobotReactions
from bot.dingtalk.sending import Sender
from bot.domain import texts
from bot.domain.asking.intent import decide
from bot.domain.attachment_format import Format
from bot.domain.document import Document, Failure, Field, Status
from bot.domain.errors import Unavailable
from bot.domain.outbox import Card
from bot.domain.prompt import FieldSpec, FieldType, Prompt
from bot.domain.receipt import Receipt, ReceiptRules
from bot.domain.task import Task, task_id
from bot.lookalike import Chat, Entry, File, Instance, Limits, Lookalike, Member, Posted, missing_scope, undelivered
from bot.service.notices import Notices
from bot.storage.dingtalk_notes import RedisTokens
from bot.storage.jobs.signed_call import NOTICE
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from tests.fakes.fake_steps import FakeEngine, StepParts
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.tasks import reading, reading_task
from workers.jobs import STEPS, notice, reply

NOW = 1_790_000_000.0
REACTION = "/v1.0/robot/emotion/reply"
RECALL = "/v1.0/robot/emotion/recall"
PROMPTS = load(Path(__file__).resolve().parents[3] / "config" / "prompts")
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


@pytest.fixture
async def office(redis: Redis) -> AsyncIterator[Office]:
    limits = Limits(webhook_per_minute=None, api_calls_per_second=None)
    async with Lookalike(client_id="app", client_secret="secret", limits=limits, clock=lambda: NOW) as dingtalk:
        with http_client() as http:
            yield new_office(dingtalk, redis, http)


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


# -- a message


async def test_who_waits_longer_than_three_seconds_gets_one_short_message(office: Office) -> None:
    task = await office.ask()
    await office.wait(2.9)
    assert office.said() == []
    await office.wait(0.2)
    assert [entry.text for entry in office.said()] == ["张三：已收到，正在识别。"]
    assert office.said()[0].mentions == ()
    for _ in range(5):
        await office.wait(30)
    await office.finish(task)
    assert len(office.said()) == 2
    assert office.hanging() == 0


async def test_who_is_answered_in_time_gets_none(office: Office) -> None:
    await office.finish(await office.ask())
    await office.wait(4)
    assert len(office.said()) == 1
    assert office.hanging() == 0


@pytest.mark.parametrize("rules", [{"mode": Receipt.OFF}, {"mode": Receipt.TEXT, "after_seconds": 9}])
async def test_the_organisation_says_whether_and_when(office: Office, rules: dict[str, Any]) -> None:
    await office.ask(**rules)
    await office.wait(5)
    assert office.said() == []


async def test_it_says_what_is_before_it_and_about_how_long(office: Office) -> None:
    for seconds in (2.0, 3.0, 100.0):
        office.store.receipts.add_reading_seconds("rapid", seconds)
    await office.ask(Receipt.OFF, files=3)
    office.now[0] += 1
    task = await office.ask()
    await office.wait(4)
    assert office.said()[0].text == "张三：已收到，前面还有 1 个，大约 5 秒。"
    assert task.conversation.nick == "张三"


async def test_in_a_single_chat_nobody_is_named(office: Office) -> None:
    single = office.dingtalk.single(office.anna)
    await office.ask(chat=single)
    await office.wait(4)
    assert [entry.text for entry in single.replies] == ["已收到，正在识别。"]


async def test_one_that_finds_no_room_is_given_once_there_is_some(office: Office) -> None:
    office.store.receipts.mark_refused(Receipt.REACTION)
    await office.ask()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(office.parts.steps.notice.short_messages), "send_short", lambda *_: False)
        await office.wait(4)
        await office.wait(5)
    assert office.said() == []
    await office.wait(5)
    assert [entry.text for entry in office.said()] == ["张三：已收到，正在识别。"]
    await office.wait(30)
    assert len(office.said()) == 1


async def test_without_room_for_a_message_a_reaction_is_put_and_removed(office: Office) -> None:
    task = await office.ask()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(office.parts.steps.notice.short_messages), "send_short", lambda *_: False)
        await office.wait(4)
    assert office.calls(REACTION) == 1
    await office.finish(task)
    await office.wait(30)
    assert office.hanging() == 0
    assert len(office.said()) == 1


async def test_it_goes_at_once_where_it_is_known_to_take_long(office: Office) -> None:
    office.store.receipts.add_reading_seconds("rapid", 20.0)
    task = await office.ask()
    await office.fetch(task)
    await office.wait(0)
    assert [entry.text for entry in office.said()] == ["张三：已收到，正在识别，大约 20 秒。"]


async def test_a_scanned_pdf_that_nobody_sent_before_says_how_long_all_its_pages_take(office: Office) -> None:
    office.store.receipts.add_reading_seconds("rapid", 5.0)
    scan = io.BytesIO()
    pages = [Image.new("RGB", (300, 80), "white") for _ in range(6)]
    pages[0].save(scan, "PDF", save_all=True, append_images=pages[1:])
    office.posted.append(scan.getvalue())
    single = office.dingtalk.single(office.anna)
    posted = office.dingtalk.post(single.conversation, office.anna, File("扫描件.pdf", scan.getvalue()))
    task = await office.take(posted, ReceiptRules(mode=Receipt.TEXT))
    await office.fetch(task)
    await office.wait(0)
    assert [entry.text for entry in single.replies] == ["已收到，正在识别，大约 30 秒。"]


@pytest.mark.parametrize("seconds_between", [1.0, 4.0])
async def test_a_picture_and_the_words_about_it_get_one_receipt(office: Office, seconds_between: float) -> None:
    single = office.dingtalk.single(office.anna)
    for words in ("", "帮我看看这张多少钱"):
        posted = single.say(office.anna, words) if words else single.show(office.anna, picture())
        task = decide(parse(posted.data), PROMPTS, now=office.now[0])
        await asyncio.to_thread(office.store.claim, [task], now=office.now[0])
        await office.wait(seconds_between)
    for _ in range(12):
        await office.wait(3)
    assert ["已收到" in entry.text for entry in single.replies] == [True]


async def test_what_was_read_before_gets_none(office: Office) -> None:
    await office.finish(await office.ask(Receipt.OFF))
    office.store.receipts.add_reading_seconds("rapid", 20.0)
    task = await office.ask()
    await office.fetch(task)
    await office.wait(0)
    assert len(office.said()) == 1


async def test_a_receipt_that_cannot_be_read_costs_no_answer(office: Office) -> None:
    task = await office.ask(Receipt.CARD)
    await office.wait(4)
    office.redis.hset(f"ocrbot:note:{task.id}", "note", "another version's")
    await office.wait(30)
    await office.finish(task)
    assert ["你好" in entry.text for entry in office.said()] == [True]


async def test_it_never_comes_while_or_after_the_answer_is_sent(office: Office) -> None:
    task = await office.ask()
    assert office.store.lease(f"reply:{task.id}", "somebody", 45)
    await office.wait(4)
    assert office.said() == []
    office.store.release(f"reply:{task.id}", "somebody")
    await office.wait(6)  # whoever was to send it could not
    assert len(office.said()) == 1


async def test_an_answer_waits_for_the_receipt_that_is_being_given(office: Office) -> None:
    task = await office.ask()
    await office.fetch(task)
    await office.read(task)
    assert office.store.lease(f"notice:{task.id}", "somebody", 45)
    assert await office.answer(task) is not None
    assert office.said() == []
    office.store.release(f"notice:{task.id}", "somebody")
    assert await office.answer(task) is None
    assert len(office.said()) == 1


async def test_it_leaves_the_webhook_to_the_answers(office: Office) -> None:
    for _ in range(10):
        office.store.budgets.take("webhook:app", 20, 60)
    task = await office.ask()
    await office.wait(4)
    await office.finish(task)
    assert [entry.via for entry in office.said()] == ["webhook"]
    assert "你好" in office.said()[0].text


async def test_two_bots_have_it_looked_at_once(office: Office) -> None:
    await office.ask()
    for _ in range(2):
        await asyncio.to_thread(Notices(office.store.receipts, office.parts.queue, lambda: NOW + 4).enqueue_due)
    assert office.parts.queue.waiting()[NOTICE] == 1


async def test_a_bot_that_has_nothing_to_look_after_is_woken_by_a_message(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service.notices._IDLE_SECONDS", 3600.0)
    notices = Notices(office.store.receipts, office.parts.queue, lambda: NOW + 4)
    running = asyncio.create_task(notices.run())
    await asyncio.sleep(0.2)  # it has found nothing, and waits
    await office.ask()
    notices.wake()
    while office.parts.queue.waiting()[NOTICE] == 0:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    running.cancel()


async def test_a_look_that_was_lost_is_repeated_and_the_receipt_is_not(office: Office) -> None:
    await office.ask()
    assert office.store.receipts.due(now=NOW + 4).ids != []  # taken by a worker that dies
    await office.wait(5)
    assert office.said() == []
    await office.wait(21)
    await office.wait(21)
    assert len(office.said()) == 1


# -- a card


async def test_a_card_shows_the_answer_in_the_end(office: Office) -> None:
    task = await office.ask(Receipt.CARD, files=2)
    await office.wait(4)
    card = office.card(task)
    assert (card.state, card.text) == ("processing", "张三：已收到，正在识别。")
    await office.fetch(task)
    await office.read(task, 0)
    assert (card.state, card.text) == ("inputting", "正在识别：已读完 1/2 个文件")
    await office.read(task, 1)
    await office.answer(task)
    assert card.state == "finished"
    assert card.text.count("你好") >= 2
    assert task.id in card.text
    assert office.said() == []
    assert office.hanging() == 0
    assert office.store.open_tasks() == 0


async def test_a_card_is_updated_every_second_and_a_half_at_most(office: Office) -> None:
    task = await office.ask(Receipt.CARD, files=5)
    await office.wait(4)
    await office.fetch(task)
    await office.read(task)
    await office.answer(task)
    seen = office.card(task).history
    changes = [later for earlier, later in pairwise(seen) if later.text != earlier.text]
    assert len(changes) == 2  # the first file, and the answer
    assert changes[1].monotonic - changes[0].monotonic >= UPDATE_SECONDS


async def test_whoever_quotes_a_card_means_its_task(office: Office) -> None:
    task = await office.ask(Receipt.CARD)
    await office.wait(4)
    quoting = office.group.quote(office.anna, office.group.replies[0], "只要金额").data
    assert quoting is not None
    found = office.redis.get(f"ocrbot:sent:{quoting['originalProcessQueryKey']}")
    assert found == task.id.encode()


async def test_whoever_quotes_an_answer_that_was_sent_unasked_means_its_task(office: Office) -> None:
    task = await office.ask(Receipt.OFF)
    office.dingtalk.sessions.expire()
    await office.finish(task)
    assert [entry.via for entry in office.said()] == ["proactive"]
    found = office.redis.get(f"ocrbot:sent:{office.said()[0].query_key}")
    assert found == task.id.encode()


async def test_a_single_chat_has_cards_too_and_outsiders_get_words(office: Office) -> None:
    single = office.dingtalk.single(office.anna)
    task = await office.ask(Receipt.CARD, chat=single)
    guest = office.dingtalk.single(office.dingtalk.member("访客", outsider=True))
    office.anna = office.dingtalk.member("访客", outsider=True)
    office.now[0] += 1
    await office.ask(Receipt.CARD, chat=guest)
    await office.wait(4)
    assert office.card(task).conversation == single.id
    assert [(entry.kind, entry.text) for entry in guest.replies] == [("markdown", "已收到，前面还有 1 个。")]


async def test_an_answer_that_no_card_can_show_follows_as_messages(office: Office) -> None:
    fields = tuple(
        Field(name=f"第{number}项", key=f"k{number}", value="很长的内容" * 8, status=Status.UNCHECKED)
        for number in range(80)
    )
    document = Document(prompt="text", title="文字", engine="rapid", seconds=1, pages=1, text="", fields=fields)
    task = await office.ask(Receipt.CARD)
    await office.wait(4)
    office.store.put_outcome(task.id, 0, document)
    await office.answer(task)
    await office.wait(0)
    assert (office.card(task).state, office.card(task).text) == ("finished", texts.waiting.card_answer_follows())
    assert "很长的内容" in office.said()[0].text
    assert not any(change.text == "" for change in office.card(task).history)
    assert office.hanging() == 0


async def test_a_failure_ends_the_card_as_one(office: Office) -> None:
    task = await office.ask(Receipt.CARD)
    await office.wait(4)
    office.store.put_outcome(task.id, 0, Failure(reason="file_empty", text=texts.unreadable.file_empty()))
    await office.answer(task)
    assert office.card(task).state == "failed"
    assert "0 字节" in office.card(task).text
    assert office.said() == []


async def test_a_cancelled_task_ends_its_card(office: Office) -> None:
    task = await office.ask(Receipt.CARD)
    await office.wait(4)
    office.parts.cancel(task, "other")
    await office.wait(0)
    assert (office.card(task).state, office.card(task).text) == ("finished", texts.waiting.card_cancelled())
    assert office.hanging() == 0


async def test_a_task_that_is_given_up_ends_its_card(office: Office) -> None:
    task = await office.ask(Receipt.CARD)
    await office.wait(4)
    office.store.close(task.id, 1)
    await office.wait(0)
    assert (office.card(task).state, office.card(task).text) == ("failed", texts.waiting.card_ended())


async def test_a_bug_ends_the_card_with_its_sentence(office: Office) -> None:
    task = await office.ask(Receipt.CARD)
    await office.wait(4)
    await asyncio.to_thread(office.parts.steps.reply.apologise, task.id)
    await office.wait(0)
    assert (office.card(task).state, office.card(task).text) == ("failed", texts.failures.bug(task.id))


async def test_who_is_killed_after_showing_the_answer_changes_nothing(office: Office, monkeypatch: Any) -> None:
    task = await office.ask(Receipt.CARD)
    await office.wait(4)
    await office.fetch(task)
    await office.read(task)

    def killed(*_: object) -> None:
        raise Unavailable("killed")

    with monkeypatch.context() as broken:
        broken.setattr("workers.steps.card.end_receipt", killed)
        await office.answer(task)
    shown = office.card(task).text
    assert "你好" in shown
    await office.answer(task)
    assert (office.card(task).state, office.card(task).text) == ("finished", shown)
    assert office.said() == []
    assert office.store.open_tasks() == 0
    assert office.hanging() == 0


async def test_an_answer_in_its_card_is_not_sent_again_by_who_goes_on_with_its_files(
    office: Office, monkeypatch: Any
) -> None:
    task = await office.ask(Receipt.CARD, formats=(Format.DOCX,))
    await office.wait(4)
    office.dingtalk.fail(UPLOAD, status=503, body={"code": "ServiceUnavailable"})
    await office.finish(task)
    shown = office.card(task).text
    assert "你好" in shown
    assert office.said() == []

    def killed(*_: object) -> None:
        raise Unavailable("killed")

    with monkeypatch.context() as broken:
        broken.setattr("bot.storage.first_postings.FirstPostings.confirm", killed)
        await office.answer(task)
    await office.answer(task)
    assert (office.card(task).state, office.card(task).text) == ("finished", shown)
    assert [entry.kind for entry in office.said()] == ["sampleFile"]
    assert office.store.open_tasks() == 0
    assert office.hanging() == 0


async def test_who_is_killed_before_the_card_is_made_costs_no_answer(office: Office, monkeypatch: Any) -> None:
    task = await office.ask(Receipt.CARD)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Cards, "create", killed)
        office.now[0] += 4
        with pytest.raises(KeyboardInterrupt):
            office.look()
    await office.finish(task)
    await office.wait(30)
    assert office.calls(CREATE) == 0
    assert ["你好" in entry.text for entry in office.said()] == [True]
    assert office.hanging() == 0


async def test_a_card_that_may_be_there_is_used(office: Office) -> None:
    office.dingtalk.fail(CREATE, drop=True, late=True)
    task = await office.ask(Receipt.CARD)
    await office.wait(4)
    await office.finish(task)
    assert office.card(task).state == "finished"
    assert office.said() == []


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, missing_scope("Card.Instance.Write")),
        (400, {"code": "param.templateUnpublished", "message": "param.templateUnpublished"}),
        (200, undelivered()),
        (403, {"code": "Forbidden.AccessDenied.ApiCallQuotaExceeded", "message": "本月接口调用次数已用完"}),
    ],
)
async def test_refused_cards_become_words_and_the_log_says_so_once(
    office: Office, status: int, body: dict[str, object]
) -> None:
    office.dingtalk.fail(CREATE, status=status, body=body, times=None)
    with capture_logs() as logs:
        for _ in range(3):
            task = await office.ask(Receipt.CARD)
            await office.wait(4)
            await office.finish(task)
    assert office.calls(CREATE) == 1
    assert ["已收到" in entry.text for entry in office.said()] == [True, False] * 3
    assert sum("DingTalk refuses the other way" in str(line["event"]) for line in logs) == 1


async def test_an_unknown_template_is_refused_by_the_platform_itself(office: Office) -> None:
    await office.ask(Receipt.CARD, card_template="other.schema")
    await office.wait(4)
    assert ["已收到" in entry.text for entry in office.said()] == [True]


async def test_without_the_scope_to_stream_a_card_is_made_and_finished(office: Office) -> None:
    office.dingtalk.fail(STREAM, status=403, body=missing_scope("Card.Streaming.Write"), times=None)
    task = await office.ask(Receipt.CARD)
    await office.wait(4)
    await office.finish(task)
    assert office.card(task).state == "finished"
    assert "你好" in office.card(task).text
    assert office.said() == []


async def test_cards_keep_to_the_months_calls(office: Office) -> None:
    first = await office.ask(Receipt.CARD, card_calls=4, files=4)
    await office.wait(4)
    second = await office.ask(Receipt.CARD, card_calls=4)
    await office.wait(4)
    await office.finish(first)
    await office.finish(second)
    assert office.calls(CREATE) + office.calls(STREAM) + office.calls(UPDATE) == 4
    assert office.card(first).state == "finished"
    assert f"ocrbot-{second.id}" not in office.dingtalk.records.cards
    assert [entry.kind for entry in office.said()] == ["markdown", "markdown"]  # the second's receipt and answer


async def test_an_unreachable_platform_delays_the_end_of_a_card(office: Office) -> None:
    task = await office.ask(Receipt.CARD)
    await office.wait(4)
    mend = office.dingtalk.fail("/v1.0/card/*", status=503, body={"code": "ServiceUnavailable"}, times=None)
    await office.fetch(task)
    await office.read(task)
    assert await office.answer(task) is not None  # it is tried again
    assert await office.answer(task) is not None
    assert office.said() == []
    assert await office.answer(task) is None  # and then goes as a message
    assert "你好" in office.said()[0].text
    await office.wait(0)
    assert not office.card(task).ended
    mend()
    await office.wait(21)
    assert (office.card(task).state, office.card(task).text) == ("finished", texts.waiting.card_answer_follows())
    assert office.hanging() == 0


async def test_pages_are_shown_as_they_come(office: Office) -> None:
    secret = FieldSpec(name="身份证号", key="identity", type=FieldType.ID_NUMBER, masked=True)
    prompt = replace(PROMPT, fields=(secret,))
    task = reading(await office.ask(Receipt.CARD), masked=True, prompt=prompt)
    await office.wait(4)
    show: Callable[..., None] = partial(_page, office, task)
    await asyncio.to_thread(show, "身份证 11010519491231002X <b>", (3, 12))
    text = office.card(task).text
    assert text.startswith("正在识别：已读 3/12 页")
    assert "19491231" not in text
    assert "<b>" not in text


def _page(office: Office, task: Task, text: str, pages: tuple[int, int]) -> None:
    office.parts.steps.read.card.show(task, page=text, pages=pages)


async def test_streaming_that_is_refused_is_not_tried_with_every_page(office: Office) -> None:
    office.dingtalk.fail(STREAM, status=403, body=missing_scope("Card.Streaming.Write"), times=None)
    task = await office.ask(Receipt.CARD)
    await office.wait(4)
    for page in range(3):
        office.redis.delete(f"ocrbot:budget:card:ocrbot-{task.id}")
        await asyncio.to_thread(_page, office, task, "一页", (page + 1, 3))
    assert office.calls(STREAM) == 1


async def test_a_worker_without_dingtalk_leaves_progress_to_one_that_shows_it(office: Office) -> None:
    task = await office.ask(Receipt.CARD, files=2)
    await office.wait(4)
    await office.fetch(task)
    await asyncio.to_thread(office.parts.reading_steps.read.run, task.id, 0)
    assert office.calls(STREAM) == 0
    await office.wait(0)
    assert (office.card(task).state, office.card(task).text) == ("inputting", "正在识别：已读完 1/2 个文件")
    await office.wait(0)  # nothing is left to show
    assert office.calls(STREAM) == 1
    await office.read(task, 1)
    await office.answer(task)
    assert office.card(task).state == "finished"
    assert office.hanging() == 0


async def test_progress_that_nobody_showed_in_time_goes_with_the_card(office: Office) -> None:
    task = await office.ask(Receipt.CARD, files=2)
    await office.wait(4)
    await office.fetch(task)
    await asyncio.to_thread(office.parts.reading_steps.read.run, task.id, 0)
    await office.read(task, 1)
    await office.answer(task)
    await office.wait(40)
    assert office.card(task).state == "finished"
    assert "你好" in office.card(task).text
    assert not office.redis.hexists(f"ocrbot:note:{task.id}", "progress")


# -- a reaction


async def test_a_reaction_stays_until_the_answer_is_there(office: Office) -> None:
    task = await office.ask(Receipt.REACTION)
    await office.wait(4)
    assert office.dingtalk.records.reactions_on(task.conversation.message_id) == (texts.waiting.receipt_reaction(),)
    await office.wait(31)
    await office.finish(task)
    await office.wait(0)
    assert office.dingtalk.records.reactions_on(task.conversation.message_id) == ()
    assert len(office.said()) == 1
    assert len(office.dingtalk.records.reactions) == 2
    assert office.hanging() == 0


async def test_a_reaction_that_cannot_be_removed_is_followed_by_one_that_says_it_is_over(office: Office) -> None:
    office.dingtalk.fail(RECALL, status=400, body={"code": "invalidParameter.emotionType"}, times=None)
    task = await office.ask(Receipt.REACTION)
    await office.wait(4)
    await office.finish(task)
    await office.wait(0)
    assert "✅已答复" in office.dingtalk.records.reactions_on(task.conversation.message_id)
    assert office.hanging() == 0
    await office.ask(Receipt.REACTION)
    await office.wait(4)
    assert "已收到" in office.said()[-1].text


async def test_a_reaction_that_is_refused_becomes_words(office: Office) -> None:
    office.dingtalk.fail(REACTION, status=400, body={"code": "invalidParameter.emotionType"}, times=None)
    for _ in range(2):
        await office.ask(Receipt.REACTION)
        await office.wait(4)
    assert office.calls(REACTION) == 1
    assert ["已收到" in entry.text for entry in office.said()] == [True, True]


async def test_a_reaction_that_is_only_too_much_is_left_out(office: Office) -> None:
    busy: dict[str, object] = {"code": "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}
    office.dingtalk.fail(REACTION, status=403, body=busy)
    for _ in range(2):
        await office.ask(Receipt.REACTION)
        await office.wait(4)
    assert office.calls(REACTION) == 2
    assert office.said() == []


class StumblingCards(Cards):
    """Cards with a bug in them."""

    def create(self, card: Card, text: str, *, summary: str) -> tuple[str, ...]:
        raise ZeroDivisionError(f"a bug, with {card}, {text} and {summary}")


async def test_a_bug_costs_no_answer_and_is_not_run_into_over_and_over(office: Office) -> None:
    STEPS.set(replace(office.parts, cards=StumblingCards(office.api, office.store.budgets)).steps)
    task = await office.ask(Receipt.CARD)
    with capture_logs() as logs:
        for seconds in (4, 20, 20, 20):
            office.now[0] += seconds
            for due in office.store.receipts.due(now=office.now[0]).ids:
                await asyncio.to_thread(notice, due)
    assert [line["event"] for line in logs].count("step failed") == 1
    await office.finish(task)
    assert len(office.said()) == 1


async def test_everything_that_is_kept_goes_in_time(office: Office) -> None:
    for mode in (Receipt.TEXT, Receipt.CARD, Receipt.REACTION):
        await office.ask(mode)
        await office.wait(4)
    document = Document(prompt="text", title="文字", engine="rapid", seconds=1, pages=1, text="你好")
    office.store.receipts.add_reading_seconds(document.engine, document.seconds)
    office.store.receipts.mark_refused(Receipt.CARD)
    names = [str(key, "utf-8") for key in cast("list[bytes]", office.redis.keys("ocrbot:*"))]
    assert [name for name in names if office.redis.ttl(name) < 0 and name != "ocrbot:ledger"] == []
