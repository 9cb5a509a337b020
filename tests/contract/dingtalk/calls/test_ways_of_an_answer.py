"""Which way an answer goes, and what happens to one that is refused."""

from dataclasses import replace

import pytest

from bot.dingtalk.faults import SessionGone, Throttled
from bot.dingtalk.sending import Sender, Via
from bot.domain.errors import Unavailable, Unsure
from bot.lookalike import Chat, Lookalike, Member
from tests.fakes.dingtalk_client import GROUP, WEBHOOK, Budgets, Clock, asked, outside


async def test_an_answer_goes_by_the_webhook_while_it_lives(
    dingtalk: Lookalike, sender: Sender, group: Chat, asker: Member, budgets: Budgets
) -> None:
    conversation = asked(group, asker)
    assert await outside(lambda: sender.send(conversation, "发票", "金额", task_id="t1")) is Via.WEBHOOK
    reply = await dingtalk.next_reply(group)
    assert (reply.via, reply.mentions) == ("webhook", (asker.staff_id,))
    [(name, calls, seconds)] = budgets.taken
    assert (name, calls) == ("webhook:robot", 20)
    assert seconds > 60.0


async def test_in_a_single_chat_nobody_is_mentioned(dingtalk: Lookalike, sender: Sender, asker: Member) -> None:
    alone = dingtalk.single(asker)
    conversation = asked(alone, asker)
    await outside(lambda: sender.send(conversation, "发票", "金额", task_id="t1"))
    reply = await dingtalk.next_reply(alone)
    assert (reply.text, reply.mentions, reply.lost_mentions) == ("金额", (), ())


async def test_a_webhook_near_its_end_is_not_tried(
    dingtalk: Lookalike, sender: Sender, group: Chat, asker: Member, clock: Clock
) -> None:
    conversation = asked(group, asker)
    clock.now = conversation.webhook_expires_at - 5
    assert await outside(lambda: sender.send(conversation, "发票", "金额", task_id="t1")) is Via.PROACTIVE
    assert not any(call.path == WEBHOOK for call in dingtalk.records.calls)
    assert (await dingtalk.next_reply(group)).text == "＠王芳\n\n金额"


async def test_a_clock_that_is_wrong_does_not_close_the_only_way_to_an_outsider(
    dingtalk: Lookalike, sender: Sender
) -> None:
    outsider = dingtalk.member("李四", outsider=True)
    alone = dingtalk.single(outsider)
    expired = replace(asked(alone, outsider), webhook_expires_at=1.0)
    assert await outside(lambda: sender.send(expired, "发票", "金额", task_id="t1")) is Via.WEBHOOK
    assert (await dingtalk.next_reply(alone)).text == "金额"


async def test_an_outsider_in_a_group_is_named_in_words(dingtalk: Lookalike, sender: Sender, group: Chat) -> None:
    conversation = asked(group, dingtalk.member("李四", outsider=True))
    await outside(lambda: sender.send(conversation, "发票", "金额", task_id="t1"))
    assert (await dingtalk.next_reply(group)).text == "＠李四\n\n金额"


async def test_a_refused_webhook_falls_back(dingtalk: Lookalike, sender: Sender, group: Chat, asker: Member) -> None:
    conversation = asked(group, asker)
    dingtalk.sessions.expire()
    assert await outside(lambda: sender.send(conversation, "发票", "金额", task_id="t1")) is Via.PROACTIVE
    dingtalk.fail(WEBHOOK, body={"errcode": 310000, "errmsg": "refused"})
    assert await outside(lambda: sender.send(asked(group, asker), "发票", "金额", task_id="t1")) is Via.PROACTIVE
    assert [reply.via for reply in group.replies] == ["proactive", "proactive"]


async def test_a_webhook_used_up_or_throttled_falls_back(
    dingtalk: Lookalike, sender: Sender, group: Chat, asker: Member, budgets: Budgets
) -> None:
    conversation = asked(group, asker)
    budgets.waits["webhook"] = [40.0]
    assert await outside(lambda: sender.send(conversation, "发票", "1", task_id="t1")) is Via.PROACTIVE
    dingtalk.fail(WEBHOOK, body={"errcode": 130101, "errmsg": "send too fast"})
    assert await outside(lambda: sender.send(conversation, "发票", "2", task_id="t1")) is Via.PROACTIVE
    assert [reply.text for reply in group.replies] == ["＠王芳\n\n1", "＠王芳\n\n2"]


async def test_where_only_the_webhook_leads_it_is_waited_for(
    dingtalk: Lookalike, sender: Sender, budgets: Budgets
) -> None:
    outsider = dingtalk.member("李四", outsider=True)
    conversation = asked(dingtalk.single(outsider), outsider)
    budgets.waits["webhook"] = [40.0]
    with pytest.raises(Unavailable) as caught:
        await outside(lambda: sender.send(conversation, "t", "x", task_id="t1"))
    assert caught.value.retry_after == 40.0
    dingtalk.fail(WEBHOOK, body={"errcode": 130101})
    with pytest.raises(Throttled):
        await outside(lambda: sender.send(conversation, "t", "x", task_id="t1"))
    dingtalk.sessions.expire()
    with pytest.raises(SessionGone):
        await outside(lambda: sender.send(conversation, "t", "x", task_id="t1"))


