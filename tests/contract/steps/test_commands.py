"""Commands on a real Redis: what waits, an end to it against sending, and what was done by day."""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from contextvars import copy_context
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from redis import Redis

from bot.config.folder import signature
from bot.config.live import LiveConfig
from bot.domain import texts
from bot.domain.document import Reading
from bot.domain.errors import Unavailable
from bot.domain.message import Attachment, DingTalkConversation, Quote
from bot.domain.organisation import Organisation
from bot.domain.problems import Problem
from bot.domain.task import Say, task_id
from bot.service.intake import Claims, Intake
from bot.storage.daily_counts import Days
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from tests.fakes.fake_chat import BOOK, INVOICE, LETTER, NOON, FakeChat
from tests.fakes.job_signer import JOB_SIGNER
from workers.jobs import STEPS, fetch, read, reply
from workers.steps.lease import answering_lease

CONFIG = Path(__file__).resolve().parents[3] / "config"
ADMIN = "boss"


@pytest.fixture
def chat(redis: Redis) -> FakeChat:
    return FakeChat(redis, Organisation(admins=(ADMIN,)))


# -- 状态


def test_nothing_waits(chat: FakeChat) -> None:
    chat.ask("", INVOICE)
    assert texts.commands.no_open_tasks() in chat.ask("状态")


def test_what_waits_is_told_with_its_place(chat: FakeChat) -> None:
    chat.say("", INVOICE, person="w2")
    chat.say("识别合同", LETTER, f"{LETTER}2")
    chat.say("", INVOICE, group="g2")
    answer = chat.ask("我的任务")
    assert "1 项" in answer
    assert "2 个文件（合同）" in answer
    assert "前面还有 1 项" in answer
    assert "已等 2 秒" in answer


def test_in_a_single_chat_all_of_ones_own_are_told(chat: FakeChat) -> None:
    chat.say("", INVOICE)
    chat.say("", INVOICE, group="single")
    chat.say("", INVOICE, person="w2", group="single of another")
    assert "2 项" in chat.ask("状态", group="single")
    assert "1 项" in chat.ask("状态", group="g1")


def test_how_far_a_task_is(chat: FakeChat) -> None:
    task = chat.say("", INVOICE, LETTER)
    fetch(task.id, 0)
    read(task.id, 0)
    assert "已读 1/2" in chat.ask("状态")
    STEPS.get().read.run(task.id, 1)  # and not the reply
    assert texts.commands.open_task(what="", seconds=0, ahead=0, read=2, files=2)[-6:] in chat.ask("状态")


def test_a_question_that_waits_for_what_it_is_about_waits_too(chat: FakeChat) -> None:
    chat.say("", INVOICE)
    chat.say("换成合同")
    chat.say("导出表格")
    answer = chat.ask("状态")
    assert "2. 追问（合同），" in answer
    assert "3. 追问，" in answer


def test_a_place_counts_what_came_before_and_is_open(chat: FakeChat) -> None:
    first, second = chat.say("", INVOICE), chat.say("", LETTER)
    chat.ask("状态")
    assert [chat.store.place(task.id) for task in (first, second)] == [1, 2]
    chat.run(first)
    assert [chat.store.place(task.id) for task in (first, second)] == [None, 1]
    assert chat.store.waiting() == 1


def test_those_that_are_taken_together_stand_in_their_order(chat: FakeChat) -> None:
    tasks = [chat.say("", INVOICE, person=f"w{number}") for number in range(20)]
    together = [replace(task, id=task_id(f"together {task.id}")) for task in tasks]
    chat.store.claim(together, now=chat.now[0])
    assert [chat.store.place(task.id) for task in (*tasks, *together)] == list(range(1, 41))


# -- 取消


def test_what_is_cancelled_is_never_answered(chat: FakeChat) -> None:
    tasks = [chat.say("", INVOICE), chat.say("", LETTER)]
    fetch(tasks[0].id, 0)
    assert texts.commands.cancelled(2, 0, quoted=False) in chat.ask("取消")
    assert [chat.run(task) for task in tasks] == ["", ""]
    assert chat.store.open_tasks() == 0
    assert chat.engine.readings == 0


