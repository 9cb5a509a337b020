"""Receives the bot's messages: the session webhook and the proactive APIs."""

import json
import re
import secrets
from dataclasses import dataclass

from aiohttp import web

from bot.lookalike.rest.access import Refusal, Session, Sessions, WebhookRate
from bot.lookalike.rest.open_platform import Platform, authorise, json_object, word
from bot.lookalike.state.people import Conversation, Directory
from bot.lookalike.state.records import BOT, Entry, Records, SentFile, Via, new_message_id

FILE_TYPES = frozenset({"xlsx", "pdf", "zip", "rar", "doc", "docx"})
# The fields that a webhook's message must have, by its msgtype.
_WEBHOOK_FIELDS = {
    "text": ("content",),
    "markdown": ("title", "text"),
    "link": ("title", "text", "messageUrl"),
    "actionCard": ("title", "text"),
    "feedCard": ("links",),
}
# The fields that msgParam must have, by msgKey.
_MSG_PARAMS = {
    "sampleText": ("content",),
    "sampleMarkdown": ("title", "text"),
    "sampleImageMsg": ("photoURL",),
    "sampleLink": ("text", "title", "messageUrl"),
    "sampleActionCard": ("title", "text", "singleTitle", "singleURL"),
    "sampleFile": ("mediaId", "fileName", "fileType"),
}


class WebhookError(Exception):
    """A refusal of the webhook: HTTP 200 with an errcode."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The routes to which the bot sends messages."""

    platform: Platform
    sessions: Sessions
    webhook_rate: WebhookRate
    directory: Directory
    records: Records

    def routes(self) -> list[web.RouteDef]:
        """List what this side serves."""
        return [
            web.post("/robot/sendBySession", self.by_session),
            web.post("/v1.0/robot/groupMessages/send", self.to_group),
            web.post("/v1.0/robot/oToMessages/batchSend", self.to_users),
        ]

    async def by_session(self, request: web.Request) -> web.Response:
        """Send to the webhook's conversation; the answer is always HTTP 200, with an errcode."""
        try:
            session, message = self._admit(request, await request.read())
        except WebhookError as refusal:
            return web.json_response({"errcode": refusal.code, "errmsg": refusal.message})
        self.records.add(_webhook_entry(session, message))
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def to_group(self, request: web.Request) -> web.Response:
        """Send to a group by the proactive API."""
        authorise(request, self.platform)
        body = await json_object(request)
        self._check_robot(body)
        conversation = self.directory.conversations.get(word(body, "openConversationId"))
        if conversation is None or not conversation.group:
            raise Refusal(400, "invalid.openConversationId", "无效的openConversationId")
        key = _query_key()
        self._record(conversation, *self._proactive_message(body), key)
        return web.json_response({"processQueryKey": key})

    async def to_users(self, request: web.Request) -> web.Response:
        """Send to the single chats of some users by the proactive API."""
        authorise(request, self.platform)
        body = await json_object(request)
        self._check_robot(body)
        users = self._users(body.get("userIds"))
        message = self._proactive_message(body)
        known = {user: self.directory.with_staff_id(user) for user in users}
        if not any(known.values()):
            raise Refusal(400, "staffId.notExisted", "userIds中的用户不存在")
        key = _query_key()
        for member in known.values():
            if member is not None:
                self._record(self.directory.single(member), *message, key)
        invalid = [user for user, member in known.items() if member is None]
        answer = {"processQueryKey": key, "invalidStaffIdList": invalid, "flowControlledStaffIdList": []}
        return web.json_response(answer)

    def _admit(self, request: web.Request, raw: bytes) -> tuple[Session, dict[str, object]]:
        """Return the session and the message; raises `WebhookError` if either is refused."""
        session = self.sessions.find(request.query.get("session", ""))
        if session is None:
            raise WebhookError(300001, "session 不存在")
        message = self._webhook_message(request, raw)
        if not self.webhook_rate.allows():
            limit = self.platform.limits.webhook_per_minute
            raise WebhookError(130101, f"send too fast, exceed {limit} times per minute")
        return session, message

    def _webhook_message(self, request: web.Request, raw: bytes) -> dict[str, object]:
        if request.content_type != "application/json":
            raise WebhookError(43004, "无效的HTTP HEADER Content-Type")
        if len(raw) > self.platform.limits.webhook_bytes:
            raise WebhookError(460101, f"message too long, exceed {self.platform.limits.webhook_bytes} bytes")
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise WebhookError(40035, "缺少参数 json")
        kind = body.get("msgtype")
        if not isinstance(kind, str) or kind not in _WEBHOOK_FIELDS:
            raise WebhookError(400105, "unsupported msgtype")
        content = body.get(kind)
        for name in _WEBHOOK_FIELDS[kind]:
            if not isinstance(content, dict) or not content.get(name):
                raise WebhookError(40035, f"缺少参数 {kind}.{name}")
        return body

    def _check_robot(self, body: dict[str, object]) -> None:
        if word(body, "robotCode") != self.platform.robot_code:
            raise Refusal(400, "invalidParameter.robotCode.auth", "robotCode与应用的appKey不匹配")

    def _users(self, users: object) -> list[str]:
        if not isinstance(users, list) or not users or not all(isinstance(user, str) for user in users):
            raise Refusal(400, "invalidParameter.userIds.empty", "userIds不能为空")
        if len(users) > self.platform.limits.users_per_send:
            raise Refusal(400, "invalidParameter.userIds.overMax", "userIds超过上限")
        return users

    def _proactive_message(self, body: dict[str, object]) -> tuple[str, dict[str, object]]:
        """Return the message's key and parameters; raises `Refusal` for what the platform would not send."""
        key, encoded = body.get("msgKey"), body.get("msgParam")
        if not isinstance(key, str) or key not in _MSG_PARAMS:
            raise Refusal(400, "invalidParameter.msgKey.invalid", "无效的msgKey")
        if isinstance(encoded, str) and len(encoded.encode()) > self.platform.limits.msg_param_bytes:
            raise Refusal(400, "invalidParameter.msgParam.tooLong", "msgParam超过长度限制")
        params = _decoded(encoded)
        if params is None or not all(isinstance(params.get(name), str) and params[name] for name in _MSG_PARAMS[key]):
            raise Refusal(400, "invalidParameter.msgParam.invalid", "msgParam必须是JSON字符串，且包含模板要求的参数")
        if key == "sampleFile" and not self._can_send_file(params):
            raise Refusal(400, "invalidParameter.msgParam.invalid", "mediaId无效或fileType不支持")
        return key, params

    def _can_send_file(self, params: dict[str, object]) -> bool:
        return params["mediaId"] in self.platform.media and params["fileType"] in FILE_TYPES

    def _record(self, conversation: Conversation, key: str, params: dict[str, object], query_key: str) -> None:
        via: Via = "proactive"
        media = self.platform.media.get(str(params.get("mediaId", "")))
        text = next((params[name] for name in ("text", "content", "fileName", "photoURL") if name in params), "")
        title = str(params.get("title", ""))
        entry = Entry(
            conversation=conversation.id,
            who=BOT,
            kind=key,
            via=via,
            title=title,
            text=str(text),
            message_id=new_message_id(),
            query_key=query_key,
            file=SentFile(name=str(params["fileName"]), data=media) if media is not None else None,
            raw=params,
        )
        self.records.add(entry)


