"""The open platform's REST APIs for connections, tokens, downloads and uploads."""

import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import BodyPartReader, web

from bot.lookalike.rest.access import CallRate, Refusal, Tokens
from bot.lookalike.rest.files import FileStore, StoreRefusal
from bot.lookalike.rules import Limits
from bot.lookalike.stream import Hub, Tickets

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
MEDIA_TYPES = frozenset({"image", "voice", "video", "file"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What the routes of the REST APIs share."""

    client_id: str
    client_secret: str
    robot_code: str
    limits: Limits
    tokens: Tokens
    tickets: Tickets
    files: FileStore
    hub: Hub
    rate: CallRate
    url: Callable[[], str]
    media: dict[str, bytes] = field(default_factory=dict)


def routes(platform: Platform) -> list[web.RouteDef]:
    """List what this side serves."""
    rest = _Rest(platform)
    return [
        web.post("/v1.0/gateway/connections/open", rest.open_connection),
        web.get("/connect", rest.connect),
        web.post("/v1.0/oauth2/accessToken", rest.access_token),
        web.post("/v1.0/robot/messageFiles/download", rest.download),
        web.get("/object/{key}", rest.fetch_object),
        web.post("/media/upload", rest.upload),
    ]


async def json_object(request: web.Request) -> dict[str, object]:
    """Return the request's body; raises `Refusal` if it is not a JSON object."""
    try:
        body = json.loads(await request.read())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "InvalidParameter.Body", "请求体不是合法的JSON对象")
    return body


def word(body: dict[str, object], name: str) -> str:
    """Return a string field; raises `Refusal` if it is missing or empty."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal(400, f"Missing{name}", f"{name} is mandatory for this action.")
    return value


def authorise(request: web.Request, platform: Platform) -> None:
    """Check the token and count the call, as the gateway does before any API sees it."""
    platform.tokens.check(request.headers.get("x-acs-dingtalk-access-token", ""))
    platform.rate.count(request.path)


class _Rest:
    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def open_connection(self, request: web.Request) -> web.Response:
        platform, body = self._platform, await json_object(request)
        self._check_app(body.get("clientId"), body.get("clientSecret"), "authFailed", "鉴权失败")
        topics = _topics(body.get("subscriptions"))
        socket = urlsplit(platform.url())
        scheme = "wss" if socket.scheme == "https" else "ws"
        endpoint = f"{scheme}://{socket.netloc}/connect"
        return web.json_response({"endpoint": endpoint, "ticket": platform.tickets.issue(topics)})

    async def connect(self, request: web.Request) -> web.StreamResponse:
        topics = self._platform.tickets.redeem(request.query.get("ticket", ""))
        if topics is None:
            raise Refusal(401, "authFailed", "ticket无效、已使用或已过期")
        return await self._platform.hub.serve(request, topics)

    async def access_token(self, request: web.Request) -> web.Response:
        body = await json_object(request)
        key, secret = word(body, "appKey"), word(body, "appSecret")
        self._check_app(key, secret, "invalidClientIdOrSecret", "无效的clientId或者clientSecret", status=400)
        token, seconds = self._platform.tokens.issue()
        return web.json_response({"accessToken": token, "expireIn": seconds})

    async def download(self, request: web.Request) -> web.Response:
        authorise(request, self._platform)
        body = await json_object(request)
        address = self._platform.files.address(word(body, "downloadCode"), word(body, "robotCode"))
        return web.json_response({"downloadUrl": f"{self._platform.url()}{address}"})

    async def fetch_object(self, request: web.Request) -> web.Response:
        content_type = request.headers.get("Content-Type", "")
        try:
            data = self._platform.files.fetch(request.match_info["key"], request.query, content_type)
        except StoreRefusal as refusal:
            return web.Response(status=refusal.status, text=refusal.xml(), content_type="application/xml")
        return web.Response(body=data, content_type="application/octet-stream")

    async def upload(self, request: web.Request) -> web.Response:
        """Answer as the older API does: HTTP 200 with an errcode, whatever happens."""
        try:
            self._platform.tokens.check(request.query.get("access_token", ""))
        except Refusal:
            return _errcode(40014, "不合法的access_token")
        kind = request.query.get("type", "")
        if kind not in MEDIA_TYPES:
            return _errcode(40004, "不合法的媒体文件类型")
        data = await _media(request) if request.content_type == "multipart/form-data" else None
        if data is None:
            return _errcode(41005, "缺少多媒体文件数据")
        if len(data) > self._platform.limits.upload_bytes:
            return _errcode(40006, "不合法的文件大小")
        media_id = f"@{secrets.token_urlsafe(24)}"
        self._platform.media[media_id] = data
        return _errcode(0, "ok", type=kind, media_id=media_id, created_at=0)

    def _check_app(self, key: object, secret: object, code: str, message: str, status: int = 401) -> None:
        if (key, secret) != (self._platform.client_id, self._platform.client_secret):
            raise Refusal(status, code, message)


def _topics(subscriptions: object) -> frozenset[str]:
    """Return the subscribed topics; raises `Refusal` if there are none."""
    wanted = subscriptions if isinstance(subscriptions, list) else []
    topics = {item["topic"] for item in wanted if isinstance(item, dict) and isinstance(item.get("topic"), str)}
    if not topics:
        raise Refusal(400, "invalidParameter.subscriptions", "subscriptions不能为空")
    return frozenset(topics)


async def _media(request: web.Request) -> bytes | None:
    """Return the form's field `media`, None if there is none."""
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "media":
            return bytes(await part.read())
    return None


def _errcode(code: int, message: str, **more: object) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": message, **more})
