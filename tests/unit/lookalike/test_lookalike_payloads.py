import json
from typing import Any

import pytest

from bot.lookalike import Audio, Card, File, OverQuota, Picture, RichText, Shape, Text, Unknown, Video
from bot.lookalike.callbacks.contents import Content, Posted
from bot.lookalike.callbacks.posting import App, Poster
from bot.lookalike.rest.access import Sessions
from bot.lookalike.rest.files import FileStore
from bot.lookalike.state.people import Conversation, Directory, Member

DIRECTORY = Directory()
LOOK = Text("看")
ANNA, GUEST = DIRECTORY.member("张三"), DIRECTORY.member("访客", outsider=True)
GROUP, SINGLE = DIRECTORY.group("财务群"), DIRECTORY.single(ANNA)
COMMON = {
    "msgId",
    "conversationId",
    "conversationType",
    "senderId",
    "senderNick",
    "senderCorpId",
    "senderStaffId",
    "chatbotCorpId",
    "chatbotUserId",
    "robotCode",
    "isAdmin",
    "sessionWebhook",
    "sessionWebhookExpiredTime",
    "createAt",
    "msgtype",
}


def now() -> float:
    return 1_700_000_000.0


POSTER = Poster(
    App(client_id="app", robot_code="app", name="小票"),
    FileStore(now, 60, 60),
    Sessions(now, 5400),
    now,
    lambda: "http://host",
)


def posted(content: Content, where: Conversation = SINGLE, sender: Member = ANNA, **how: Any) -> Posted:
    return POSTER.compose(where, sender, content, **how)


def data(content: Content, where: Conversation = SINGLE, sender: Member = ANNA, **how: Any) -> dict[str, Any]:
    found = posted(content, where, sender, **how).data
    assert found is not None
    return found


def quote(content: Content, words: Content = LOOK, **shape: Any) -> tuple[dict[str, Any], Posted]:
    quoted = posted(content, GROUP, at_bot=False)
    return data(words, GROUP, quoting=quoted, shape=Shape(**shape)), quoted


def test_a_text_in_a_group_keeps_the_space_after_the_mention() -> None:
    message = data(Text("你好"), GROUP)
    assert message["text"] == {"content": " 你好"}
    assert message.keys() == COMMON | {"text", "conversationTitle", "isInAtList", "atUsers"}
    assert message["conversationType"] == "2"
    assert message["atUsers"] == [{"dingtalkId": message["chatbotUserId"]}]


def test_a_single_chat_has_no_title_and_no_mentions() -> None:
    message = data(Text("你好"))
    assert message["text"] == {"content": "你好"}
    assert message["conversationType"] == "1"
    assert message.keys() == COMMON | {"text"}


def test_a_session_lives_ninety_minutes() -> None:
    message = data(Text("你好"))
    assert message["sessionWebhookExpiredTime"] - message["createAt"] == 90 * 60 * 1000


def test_somebody_from_outside_has_no_staff_id() -> None:
    assert "senderStaffId" not in data(Text("你好"), GROUP, GUEST)


@pytest.mark.parametrize(
    ("content", "kind", "fields"),
    [
        (Picture(b"p"), "picture", {"pictureDownloadCode", "downloadCode"}),
        (File("a.pdf", b"p"), "file", {"spaceId", "fileName", "downloadCode", "fileId"}),
        (Audio(b"p", "喂"), "audio", {"duration", "downloadCode", "recognition"}),
        (Video(b"p"), "video", {"duration", "videoType", "downloadCode"}),
        (Unknown(), "unknownMsgType", {"unknownMsgType"}),
    ],
)
def test_each_kind_has_its_fields(content: Content, kind: str, fields: set[str]) -> None:
    message = data(content)
    assert (message["msgtype"], message["content"].keys()) == (kind, fields)


def test_a_rich_text_names_the_bot_in_a_group_and_types_only_its_pictures() -> None:
    items = data(RichText.of("提取", b"p"), GROUP)["content"]["richText"]
    assert items[:2] == [{"text": "@小票"}, {"text": "提取"}]
    assert items[2].keys() == {"pictureDownloadCode", "downloadCode", "type"}


def test_over_the_quota_there_is_neither_text_nor_content() -> None:
    message = data(OverQuota())
    assert not message.keys() & {"text", "content"}
    assert message["code"] == 20001


def test_a_quote_is_told_under_text() -> None:
    message, quoted = quote(Picture(b"p"))
    replied = message["text"]["repliedMsg"]
    assert message["text"]["isReplyMsg"] is True
    assert message["originalMsgId"] == quoted.message_id == replied["msgId"]
    assert (replied["msgType"], replied["content"].keys()) == ("picture", {"downloadCode"})


def test_a_rich_text_tells_its_quote_under_content() -> None:
    message, _ = quote(Picture(b"p"), RichText.of("看", b"q"))
    assert message["content"]["repliedMsg"]["msgType"] == "picture"
    assert "text" not in message


def test_a_quote_may_be_told_in_the_other_place() -> None:
    message, _ = quote(Picture(b"p"), reply_under="content")
    assert message["text"] == {"content": " 看"}
    assert message["content"]["repliedMsg"]["msgType"] == "picture"


def test_the_quoted_content_may_be_a_string() -> None:
    message, _ = quote(Picture(b"p"), reply_content_as_string=True)
    assert json.loads(message["text"]["repliedMsg"]["content"]).keys() == {"downloadCode"}


def test_quoted_items_have_two_spellings() -> None:
    rich = RichText.of("前", b"p")
    usual = quote(rich)[0]["text"]["repliedMsg"]["content"]["richText"]
    other = quote(rich, reply_items="message")[0]["text"]["repliedMsg"]["content"]["richText"]
    assert usual[0] == {"msgType": "text", "content": "前"}
    assert usual[1].keys() == {"msgType", "downloadCode"}
    assert other[0] == {"text": "前"}
    assert other[1]["type"] == "picture"


def test_a_quoted_file_may_come_without_a_code() -> None:
    with_code = quote(File("a.pdf", b"p"))[0]["text"]["repliedMsg"]
    without = quote(File("a.pdf", b"p"), reply_without_code=True)[0]["text"]["repliedMsg"]
    assert with_code["content"]["fileName"] == "a.pdf"
    assert without["msgType"] == "unknownMsgType"
    assert "content" not in without


def test_a_quoted_card_is_only_a_key() -> None:
    message, _ = quote(Card())
    assert message["originalProcessQueryKey"]
    assert message["text"] == {"content": " 看"}


def test_a_quote_may_be_told_by_its_id_alone() -> None:
    message, quoted = quote(Picture(b"p"), reply_missing=True)
    assert message["originalMsgId"] == quoted.message_id
    assert message["text"] == {"content": " 看"}
