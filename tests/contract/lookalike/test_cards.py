"""The look-alike's cards, reactions, files and quotes, as DingTalk's clients meet them."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from bot.lookalike import Chat, Control, File, Instance, Limits, Lookalike, Member, Picture, Shape, missing_scope
from bot.lookalike import undelivered as refused_delivery

TEMPLATE = "382e4302-551d-4880-bf29-a30acfab2e71.schema"
CREATE = "/v1.0/card/instances/createAndDeliver"
UPDATE, STREAM = "/v1.0/card/instances", "/v1.0/card/streaming"
PNG = b"\x89PNG\r\n\x1a\nrest"


@dataclass
class Place:
    """A group with somebody in it, and a client that has a token."""

    dingtalk: Lookalike
    http: httpx.AsyncClient
    group: Chat
    anna: Member
    now: list[float] = field(default_factory=lambda: [1_700_000_000.0])

    async def create(self, track: str = "t1", **changes: Any) -> httpx.Response:
        body = {
            "cardTemplateId": TEMPLATE,
            "outTrackId": track,
            "callbackType": "STREAM",
            "cardData": {"cardParamMap": {"msgContent": "已收到"}},
            "openSpaceId": f"dtv1.card//IM_GROUP.{self.group.id}",
            "imGroupOpenSpaceModel": {"supportForward": True},
            "imGroupOpenDeliverModel": {"robotCode": "app"},
        }
        return await self.http.post(CREATE, json={**body, **changes})

    async def update(self, data: dict[str, object], *, by_key: bool = True, track: str = "t1") -> httpx.Response:
        options = {"updateCardDataByKey": by_key}
        body = {"outTrackId": track, "cardData": {"cardParamMap": data}, "cardUpdateOptions": options}
        return await self.http.put(UPDATE, json=body)

    async def stream(self, content: str, guid: str, **changes: Any) -> httpx.Response:
        body = {"outTrackId": "t1", "guid": guid, "key": "msgContent", "content": content, "isFull": True}
        return await self.http.put(STREAM, json={**body, "isFinalize": False, "isError": False, **changes})

    async def react(self, message_id: str, verb: str = "reply", **changes: Any) -> httpx.Response:
        emotion = {"emotionId": "2659900", "emotionName": "收到", "text": "收到", "backgroundId": "im_bg_1"}
        body = {
            "robotCode": "app",
            "openMsgId": message_id,
            "openConversationId": self.group.id,
            "emotionType": 2,
            "emotionName": "收到",
            "textEmotion": emotion,
        }
        return await self.http.post(f"/v1.0/robot/emotion/{verb}", json={**body, **changes})

    def card(self) -> Instance:
        return self.dingtalk.records.cards["t1"]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    now = [1_700_000_000.0]
    dingtalk = Lookalike(
        client_id="app",
        client_secret="secret",
        clock=lambda: now[0],
        limits=Limits(card_bytes=60, api_calls_per_month=40),
    )
    dingtalk.serve(Control(dingtalk).routes())
    async with dingtalk, httpx.AsyncClient(base_url=dingtalk.url) as http:
        token = (await http.post("/v1.0/oauth2/accessToken", json={"appKey": "app", "appSecret": "secret"})).json()
        http.headers["x-acs-dingtalk-access-token"] = token["accessToken"]
        yield Place(dingtalk, http, dingtalk.group("财务群"), dingtalk.member("张三"), now)


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def result(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200
    (found,) = answer.json()["result"]["deliverResults"]
    return dict(found)


async def test_a_card_lives_from_its_delivery_to_its_end(place: Place) -> None:
    delivered = result(await place.create())
    assert delivered["success"] is True
    assert (place.card().state, place.card().text) == ("processing", "已收到")
    assert place.group.replies[-1].query_key == delivered["carrierId"]
    assert (await place.stream("一页", "g1")).status_code == 200
    assert (place.card().state, place.card().ended) == ("inputting", False)
    assert (await place.stream("两页", "g2", isFinalize=True)).status_code == 200
    assert (await place.update({"flowStatus": "3"})).status_code == 200
    assert place.card().ended
    assert [change.text for change in place.card().history] == ["已收到", "一页", "两页", "两页"]
    assert said(await place.stream("迟了", "g3")) == (500, "unknownError")


async def test_a_card_may_end_in_failure(place: Place) -> None:
    await place.create()
    await place.stream("没有读出来", "g1", isError=True)
    assert (place.card().state, place.card().text) == ("failed", "没有读出来")


async def test_a_guid_counts_once(place: Place) -> None:
    await place.create()
    await place.stream("一页", "g1")
    await place.stream("别的", "g1")
    assert place.card().text == "一页"


async def test_an_update_without_by_key_sets_all_anew(place: Place) -> None:
    await place.create()
    await place.update({"flowStatus": "2"}, by_key=True)
    assert place.card().text == "已收到"
    await place.update({"flowStatus": "3"}, by_key=False)
    assert place.card().text == ""


async def test_a_card_with_too_much_in_it_is_blank(place: Place) -> None:
    await place.create()
    await place.stream("字" * 21, "g1")
    assert (place.card().blank, place.card().text) == (True, "")
    await place.stream("字" * 20, "g2")
    assert place.card().text == "字" * 20


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cardTemplateId": "other.schema"}, "param.templateUnpublished"),
        ({"cardData": {"cardParamMap": {"msgContent": 1}}}, "param.error"),
        ({"openSpaceId": "IM_GROUP.x"}, "param.openSpaceIdInvalid"),
        ({"outTrackId": ""}, "MissingoutTrackId"),
    ],
)
async def test_a_card_is_refused(place: Place, changes: dict[str, Any], code: str) -> None:
    assert said(await place.create(**changes)) == (400, code)
    assert place.group.replies == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"openSpaceId": "dtv1.card//IM_GROUP.cidOther"},
        {"imGroupOpenDeliverModel": {"robotCode": "other"}},
        {"imGroupOpenDeliverModel": None},
        {"openSpaceId": "dtv1.card//IM_ROBOT.nobody", "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT"}},
    ],
)
async def test_a_card_that_reaches_nobody_says_so_within_a_200(place: Place, changes: dict[str, Any]) -> None:
    assert result(await place.create(**changes))["success"] is False
    assert place.group.replies == ()


async def test_a_single_chat_takes_a_card(place: Place) -> None:
    space = f"dtv1.card//IM_ROBOT.{place.anna.staff_id}"
    model = {"spaceType": "IM_ROBOT", "robotCode": "app"}
    assert result(await place.create(openSpaceId=space, imRobotOpenDeliverModel=model))["success"] is True
    assert place.dingtalk.single(place.anna).replies[-1].card is place.card()


async def test_an_unknown_card_and_a_strange_key_are_refused(place: Place) -> None:
    assert said(await place.update({"a": "b"}, track="other")) == (400, "param.outTrackIdNotExist")
    await place.create()
    assert said(await place.stream("x", "g1", key="content")) == (500, "unknownError")
    assert said(await place.stream("x", "g2", isFull=False)) == (400, "param.error")
    assert said(await place.create()) == (400, "param.outTrackIdDuplicated")


async def test_faults_and_limits_hit_cards_too(place: Place) -> None:
    place.dingtalk.fail(CREATE, status=403, body=missing_scope("Card.Instance.Write"))
    assert (await place.create()).json()["accessdenieddetail"] == {"requiredScopes": ["Card.Instance.Write"]}
    place.dingtalk.fail(CREATE, status=200, body=refused_delivery())
    assert result(await place.create())["success"] is False
    await place.create()
    answers = [await place.stream(str(number), f"g{number}") for number in range(21)]
    assert said(answers[20]) == (403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")


async def test_a_months_calls_come_to_an_end(place: Place) -> None:
    for _ in range(40):
        place.now[0] += 1
        await place.http.post("/v1.0/robot/messageFiles/download", json={})
    assert said(await place.create()) == (403, "Forbidden.AccessDenied.ApiCallQuotaExceeded")


async def test_a_reaction_comes_and_goes(place: Place) -> None:
    posted = place.group.say(place.anna, "你好")
    assert (await place.react(posted.message_id)).status_code == 200
    assert place.dingtalk.records.reactions_on(posted.message_id) == ("收到",)
    page = (await place.http.get("/", params={"conversation": place.group.id})).text
    assert "<span class=borne>收到</span>" in page
    await place.react(posted.message_id, "recall")
    assert place.dingtalk.records.reactions_on(posted.message_id) == ()
    assert [each.gone for each in place.dingtalk.records.reactions] == [False, True]


async def test_a_reaction_is_refused(place: Place) -> None:
    posted = place.group.say(place.anna, "你好")
    await place.create()
    own = place.group.replies[-1].message_id
    assert said(await place.react("unknown")) == (400, "invalidParameter.openMsgId")
    assert said(await place.react(posted.message_id, openConversationId="c")) == (400, "invalidParameter.openMsgId")
    assert said(await place.react(posted.message_id, textEmotion={})) == (400, "invalidParameter.textEmotion")
    assert said(await place.react(posted.message_id, emotionType=1)) == (400, "invalidParameter.emotionType")
    assert (await place.react(own)).status_code == 500


async def test_a_sent_file_can_be_had_by_tests_and_on_the_page(place: Place) -> None:
    token = place.http.headers["x-acs-dingtalk-access-token"]
    media = await place.http.post(
        "/media/upload", params={"access_token": token, "type": "file"}, files={"media": ("a.xlsx", b"rows")}
    )
    param = {"mediaId": media.json()["media_id"], "fileName": "明细 1.xlsx", "fileType": "xlsx"}
    body = {
        "robotCode": "app",
        "openConversationId": place.group.id,
        "msgKey": "sampleFile",
        "msgParam": json.dumps(param),
    }
    sent = await place.http.post("/v1.0/robot/groupMessages/send", json=body)
    entry = place.group.replies[-1]
    assert entry.query_key == sent.json()["processQueryKey"]
    assert entry.file is not None
    assert (entry.file.name, entry.file.data) == ("明细 1.xlsx", b"rows")
    page = (await place.http.get("/", params={"conversation": place.group.id})).text
    address = f"/_lookalike/file/{entry.message_id}"
    assert address in page
    saved = await place.http.get(address)
    assert saved.content == b"rows"
    assert "attachment" in saved.headers["Content-Disposition"]
    quoted = place.group.quote(place.anna, entry, "这是什么")
    assert len(quoted.codes) == 1


async def test_the_page_shows_a_card_as_it_stands(place: Place) -> None:
    await place.create()
    await place.stream("**第 1 页**", "g1")
    html = (await place.http.get("/_lookalike/talk", params={"conversation": place.group.id})).text
    assert "<b>第 1 页</b>" in html
    assert "输入中" in html
    entries = (await place.http.get("/_lookalike/transcript", params={"conversation": place.group.id})).json()
    assert entries["entries"][-1]["card"]["state"] == "inputting"


def told(place: Place, quoted: Any, **shape: Any) -> dict[str, Any]:
    data = place.group.quote(place.anna, quoted, "只要金额", shape=Shape(**shape)).data
    assert data is not None
    return dict(data)


async def answered(place: Place) -> None:
    posted = place.group.say(place.anna, "你好")
    assert posted.data is not None
    markdown = {"title": "结果", "text": "金额 5 元\n\n编号 0123"}
    await place.http.post(str(posted.data["sessionWebhook"]), json={"msgtype": "markdown", "markdown": markdown})


async def test_the_bots_answer_can_be_quoted(place: Place) -> None:
    await answered(place)
    answer = place.group.replies[-1]
    replied = told(place, answer)["text"]["repliedMsg"]
    assert replied["msgId"] == answer.message_id
    assert "编号 0123" in replied["content"]["text"]
    assert "编号 0123" in told(place, answer, reply_bot="content")["text"]["repliedMsg"]["content"]["content"]
    assert (
        "编号" in json.loads(told(place, answer, reply_content_as_string=True)["text"]["repliedMsg"]["content"])["text"]
    )
    bare = told(place, answer, reply_bot="bare")["text"]["repliedMsg"]
    assert (bare["msgType"], "content" in bare) == ("unknownMsgType", False)


async def test_a_quoted_card_is_known_by_its_key(place: Place) -> None:
    delivered = result(await place.create())
    card = place.group.replies[-1]
    alone = told(place, card)
    assert alone["originalProcessQueryKey"] == delivered["carrierId"]
    assert "repliedMsg" not in alone["text"]
    replied = told(place, card, reply_card="replied")["text"]["repliedMsg"]
    assert (replied["msgType"], "content" in replied) == ("interactiveCard", False)


@pytest.mark.parametrize("words", ["看看", ""])
async def test_a_chain_of_quotes_has_its_spellings(place: Place, words: str) -> None:
    picture = place.group.chatter(place.anna, Picture(PNG))
    asked = place.group.quote(place.anna, picture, words)
    inside = told(place, asked)["text"]["repliedMsg"]["content"]
    assert inside["text"] == words
    assert inside["repliedMsg"]["content"]["downloadCode"]
    beside = told(place, asked, reply_chain="beside")["text"]["repliedMsg"]
    assert beside["repliedMsg"]["msgId"] == picture.message_id
    bare = told(place, asked, reply_chain="bare")["text"]["repliedMsg"]
    assert bare["repliedMsg"] == {"msgId": picture.message_id}
    assert "repliedMsg" not in told(place, asked, reply_chain="none")["text"]["repliedMsg"]


async def test_what_stands_in_the_transcript_can_be_quoted(place: Place) -> None:
    picture = place.group.chatter(place.anna, Picture(PNG))
    place.group.show(place.anna, PNG, PNG, words="两张")
    place.group.chatter(place.anna, File("a.pdf", b"%PDF"))
    place.group.say(place.anna, "你好")
    told_of = [told(place, entry)["text"]["repliedMsg"] for entry in place.group.transcript[:4]]
    assert [each["msgType"] for each in told_of] == ["picture", "richText", "file", "text"]
    assert told_of[0]["msgId"] == picture.message_id
    assert [item["msgType"] for item in told_of[1]["content"]["richText"]] == ["text", "picture", "picture"]


async def test_the_older_spellings_of_a_quote(place: Place) -> None:
    picture = place.group.chatter(place.anna, Picture(PNG))
    file = place.group.chatter(place.anna, File("a.pdf", b"%PDF"))
    assert told(place, picture, reply_legacy="quoteMessage")["quoteMessage"]["picture"]["downloadCode"]
    assert told(place, file, reply_legacy="quoteMessage")["quoteMessage"]["content"]["fileName"] == "a.pdf"
    reply = told(place, picture, reply_legacy="reply")
    assert (reply["msgtype"], reply["text"]["repliedMsg"]["msgType"]) == ("reply", "picture")
    gone = told(place, picture, reply_gone=True)
    assert not gone.keys() & {"originalMsgId", "quoteMessage"}
    assert gone["text"] == {"content": " 只要金额"}