def _decoded(encoded: object) -> dict[str, object] | None:
    """Return the decoded msgParam; None if it is not the JSON of an object."""
    if not isinstance(encoded, str):
        return None
    try:
        params = json.loads(encoded)
    except ValueError:
        return None
    return params if isinstance(params, dict) else None


def _webhook_entry(session: Session, body: dict[str, object]) -> Entry:
    kind = str(body["msgtype"])
    found = body[kind]
    content = found if isinstance(found, dict) else {}
    text = str(content.get("text") or content.get("content") or "")
    at = body.get("at")
    at = at if isinstance(at, dict) else {}
    wanted = [user for user in at.get("atUserIds") or [] if isinstance(user, str)]
    named = tuple(user for user in wanted if _names(text, user))
    return Entry(
        conversation=session.conversation,
        who=BOT,
        kind=kind,
        via="webhook",
        title=str(content.get("title") or ""),
        text=text,
        mentions=named,
        lost_mentions=tuple(user for user in wanted if user not in named),
        at_all=at.get("isAtAll") is True,
        message_id=new_message_id(),
        answers=session.message_id,
        raw=body,
    )


def _names(text: str, user: str) -> bool:
    """Return whether the text contains @userId: only then is the @ shown."""
    return re.search(rf"@{re.escape(user)}(?![A-Za-z0-9_])", text) is not None


def _query_key() -> str:
    return secrets.token_urlsafe(24)
