"""Asks DingTalk for a stream connection."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

import httpx

from bot.dingtalk.json_object import json_object
from bot.domain.errors import Misconfigured, Unavailable

# The endpoints that DingTalk gives with a ticket, one or the other.
SOCKET_HOSTS = ("wss-open-connection.dingtalk.com", "wss-open-connection-union.dingtalk.com")
# How the codes begin by which DingTalk blames the request or the app. Its 400 `systemError` passes (AstrBot #1628,
# dingtalk-dify-connector #5), and something in between may answer 400 without a code.
_APPS_FAULT = ("invalid", "illegal", "forbidden", "nopermission", "notpublish", "app", "robot", "auth", "ip")


async def socket_address(  # noqa: PLR0913 - keyword-only
    http: httpx.AsyncClient,
    *,
    api_url: str,
    client_id: str,
    client_secret: str,
    subscriptions: Sequence[Mapping[str, str]],
    agent: str,
) -> str:
    """Return the address of a socket with its ticket, which is valid for one use and 90 s.

    Raises `Misconfigured` if the credentials or the app are refused, `Unavailable` for anything else.
    """
    request = {
        "clientId": client_id,
        "clientSecret": client_secret,
        "subscriptions": subscriptions,
        "ua": agent,
        "localIp": "",  # the SDK contacts a public address to find it; DingTalk does not need it
    }
    try:
        response = await http.post(
            f"{api_url}/v1.0/gateway/connections/open", json=request, headers={"Accept": "application/json"}
        )
    except httpx.ProxyError as error:
        raise Unavailable(f"no ticket from {api_url}: the proxy of OCRBOT_DINGTALK__PROXY refuses: {error}") from error
    except httpx.HTTPError as error:
        raise Unavailable(f"no ticket from {api_url}: {type(error).__name__}") from error
    body = json_object(response.content)
    if response.status_code == httpx.codes.UNAUTHORIZED or _blames_app(response.status_code, body):
        raise _refusal_error(response.status_code, body)
    endpoint, code = body.get("endpoint"), body.get("ticket")
    if response.status_code != httpx.codes.OK or not isinstance(endpoint, str) or not isinstance(code, str):
        raise _no_ticket(api_url, response.status_code, body)
    if api_url.startswith("https:") and not endpoint.startswith("wss:"):
        raise Unavailable(f"no ticket from {api_url}: an endpoint without TLS was offered")
    return f"{endpoint}?ticket={quote_plus(code)}"


def _blames_app(status: int, body: Mapping[str, Any]) -> bool:
    code = body.get("code")
    return status == httpx.codes.BAD_REQUEST and isinstance(code, str) and code.lower().startswith(_APPS_FAULT)


def _no_ticket(api_url: str, status: int, body: Mapping[str, Any]) -> Unavailable:
    code = str(body.get("code") or "none")[:80]
    may_be_app = (
        "; if this goes on, is the app published, its robot in Stream mode, and this server on its white list?"
        if status == httpx.codes.BAD_REQUEST
        else ""
    )
    return Unavailable(f"no ticket from {api_url}: HTTP {status}, code {code}{may_be_app}")


def _refusal_error(status: int, body: Mapping[str, Any]) -> Misconfigured:
    code = str(body.get("code"))[:80]
    if status == httpx.codes.UNAUTHORIZED:
        return Misconfigured(
            f"DingTalk does not accept OCRBOT_DINGTALK__CLIENT_ID with OCRBOT_DINGTALK__CLIENT_SECRET ({code})"
        )
    return Misconfigured(
        f"DingTalk refuses the connection ({code}): the app of OCRBOT_DINGTALK__CLIENT_ID is not published, its robot "
        "is not in Stream mode, or this server's address is not on the app's white list"
    )
