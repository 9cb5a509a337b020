import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

import httpx
import pytest

from bot.dingtalk.api import DingTalkApi, http_client
from bot.dingtalk.faults import SessionGone, Throttled
from bot.dingtalk.inbound import parse
from bot.dingtalk.sending import Sender, Via
from bot.domain.errors import Misconfigured, Refused, Unavailable, Unsure
from bot.domain.message import DingTalkConversation
from bot.lookalike import Chat, Limits, Lookalike, Member, Posted, RichText

DOWNLOAD = "/v1.0/robot/messageFiles/download"
TOKEN = "/v1.0/oauth2/accessToken"
WEBHOOK = "/robot/sendBySession"
GROUP = "/v1.0/robot/groupMessages/send"
MEGABYTE = 1 << 20
T = TypeVar("T")


@dataclass(slots=True)
class Clock:
    """Unix seconds that pass only when a test says so."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass(slots=True)
class Tokens:
    token: str | None = None
    seconds: float = 0.0

    def get(self) -> str | None:
        return self.token

    def put(self, token: str, seconds: float) -> None:
        self.token, self.seconds = token, seconds

    def drop(self, token: str) -> None:
        self.token = None if self.token == token else self.token


@dataclass(slots=True)
class Budgets:
    """Grants every call but those for which a wait is laid down."""

    waits: dict[str, list[float]] = field(default_factory=dict)
    taken: list[tuple[str, int, float]] = field(default_factory=list)

    def take(self, name: str, limit: int, seconds: float) -> float:
        self.taken.append((name, limit, seconds))
        return self._wait(name)

    def take_spaced(self, name: str, limit: int, seconds: float, *, free: int) -> tuple[float, int]:
        self.taken.append((name, limit, seconds))
        return self._wait(name), limit

    def reserve(self, name: str, limit: int, seconds: float, *, burst: int, longest: float) -> float:
        self.taken.append((name, limit, seconds))
        return self._wait(name)

    def _wait(self, name: str) -> float:
        waits = self.waits.get(name.partition(":")[0], [])
        return waits.pop(0) if waits else 0.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def dingtalk(clock: Clock) -> AsyncIterator[Lookalike]:
    limits = Limits(webhook_per_minute=3, api_calls_per_second=3)
    async with Lookalike(
        client_id="app", client_secret="secret", robot_code="robot", limits=limits, clock=clock
    ) as server:
        yield server


@pytest.fixture
def asker(dingtalk: Lookalike) -> Member:
    return dingtalk.member("王芳")


@pytest.fixture
def group(dingtalk: Lookalike) -> Chat:
    return dingtalk.group("报销群")


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with http_client() as client:
        yield client


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


def new_api(dingtalk: Lookalike, http: httpx.Client, tokens: Tokens, *, secret: str = "") -> DingTalkApi:
    host = dingtalk.url.removeprefix("http://")
    return DingTalkApi(
        client_id="app",
        client_secret=secret or "secret",
        api_url=dingtalk.url,
        oapi_url=dingtalk.url,
        download_hosts=["*.aliyuncs.com", host],
        tokens=tokens,
        http=http,
    )


@pytest.fixture
def api(dingtalk: Lookalike, http: httpx.Client, tokens: Tokens) -> DingTalkApi:
    return new_api(dingtalk, http, tokens)


@pytest.fixture
def budgets() -> Budgets:
    return Budgets()


@pytest.fixture
def sender(api: DingTalkApi, budgets: Budgets, clock: Clock) -> Sender:
    return Sender(api, budgets, clock=clock, sleep=clock.sleep)


async def outside(call: Callable[[], T]) -> T:
    """Run a blocking call while the look-alike serves it."""
    return await asyncio.to_thread(call)


def address_of(posted: Posted) -> DingTalkConversation:
    return parse(posted.data).conversation


def asked(group: Chat, asker: Member) -> DingTalkConversation:
    return address_of(group.say(asker, "读"))


async def fetched(api: DingTalkApi, code: str, *, robot: str = "robot", limit: int = MEGABYTE) -> bytes:
    return await outside(lambda: api.download(code, robot, limit_bytes=limit))


# Downloads


async def test_a_picture_is_fetched_with_its_code(api: DingTalkApi, group: Chat, asker: Member) -> None:
    posted = group.show(asker, b"\x89PNG" + bytes(1000))
    assert await fetched(api, posted.codes[0]) == b"\x89PNG" + bytes(1000)


async def test_a_stray_content_type_breaks_the_signature_and_none_is_sent(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member, http: httpx.Client
) -> None:
    posted = group.show(asker, b"data")
    assert await fetched(api, posted.codes[0]) == b"data"
    http.headers["Content-Type"] = "application/json"
    with pytest.raises(Unavailable, match="403"):
        await fetched(api, posted.codes[0])


async def test_a_token_is_fetched_once_and_kept_for_less_than_its_life(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member, tokens: Tokens
) -> None:
    posted = group.show(asker, b"one", b"two")
    for code in posted.codes:
        await fetched(api, code)
    assert [call.path for call in dingtalk.records.calls].count(TOKEN) == 1
    assert 6000 < tokens.seconds < 7200


async def test_a_token_that_expired_or_is_unknown_is_replaced(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member, tokens: Tokens
) -> None:
    posted = group.show(asker, b"data")
    tokens.token = "unknown"
    assert await fetched(api, posted.codes[0]) == b"data"
    dingtalk.tokens.expire()
    assert await fetched(api, posted.codes[0]) == b"data"


async def test_a_token_that_is_refused_again_and_again_is_the_admins(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member
) -> None:
    posted = group.show(asker, b"data")
    dingtalk.fail(DOWNLOAD, status=401, body={"code": "InvalidAuthentication"}, times=None)
    with pytest.raises(Misconfigured, match="CLIENT_SECRET"):
        await fetched(api, posted.codes[0])


async def test_a_wrong_secret_is_named_and_not_shown(
    dingtalk: Lookalike, http: httpx.Client, tokens: Tokens, group: Chat, asker: Member
) -> None:
    posted = group.show(asker, b"data")
    api = new_api(dingtalk, http, tokens, secret="guessed")
    with pytest.raises(Misconfigured, match="OCRBOT_DINGTALK__CLIENT_SECRET") as caught:
        await fetched(api, posted.codes[0])
    assert "guessed" not in str(caught.value)


async def test_an_expired_code_asks_the_person_to_post_again(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member
) -> None:
    posted = group.show(asker, b"data")
    dingtalk.files.expire()
    with pytest.raises(Refused) as caught:
        await fetched(api, posted.codes[0])
    assert caught.value.reason == "code_expired"
    assert "重新发" in caught.value.text


async def test_a_code_of_another_robot_is_the_admins(api: DingTalkApi, group: Chat, asker: Member) -> None:
    posted = group.show(asker, b"data")
    with pytest.raises(Misconfigured, match="robot"):
        await fetched(api, posted.codes[0], robot="another")


async def test_too_many_calls_say_when_to_come_back(api: DingTalkApi, group: Chat, asker: Member) -> None:
    posted = group.show(asker, b"data")
    for _ in range(3):
        await fetched(api, posted.codes[0])
    with pytest.raises(Throttled) as caught:
        await fetched(api, posted.codes[0])
    assert caught.value.retry_after == 1.0


async def test_a_file_too_large_is_refused(api: DingTalkApi, group: Chat, asker: Member) -> None:
    posted = group.show(asker, bytes(2 * MEGABYTE))
    assert len(await fetched(api, posted.codes[0], limit=2 * MEGABYTE)) == 2 * MEGABYTE
    with pytest.raises(Refused) as caught:
        await fetched(api, posted.codes[0], limit=MEGABYTE)
    assert caught.value.reason == "too_large"
    assert "1 MB" in caught.value.text


async def test_a_host_that_is_not_in_the_settings_is_not_asked(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member
) -> None:
    posted = group.show(asker, b"data")
    address = dingtalk.url.replace("127.0.0.1", "localhost") + "/object/x"
    dingtalk.fail(DOWNLOAD, status=200, body={"downloadUrl": address})
    with pytest.raises(Refused, match="host_not_allowed"):
        await fetched(api, posted.codes[0])
    assert not any(call.path.startswith("/object") for call in dingtalk.records.calls)


async def test_missing_scopes_are_named(dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member) -> None:
    posted = group.show(asker, b"data")
    body: dict[str, object] = {
        "code": "Forbidden.AccessDenied.AccessTokenPermissionDenied",
        "accessdenieddetail": {"requiredScopes": ["qyapi_robot_sendmsg"]},
    }
    dingtalk.fail(DOWNLOAD, status=403, body=body)
    with pytest.raises(Misconfigured, match="qyapi_robot_sendmsg"):
        await fetched(api, posted.codes[0])


@pytest.mark.parametrize("path", [TOKEN, DOWNLOAD, "/object/*"])
async def test_trouble_on_the_way_to_a_file_may_pass(
    dingtalk: Lookalike, api: DingTalkApi, group: Chat, asker: Member, path: str
) -> None:
    posted = group.show(asker, b"data")
    dingtalk.fail(path, status=504, body="gateway time-out")
    with pytest.raises(Unavailable):
        await fetched(api, posted.codes[0])
    dingtalk.fail(path, drop=True)
    with pytest.raises(Unavailable) as caught:
        await fetched(api, posted.codes[0])
    assert not isinstance(caught.value, Unsure)
    assert await fetched(api, posted.codes[0]) == b"data"


# The webhook


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


# Proactive sends and files


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


# Which way an answer goes


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


async def test_quoted_pictures_are_fetched_like_posted_ones(api: DingTalkApi, group: Chat, asker: Member) -> None:
    picture = group.chatter(asker, RichText.of(b"one", b"two"))
    message = parse(group.quote(asker, picture, "读").data)
    assert [await fetched(api, one.download_code) for one in message.attachments] == [b"one", b"two"]
