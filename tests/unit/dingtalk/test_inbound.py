import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dingtalk.inbound import parse, without_mentions
from bot.domain import texts, wire
from bot.domain.errors import Undecodable
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation, Message, Obstacle, Quote
from bot.domain.outbox import Section
from bot.domain.replying.shared_message import shared_text
from bot.domain.task import task_id

COMMON = {
    "msgId": "msg0123==",
    "conversationId": "cid1==",
    "conversationType": "2",
    "conversationTitle": "报销群",
    "senderId": "$:LWCP_v1:$abc",
    "senderStaffId": "manager01",
    "senderNick": "王芳",
    "robotCode": "dingrobot",
    "chatbotUserId": "$:LWCP_v1:$bot",
    "isInAtList": True,
    "atUsers": [{"dingtalkId": "$:LWCP_v1:$bot"}],
    "sessionWebhook": "https://oapi.dingtalk.com/robot/sendBySession?session=abc",
    "sessionWebhookExpiredTime": 1733130630000,
    "createAt": 1733125230000,
}
PICTURE = {"pictureDownloadCode": "low", "downloadCode": "full"}


def read(*, single: bool = False, **parts: Any) -> Message:
    return parse(COMMON | {"conversationType": "1" if single else "2"} | parts)


def codes(message: Message) -> list[str]:
    return [one.download_code for one in message.attachments]


def test_text_in_a_group_loses_the_space_that_the_stripped_at_leaves() -> None:
    assert read(msgtype="text", text={"content": " 你好"}).text == "你好"


def test_the_address_says_where_the_answer_goes_in_seconds() -> None:
    message = read(msgtype="text", text={"content": "你好"})
    assert message.id == "msg0123=="
    assert message.created_at == 1733125230
    assert message.conversation.webhook_expires_at == 1733130630
    assert message.conversation.conversation_kind is ConversationKind.GROUP
    assert (message.conversation.robot_code, message.conversation.conversation_id) == ("dingrobot", "cid1==")
    assert (message.conversation.staff_id, message.conversation.nick) == ("manager01", "王芳")
    assert message.conversation.webhook.endswith("?session=abc")


def test_a_picture_is_taken_by_its_download_code() -> None:
    message = read(single=True, msgtype="picture", content=PICTURE)
    assert message.attachments == (Attachment(download_code="full", posted="msg0123=="),)
    assert message.obstacle is None


def test_a_picture_with_only_the_other_code_is_taken_by_that() -> None:
    assert codes(read(single=True, msgtype="picture", content={"pictureDownloadCode": "low"})) == ["low"]


def test_a_file_keeps_its_name() -> None:
    content = {"spaceId": "1", "fileName": "发票.pdf", "downloadCode": "c", "fileId": "2"}
    assert read(single=True, msgtype="file", content=content).attachments == (
        Attachment(download_code="c", name="发票.pdf", posted="msg0123=="),
    )


RICH = [
    {"text": "@小白"},
    {"text": "提取金额"},
    {**PICTURE, "type": "picture"},
    {"text": "和这张"},
    {"downloadCode": "second", "type": "picture"},
]


@pytest.mark.parametrize(
    "content",
    [
        {"richText": RICH},
        json.dumps({"richText": RICH}),
        {"richText": json.dumps(RICH)},
        {"richText": [json.dumps(item) for item in RICH]},
    ],
)
def test_rich_text_gives_its_pictures_and_the_text_around_them(content: object) -> None:
    message = read(msgtype="richText", content=content)
    assert codes(message) == ["full", "second"]
    assert message.text == "提取金额 和这张"


def test_a_whole_callback_may_be_json_text() -> None:
    assert parse(json.dumps(COMMON | {"msgtype": "text", "text": {"content": "好"}})).text == "好"


def test_what_was_said_counts_as_text() -> None:
    message = read(single=True, msgtype="audio", content={"downloadCode": "c", "recognition": "帮助"})
    assert (message.text, message.attachments, message.obstacle) == ("帮助", (), None)


@pytest.mark.parametrize(
    ("kind", "content", "obstacle"),
    [
        ("audio", {"downloadCode": "c"}, Obstacle.AUDIO),
        ("video", {"duration": "5", "videoType": "mp4", "downloadCode": "c"}, Obstacle.VIDEO),
        ("unknownMsgType", {"unknownMsgType": "该类型暂不支持接收。"}, Obstacle.UNKNOWN_TYPE),
        ("picture", {}, Obstacle.UNKNOWN_TYPE),
        ("location", None, Obstacle.UNKNOWN_TYPE),
    ],
)
def test_what_cannot_be_read_says_why(kind: str, content: object, obstacle: Obstacle) -> None:
    message = read(single=True, msgtype=kind, content=content)
    assert (message.obstacle, message.attachments) == (obstacle, ())


