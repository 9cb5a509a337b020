"""Puts an emoji with words on the asker's message, and removes it.

Follows DingTalk's own openclaw connector (robotReplyEmotion and robotRecallEmotion of robot_1_0): an emoji with custom
words on one of the platform's backgrounds. Only messages of people can have one; removing it takes the same words.
"""

import time

import httpx

from bot.dingtalk.api import DingTalkApi
from bot.dingtalk.faults import ApiAnswer, Throttled, rest_error
from bot.dingtalk.limits import CALLS_PER_SECOND
from bot.dingtalk.pacing import Budget, Pacing
from bot.domain.errors import Misconfigured, OcrbotError, ReactionRefused
from bot.domain.message import DingTalkConversation

_CUSTOM_WORDS = 2  # emotionType
_EMOTION, _BACKGROUND = "2659900", "im_bg_1"


class RobotReactions:
    """Reactions as `bot.domain.outbox.Reactions`. Both calls may be repeated.

    They raise `ReactionRefused` and `Unavailable`.
    """

    def __init__(self, api: DingTalkApi, budget: Budget, *, calls_per_second: int = CALLS_PER_SECOND) -> None:
        self._api = api
        self._pacing = Pacing(
            client_id=api.client_id, budget=budget, sleep=time.sleep, calls_per_second=calls_per_second
        )

    def put(self, conversation: DingTalkConversation, words: str) -> None:
        """Put `words` on the message that `conversation` answers."""
        self._call("reply", conversation, words)

    def remove(self, conversation: DingTalkConversation, words: str) -> None:
        """Remove `words` from the message that `conversation` answers."""
        self._call("recall", conversation, words)

    def _call(self, verb: str, conversation: DingTalkConversation, words: str) -> None:
        payload: dict[str, object] = {
            "robotCode": conversation.robot_code or self._api.client_id,
            "openMsgId": conversation.message_id,
            "openConversationId": conversation.conversation_id,
            "emotionType": _CUSTOM_WORDS,
            "emotionName": words,
            "textEmotion": {"emotionId": _EMOTION, "emotionName": words, "text": words, "backgroundId": _BACKGROUND},
        }
        path = f"/v1.0/robot/emotion/{verb}"
        self._pacing.take_turn(path)
        try:
            answer = self._api.call("POST", path, payload)
        except Misconfigured as error:
            raise ReactionRefused(str(error)) from error
        if answer.status != httpx.codes.OK:
            raise _reaction_error(answer)


def _reaction_error(answer: ApiAnswer) -> OcrbotError:
    error = rest_error(answer)
    temporary = isinstance(error, Throttled) or answer.status >= httpx.codes.INTERNAL_SERVER_ERROR
    return error if temporary else ReactionRefused(str(error))
