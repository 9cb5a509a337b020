"""An emoji on the asker's message: put there, and taken away with the same words.

As DingTalk's own openclaw connector calls it (robotReplyEmotion and robotRecallEmotion of robot_1_0): an emoji with
words of one's own on one of the platform's backgrounds. It can be put on people's messages only.
"""

import httpx

from bot.dingtalk.api import DingTalkApi
from bot.dingtalk.faults import rest_error
from bot.domain.message import Address

_OWN_WORDS = 2  # emotionType
_EMOTION, _BACKGROUND = "2659900", "im_bg_1"


def react(api: DingTalkApi, address: Address, words: str, *, gone: bool = False) -> None:
    """Put `words` on the message that `address` answers, or take them away; raises as `rest_error` says."""
    payload: dict[str, object] = {
        "robotCode": address.robot_code or api.client_id,
        "openMsgId": address.message_id,
        "openConversationId": address.conversation_id,
        "emotionType": _OWN_WORDS,
        "emotionName": words,
        "textEmotion": {"emotionId": _EMOTION, "emotionName": words, "text": words, "backgroundId": _BACKGROUND},
    }
    answer = api.call("POST", f"/v1.0/robot/emotion/{'recall' if gone else 'reply'}", payload)
    if answer.status != httpx.codes.OK:
        raise rest_error(answer)
