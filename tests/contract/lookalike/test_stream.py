import asyncio
import json
import os
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote_plus

import httpx
import pytest
import websockets
from websockets.asyncio.client import ClientConnection

from bot.lookalike import Lookalike, Text, Timing

OPEN = "/v1.0/gateway/connections/open"
TOPIC = "/v1.0/im/bot/messages/get"
QUICK = Timing(redelivery=(0.05, 0.05), ping_every=None, disconnect_grace=0.1)

Frame = dict[str, object]


def lookalike(timing: Timing = QUICK, **more: object) -> Lookalike:
    return Lookalike(client_id="app", client_secret="secret", timing=timing, **more)  # type: ignore[arg-type]


async def open_connection(dingtalk: Lookalike, **changes: object) -> httpx.Response:
    body = {
        "clientId": "app",
        "clientSecret": "secret",
        "ua": "test",
        "localIp": "127.0.0.1",
        "subscriptions": [{"type": "CALLBACK", "topic": TOPIC}],
        **changes,
    }
    async with httpx.AsyncClient(base_url=dingtalk.url) as client:
        return await client.post(OPEN, json=body)


async def ticket_url(dingtalk: Lookalike, **changes: object) -> str:
    answer = (await open_connection(dingtalk, **changes)).json()
    return f"{answer['endpoint']}?ticket={quote_plus(answer['ticket'])}"


@asynccontextmanager
async def socket(dingtalk: Lookalike) -> AsyncIterator[ClientConnection]:
    async with websockets.connect(await ticket_url(dingtalk)) as connection:
        yield connection


async def receive(connection: ClientConnection) -> Frame:
    frame = json.loads(await asyncio.wait_for(connection.recv(), 5))
    assert isinstance(frame, dict)
    return frame


async def ack(connection: ClientConnection, frame: Frame, code: int = 200, data: str = '{"response": null}') -> None:
    headers = {"messageId": frame_id(frame), "contentType": "application/json"}
    await connection.send(json.dumps({"code": code, "headers": headers, "message": "OK", "data": data}))


def frame_id(frame: Frame) -> str:
    headers = frame["headers"]
    assert isinstance(headers, dict)
    return str(headers["messageId"])


def message_id(frame: Frame) -> str:
    return str(json.loads(str(frame["data"]))["msgId"])


SDK = textwrap.dedent("""
    import asyncio, sys
    import dingtalk_stream

    class Echo(dingtalk_stream.ChatbotHandler):
        async def process(self, callback):
            message = dingtalk_stream.ChatbotMessage.from_dict(callback.data)
            await asyncio.to_thread(self.reply_text, message.text.content.strip(), message)
            return dingtalk_stream.AckMessage.STATUS_OK, "OK"

    client = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential("app", "secret"))
    client.register_callback_handler(dingtalk_stream.ChatbotMessage.TOPIC, Echo())
    asyncio.run(client.start())
""")


