"""Receipts as cards on a real Redis and the look-alike: each ends with its task, whatever fails."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.dingtalk.api import UPLOAD
from bot.dingtalk.cards import CREATE, STREAM, UPDATE, UPDATE_SECONDS, Cards
from bot.domain import texts
from bot.domain.attachment_format import Format
from bot.domain.document import Document, Failure, Field, Status
from bot.domain.errors import Unavailable
from bot.domain.receipt import Receipt
from bot.lookalike import missing_scope, undelivered
from tests.fakes.office import Office


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