async def test_a_send_that_dingtalk_counts_as_one_too_many_is_tried_again_in_its_place(
    dingtalk: Lookalike, sender: Sender, group: Chat, asker: Member
) -> None:
    conversation = replace(asked(group, asker), webhook="")
    body: dict[str, object] = {"code": "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}
    dingtalk.fail(GROUP, status=403, body=body)
    assert await outside(lambda: sender.send(conversation, "t", "x", task_id="t1")) is Via.PROACTIVE
    assert len(group.replies) == 1
    dingtalk.fail(GROUP, status=403, body=body, times=None)
    with pytest.raises(Throttled):
        await outside(lambda: sender.send(conversation, "t", "x", task_id="t1"))


async def test_a_short_wait_for_the_api_is_waited_and_a_long_one_is_told(
    sender: Sender, group: Chat, asker: Member, budgets: Budgets, clock: Clock
) -> None:
    conversation = replace(asked(group, asker), webhook="")
    started = clock.now
    budgets.waits["api"] = [0.4]
    assert await outside(lambda: sender.send(conversation, "t", "x", task_id="t1")) is Via.PROACTIVE
    assert clock.now == pytest.approx(started + 0.4)
    name, calls, seconds = budgets.taken[0]
    assert (name, calls) == (f"api:app:{GROUP}", 20)
    assert seconds > 1.0
    budgets.waits["api"] = [30.0]
    with pytest.raises(Unavailable) as caught:
        await outside(lambda: sender.send(conversation, "t", "x", task_id="t1"))
    assert caught.value.retry_after == 30.0


@pytest.mark.parametrize("errcode", [430101, 430104, 460101])
async def test_a_text_that_the_webhook_refuses_goes_the_other_way(
    dingtalk: Lookalike, sender: Sender, group: Chat, asker: Member, errcode: int
) -> None:
    dingtalk.fail(WEBHOOK, body={"errcode": errcode, "errmsg": "unsafe"})
    way = await outside(lambda: sender.send(asked(group, asker), "发票", "金额", task_id="abc123"))
    assert way is Via.PROACTIVE
    assert [reply.text for reply in group.replies] == ["＠王芳\n\n金额"]


@pytest.mark.parametrize("code", ["contain.unsafe.url", "contain.notAllowed.text", "invalidParameter.msgParam.tooLong"])
async def test_a_text_refused_on_both_ways_goes_as_a_plain_beginning(
    dingtalk: Lookalike, sender: Sender, group: Chat, asker: Member, code: str
) -> None:
    dingtalk.fail(WEBHOOK, body={"errcode": 460101})
    dingtalk.fail(GROUP, status=400, body={"code": code})
    text = "**金额** [网页](https://bad.example/x) https://bad.example/y\n" + "字" * 3000
    await outside(lambda: sender.send(asked(group, asker), "发票", text, task_id="abc123"))
    (reply,) = group.replies
    assert "abc123" in reply.text
    assert "金额 网页" in reply.text
    assert "bad.example" not in reply.text
    assert len(reply.text) < 700


async def test_a_text_refused_in_every_form_is_replaced_by_a_sentence(
    dingtalk: Lookalike, sender: Sender, group: Chat, asker: Member
) -> None:
    dingtalk.fail(WEBHOOK, body={"errcode": 430101}, times=2)
    dingtalk.fail(GROUP, status=400, body={"code": "contain.notAllowed.text"}, times=2)
    await outside(lambda: sender.send(asked(group, asker), "机密", "机密内容", task_id="abc123"))
    (reply,) = group.replies
    assert "abc123" in reply.text
    assert "机密" not in reply.title + reply.text


async def test_people_outside_get_the_plain_beginning_by_the_webhook(dingtalk: Lookalike, sender: Sender) -> None:
    outsider = dingtalk.member("李四", outsider=True)
    alone = dingtalk.single(outsider)
    dingtalk.fail(WEBHOOK, body={"errcode": 430101})
    await outside(lambda: sender.send(asked(alone, outsider), "发票", "金额", task_id="abc123"))
    assert "金额" in alone.replies[0].text
    assert "abc123" in alone.replies[0].text


async def test_a_long_text_comes_whole_on_either_way(
    dingtalk: Lookalike, sender: Sender, group: Chat, asker: Member, clock: Clock
) -> None:
    lines = [f"第{number}行 " + "字" * 60 for number in range(180)]  # about 34 kB
    conversation = asked(group, asker)
    assert await outside(lambda: sender.send(conversation, "t", "\n".join(lines), task_id="t1")) is Via.WEBHOOK
    first = list(group.replies)
    assert len(first) == 2
    assert "\n".join(reply.text for reply in first).splitlines()[2:] == lines
    gone = replace(conversation, webhook="")
    clock.sleep(1)
    assert await outside(lambda: sender.send(gone, "t", "\n".join(lines), task_id="t1")) is Via.PROACTIVE
    assert "\n".join(reply.text for reply in group.replies[len(first) :]).splitlines()[2:] == lines


async def test_a_text_that_went_in_part_may_come_again(
    dingtalk: Lookalike, sender: Sender, group: Chat, asker: Member, budgets: Budgets
) -> None:
    conversation = replace(asked(group, asker), webhook="")
    budgets.waits["api"] = [0.0, 30.0]
    with pytest.raises(Unsure) as caught:
        await outside(lambda: sender.send(conversation, "t", "字" * 9_000, task_id="t1"))
    assert caught.value.retry_after == 30.0
    assert len(group.replies) == 1
