"""Receipts as messages on a real Redis and the look-alike: what people see while they wait."""

import asyncio
import io
from typing import Any

import pytest
from PIL import Image

from bot.dingtalk.inbound import parse
from bot.domain.asking.intent import decide
from bot.domain.receipt import Receipt, ReceiptRules
from bot.lookalike import File
from bot.service.notices import Notices
from bot.storage.jobs.signed_call import NOTICE
from tests.fakes.office import NOW, PROMPTS, REACTION, Office, picture


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
