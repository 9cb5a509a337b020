import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.dingtalk.inbound import parse
from bot.dingtalk.stream import Stream
from bot.dingtalk.timing import Timing
from bot.domain.errors import Misconfigured, Unavailable
from bot.domain.message import Message, Obstacle
from bot.lookalike import Card, Chat, File, Lookalike, Member, OverQuota, RichText, Shape, Unknown
from bot.lookalike import Timing as TheirTiming

QUICK = {"first_delay": 0.02, "longest_delay": 0.1, "close_timeout": 0.5, "drain": 0.5, "grace": 5.0}


@pytest.fixture
async def dingtalk() -> AsyncIterator[Lookalike]:
    timing = TheirTiming(redelivery=(0.2,) * 50, disconnect_grace=0.3)
    async with Lookalike(client_id="app", client_secret="secret", timing=timing) as server:
        yield server


@pytest.fixture
def asker(dingtalk: Lookalike) -> Member:
    return dingtalk.member("王芳")


@pytest.fixture
def group(dingtalk: Lookalike) -> Chat:
    return dingtalk.group("报销群")


class Inbox:
    """A handler that keeps what it got; it waits at a gate, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.begun = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.failures: list[Exception] = []

    async def __call__(self, data: object) -> None:
        self.begun += 1
        if self.failures:
            raise self.failures.pop()
        await self.gate.wait()
        self.messages.append(parse(data))

    @property
    def texts(self) -> list[str]:
        return sorted(message.text for message in self.messages)


def new_stream(
    dingtalk: Lookalike,
    handle: Callable[[object], Awaitable[None]],
    *,
    on_frame: Callable[[], None] | None = None,
    **timing: Any,
) -> Stream:
    return Stream(
        client_id="app",
        client_secret="secret",
        api_url=dingtalk.url,
        handle=handle,
        timing=Timing(**(QUICK | timing)),
        on_frame=on_frame,
    )


@asynccontextmanager
async def connected(
    dingtalk: Lookalike, handle: Callable[[object], Awaitable[None]], **timing: Any
) -> AsyncIterator[Stream]:
    stream = new_stream(dingtalk, handle, **timing)
    running = asyncio.create_task(stream.run())
    try:
        await dingtalk.connected()
        yield stream
    finally:
        stream.stop()
        await asyncio.wait_for(running, 10)


async def acked(dingtalk: Lookalike, count: int = 1) -> None:
    await dingtalk.until(lambda: sum(ack.counted for ack in dingtalk.records.acks) >= count)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what a handler did tells nobody
            await asyncio.sleep(0.01)


async def test_a_message_is_handled_and_acked(dingtalk: Lookalike, group: Chat, asker: Member) -> None:
    inbox = Inbox()
    async with connected(dingtalk, inbox):
        posted = group.say(asker, "你好")
        await acked(dingtalk)
    assert [(message.id, message.text) for message in inbox.messages] == [(posted.message_id, "你好")]
    assert inbox.messages[0].conversation.staff_id == asker.staff_id
    assert not dingtalk.records.protocol_errors


@pytest.mark.parametrize(
    "shape",
    [
        Shape(),
        Shape(content_as_string=True),
        Shape(reply_content_as_string=True),
        Shape(content_as_string=True, reply_content_as_string=True, reply_under="content"),
        Shape(reply_under="text"),
        Shape(reply_items="message"),
    ],
)
async def test_what_people_post_arrives_as_it_was_meant(
    dingtalk: Lookalike, group: Chat, asker: Member, shape: Shape
) -> None:
    inbox = Inbox()
    async with connected(dingtalk, inbox):
        picture = group.chatter(asker, RichText.of(b"one", "旧话", b"two"))
        expected = [
            group.show(asker, b"one", b"two", words="提取金额", shape=shape),
            group.quote(asker, picture, "看这张图", shape=shape),
            group.post(asker, RichText.of("也看"), quoting=picture, shape=shape),
        ]
        await acked(dingtalk, 3)
    by_id = {message.id: message for message in inbox.messages}
    found = [by_id[posted.message_id] for posted in expected]
    assert [message.text for message in found] == ["提取金额", "看这张图", "也看"]
    for message, posted in zip(found, expected, strict=True):
        assert tuple(one.download_code for one in message.attachments) == posted.codes
        assert len(message.attachments) == 2


async def test_what_cannot_be_read_arrives_with_its_reason(dingtalk: Lookalike, group: Chat, asker: Member) -> None:
    inbox = Inbox()
    async with connected(dingtalk, inbox):
        lost = group.chatter(asker, File(name="a.pdf", data=b"x"))
        group.post(asker, Unknown())
        group.post(asker, OverQuota())
        group.quote(asker, lost, shape=Shape(reply_without_code=True))
        dingtalk.single(asker).quote(asker, lost, "读")
        await acked(dingtalk, 4)
    obstacles = [message.obstacle for message in inbox.messages]
    assert sorted(filter(None, obstacles)) == sorted(
        [Obstacle.UNKNOWN_TYPE, Obstacle.OVER_QUOTA, Obstacle.QUOTE_WITHOUT_CODE]
    )
    assert [one.name for message in inbox.messages for one in message.attachments] == ["a.pdf"]


async def test_dingtalks_ping_is_answered_with_its_data(dingtalk: Lookalike) -> None:
    async with connected(dingtalk, Inbox()):
        dingtalk.hub.ping(dingtalk.hub.connections[0])
        await dingtalk.until(lambda: bool(dingtalk.records.pings))
    assert [(ping.code, ping.same) for ping in dingtalk.records.pings] == [(200, True)]


@pytest.mark.parametrize("error", [Unavailable("redis is away"), ValueError("发票内容")])
async def test_a_failed_handler_leaves_no_ack_and_gets_the_message_again(
    dingtalk: Lookalike, group: Chat, asker: Member, error: Exception
) -> None:
    inbox = Inbox()
    inbox.failures = [error]
    with capture_logs() as logs:
        async with connected(dingtalk, inbox):
            group.say(asker, "你好")
            await acked(dingtalk)
    assert inbox.texts == ["你好"]
    first, second = dingtalk.records.pushes
    assert first.frame_id != second.frame_id
    assert [ack.frame_id for ack in dingtalk.records.acks] == [second.frame_id]
    assert any("not taken" in entry["event"] for entry in logs)
    assert "发票内容" not in str(logs)


async def test_at_a_disconnect_a_new_socket_opens_while_the_old_one_finishes(
    dingtalk: Lookalike, group: Chat, asker: Member
) -> None:
    inbox = Inbox()
    inbox.gate.clear()
    async with connected(dingtalk, inbox):
        old = dingtalk.hub.connections[0]
        group.say(asker, "在旧的上面")
        await until(lambda: inbox.begun == 1)
        dingtalk.disconnect()
        await dingtalk.connected()
        assert old in dingtalk.hub.connections
        inbox.gate.set()
        await acked(dingtalk)
        assert dingtalk.records.acks[0].connection == old.id
        await dingtalk.until(lambda: old not in dingtalk.hub.connections)
        group.say(asker, "在新的上面")
        await acked(dingtalk, 2)
    assert len(inbox.messages) == 2


async def test_a_handler_at_work_survives_the_loss_of_its_socket(
    dingtalk: Lookalike, group: Chat, asker: Member
) -> None:
    inbox = Inbox()
    inbox.gate.clear()
    async with connected(dingtalk, inbox):
        group.say(asker, "你好")
        await until(lambda: inbox.begun == 1)
        dingtalk.cut()
        await dingtalk.connected()
        inbox.gate.set()
        await acked(dingtalk)
    # The first handling ended although nobody could be told, and the message came again on the new socket.
    assert len(inbox.messages) == inbox.begun >= 2
    assert len({message.id for message in inbox.messages}) == 1


async def test_a_socket_that_only_answers_pings_is_replaced(dingtalk: Lookalike, group: Chat, asker: Member) -> None:
    inbox = Inbox()
    async with connected(dingtalk, inbox, silence=0.5):
        (dead,) = dingtalk.silence()
        await dingtalk.until(lambda: dead not in dingtalk.hub.connections)
        group.say(asker, "你好")
        await acked(dingtalk)
    assert inbox.texts == ["你好"]


async def test_where_people_write_often_a_silent_socket_is_replaced_sooner(
    dingtalk: Lookalike, group: Chat, asker: Member
) -> None:
    inbox = Inbox()
    async with connected(dingtalk, inbox, silence=600.0, busy_silence=0.3, busy_messages=3):
        for said in ("一", "二", "三"):
            group.say(asker, said)
        await acked(dingtalk, 3)
        dingtalk.silence()
        group.say(asker, "四")
        await acked(dingtalk, 4)


async def test_a_socket_that_answers_nothing_is_replaced(dingtalk: Lookalike, group: Chat, asker: Member) -> None:
    inbox = Inbox()
    async with connected(dingtalk, inbox, ping_interval=0.2, ping_timeout=0.2):
        dingtalk.silence(stop_reading=True)
        await dingtalk.connected(2)
        group.say(asker, "你好")
        await acked(dingtalk)
    assert "你好" in inbox.texts


async def test_two_streams_share_the_messages(dingtalk: Lookalike, group: Chat, asker: Member) -> None:
    one, other = Inbox(), Inbox()
    async with connected(dingtalk, one), connected(dingtalk, other):
        await dingtalk.connected(2)
        for number in range(60):
            group.say(asker, f"{number:02}")
        await acked(dingtalk, 60)
    assert one.messages
    assert other.messages
    assert sorted(one.texts + other.texts) == [f"{number:02}" for number in range(60)]


async def test_more_than_is_taken_in_hand_waits(dingtalk: Lookalike, group: Chat, asker: Member) -> None:
    inbox = Inbox()
    inbox.gate.clear()
    async with connected(dingtalk, inbox, max_in_progress=3):
        for number in range(10):
            group.say(asker, str(number))
        await until(lambda: inbox.begun == 3)
        await asyncio.sleep(0.05)
        assert inbox.begun == 3
        inbox.gate.set()
        await acked(dingtalk, 10)


async def test_frames_of_no_sense_disturb_nothing(dingtalk: Lookalike, group: Chat, asker: Member) -> None:
    inbox = Inbox()
    async with connected(dingtalk, inbox):
        for frame in (
            "",
            "no json",
            "[]",
            '{"type": 3}',
            '{"type": "SYSTEM", "headers": {"time": "x"}}',
            "[" * 100_000,
        ):
            dingtalk.hub.connections[0].send(frame)
        group.say(asker, "你好")
        await acked(dingtalk)
    assert inbox.texts == ["你好"]
    assert len(dingtalk.hub.connections) <= 1


async def test_a_frame_beyond_the_librarys_own_limit_is_taken(dingtalk: Lookalike, group: Chat, asker: Member) -> None:
    inbox = Inbox()
    async with connected(dingtalk, inbox):
        group.say(asker, "长" * 500_000)
        await acked(dingtalk)
    assert len(inbox.messages[0].text) == 500_000


async def test_at_a_stop_what_is_in_hand_is_finished_and_acked(dingtalk: Lookalike, group: Chat, asker: Member) -> None:
    inbox = Inbox()
    inbox.gate.clear()
    async with connected(dingtalk, inbox) as stream:
        group.say(asker, "你好")
        await until(lambda: inbox.begun == 1)
        stream.stop()
        asyncio.get_running_loop().call_later(0.05, inbox.gate.set)
    await acked(dingtalk)


async def test_wrong_credentials_are_the_admins_to_put_right(dingtalk: Lookalike) -> None:
    stream = Stream(client_id="app", client_secret="another", api_url=dingtalk.url, handle=Inbox())
    with pytest.raises(Misconfigured, match="OCRBOT_DINGTALK__CLIENT_SECRET") as caught:
        await asyncio.wait_for(stream.run(), 10)
    assert "another" not in str(caught.value)


async def test_a_refused_app_says_what_may_be_the_matter(dingtalk: Lookalike) -> None:
    dingtalk.refuse_connections(status=400, times=1, code="invalidParameter.app")
    with pytest.raises(Misconfigured, match="not published"):
        await asyncio.wait_for(new_stream(dingtalk, Inbox()).run(), 10)


@pytest.mark.parametrize("code", ["systemError", ""])
async def test_a_bad_request_that_blames_nobody_is_tried_again(
    dingtalk: Lookalike, group: Chat, asker: Member, code: str
) -> None:
    dingtalk.refuse_connections(status=400, times=2, code=code)
    async with connected(dingtalk, Inbox()):
        group.say(asker, "你好")
        await acked(dingtalk)


async def test_a_gateway_that_is_down_is_tried_again(dingtalk: Lookalike, group: Chat, asker: Member) -> None:
    dingtalk.refuse_connections(status=503, times=3)
    dingtalk.fail("/connect", status=502, times=2)
    inbox = Inbox()
    async with connected(dingtalk, inbox):
        group.say(asker, "你好")
        await acked(dingtalk)


async def test_once_connected_no_refusal_ends_the_bot(dingtalk: Lookalike, group: Chat, asker: Member) -> None:
    inbox = Inbox()
    async with connected(dingtalk, inbox):
        dingtalk.refuse_connections(status=401, times=3)
        dingtalk.cut()
        group.say(asker, "你好")
        await acked(dingtalk)
    assert inbox.texts == ["你好"]


async def test_the_state_is_told(dingtalk: Lookalike) -> None:
    states: list[str] = []
    stream = Stream(
        client_id="app", client_secret="secret", api_url=dingtalk.url, handle=Inbox(), on_state=states.append
    )
    running = asyncio.create_task(stream.run())
    await dingtalk.connected()
    await until(lambda: states[-1:] == ["connected"])
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert states == ["connecting", "connected", "stopped"]
    await dingtalk.until(lambda: not dingtalk.hub.connections)


async def test_every_frame_is_told(dingtalk: Lookalike, group: Chat, asker: Member) -> None:
    frames, inbox = list[None](), Inbox()
    stream = new_stream(dingtalk, inbox, on_frame=lambda: frames.append(None))
    running = asyncio.create_task(stream.run())
    await dingtalk.connected()
    group.say(asker, "你好")
    await acked(dingtalk)
    stream.stop()
    await asyncio.wait_for(running, 10)
    assert frames


async def test_proxies_of_the_environment_are_not_asked(dingtalk: Lookalike, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with connected(dingtalk, Inbox()):
        pass


async def test_no_secret_and_no_text_is_logged(
    dingtalk: Lookalike, group: Chat, asker: Member, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with capture_logs() as logs:
        async with connected(dingtalk, Inbox()):
            group.quote(asker, dingtalk.post(group.conversation, asker, Card()), "秘密的话")
            await acked(dingtalk)
            dingtalk.disconnect()
            await dingtalk.connected()
    ours = [record for record in caplog.records if not record.name.startswith(("asyncio", "aiohttp", "bot.lookalike"))]
    written = str(logs) + "".join(record.getMessage() for record in ours)
    assert "秘密的话" not in written
    assert "secret" not in written
    assert "ticket" not in written
