"""Checks that the app has the scopes for the receipts that an organisation wants: cards or reactions.

It calls the APIs with a card and a message that do not exist, so that nobody sees anything. DingTalk checks scopes
before arguments: according to field reports of these calls it answers 403 and names the scope that is missing;
with the scope it refuses the arguments.
"""

from collections.abc import Iterator, Mapping

import httpx

from bot.dingtalk.api import DingTalkApi
from bot.dingtalk.cards import STREAM, UPDATE
from bot.dingtalk.faults import Throttled, rest_error
from bot.domain.errors import Misconfigured, Unavailable
from bot.domain.finding import Finding, ok, warn
from bot.domain.receipt import Receipt

_RECALL = "/v1.0/robot/emotion/recall"
_NOBODY = "ocrbot-doctor"
_CARD = {"outTrackId": _NOBODY, "cardData": {"cardParamMap": {}}, "cardUpdateOptions": {"updateCardDataByKey": True}}
_STREAMED = {"outTrackId": _NOBODY, "guid": _NOBODY, "key": _NOBODY, "content": _NOBODY, "isFull": True}
_INSTEAD = "till then people get words instead: grant it in DingTalk's developer console and publish a version"


def check_receipt_scopes(api: DingTalkApi, mode: Receipt) -> Iterator[Finding]:
    """Yield a finding for each scope that receipts of this `mode` need; none for a mode that needs no scope."""
    for scope, method, path, payload in _calls(api, mode):
        yield _check_scope(api, scope, (method, path, payload))


def _calls(api: DingTalkApi, mode: Receipt) -> Iterator[tuple[str, str, str, Mapping[str, object]]]:
    if mode is Receipt.CARD:
        yield "Card.Instance.Write", "PUT", UPDATE, _CARD
        yield "Card.Streaming.Write", "PUT", STREAM, _STREAMED
    if mode is Receipt.REACTION:
        names = ("openMsgId", "openConversationId", "emotionName")
        yield "reactions", "POST", _RECALL, {"robotCode": api.client_id, **dict.fromkeys(names, _NOBODY)}


def _check_scope(api: DingTalkApi, scope: str, call: tuple[str, str, Mapping[str, object]]) -> Finding:
    name = f"dingtalk receipts ({scope})"
    method, path, payload = call
    try:
        answer = api.call(method, path, payload)
    except (Misconfigured, Unavailable) as error:
        return warn(name, f"could not be checked: {error}", "mend what is result of DingTalk above")
    if answer.status == httpx.codes.OK:
        return ok(name, "allowed")
    refusal = rest_error(answer)
    if isinstance(refusal, Misconfigured):
        return warn(name, str(refusal), _INSTEAD)
    if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR or isinstance(refusal, Throttled):
        result = f"could not be checked: DingTalk answers HTTP {answer.status} {answer.code}"
        return warn(name, result, "see in the console that the scope is granted, and in the chat that it works")
    return ok(name, "allowed")