@pytest.mark.parametrize("minutes", [0, 10])
def test_what_is_read_to_its_end_after_all_is_kept_no_longer(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    chat = FakeChat(redis, Organisation(remember_minutes=minutes))
    task = chat.say("", INVOICE)
    fetch(task.id, 0)
    engine_reads, steps_here = chat.engine.ask, copy_context()

    def cancelled_meanwhile(*page: Any, **asked: Any) -> Reading:
        steps_here.run(chat.ask, "取消")
        return engine_reads(*page, **asked)

    monkeypatch.setattr(chat.engine, "ask", cancelled_meanwhile)
    read(task.id, 0)
    fetch(task.id, 0)
    kept = [key for kind in ("file", "outcome", "past") for key in redis.keys(f"ocrbot:{kind}:{task.id}*")]
    assert bool(kept) is bool(minutes)
    assert all(redis.ttl(key) <= 60 * minutes for key in kept)


def test_a_download_that_ends_after_the_cancellation_is_not_kept(redis: Redis) -> None:
    chat = FakeChat(redis, Organisation(remember_minutes=0))
    task = chat.say("", INVOICE)
    fetched, steps_here = chat.parts.download, copy_context()

    def slow(attachment: Attachment, recipient: DingTalkConversation) -> bytes:
        steps_here.run(chat.ask, "取消")
        return fetched(attachment, recipient)

    STEPS.set(replace(chat.parts, download=slow).steps)
    fetch(task.id, 0)
    assert redis.keys(f"ocrbot:file:{task.id}*") == []


def test_only_ones_own_here_are_cancelled(chat: FakeChat) -> None:
    others = [chat.say("", INVOICE, person="w2"), chat.say("", INVOICE, group="g2")]
    assert texts.commands.cancelled(0, 0, quoted=False) in chat.ask("取消")
    assert all(chat.run(task) for task in others)


def test_what_came_after_the_command_stays(chat: FakeChat) -> None:
    before, command, after = chat.say("", LETTER), chat.say("取消"), chat.say("", INVOICE)
    assert texts.commands.cancelled(1, 0, quoted=False) in chat.run(command)
    assert chat.store.task(before.id) is None
    assert chat.run(after)


def test_a_quote_says_which_one(chat: FakeChat) -> None:
    kept = chat.say("", INVOICE, name="kept")
    quoted = chat.say("", LETTER, quoted=True, quote=Quote(message_id="picture of another"))
    own = chat.say("", LETTER, name="own")
    picture = chat.say("取消", LETTER, quoted=True, quote=Quote(message_id="picture of another"))
    assert texts.commands.cancelled(1, 0, quoted=True) in chat.run(picture)
    assert texts.commands.cancelled(1, 0, quoted=True) in chat.ask("取消", quote=Quote(message_id="own"))
    assert [chat.store.task(task.id) is None for task in (kept, quoted, own)] == [False, True, True]


@pytest.mark.parametrize("quote", [Quote(), Quote(message_id="nothing"), Quote(message_id="theirs")])
def test_a_quote_of_nothing_or_of_anothers_cancels_nothing(chat: FakeChat, quote: Quote) -> None:
    chat.say("", INVOICE)
    chat.say("", INVOICE, person="w2", name="theirs")
    assert texts.commands.cancelled(0, 0, quoted=True) in chat.ask("取消", quote=quote)
    assert chat.store.open_tasks() == 2


def test_a_quoted_receipt_means_the_only_one_that_waits_and_asks_where_there_are_several(chat: FakeChat) -> None:
    receipt = Quote(message_id="a receipt", own=True)
    others, first = chat.say("", INVOICE, person="w2"), chat.say("", INVOICE)
    assert texts.commands.cancelled(1, 0, quoted=True) in chat.ask("取消", quote=receipt)
    assert texts.commands.cancelled(0, 0, quoted=True) in chat.ask("取消", quote=receipt)
    two = [chat.say("", LETTER), chat.say("", BOOK)]
    assert texts.commands.cancel_which() in chat.ask("取消", quote=receipt)
    assert chat.run(first) == ""
    assert all(chat.run(task) for task in (others, *two))


def test_what_is_being_sent_cannot_be_cancelled_and_that_is_said(chat: FakeChat) -> None:
    sending, waiting = chat.say("", INVOICE), chat.say("", LETTER)
    lease = answering_lease(chat.store, sending.id)
    assert lease.hold()
    assert texts.commands.cancelled(1, 1, quoted=False) in chat.ask("取消")
    lease.release()
    assert chat.run(sending)
    assert chat.run(waiting) == ""


def test_a_command_that_died_while_answering_counts_what_it_did(
    chat: FakeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say("", INVOICE)
    chat.say("", LETTER)
    command = chat.say("取消")
    with monkeypatch.context() as patch:
        patch.setattr(chat.outbox, "send", _unavailable)
        reply(command.id, 0)
    assert chat.store.open_tasks() == 1
    assert texts.commands.cancelled(2, 0, quoted=False) in chat.run(command)
    assert chat.times(command) == 1


def _unavailable(*_: object, **__: object) -> None:
    raise Unavailable("down")


def test_what_was_cancelled_may_be_asked_for_again(chat: FakeChat) -> None:
    task = chat.say("", INVOICE)
    fetch(task.id, 0)
    chat.ask("取消")
    chat.gone.add(INVOICE)
    assert "发票" in chat.ask("按发票识别")


# -- 统计


def test_what_was_done_is_counted_by_day_and_once(chat: FakeChat, redis: Redis) -> None:
    for _ in range(2):
        chat.ask("", INVOICE)
    task = chat.say("", LETTER, "gone")
    chat.gone.add("gone")
    chat.run(task)
    reply(task.id, 0)
    chat.ask("你好")
    chat.say("", INVOICE, person="w3")
    chat.ask("取消", person="w3")
    chat.say("", LETTER)
    now = chat.now[0]
    today = chat.store.daily_counts.recent(now, 1)
    assert (today.messages, today.cancelled, today.answered) == (6, 1, 3)
    assert (today.kinds, today.failures) == ({"发票": 2, "文字": 1}, {"code_expired": 1})
    assert today.slowest >= today.mean >= 0
    answer = chat.ask("统计", person=ADMIN)
    for said in ("发票 2、文字 1", "文件已过期 1", "取消 1 项", "现在等待：1 项"):
        assert said in answer
    assert 0 < redis.ttl(redis.keys("ocrbot:day:*")[0]) <= 10 * 24 * 3600


def test_yesterday_counts_in_the_week_and_days_end_at_midnight_in_china(chat: FakeChat) -> None:
    midnight = 1_790_006_400.0  # 22 September 2026, 00:00 in China
    chat.now[0] = midnight - 100
    chat.ask("你好")
    chat.now[0] = midnight + 100
    chat.ask("你好")
    recent = chat.store.daily_counts.recent
    assert [recent(chat.now[0], days).messages for days in (1, 2, 7)] == [1, 2, 2]
    assert recent(midnight + 8 * 24 * 3600, 7) == Days()


def test_who_is_no_admin_gets_a_sentence(chat: FakeChat) -> None:
    assert texts.guidance.admins_only("") in chat.ask("统计")
    assert texts.guidance.admins_only("") in chat.ask("重载")


# -- 重载


async def _told(organisation: Organisation, problems: Sequence[Problem], digest: str) -> None:
    pass


async def _answer(config: LiveConfig, store: Store, queue: TaskQueue, redis: Redis, name: str) -> str:
    """Have an admin say 重载 to a bot; return what is answered."""
    claims = Claims(store.ledger, queue, lambda: NOON)
    running = asyncio.create_task(claims.run())
    intake = Intake(claims, config.current, lambda: NOON, reload=config.reload)
    data: Mapping[str, object] = {
        "msgId": name,
        "conversationId": "c",
        "conversationType": "1",
        "senderStaffId": ADMIN,
        "msgtype": "text",
        "text": {"content": "重载"},
    }
    await intake.handle(data)
    running.cancel()
    (task_id,) = [str(key, "ascii").rsplit(":", 1)[1] for key in cast("list[bytes]", redis.keys("ocrbot:task:*"))]
    task = store.task(task_id)
    assert task is not None
    assert isinstance(task.content, Say)
    store.close(task_id, 0)
    return task.content.text


async def test_an_admin_has_the_configuration_read_at_once(redis: Redis, tmp_path: Path) -> None:
    folder = tmp_path / "config"
    shutil.copytree(CONFIG, folder)
    settings, prompt = folder / "ocrbot.toml", folder / "prompts" / "contract.toml"
    settings.write_text(f'[organisation]\nadmins = ["{ADMIN}"]\n', encoding="utf-8")
    config = LiveConfig(folder, _told)
    store, queue = Store(redis), TaskQueue(redis, JOB_SIGNER)
    kinds = len(config.current().prompts.prompts)
    assert await _answer(config, store, queue, redis, "1") == texts.guidance.reloaded(kinds, changed=False)

    good = prompt.read_text(encoding="utf-8")
    prompt.write_text(good.replace('title = "合同"', 'title = "合同书"'), encoding="utf-8")
    assert await _answer(config, store, queue, redis, "2") == texts.guidance.reloaded(kinds, changed=True)
    assert config.current().prompts.named("contract").title == "合同书"  # type: ignore[union-attr]

    prompt.write_text("titel = 1", encoding="utf-8")
    refused = await _answer(config, store, queue, redis, "3")
    assert 'did you mean "title"?' in refused
    assert config.current().prompts.named("contract").title == "合同书"  # type: ignore[union-attr]
    assert signature(folder)
