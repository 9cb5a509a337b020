"""DingTalk's cards: created and delivered, streamed into, finished.

Follows the open platform's card API as the official SDKs call it. A card is created with its first text, because a card
that is filled afterwards may stay empty. It is finished twice, in the stream and by its flowStatus, both times with the
whole text, because templates use one or the other. Streaming and finishing may be repeated.
"""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

import httpx

from bot.dingtalk.api import DingTalkApi
from bot.dingtalk.faults import ApiAnswer, Throttled, rest_error
from bot.dingtalk.limits import CALLS_PER_SECOND
from bot.dingtalk.pacing import Budget, Pacing
from bot.domain.errors import CardRefused, Misconfigured, OcrbotError, Unavailable, Unsure
from bot.domain.message import ConversationKind, DingTalkConversation
from bot.domain.outbox import Card

CREATE: Final = "/v1.0/card/instances/createAndDeliver"
UPDATE: Final = "/v1.0/card/instances"
STREAM: Final = "/v1.0/card/streaming"
UPDATE_SECONDS: Final = 1.5  # the shortest time between two changes of a card
_PROCESSING, _FINISHED, _FAILED = "1", "3", "5"
# The SDK's template for Markdown; an organisation that publishes its own names it in ocrbot.toml.
TEMPLATE: Final = "382e4302-551d-4880-bf29-a30acfab2e71.schema"
KEY: Final = "msgContent"
_MANY_CALLS = 1_000  # more calls than one card ever has at once


class Cards:
    """Create and change cards as a `bot.domain.outbox.CardMaker`; all methods raise `CardRefused` and `Unavailable`."""

    least_calls: Final = 3  # one to create it, two to finish it
    most_bytes: Final = 8_000  # cards with more than about 3,000 Chinese characters, 9,000 bytes, went blank

    def __init__(
        self,
        api: DingTalkApi,
        budget: Budget,
        *,
        sleep: Callable[[float], None] = time.sleep,
        calls_per_second: int = CALLS_PER_SECOND,
    ) -> None:
        self._api = api
        self._budget = budget
        self._pacing = Pacing(client_id=api.client_id, budget=budget, sleep=sleep, calls_per_second=calls_per_second)
        self._sleep = sleep

    def create(self, card: Card, text: str, *, summary: str) -> tuple[str, ...]:
        """Put a card into the conversation and return the ids that a message quoting it carries.

        `summary` appears in the list of conversations. Raises `Unsure` if the card may have been created.
        """
        space, models = _open_space(card.recipient, card.recipient.robot_code or self._api.client_id, summary)
        payload = {
            "cardTemplateId": card.template or TEMPLATE,
            "outTrackId": card.track_id,
            "callbackType": "STREAM",
            "cardData": {"cardParamMap": {**_variables(card, text), "flowStatus": _PROCESSING}},
            "openSpaceId": space,
            **models,
        }
        answer = self._call("POST", CREATE, payload, sending=True)
        return (card.track_id, *_carrier_ids(answer))

    def may_change(self, card: Card) -> bool:
        """Reserve a change of the card now; return False while its last change is too recent."""
        return self._budget.take(f"card:{card.track_id}", 1, UPDATE_SECONDS) <= 0

    def show(self, card: Card, text: str, guid: str) -> None:
        """Replace the card's text by `text`; repeating a `guid` changes nothing."""
        try:
            self._stream(card, text, guid)
        finally:
            self._restart_pause(card)

    def finish(self, card: Card, text: str, *, failed: bool) -> None:
        """Set `text` as the card's final text; `failed` marks the card as failed."""
        while (wait := self._budget.take(f"card:{card.track_id}", 1, UPDATE_SECONDS)) > 0:
            self._sleep(min(wait, UPDATE_SECONDS))
        with suppress(CardRefused):  # finished before, or its template streams another variable
            self._stream(card, text, f"{card.track_id}-end", last=True, failed=failed)
        state = _FAILED if failed else _FINISHED
        payload = {
            "outTrackId": card.track_id,
            "cardData": {"cardParamMap": {**_variables(card, text), "flowStatus": state}},
            "cardUpdateOptions": {"updateCardDataByKey": True},
        }
        self._call("PUT", UPDATE, payload)

    def _restart_pause(self, card: Card) -> None:
        """Start the pause before the next change again, because the call took time."""
        self._budget.take(f"card:{card.track_id}", _MANY_CALLS, UPDATE_SECONDS)

    def _stream(self, card: Card, text: str, guid: str, *, last: bool = False, failed: bool = False) -> None:
        payload = {
            "outTrackId": card.track_id,
            "guid": guid,
            "key": card.key or KEY,
            "content": text,
            "isFull": True,
            "isFinalize": last and not failed,
            "isError": failed,
        }
        self._call("PUT", STREAM, payload)

    def _call(self, method: str, path: str, payload: Mapping[str, object], *, sending: bool = False) -> ApiAnswer:
        self._pacing.await_turn(path)
        try:
            answer = self._api.call(method, path, payload, sending=sending)
        except Misconfigured as error:
            raise CardRefused(str(error)) from error
        if answer.status != httpx.codes.OK:
            raise _card_error(answer, sending=sending)
        return answer


def _variables(card: Card, text: str) -> dict[str, str]:
    """Return the variables that show `text`; the SDK's template shows those named in `order`."""
    key = card.key or KEY
    return {key: text, "sys_full_json_obj": json.dumps({"order": [key]})}


def _open_space(conversation: DingTalkConversation, robot: str, summary: str) -> tuple[str, dict[str, object]]:
    """Return the openSpaceId of a conversation and the models for delivery there."""
    model = {"supportForward": True, "lastMessageI18n": {"ZH_CN": summary}}
    if conversation.conversation_kind is ConversationKind.GROUP:
        return f"dtv1.card//IM_GROUP.{conversation.conversation_id}", {
            "imGroupOpenSpaceModel": model,
            "imGroupOpenDeliverModel": {"robotCode": robot},
        }
    return f"dtv1.card//IM_ROBOT.{conversation.staff_id}", {
        "imRobotOpenSpaceModel": model,
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": robot},
    }


def _carrier_ids(answer: ApiAnswer) -> tuple[str, ...]:
    """Return the carrierIds of a delivery; raises `CardRefused` if the answer is 200 but says that it failed."""
    result = answer.body.get("result")
    results = result.get("deliverResults") if isinstance(result, Mapping) else None
    rows = [row for row in results if isinstance(row, Mapping)] if isinstance(results, list) else []
    if answer.body.get("success") is False or not rows or any(row.get("success") is not True for row in rows):
        reasons = ", ".join(str(row.get("errorMsg", ""))[:120] for row in rows)
        raise CardRefused(f"the card was not delivered: {reasons or 'no delivery is reported'}")
    return tuple(str(row["carrierId"]) for row in rows if row.get("carrierId"))


def _card_error(answer: ApiAnswer, *, sending: bool) -> OcrbotError:
    error = rest_error(answer)
    if isinstance(error, Throttled):
        return error
    if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
        if answer.code == "unknownError":  # the answer for a finished card or an unknown variable
            return CardRefused(f"DingTalk answers HTTP {answer.status} {answer.code}")
        return (Unsure if sending else Unavailable)(f"DingTalk answers HTTP {answer.status} {answer.code}")
    return CardRefused(str(error))
