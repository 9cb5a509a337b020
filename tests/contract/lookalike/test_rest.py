import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from bot.lookalike import Chat, Entry, Limits, Lookalike, Member, Picture, Posted, RichText, Shape, Text, missing_scope

PNG = b"\x89PNG\r\n\x1a\nrest"
DOWNLOAD = "/v1.0/robot/messageFiles/download"
GROUP_SEND = "/v1.0/robot/groupMessages/send"
USERS_SEND = "/v1.0/robot/oToMessages/batchSend"


@dataclass
class Clock:
    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Place:
    """A group with somebody in it, and a client that has a token."""

    dingtalk: Lookalike
    clock: Clock
    http: httpx.AsyncClient
    group: Chat
    anna: Member

    async def api(self, path: str, **body: object) -> httpx.Response:
        return await self.http.post(path, json={"robotCode": "app", **body})

    async def webhook(self, posted: Posted, body: object) -> dict[str, object]:
        assert posted.data is not None
        answer = await self.http.post(str(posted.data["sessionWebhook"]), json=body)
        assert answer.status_code == 200
        decoded = answer.json()
        assert isinstance(decoded, dict)
        return decoded

    def last(self) -> Entry:
        return self.group.transcript[-1]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    clock, limits = Clock(), Limits(upload_bytes=1000)
    async with (
        Lookalike(client_id="app", client_secret="secret", clock=clock, limits=limits) as dingtalk,
        httpx.AsyncClient(base_url=dingtalk.url) as http,
    ):
        token = (await http.post("/v1.0/oauth2/accessToken", json={"appKey": "app", "appSecret": "secret"})).json()
        http.headers["x-acs-dingtalk-access-token"] = token["accessToken"]
        yield Place(dingtalk, clock, http, dingtalk.group("财务群"), dingtalk.member("张三"))


def said(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert body["message"]
    assert body["requestid"]
    return answer.status_code, body["code"]


def code_of(posted: Posted) -> str:
    (code,) = posted.codes
    return code


async def test_the_token_is_the_same_until_it_expires(place: Place) -> None:
    wish = {"appKey": "app", "appSecret": "secret"}
    first = (await place.http.post("/v1.0/oauth2/accessToken", json=wish)).json()
    place.clock.now += 3600
    second = (await place.http.post("/v1.0/oauth2/accessToken", json=wish)).json()
    assert second == {"accessToken": first["accessToken"], "expireIn": 3600}
    place.clock.now += 3600
    third = (await place.http.post("/v1.0/oauth2/accessToken", json=wish)).json()
    assert third["accessToken"] != first["accessToken"]
    assert third["expireIn"] == 7200


async def test_a_wrong_secret_gets_no_token(place: Place) -> None:
    answer = await place.http.post("/v1.0/oauth2/accessToken", json={"appKey": "app", "appSecret": "wrong"})
    assert said(answer) == (400, "invalidClientIdOrSecret")


@pytest.mark.parametrize("path", [DOWNLOAD, GROUP_SEND, USERS_SEND])
async def test_a_call_needs_a_living_token(place: Place, path: str) -> None:
    assert said(await place.http.post(path, headers={"x-acs-dingtalk-access-token": "made-up"}, json={})) == (
        400,
        "InvalidAuthentication",
    )
    place.dingtalk.tokens.expire()
    assert said(await place.api(path)) == (401, "InvalidAuthentication")


async def test_a_posted_picture_can_be_downloaded(place: Place) -> None:
    posted = place.group.show(place.anna, PNG)
    address = (await place.api(DOWNLOAD, downloadCode=code_of(posted))).json()["downloadUrl"]
    assert address.startswith("http://")
    assert (await place.http.get(address)).content == PNG


async def test_an_address_is_signed_for_a_request_without_content_type(place: Place) -> None:
    posted = place.group.show(place.anna, PNG)
    address = httpx.URL((await place.api(DOWNLOAD, downloadCode=code_of(posted))).json()["downloadUrl"])
    stray = await place.http.get(address, headers={"Content-Type": "application/json"})
    forged = await place.http.get(address.copy_set_param("Expires", "1999999999"))
    bare = await place.http.get(address.copy_with(query=None))
    place.clock.now += 601
    late = await place.http.get(address)
    assert [answer.status_code for answer in (stray, forged, bare, late)] == [403] * 4
    assert "<Code>SignatureDoesNotMatch</Code>" in stray.text
    assert "<Code>SignatureDoesNotMatch</Code>" in forged.text
    assert "<Code>AccessDenied</Code>" in bare.text
    assert "Request has expired" in late.text


async def test_a_download_code_is_refused_when_unknown_expired_or_another_robots(place: Place) -> None:
    posted = place.group.show(place.anna, PNG)
    foreign = place.dingtalk.files.issue(PNG, "another")
    assert said(await place.api(DOWNLOAD, downloadCode=foreign)) == (400, "invalidParameter.robotCode.auth")
    assert said(await place.api(DOWNLOAD, downloadCode="x")) == (400, "invalidParameter.robotCode.downloadCode")
    place.dingtalk.files.expire(code_of(posted))
    assert said(await place.api(DOWNLOAD, downloadCode=code_of(posted))) == (
        400,
        "invalidParameter.robotCode.downloadCode",
    )
    assert said(await place.api(DOWNLOAD)) == (400, "MissingdownloadCode")


async def test_the_webhook_speaks_in_the_conversation_and_names_whom_the_text_names(place: Place) -> None:
    posted = place.group.say(place.anna, "你好")
    body = {
        "msgtype": "markdown",
        "markdown": {"title": "结果", "text": f"@{place.anna.staff_id} **金额** 52.70"},
        "at": {"atUserIds": [place.anna.staff_id, "unnamed"], "isAtAll": False},
    }
    assert await place.webhook(posted, body) == {"errcode": 0, "errmsg": "ok"}
    entry = place.last()
    assert (entry.who, entry.kind, entry.via, entry.title) == ("bot", "markdown", "webhook", "结果")
    assert (entry.mentions, entry.lost_mentions, entry.at_all) == ((place.anna.staff_id,), ("unnamed",), False)
    assert entry.answers == posted.message_id


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"msgtype": "picture", "picture": {}}, 400105),
        ({"text": {"content": "x"}}, 400105),
        ({"msgtype": "text", "text": {}}, 40035),
        ({"msgtype": "text", "text": "x"}, 40035),
        ({"msgtype": "markdown", "markdown": {"text": "no title"}}, 40035),
        (["text"], 40035),
        ({"msgtype": "text", "text": {"content": "字" * 6700}}, 460101),
    ],
)
async def test_the_webhook_refuses_with_an_errcode(place: Place, body: object, errcode: int) -> None:
    posted = place.group.say(place.anna, "你好")
    assert (await place.webhook(posted, body))["errcode"] == errcode
    assert place.group.replies == ()


