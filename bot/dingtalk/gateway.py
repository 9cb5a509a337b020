"""Asking DingTalk for a connection."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

import httpx

from bot.domain.errors import Misconfigured, Unavailable


async def ticket(  # noqa: PLR0913 - keyword-only
    http: httpx.AsyncClient,
    *,
    api_url: str,
    client_id: str,
    client_secret: str,
    subscriptions: Sequence[Mapping[str, str]],
    agent: str,
) -> str:
    """Return the address of the socket to open; it is good for 90 s and once.

    Raises `Misconfigured` where the credentials or the app are refused, `Unavailable` for all else.
    """
    request = {
        "clientId": client_id,
        "clientSecret": client_secret,
        "subscriptions": subscriptions,
        "ua": agent,
        "localIp": "",  # the SDK finds it by way of a public address, and DingTalk does without
    }
    try:
        response = await http.post(
            f"{api_url}/v1.0/gateway/connections/open", json=request, headers={"Accept": "application/json"}
        )
    except httpx.HTTPError as error:
        raise Unavailable(f"no ticket from {api_url}: {type(error).__name__}") from error
    body = json_object(response.content)
    if response.status_code in (httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED):
        raise _refused(response.status_code, body)
    endpoint, code = body.get("endpoint"), body.get("ticket")
    if response.status_code != httpx.codes.OK or not isinstance(endpoint, str) or not isinstance(code, str):
        raise Unavailable(f"no ticket from {api_url}: HTTP {response.status_code}, code {str(body.get('code'))[:80]}")
    if api_url.startswith("https:") and not endpoint.startswith("wss:"):
        raise Unavailable(f"no ticket from {api_url}: an endpoint without TLS was offered")
    return f"{endpoint}?ticket={quote_plus(code)}"


def json_object(raw: str | bytes) -> dict[str, Any]:
    """Return the JSON object in `raw`; anything else is an empty one."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _refused(status: int, body: Mapping[str, Any]) -> Misconfigured:
    code = str(body.get("code"))[:80]
    if status == httpx.codes.UNAUTHORIZED:
        return Misconfigured(
            f"DingTalk does not accept OCRBOT_DINGTALK__CLIENT_ID with OCRBOT_DINGTALK__CLIENT_SECRET ({code})"
        )
    return Misconfigured(
        f"DingTalk refuses the connection ({code}): the app of OCRBOT_DINGTALK__CLIENT_ID is not published, its robot "
        "is not in Stream mode, or this server's address is not on the app's white list"
    )