@pytest.mark.parametrize("parts", [{"errorMessage": "额度已用尽"}, {"code": 20001}, {"code": "20001"}])
def test_over_the_quota_neither_text_nor_content_comes(parts: dict[str, Any]) -> None:
    assert read(msgtype="text", **parts).obstacle is Obstacle.OVER_QUOTA


def quote(kind: str, content: object, **more: object) -> dict[str, object]:
    return {"msgType": kind, "msgId": "m", "senderId": "s", "createdAt": 1, "content": content, **more}


QUOTED_RICH = {"richText": [{"msgType": "text", "content": "旧话"}, {"msgType": "picture", "downloadCode": "a"}]}
QUOTES = [
    (quote("picture", {"downloadCode": "a"}), ["a"]),
    (quote("picture", json.dumps({"downloadCode": "a"})), ["a"]),
    (quote("picture", {"pictureDownloadCode": "low", "downloadCode": "a"}), ["a"]),
    (quote("richText", QUOTED_RICH), ["a"]),
    (quote("richText", json.dumps(QUOTED_RICH)), ["a"]),
    (quote("richText", QUOTED_RICH["richText"]), ["a"]),
    (quote("richText", {"richText": RICH}), ["full", "second"]),
    (quote("file", {"downloadCode": "a", "fileName": "b.pdf"}), ["a"]),
    (quote("unknownMsgType", {"downloadCode": "a"}), ["a"]),
]


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(("quoted", "expected"), QUOTES)
def test_a_quote_under_text_is_read(quoted: dict[str, object], expected: list[str], *, as_json: bool) -> None:
    text = {"content": "看这张图", "isReplyMsg": True, "repliedMsg": json.dumps(quoted) if as_json else quoted}
    message = read(msgtype="text", text=json.dumps(text) if as_json else text, originalMsgId="m")
    assert (codes(message), message.text, message.obstacle) == (expected, "看这张图", None)
    assert all(one.quoted for one in message.attachments)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(("quoted", "expected"), QUOTES)
def test_a_quote_under_content_is_read(quoted: dict[str, object], expected: list[str], *, as_json: bool) -> None:
    content = {"richText": [{"text": "@小白 看这张"}], "isReplyMsg": True, "repliedMsg": quoted}
    message = read(msgtype="richText", content=json.dumps(content) if as_json else content)
    assert (codes(message), message.text, message.obstacle) == (expected, "看这张", None)


@pytest.mark.parametrize(
    "parts",
    [
        {"text": {"content": "读", "quoteMessage": {"msgtype": "picture", "content": {"downloadCode": "a"}}}},
        {"text": {"content": "读"}, "quoteMessage": {"msgType": "picture", "picture": {"downloadCode": "a"}}},
        {"content": {"text": "读", "repliedMsg": quote("picture", {"downloadCode": "a"})}},
    ],
)
@pytest.mark.parametrize("kind", ["text", "reply"])
def test_older_quotes_are_read(kind: str, parts: dict[str, Any]) -> None:
    message = read(msgtype=kind, **parts)
    assert (codes(message), message.text) == (["a"], "读")


@pytest.mark.parametrize(
    "quoted",
    [
        quote("unknownMsgType", {"unknownMsgType": "暂不支持"}),
        {"msgType": "interactiveCard", "msgId": "m", "originalProcessQueryKey": "k"},
        {"msgId": "m"},
        quote("picture", {}),
        None,
    ],
)
def test_a_quote_without_a_code_is_said_to_be_one(quoted: object) -> None:
    message = read(msgtype="text", text={"content": "读", "isReplyMsg": True, "repliedMsg": quoted})
    assert (message.obstacle, message.text) == (Obstacle.QUOTE_WITHOUT_CODE, "读")


def test_a_reply_whose_quote_did_not_come_at_all_is_noticed() -> None:
    message = read(msgtype="text", text={"content": "读"}, originalMsgId="another==")
    assert message.obstacle is Obstacle.QUOTE_WITHOUT_CODE


def test_a_lost_quote_beside_an_own_picture_is_still_said() -> None:
    message = read(msgtype="richText", content={"richText": RICH, "repliedMsg": quote("unknownMsgType", None)})
    assert (codes(message), message.obstacle) == (["full", "second"], Obstacle.QUOTE_WITHOUT_CODE)


PICTURE_QUOTE = quote("picture", {"downloadCode": "a"})