async def test_the_webhook_wants_json(place: Place) -> None:
    posted = place.group.say(place.anna, "你好")
    assert posted.data is not None
    answer = await place.http.post(str(posted.data["sessionWebhook"]), content=b"{}")
    assert (answer.status_code, answer.json()["errcode"]) == (200, 43004)


async def test_a_session_ends(place: Place) -> None:
    text = {"msgtype": "text", "text": {"content": "好"}}
    one, other = place.group.say(place.anna, "一"), place.group.say(place.anna, "二")
    place.dingtalk.sessions.expire(one.message_id)
    assert (await place.webhook(one, text))["errcode"] == 300001
    assert (await place.webhook(other, text))["errcode"] == 0
    place.clock.now += 5401
    assert (await place.webhook(other, text))["errcode"] == 300001


async def test_the_webhook_takes_twenty_a_minute_and_then_throttles(place: Place) -> None:
    posted, text = place.group.say(place.anna, "你好"), {"msgtype": "text", "text": {"content": "好"}}
    assert [(await place.webhook(posted, text))["errcode"] for _ in range(21)] == [0] * 20 + [130101]
    place.clock.now += 599
    assert (await place.webhook(posted, text))["errcode"] == 130101
    place.clock.now += 2
    assert (await place.webhook(posted, text))["errcode"] == 0


async def test_a_proactive_message_reaches_the_group(place: Place) -> None:
    param = json.dumps({"title": "结果", "text": "好"})
    answer = await place.api(GROUP_SEND, openConversationId=place.group.id, msgKey="sampleMarkdown", msgParam=param)
    assert answer.json()["processQueryKey"]
    assert (place.last().kind, place.last().via, place.last().text) == ("sampleMarkdown", "proactive", "好")


async def test_a_proactive_message_reaches_people_and_names_the_unknown(place: Place) -> None:
    param = json.dumps({"content": "好"})
    answer = await place.api(USERS_SEND, userIds=[place.anna.staff_id, "nobody"], msgKey="sampleText", msgParam=param)
    assert answer.json()["invalidStaffIdList"] == ["nobody"]
    assert [entry.text for entry in place.dingtalk.single(place.anna).replies] == ["好"]
    nobody = await place.api(USERS_SEND, userIds=["nobody"], msgKey="sampleText", msgParam=param)
    assert said(nobody) == (400, "staffId.notExisted")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"msgKey": "sampleCard"}, "invalidParameter.msgKey.invalid"),
        ({"msgParam": {"content": "not a string"}}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": "not json"}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": "{}"}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": json.dumps({"content": "字" * 5000}, ensure_ascii=False)}, "invalidParameter.msgParam.tooLong"),
        ({"openConversationId": "cid"}, "invalid.openConversationId"),
        ({"robotCode": "another"}, "invalidParameter.robotCode.auth"),
        (
            {"msgKey": "sampleFile", "msgParam": '{"mediaId":"@x","fileName":"a.xlsx","fileType":"xlsx"}'},
            "invalidParameter.msgParam.invalid",
        ),
    ],
)
async def test_a_proactive_message_is_refused(place: Place, changes: dict[str, object], code: str) -> None:
    body = {"openConversationId": place.group.id, "msgKey": "sampleText", "msgParam": '{"content": "好"}', **changes}
    assert said(await place.api(GROUP_SEND, **body)) == (400, code)
    assert place.group.transcript == ()


