"""Receipts as reactions on a real Redis and the look-alike, and that nothing stays open."""

import asyncio
from dataclasses import replace
from typing import cast

from structlog.testing import capture_logs

from bot.dingtalk.cards import Cards
from bot.domain import texts
from bot.domain.document import Document
from bot.domain.outbox import Card
from bot.domain.receipt import Receipt
from tests.fakes.office import REACTION, RECALL, Office
from workers.jobs import STEPS, notice


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