@asynccontextmanager
async def sdk(dingtalk: Lookalike) -> AsyncIterator[None]:
    """Run the SDK as its users do: a process of its own, the address in the environment."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SDK,
        env={**os.environ, "DINGTALK_OPENAPI_ENDPOINT": dingtalk.url},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def test_the_unmodified_sdk_gets_a_message_answers_it_and_survives_a_disconnect() -> None:
    timing = Timing(disconnect_grace=0.2, ping_every=0.1)
    async with lookalike(timing) as dingtalk, sdk(dingtalk):
        group, anna = dingtalk.group("财务群"), dingtalk.member("张三")
        await dingtalk.connected(timeout=30)
        posted = group.say(anna, "你好")
        reply = await dingtalk.next_reply(group)
        assert (reply.text, reply.answers) == ("你好", posted.message_id)
        await dingtalk.until(lambda: dingtalk.hub.unacked == 0)
        assert [(each.message_id, each.code, each.counted) for each in dingtalk.records.acks] == [
            (posted.message_id, 200, True)
        ]
        await dingtalk.until(lambda: len(dingtalk.records.pings) > 1)
        assert all(each.same for each in dingtalk.records.pings)

        dingtalk.notify("KEEPALIVE")
        dingtalk.disconnect()
        group.say(anna, "还在吗")
        assert (await dingtalk.next_reply(group, timeout=30)).text == "还在吗"
        assert dingtalk.records.protocol_errors == []


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"clientSecret": "wrong"}, 401, "authFailed"),
        ({"clientId": "other"}, 401, "authFailed"),
        ({"subscriptions": []}, 400, "invalidParameter.subscriptions"),
        ({"subscriptions": None}, 400, "invalidParameter.subscriptions"),
    ],
)
async def test_a_connection_is_refused(changes: dict[str, object], status: int, code: str) -> None:
    async with lookalike() as dingtalk:
        answer = await open_connection(dingtalk, **changes)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["requestid"]


async def test_a_ticket_opens_one_socket() -> None:
    async with lookalike() as dingtalk:
        url = await ticket_url(dingtalk)
        async with websockets.connect(url):
            with pytest.raises(websockets.InvalidStatus) as refused:
                await websockets.connect(url)
        assert refused.value.response.status_code == 401


async def test_a_ticket_expires_after_90_seconds() -> None:
    now = 1000.0
    async with lookalike(clock=lambda: now) as dingtalk:
        early, late = await ticket_url(dingtalk), await ticket_url(dingtalk)
        now += 89
        async with websockets.connect(early):
            pass
        now += 2
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(late)


async def test_a_frame_has_the_platforms_shape() -> None:
    async with lookalike() as dingtalk, socket(dingtalk) as connection:
        posted = dingtalk.group("财务群").say(dingtalk.member("张三"), "你好")
        frame = await receive(connection)
        assert (frame["specVersion"], frame["type"]) == ("1.0", "CALLBACK")
        headers = frame["headers"]
        assert isinstance(headers, dict)
        assert headers.keys() == {"appId", "connectionId", "contentType", "messageId", "time", "topic"}
        assert headers["topic"] == TOPIC
        assert isinstance(frame["data"], str)
        assert json.loads(frame["data"]) == posted.data


async def test_what_is_not_acked_comes_again_in_a_new_frame() -> None:
    async with lookalike() as dingtalk, socket(dingtalk) as connection:
        dingtalk.group("财务群").say(dingtalk.member("张三"), "你好")
        first, second, third = [await receive(connection) for _ in range(3)]
        assert len({frame_id(first), frame_id(second), frame_id(third)}) == 3
        assert first["data"] == second["data"] == third["data"]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection.recv(), 0.3)


async def test_an_ack_ends_redelivery_and_a_failure_does_not() -> None:
    async with lookalike() as dingtalk, socket(dingtalk) as connection:
        dingtalk.group("财务群").say(dingtalk.member("张三"), "你好")
        await ack(connection, await receive(connection), code=500)
        await ack(connection, await receive(connection))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection.recv(), 0.3)
        assert [(each.code, each.counted) for each in dingtalk.records.acks] == [(500, False), (200, True)]
        assert dingtalk.hub.unacked == 0


async def test_an_ack_counts_on_the_socket_that_carried_the_frame() -> None:
    async with lookalike() as dingtalk, socket(dingtalk) as one:
        dingtalk.group("财务群").say(dingtalk.member("张三"), "你好")
        frame = await receive(one)
        async with socket(dingtalk) as other:
            await ack(other, frame)
            await dingtalk.until(lambda: bool(dingtalk.records.acks))
        assert not dingtalk.records.acks[0].counted


async def test_what_is_posted_with_no_socket_open_waits_for_one() -> None:
    async with lookalike() as dingtalk:
        posted = dingtalk.group("财务群").say(dingtalk.member("张三"), "你好")
        async with socket(dingtalk) as connection:
            assert message_id(await receive(connection)) == posted.message_id


async def test_pushes_are_shared_among_the_sockets() -> None:
    async with lookalike(Timing(redelivery=())) as dingtalk, socket(dingtalk), socket(dingtalk):
        await dingtalk.connected(2)
        group, anna = dingtalk.group("财务群"), dingtalk.member("张三")
        for number in range(20):
            group.say(anna, str(number))
        assert len({push.connection for push in dingtalk.records.pushes}) == 2


async def test_a_socket_that_did_not_subscribe_gets_nothing() -> None:
    async with lookalike() as dingtalk:
        url = await ticket_url(dingtalk, subscriptions=[{"type": "EVENT", "topic": "*"}])
        async with websockets.connect(url):
            dingtalk.group("财务群").say(dingtalk.member("张三"), "你好")
            assert dingtalk.records.pushes == []


async def test_the_answer_to_a_ping_must_carry_its_data() -> None:
    async with lookalike() as dingtalk, socket(dingtalk) as connection:
        await dingtalk.connected()
        for answer in ('{"opaque": "else"}', None):
            dingtalk.hub.ping(dingtalk.hub.connections[0])
            frame = await receive(connection)
            await ack(connection, frame, data=answer or str(frame["data"]))
        await dingtalk.until(lambda: len(dingtalk.records.pings) == 2)
        assert [each.same for each in dingtalk.records.pings] == [False, True]


async def test_after_a_disconnect_nothing_is_delivered_and_the_socket_is_closed() -> None:
    async with lookalike() as dingtalk, socket(dingtalk) as connection:
        await dingtalk.connected()
        dingtalk.disconnect()
        posted = dingtalk.group("财务群").say(dingtalk.member("张三"), "你好")
        frame = await receive(connection)
        headers = frame["headers"]
        assert isinstance(headers, dict)
        assert (frame["type"], headers["topic"]) == ("SYSTEM", "disconnect")
        with pytest.raises(websockets.ConnectionClosedOK):
            await asyncio.wait_for(connection.recv(), 5)
        async with socket(dingtalk) as fresh:
            assert message_id(await receive(fresh)) == posted.message_id


async def test_a_silent_socket_answers_pings_but_delivers_nothing() -> None:
    async with lookalike() as dingtalk, socket(dingtalk) as connection:
        await dingtalk.connected()
        dingtalk.silence()
        dingtalk.group("财务群").say(dingtalk.member("张三"), "你好")
        await asyncio.wait_for(await connection.ping(), 5)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection.recv(), 0.3)


async def test_a_socket_that_is_not_read_does_not_even_answer_pings() -> None:
    async with lookalike() as dingtalk, socket(dingtalk) as connection:
        await dingtalk.connected()
        dingtalk.silence(stop_reading=True)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(await connection.ping(), 0.3)
        dingtalk.cut()


async def test_a_line_can_be_cut() -> None:
    async with lookalike() as dingtalk, socket(dingtalk) as connection:
        await dingtalk.connected()
        dingtalk.cut()
        with pytest.raises(websockets.ConnectionClosedError):
            await asyncio.wait_for(connection.recv(), 5)


async def test_a_duplicate_has_a_frame_of_its_own() -> None:
    async with lookalike(Timing(redelivery=())) as dingtalk, socket(dingtalk) as connection:
        await dingtalk.connected()
        posted = dingtalk.group("财务群").say(dingtalk.member("张三"), "你好")
        dingtalk.duplicate(posted)
        one, other = await receive(connection), await receive(connection)
        assert frame_id(one) != frame_id(other)
        assert message_id(one) == message_id(other) == posted.message_id


async def test_connections_are_refused_for_a_while() -> None:
    async with lookalike() as dingtalk:
        end = dingtalk.refuse_connections(503)
        assert (await open_connection(dingtalk)).status_code == 503
        assert (await open_connection(dingtalk)).status_code == 503
        end()
        assert (await open_connection(dingtalk)).status_code == 200


async def test_what_nobody_waits_for_is_named_in_the_timeout() -> None:
    async with lookalike() as dingtalk:
        group = dingtalk.group("财务群")
        dingtalk.post(group.conversation, dingtalk.member("张三"), Text("你好"))
        with pytest.raises(TimeoutError, match="1 entries, 0 pushes"):
            await dingtalk.next_reply(group, timeout=0.01)
