"""The sign-in of pages: OAuth 2 with an authorization code, as login.dingtalk.com and the open platform do it."""

import html
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import web

from bot.lookalike.rest.access import Clock, Refusal
from bot.lookalike.rest.open_platform import Platform, json_object, word
from bot.lookalike.state.people import Directory, Member

CODE_LIFE = 300.0  # seconds
TOKEN_LIFE = 7200.0
_INVALID_CODE = (400, "invalidAuthCode", "不合法的临时授权码")


@dataclass(slots=True, kw_only=True)
class SignIn:
    """Who consented, by the codes and tokens that stand for them. A code is good once."""

    platform: Platform
    directory: Directory
    clock: Clock
    redirect_urls: set[str] = field(default_factory=set)  # those that are registered for the app
    _codes: dict[str, tuple[Member, float]] = field(default_factory=dict)
    _tokens: dict[str, tuple[Member, float]] = field(default_factory=dict)

    def routes(self) -> list[web.RouteDef]:
        """List what this side serves."""
        return [
            web.get("/oauth2/auth", self.page),
            web.get("/oauth2/consent", self.consent),
            web.post("/v1.0/oauth2/userAccessToken", self.user_token),
            web.get("/v1.0/contact/users/me", self.me),
            web.post("/topapi/user/getbyunionid", self.by_union_id),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """Show who may consent: in place of DingTalk's own sign-in, each person here has a link."""
        asked = request.query
        if asked.get("client_id") != self.platform.client_id or asked.get("response_type") != "code":
            return web.Response(status=400, text="应用不存在，或参数不正确")
        if asked.get("redirect_uri") not in self.redirect_urls or "openid" not in asked.get("scope", "").split():
            return web.Response(status=400, text="回调地址未在应用里登记，或缺少scope")
        links = "".join(
            f'<li><a href="/oauth2/consent?{html.escape(_consent_query(nick, asked))}">{html.escape(nick)}</a></li>'
            for nick in self.directory.members
        )
        text = f'<!doctype html><html lang="zh-CN"><title>钉钉登录</title><h1>以谁的身份登录？</h1><ul>{links}</ul>'
        return web.Response(text=text, content_type="text/html")

    async def consent(self, request: web.Request) -> web.Response:
        """Send the browser back with a code for the person."""
        back = request.query["redirect_uri"]
        member = self.directory.members.get(request.query["nick"])
        if member is None or back not in self.redirect_urls:
            return web.Response(status=400, text="参数不正确")
        code = self.issue_code(member)
        raise web.HTTPFound(f"{back}?{urlencode({'authCode': code, 'code': code, 'state': request.query['state']})}")

    def issue_code(self, member: Member) -> str:
        """Return a code that stands for a person who consented."""
        code = secrets.token_hex(16)
        self._codes[code] = member, self.clock() + CODE_LIFE
        return code

    async def user_token(self, request: web.Request) -> web.Response:
        """Answer with a person's token for a code."""
        body = await json_object(request)
        app = word(body, "clientId"), word(body, "clientSecret")
        if app != (self.platform.client_id, self.platform.client_secret):
            raise Refusal(400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        if word(body, "grantType") != "authorization_code":
            raise Refusal(400, "invalidGrantType", "不合法的grantType")
        member = self._known(self._codes.pop(word(body, "code"), None), lambda: Refusal(*_INVALID_CODE))
        token = secrets.token_hex(16)
        self._tokens[token] = member, self.clock() + TOKEN_LIFE
        return web.json_response(
            {
                "accessToken": token,
                "refreshToken": secrets.token_hex(16),
                "expireIn": int(TOKEN_LIFE),
                "corpId": "ding1",
            }
        )

    async def me(self, request: web.Request) -> web.Response:
        """Answer with who the person of a token is; staff ids are not told here."""
        token = request.headers.get("x-acs-dingtalk-access-token", "")
        found = self._tokens.get(token)
        member = self._known(found, lambda: Refusal(401, "InvalidAuthentication", "不合法的access_token"))
        return web.json_response({"nick": member.nick, "unionId": member.union_id, "openId": f"o{member.union_id}"})

    async def by_union_id(self, request: web.Request) -> web.Response:
        """Answer as the older API does: HTTP 200 with an errcode; people outside the organisation are not found."""
        try:
            self.platform.tokens.check(request.query.get("access_token", ""))
        except Refusal:
            return web.json_response({"errcode": 40014, "errmsg": "不合法的access_token"})
        wanted = word(await json_object(request), "unionid")
        members = (one for one in self.directory.members.values() if one.union_id == wanted and one.staff_id)
        member = next(members, None)
        if member is None:
            return web.json_response({"errcode": 60121, "errmsg": "找不到该用户"})
        result = {"contact_type": 0, "userid": member.staff_id}
        return web.json_response({"errcode": 0, "errmsg": "ok", "result": result})

    def _known(self, found: tuple[Member, float] | None, refusal: Callable[[], Refusal]) -> Member:
        if found is None or found[1] <= self.clock():
            raise refusal()
        return found[0]


def _consent_query(nick: str, asked: Mapping[str, str]) -> str:
    return urlencode({"nick": nick, **{name: asked.get(name, "") for name in ("redirect_uri", "state")}})