def linked(below: object, *, where: str, as_json: bool = False, kind: str = "text") -> dict[str, object]:
    """A quoted text that quotes something itself, the link inside its content or beside it."""
    inner = json.dumps(below) if as_json else below
    link = {"isReplyMsg": True, "repliedMsg": inner}
    if where == "beside":
        return quote(kind, {"text": "这张"}, **link)
    content = {"text": "这张", **link}
    return quote(kind, json.dumps(content) if as_json else content)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("where", ["inside", "beside"])
@pytest.mark.parametrize("kind", ["text", "richText"])
def test_a_quote_of_a_quote_leads_to_its_picture(where: str, kind: str, *, as_json: bool) -> None:
    twice = linked(linked(PICTURE_QUOTE, where=where, as_json=as_json), where=where, as_json=as_json, kind=kind)
    message = read(msgtype="text", text={"content": "只要金额", "isReplyMsg": True, "repliedMsg": twice})
    assert (codes(message), message.text, message.obstacle) == (["a"], "只要金额", None)
    assert all(one.quoted for one in message.attachments)


def test_of_a_chain_the_nearest_pictures_count() -> None:
    nearer = quote("picture", {"downloadCode": "near"}, isReplyMsg=True, repliedMsg=PICTURE_QUOTE)
    assert codes(read(msgtype="text", text={"content": "读", "repliedMsg": nearer})) == ["near"]


def test_a_chain_is_followed_only_so_far() -> None:
    chain: object = PICTURE_QUOTE
    for _ in range(50):
        chain = linked(chain, where="inside")
    message = read(msgtype="text", text={"content": "读", "repliedMsg": chain})
    assert (codes(message), message.obstacle) == ([], None)
    assert message.quote is not None
    assert len(message.quote.deeper) < 10


def test_a_link_without_content_still_has_its_name() -> None:
    quoted = quote("text", {"text": "这张"}, isReplyMsg=True, repliedMsg={"msgId": "below"})
    found = read(msgtype="text", text={"content": "读", "repliedMsg": quoted}).quote
    assert found == Quote(message_id="m", deeper=("below",))


ANSWER = f"**发票**\n\n金额：52.70\n\n> {texts.answers.footer(['发票'], ['CPU 引擎'], 1.0, task_id('x'))}"


@pytest.mark.parametrize("kind", ["markdown", "text", "unknownMsgType", ""])
@pytest.mark.parametrize(
    "content", [{"text": ANSWER}, {"title": "发票", "text": ANSWER}, ANSWER, json.dumps({"content": ANSWER})]
)
def test_the_bots_own_answer_is_known_by_the_number_in_its_last_line(kind: str, content: object) -> None:
    quoted = quote(kind, content) | {"senderId": COMMON["chatbotUserId"]}
    message = read(msgtype="text", text={"content": "只要金额", "isReplyMsg": True, "repliedMsg": quoted})
    assert message.quote == Quote(message_id="m", task_id=task_id("x"), own=True)
    assert message.attachments == ()


def test_the_number_of_the_answer_is_the_last_one_in_it() -> None:
    said = f"编号 {'a' * 20}\n\n{ANSWER}\n"
    found = read(msgtype="text", text={"content": "读", "repliedMsg": quote("markdown", {"text": said})}).quote
    assert found is not None
    assert found.task_id == task_id("x")


@pytest.mark.parametrize(
    ("staff_id", "nick", "number"),
    [("u1", "张三", 3), ("u2", "李四", 2), ("", "李四", 2), ("u9", "王芳", 4)],
)
def test_of_several_answers_in_one_message_the_own_one_is_meant(staff_id: str, nick: str, number: int) -> None:
    recipient = DingTalkConversation(robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP)
    asked = [("u1", "张三"), ("u2", "李四"), ("u1", "张三"), ("u3", "赵六")]
    sections = [
        Section(
            recipient=replace(recipient, staff_id=staff, nick=name),
            text=f"编号 {'a' * 20}\n\n> {texts.answers.footer(['发票'], ['CPU 引擎'], 1.0, task_id(str(place)))}",
            task_id=task_id(str(place)),
        )
        for place, (staff, name) in enumerate(asked, 1)
    ]
    said = quote("markdown", {"text": shared_text(sections, mention=True)})
    text = {"content": "导出", "repliedMsg": said}
    found = read(msgtype="text", text=text, senderStaffId=staff_id, senderNick=nick).quote
    assert found is not None
    assert found.task_id == task_id(str(number))


