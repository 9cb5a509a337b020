"""An emoji on the asker's message: put there, and removed with the same words.

Follows DingTalk's own openclaw connector (robotReplyEmotion and robotRecallEmotion of robot_1_0): an emoji with custom
words on one of the platform's backgrounds. Only people's messages can have one.
"""

import time

import httpx

from bot.dingtalk.api import DingTalkApi
from bot.dingtalk.faults import ApiAnswer, Throttled, rest_error
from bot.dingtalk.pacing import Budget, Pacing
from bot.domain.errors import Misconfigured, OcrbotError
from bot.domain.message import Address

_CUSTOM_WORDS = 2  # emotionType
_EMOTION, _BACKGROUND = "2659900", "im_bg_1"


class ReactionRefused(OcrbotError):  # noqa: N818 - a domain noun
    """DingTalk does not put this on the message: a scope is missing, or the message takes none."""


class Reactions:
    """Puts words on messages and takes them away."""

    def __init__(self, api: DingTalkApi, budget: Budget) -> None:
        self._api = api
        self._pacing = Pacing(client_id=api.client_id, budget=budget, sleep=time.sleep)

    def react(self, address: Address, words: str, *, gone: bool = False) -> None:
        """Put `words` on the message that `address` answers, or take them away.

        Either may be repeated. Raises `ReactionRefused` and `Unavailable`.
        """
        payload: dict[str, object] = {
            "robotCode": address.robot_code or self._api.client_id,
            "openMsgId": address.message_id,
            "openConversationId": address.conversation_id,
            "emotionType": _CUSTOM_WORDS,
            "emotionName": words,
            "textEmotion": {"emotionId": _EMOTION, "emotionName": words, "text": words, "backgroundId": _BACKGROUND},
        }
        path = f"/v1.0/robot/emotion/{'recall' if gone else 'reply'}"
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