@pytest.mark.parametrize(
    ("users", "code"),
    [([], "invalidParameter.userIds.empty"), (["x"] * 21, "invalidParameter.userIds.overMax")],
)
async def test_the_list_of_users_has_its_bounds(place: Place, users: list[str], code: str) -> None:
    answer = await place.api(USERS_SEND, userIds=users, msgKey="sampleText", msgParam='{"content": "好"}')
    assert said(answer) == (400, code)


async def test_an_api_takes_twenty_calls_a_second(place: Place) -> None:
    answers = [await place.api(DOWNLOAD, downloadCode="x") for _ in range(21)]
    assert {answer.status_code for answer in answers[:20]} == {400}
    assert said(answers[20]) == (403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")
    place.clock.now += 1
    assert (await place.api(DOWNLOAD, downloadCode="x")).status_code == 400


async def upload(place: Place, data: bytes, field: str = "media", **query: str) -> dict[str, object]:
    query = {"access_token": place.http.headers["x-acs-dingtalk-access-token"], "type": "file", **query}
    answer = await place.http.post("/media/upload", params=query, files={field: ("a.xlsx", data)})
    assert answer.status_code == 200
    decoded = answer.json()
    assert isinstance(decoded, dict)
    return decoded


async def test_an_uploaded_file_can_be_sent(place: Place) -> None:
    media = await upload(place, b"rows")
    assert media["errcode"] == 0
    param = {"mediaId": media["media_id"], "fileName": "明细.xlsx", "fileType": "xlsx"}
    send = {"openConversationId": place.group.id, "msgKey": "sampleFile"}
    assert (await place.api(GROUP_SEND, **send, msgParam=json.dumps(param))).status_code == 200
    assert place.last().text == "明细.xlsx"
    refused = await place.api(GROUP_SEND, **send, msgParam=json.dumps({**param, "fileType": "json"}))
    assert said(refused) == (400, "invalidParameter.msgParam.invalid")


async def test_an_upload_is_refused_with_an_errcode(place: Place) -> None:
    assert (await upload(place, b"x", access_token="made-up"))["errcode"] == 40014
    assert (await upload(place, b"x", type="json"))["errcode"] == 40004
    assert (await upload(place, b"x", field="file"))["errcode"] == 41005
    assert (await upload(place, b"x" * 1001))["errcode"] == 40006


async def test_an_unknown_api_says_so(place: Place) -> None:
    assert said(await place.api("/v1.0/robot/typo")) == (404, "InvalidAction.NotFound")


async def test_a_fault_hits_the_next_calls_only(place: Place) -> None:
    place.dingtalk.fail(DOWNLOAD, status=403, body=missing_scope("qyapi_robot_sendmsg"), times=2)
    answers = [await place.api(DOWNLOAD, downloadCode="x") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [403, 403, 400]
    assert answers[0].json()["accessdenieddetail"] == {"requiredScopes": ["qyapi_robot_sendmsg"]}


async def test_a_call_can_be_cut_after_it_took_effect(place: Place) -> None:
    posted = place.group.say(place.anna, "你好")
    place.dingtalk.fail("/robot/sendBySession", drop=True, late=True)
    with pytest.raises(httpx.TransportError):
        await place.webhook(posted, {"msgtype": "text", "text": {"content": "好"}})
    assert [entry.text for entry in place.group.replies] == ["好"]


async def test_a_call_can_be_cut_before_it_takes_effect(place: Place) -> None:
    posted = place.group.say(place.anna, "你好")
    place.dingtalk.fail("/robot/*", drop=True)
    with pytest.raises(httpx.TransportError):
        await place.webhook(posted, {"msgtype": "text", "text": {"content": "好"}})
    assert place.group.replies == ()


async def test_a_rich_text_may_hold_several_pictures_and_be_a_string(place: Place) -> None:
    content = RichText.of("前", PNG, "后", Picture(PNG))
    posted = place.group.post(place.anna, content, shape=Shape(content_as_string=True))
    assert posted.data is not None
    decoded = json.loads(str(posted.data["content"]))
    words = [item.get("text", "picture") for item in decoded["richText"]]
    assert words == ["@小票", "前", "picture", "后", "picture"]
    assert len(set(posted.codes)) == 2


async def test_in_a_group_the_bot_hears_only_what_mentions_it(place: Place) -> None:
    assert place.group.post(place.anna, Picture(PNG)).data is None
    assert place.group.chatter(place.anna, Text("吃了吗")).data is None
    assert place.dingtalk.single(place.anna).post(place.anna, Picture(PNG)).data is not None
    assert len(place.group.transcript) == 2