@pytest.mark.parametrize(
    "parts",
    [
        {"originalMsgId": "m", "originalProcessQueryKey": "k"},
        {"text": {"content": "读", "isReplyMsg": True, "repliedMsg": {"msgType": "interactiveCard", "msgId": "m"}}}
        | {"originalProcessQueryKey": "k"},
        {"text": {"content": "读", "repliedMsg": {"msgType": "x", "msgId": "m", "originalProcessQueryKey": "k"}}},
        {"originalMsgId": "m", "text": {"content": "读", "repliedMsg": {"processQueryKey": "k"}}},
    ],
)
def test_a_quoted_card_has_a_key_and_no_content(parts: dict[str, Any]) -> None:
    message = read(**({"msgtype": "text", "text": {"content": "读"}} | parts))
    assert message.quote == Quote(message_id="m", query_key="k")
    assert message.obstacle is Obstacle.QUOTE_WITHOUT_CODE


def test_what_is_quoted_has_its_name_also_where_it_has_a_picture() -> None:
    message = read(msgtype="text", text={"content": "读", "repliedMsg": PICTURE_QUOTE}, originalMsgId="m")
    assert message.quote == Quote(message_id="m")


@pytest.mark.parametrize("parts", [{}, {"originalMsgId": COMMON["msgId"]}])
def test_a_message_that_quotes_nothing_has_no_quote(parts: dict[str, Any]) -> None:
    assert read(msgtype="text", text={"content": "读"}, **parts).quote is None


def test_what_was_said_in_answer_to_a_picture_counts_as_text() -> None:
    content = {"downloadCode": "c", "recognition": "只要金额。", "isReplyMsg": True, "repliedMsg": PICTURE_QUOTE}
    message = read(single=True, msgtype="audio", content=content)
    assert (message.text, codes(message), message.obstacle) == ("只要金额。", ["a"], None)


@pytest.mark.parametrize("content", [{"text": "之前的话"}, {"content": "之前的话"}, "之前的话"])
def test_quoted_text_is_not_what_is_asked_now(content: object) -> None:
    message = read(msgtype="text", text={"content": "帮助", "isReplyMsg": True, "repliedMsg": quote("text", content)})
    assert (message.text, message.attachments, message.obstacle) == ("帮助", (), None)


def test_own_pictures_come_before_quoted_ones_and_none_comes_twice() -> None:
    content = {
        "richText": [{"text": "@小白"}, {"downloadCode": "own", "type": "picture"}],
        "repliedMsg": quote("richText", {"richText": [{"downloadCode": "old"}, {"downloadCode": "own"}]}),
    }
    message = read(msgtype="richText", content=content)
    assert [(one.download_code, one.quoted) for one in message.attachments] == [("own", False), ("old", True)]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("@小白 提取金额", "提取金额"),
        ("提取金额@小白 ", "提取金额"),
        ("提取 @小白 金额", "提取 金额"),
        ("@小白\u2005@张三\u2005提取金额", "提取金额"),
        ("@小白", ""),
        ("发到 li.si+ocr@mail.example.com 谢谢", "发到 li.si+ocr@mail.example.com 谢谢"),
        ("发到a@b.cn@小白 ", "发到a@b.cn"),
        ("ocr@小白", "ocr"),
        ("第一行\n@小白 第二行", "第一行\n 第二行"),
        ("没有", "没有"),
    ],
)
def test_mentions_go_and_mail_addresses_stay(said: str, meant: str) -> None:
    assert without_mentions(said) == meant


def test_in_a_single_chat_nothing_is_stripped() -> None:
    assert read(single=True, msgtype="text", text={"content": "@小白 你好"}).text == "@小白 你好"


@pytest.mark.parametrize(
    "data", [None, 1, [], "", "no json", b"\xff", {}, {"msgId": "a"}, {"conversationId": "c"}, "[" * 100_000]
)
def test_what_nobody_can_answer_is_undecodable(data: object) -> None:
    with pytest.raises(Undecodable):
        parse(data)


def test_a_callback_with_nothing_but_its_ids_is_a_message() -> None:
    message = parse({"msgId": "a", "conversationId": "c"})
    assert (message.text, message.attachments, message.created_at) == ("", (), 0.0)


def test_half_a_character_does_not_spoil_what_is_stored() -> None:
    message = read(msgtype="text", text={"content": "好\ud83d"}, senderNick="\udc00")
    assert wire.decode(Message, wire.encode(message)) == message


