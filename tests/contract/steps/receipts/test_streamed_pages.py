"""Cards that show the pages as they are read, on a real Redis and the look-alike."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from bot.dingtalk.cards import STREAM
from bot.domain.prompt import FieldSpec, FieldType
from bot.domain.receipt import Receipt
from bot.domain.task import Task
from bot.lookalike import missing_scope
from tests.fakes.office import PROMPT, Office
from tests.fakes.tasks import reading


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
