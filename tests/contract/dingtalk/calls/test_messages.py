"""Messages by the webhook, sent unasked and with files, to the look-alike."""

from dataclasses import replace
from functools import partial

import httpx
import pytest

from bot.dingtalk.api import DingTalkApi
from bot.dingtalk.faults import SessionGone, Throttled
from bot.domain.errors import Unavailable, Unsure
from bot.lookalike import Chat, Lookalike, Member
from tests.fakes.dingtalk_client import GROUP, WEBHOOK, Tokens, address_of, asked, new_api, outside


async def test_a_webhook_carries_markdown_with_an_at_that_shows(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member
) -> None:
    posted = group.say(asker, "读")
    await outside(lambda: api.send_webhook(address_of(posted), "发票", "**金额** 1.00", mention=True))
    reply = await dingtalk.next_reply(group)
    assert (reply.via, reply.kind, reply.title, reply.answers) == ("webhook", "markdown", "发票", posted.message_id)
    assert reply.mentions == (asker.staff_id,)
    assert not reply.at_all
    assert reply.text.endswith("**金额** 1.00")


async def test_a_session_that_is_over_is_gone(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member
) -> None:
    conversation = asked(group, asker)
    dingtalk.sessions.expire()
    with pytest.raises(SessionGone):
        await outside(lambda: api.send_webhook(conversation, "t", "x", mention=False))


@pytest.mark.parametrize(
    "webhook",
    [
        "",
        "http://127.0.0.1/robot/sendBySession?session=x",
        "http://evil.example/robot/sendBySession?session=x",
        "http://127.0.0.1:99999/x",
        "http://[::1/x",
    ],
)
async def test_a_webhook_elsewhere_is_not_called(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member, webhook: str
) -> None:
    conversation = replace(asked(group, asker), webhook=webhook)
    with pytest.raises(SessionGone):
        await outside(lambda: api.send_webhook(conversation, "t", "x", mention=False))
    assert not dingtalk.records.calls


async def test_more_than_the_webhook_takes_is_throttled(api: DingTalkApi, group: Chat, asker: Member) -> None:
    conversation = asked(group, asker)
    for _ in range(3):
        await outside(lambda: api.send_webhook(conversation, "t", "x", mention=False))
    with pytest.raises(Throttled) as caught:
        await outside(lambda: api.send_webhook(conversation, "t", "x", mention=False))
    assert caught.value.retry_after


@pytest.mark.parametrize("path", [WEBHOOK, GROUP])
async def test_a_send_without_an_answer_may_have_arrived(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member, path: str
) -> None:
    conversation = asked(group, asker)

    def send() -> None:
        if path == WEBHOOK:
            api.send_webhook(conversation, "t", "x", mention=False)
        else:
            api.send_proactive(conversation, "t", "x")

    dingtalk.fail(path, drop=True, late=True)
    with pytest.raises(Unsure):
        await outside(send)
    assert len(group.replies) == 1
    dingtalk.fail(path, status=504, body={"code": "ServiceTimeout"})
    with pytest.raises(Unsure):
        await outside(send)


async def test_nobody_at_the_address_is_no_doubtful_send(
    dingtalk: Lookalike, http: httpx.Client, tokens: Tokens, group: Chat, asker: Member
) -> None:
    conversation = asked(group, asker)
    api = new_api(dingtalk, http, tokens)
    await dingtalk.stop()
    with pytest.raises(Unavailable) as caught:
        await outside(lambda: api.send_webhook(conversation, "t", "x", mention=False))
    assert not isinstance(caught.value, Unsure)


async def test_a_group_and_a_person_can_be_written_to(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member
) -> None:
    alone = dingtalk.single(asker)
    for chat in (group, alone):
        await outside(partial(api.send_proactive, asked(chat, asker), "发票", "金额"))
        reply = await dingtalk.next_reply(chat)
        assert (reply.via, reply.kind, reply.title, reply.text) == ("proactive", "sampleMarkdown", "发票", "金额")


async def test_a_person_outside_the_company_cannot_be_written_to(dingtalk: Lookalike, api: DingTalkApi) -> None:
    outsider = dingtalk.member("李四", outsider=True)
    conversation = asked(dingtalk.single(outsider), outsider)
    with pytest.raises(SessionGone):
        await outside(lambda: api.send_proactive(conversation, "t", "x"))


async def test_a_file_is_uploaded_and_sent(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member, tokens: Tokens
) -> None:
    tokens.token = "expired"
    conversation = asked(group, asker)
    media_id = await outside(lambda: api.upload("发票.xlsx", b"PK"))
    assert dingtalk._platform.media[media_id] == b"PK"
    await outside(lambda: api.send_file(conversation, media_id, "发票.xlsx"))
    assert (await dingtalk.next_reply(group)).text == "发票.xlsx"