NAMES = [
    *("msgId", "conversationId", "conversationType", "msgtype", "text", "content", "richText", "isReplyMsg"),
    *("repliedMsg", "quoteMessage", "msgType", "downloadCode", "pictureDownloadCode", "fileName", "recognition"),
    *("createAt", "sessionWebhookExpiredTime", "code", "errorMessage", "robotCode", "originalMsgId", "senderId"),
    *("originalProcessQueryKey", "chatbotUserId"),
]
ANY_TEXT = st.text(st.characters(), max_size=8)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.sampled_from(["picture", "text", "2"])
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | ANY_TEXT, inner, max_size=6)
        | inner.map(json.dumps)
    ),
    max_leaves=20,
)


@given(JSON, st.dictionaries(st.sampled_from(NAMES), JSON))
def test_whatever_comes_is_a_message_that_can_be_stored_or_undecodable(any_json: object, parts: dict[str, Any]) -> None:
    for data in (any_json, COMMON | parts):
        try:
            message = parse(data)
        except Undecodable:
            continue
        assert wire.decode(Message, wire.encode(message)) == message


def _posted(**parts: Any) -> list[tuple[str, str]]:
    return [(one.download_code, one.posted) for one in read(**parts).attachments]


def test_what_is_quoted_was_posted_in_its_own_message_whoever_quotes_it() -> None:
    said = {"content": "日期？", "isReplyMsg": True, "repliedMsg": quote("picture", {"downloadCode": "theirs"})}
    nameless = {**said, "repliedMsg": {"msgType": "picture", "content": {"downloadCode": "theirs"}}}
    deeper = {**said, "repliedMsg": quote("text", {"content": "?"}, repliedMsg=quote("picture", PICTURE, msgId="deep"))}

    assert _posted(msgtype="text", text=said) == [("theirs", "m")]
    assert _posted(msgtype="text", text=nameless, originalMsgId="original") == [("theirs", "original")]
    assert _posted(msgtype="text", text=nameless) == [("theirs", "")]
    assert _posted(msgtype="text", text=deeper, originalMsgId="m") == [("full", "deep")]
    rich = {"richText": [PICTURE, {"text": "同一张吗"}], "isReplyMsg": True, "repliedMsg": said["repliedMsg"]}
    assert _posted(msgtype="richText", content=rich) == [("full", "msg0123=="), ("theirs", "m")]


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("name", ["chatRecord", "records", "messages"])
def test_the_pictures_of_merged_forwards_are_read(name: str, *, as_json: bool) -> None:
    records: object = [
        {"msgType": "text", "senderNick": "李四", "content": "发票在这"},
        {"msgType": "picture", "content": {"downloadCode": "one"}},
        {"msgType": "file", "downloadCode": "two", "fileName": "合同.pdf"},
    ]
    message = read(single=True, msgtype="chatRecord", content={name: json.dumps(records) if as_json else records})
    assert (codes(message), message.obstacle) == (["one", "two"], None)
    assert message.attachments[1].name == "合同.pdf"
    assert message.text == ""


def test_merged_forwards_without_files_are_said_to_have_none() -> None:
    records = json.dumps([{"msgType": "text", "content": "发票在这"}])
    message = read(single=True, msgtype="chatRecord", content={"summary": "李四：发票在这", "chatRecord": records})
    assert (message.text, message.attachments, message.obstacle) == ("", (), Obstacle.FORWARDED)
    assert "合并转发" in texts.guidance.forwarded_without_files()


def test_a_quoted_card_names_its_task_in_its_tree() -> None:
    card = {"children": [{"type": "title", "text": "发票"}, {"children": [{"text": f"发票 · 编号 {'ab' * 10}"}]}]}
    quoted = {"msgType": "interactiveCard", "msgId": "q1", "cardContent": json.dumps(card)}
    message = read(msgtype="text", text={"content": "只要金额", "isReplyMsg": True, "repliedMsg": quoted})
    assert message.quote is not None
    assert message.quote.task_id == "ab" * 10


def test_a_deep_card_costs_no_more_than_a_flat_one() -> None:
    card: object = "编号 " + "ab" * 10
    for _ in range(500):
        card = [card, card]
    quoted = {"msgType": "interactiveCard", "msgId": "q1", "cardContent": card}
    message = read(msgtype="text", text={"content": "只要金额", "isReplyMsg": True, "repliedMsg": quoted})
    assert message.quote is not None
    assert message.quote.task_id == ""


def test_what_a_quoted_text_says_is_known() -> None:
    quoted = {"msgType": "text", "msgId": "q1", "content": {"text": "下午三点开会"}}
    message = read(msgtype="text", text={"content": "识别", "isReplyMsg": True, "repliedMsg": quoted})
    assert (message.quote and message.quote.text, message.text) == ("下午三点开会", "识别")
