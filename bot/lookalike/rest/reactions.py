"""Reactions: the bot puts an emoji on a person's message and removes it.

The shape is that of robotReplyEmotion and robotRecallEmotion of the robot_1_0 SDK as several projects call them, among
them DingTalk's own openclaw connector. According to one of them the API answers 500 for a message of the bot itself.
"""

from dataclasses import dataclass

from aiohttp import web

from bot.lookalike.rest.access import Refusal
from bot.lookalike.rest.open_platform import Platform, authorise, json_object, word
from bot.lookalike.state.records import Reaction, Records

_TEXT_EMOTION = 2
_PARTS = ("emotionId", "emotionName", "text", "backgroundId")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactions:
    """The routes that add and remove reactions."""

    platform: Platform
    records: Records

    def routes(self) -> list[web.RouteDef]:
        """List what this side serves."""
        return [
            web.post("/v1.0/robot/emotion/reply", self.reply),
            web.post("/v1.0/robot/emotion/recall", self.recall),
        ]

    async def reply(self, request: web.Request) -> web.Response:
        """Put an emoji on a person's message."""
        message_id, name = await self._wanted(request)
        self.records.react(Reaction(message_id=message_id, name=name))
        return web.json_response({"success": True})

    async def recall(self, request: web.Request) -> web.Response:
        """Remove an emoji; does nothing if it is not there."""
        message_id, name = await self._wanted(request)
        self.records.react(Reaction(message_id=message_id, name=name, gone=True))
        return web.json_response({"success": True})

    async def _wanted(self, request: web.Request) -> tuple[str, str]:
        authorise(request, self.platform)
        body = await json_object(request)
        if word(body, "robotCode") != self.platform.robot_code:
            raise Refusal(400, "invalidParameter.robotCode.auth", "robotCode与应用的appKey不匹配")
        message_id, conversation = word(body, "openMsgId"), word(body, "openConversationId")
        name, emotion = word(body, "emotionName"), body.get("textEmotion")
        if body.get("emotionType") != _TEXT_EMOTION or not isinstance(emotion, dict):
            raise Refusal(400, "invalidParameter.emotionType", "emotionType不支持")
        if not all(isinstance(emotion.get(part), str) and emotion[part] for part in _PARTS):
            raise Refusal(400, "invalidParameter.textEmotion", "textEmotion缺少参数")
        found = next((entry for entry in self.records.entries if entry.message_id == message_id), None)
        if found is None or found.conversation != conversation:
            raise Refusal(400, "invalidParameter.openMsgId", "openMsgId无效")
        if found.from_bot:
            raise Refusal(500, "ServiceUnavailable", "服务不可用")
        return message_id, name
