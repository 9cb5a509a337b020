"""Asks DingTalk for a stream connection."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

import httpx

from bot.dingtalk.json_object import json_object
from bot.domain.errors import Misconfigured, Unavailable


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
    except httpx.HTTPError as error:
        raise Unavailable(f"no ticket from {api_url}: {type(error).__name__}") from error
    body = json_object(response.content)
    if response.status_code in (httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED):
        raise _refusal_error(response.status_code, body)
    endpoint, code = body.get("endpoint"), body.get("ticket")
    if response.status_code != httpx.codes.OK or not isinstance(endpoint, str) or not isinstance(code, str):
        raise Unavailable(f"no ticket from {api_url}: HTTP {response.status_code}, code {str(body.get('code'))[:80]}")
    if api_url.startswith("https:") and not endpoint.startswith("wss:"):
        raise Unavailable(f"no ticket from {api_url}: an endpoint without TLS was offered")
    return f"{endpoint}?ticket={quote_plus(code)}"


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
