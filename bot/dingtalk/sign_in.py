"""DingTalk's sign-in for pages: OAuth 2 with an authorization code.

As the open platform documents it: the page at `/oauth2/auth` sends the browser back with `authCode` and `state`; the
code, good for one call within minutes, becomes a token of the person by `userAccessToken`, which tells their `unionId`
by `contact/users/me` (scope `Contact.User.Read`). Staff ids are another set of ids: `getbyunionid` of the older API
finds the one in the app's own organisation, and answers 60121 for people outside.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import httpx

from bot.dingtalk.api import DingTalkApi
from bot.dingtalk.faults import ApiAnswer, rest_error
from bot.domain.errors import Misconfigured, Unavailable
from bot.domain.organisation import StaffMember

AUTHORIZE: Final = "/oauth2/auth"
USER_TOKEN: Final = "/v1.0/oauth2/userAccessToken"  # noqa: S105 - a path
ME: Final = "/v1.0/contact/users/me"
BY_UNION_ID: Final = "/topapi/user/getbyunionid"
_NOBODY: Final = 60121  # errcode: there is no such person in the organisation
_INTERNAL: Final = 0  # contact_type of staff; 1 is an external contact


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Sign-in by the app's account; `redirect_url` must be registered for the app in the developer console."""

    api: DingTalkApi
    client_secret: str
    login_url: str
    redirect_url: str

    def address(self, state: str) -> str:
        """Return the address of DingTalk's page; it sends the browser to `redirect_url` with a code and `state`."""
        query = {
            "client_id": self.api.client_id,
            "redirect_uri": self.redirect_url,
            "response_type": "code",
            "scope": "openid",
            "prompt": "consent",
            "state": state,
        }
        return f"{self.login_url.rstrip('/')}{AUTHORIZE}?{urlencode(query)}"

    def person(self, code: str) -> StaffMember | None:
        """Return whom a code stands for, None for somebody outside the organisation.

        Raises `Unavailable` if DingTalk does not answer, `Misconfigured` if it refuses the app or the code.
        """
        me = self._me(self._user_token(code))
        union_id, nick = me.body.get("unionId"), me.body.get("nick")
        if not isinstance(union_id, str) or not union_id:
            raise Unavailable("DingTalk did not say who signed in")
        staff_id = self._staff_id(union_id)
        return StaffMember(staff_id=staff_id, nick=nick if isinstance(nick, str) else "") if staff_id else None

    def _user_token(self, code: str) -> str:
        payload = {
            "clientId": self.api.client_id,
            "clientSecret": self.client_secret,
            "code": code,
            "grantType": "authorization_code",
        }
        answer = self.api.ask("POST", USER_TOKEN, payload)
        token = answer.body.get("accessToken")
        if answer.status == httpx.codes.OK and isinstance(token, str) and token:
            return token
        raise _refusal(answer, "the code of a sign-in")

    def _me(self, token: str) -> ApiAnswer:
        answer = self.api.ask("GET", ME, token=token)
        if answer.status != httpx.codes.OK:
            raise _refusal(answer, "the scope Contact.User.Read")
        return answer

    def _staff_id(self, union_id: str) -> str:
        answer = self.api.call_older(BY_UNION_ID, {"unionid": union_id})
        if answer.body.get("errcode") == _NOBODY:
            return ""
        result = answer.body.get("result")
        if answer.status != httpx.codes.OK or answer.body.get("errcode") != 0 or not isinstance(result, dict):
            raise _refusal(answer, "reading staff ids, the scope qyapi_get_member")
        staff_id = result.get("userid")
        is_staff = result.get("contact_type", _INTERNAL) == _INTERNAL
        return staff_id if is_staff and isinstance(staff_id, str) else ""


def _refusal(answer: ApiAnswer, what: str) -> Misconfigured | Unavailable:
    error = rest_error(answer)
    if isinstance(error, Unavailable) and answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return error
    return Misconfigured(f"DingTalk refuses {what} ({answer.code})")
