"""The card API: createAndDeliver, updates by key, streaming.

Follows open-dingtalk's SDKs and the discussions of projects that stream into cards. Streaming a key that the template
lacks, or into a finalized card, is answered with 500 unknownError, an unpublished template with 400
param.templateUnpublished. A message that quotes a card has the carrierId of its delivery as originalProcessQueryKey.
"""

import secrets
from dataclasses import dataclass, field

from aiohttp import web

from bot.lookalike.rest.access import Refusal
from bot.lookalike.rest.open_platform import Platform, authorise, json_object, word
from bot.lookalike.state.instances import DEFAULT_KEY, DEFAULT_TEMPLATE, Act, Instance
from bot.lookalike.state.people import Conversation, Directory
from bot.lookalike.state.records import BOT, Entry, Records, new_message_id

_GROUP, _ROBOT = "dtv1.card//IM_GROUP.", "dtv1.card//IM_ROBOT."
_CREATE_STATUS = {"flowStatus": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """The routes that create and change cards; `templates` maps published templates to the key of their Markdown."""

    platform: Platform
    directory: Directory
    records: Records
    templates: dict[str, str] = field(default_factory=lambda: {DEFAULT_TEMPLATE: DEFAULT_KEY})

    def routes(self) -> list[web.RouteDef]:
        """List what this side serves."""
        return [
            web.post("/v1.0/card/instances/createAndDeliver", self.create),
            web.put("/v1.0/card/instances", self.update),
            web.put("/v1.0/card/streaming", self.stream),
        ]

    async def create(self, request: web.Request) -> web.Response:
        """Create a card and put it into a conversation; only deliverResults says that this is impossible."""
        authorise(request, self.platform)
        body = await json_object(request)
        track, template = word(body, "outTrackId"), word(body, "cardTemplateId")
        if template not in self.templates:
            raise Refusal(400, "param.templateUnpublished", "param.templateUnpublished")
        if track in self.records.cards:
            raise Refusal(400, "param.outTrackIdDuplicated", "outTrackId已存在")
        data = _variables(body)
        space = word(body, "openSpaceId")
        conversation, trouble = self._place(space, body)
        result: dict[str, object] = {"spaceId": space.rpartition(".")[2], "spaceType": "IM", "success": not trouble}
        if conversation is None:
            result["errorMsg"] = trouble
        else:
            result["carrierId"] = self._deliver(conversation, track, template, data)
        answer = {"success": True, "result": {"outTrackId": track, "deliverResults": [result]}}
        return web.json_response(answer)

    async def update(self, request: web.Request) -> web.Response:
        """Set the given variables; without updateCardDataByKey they replace all others."""
        authorise(request, self.platform)
        body = await json_object(request)
        card = self._card(body)
        data, options = _variables(body), body.get("cardUpdateOptions")
        if not (isinstance(options, dict) and options.get("updateCardDataByKey") is True):
            card.data.clear()
        self._change(card, "update", data)
        return web.json_response({"success": True, "result": True})

    async def stream(self, request: web.Request) -> web.Response:
        """Put Markdown into the card's streaming variable; a repeated guid changes nothing."""
        authorise(request, self.platform)
        body = await json_object(request)
        card, guid, content = self._card(body), word(body, "guid"), body.get("content")
        if not isinstance(content, str) or body.get("isFull") is not True:
            raise Refusal(400, "param.error", "markdown内容必须全量更新：isFull=true")
        if card.finalized or body.get("key") != card.key:
            raise Refusal(500, "unknownError", "未知错误")
        if guid not in card.guids:
            card.guids.add(guid)
            failed, finalize = body.get("isError") is True, body.get("isFinalize") is True
            card.finalized = failed or finalize
            state = "5" if failed else "3" if finalize else "2"
            self._change(card, "stream", {card.key: content, "flowStatus": state})
        return web.json_response({"success": True, "result": True})

    def _change(self, card: Instance, act: Act, data: dict[str, str]) -> None:
        ended = card.ended
        card.change(act, data)
        if card.ended and not ended:
            self.records.card_ended(card)
        self.records.wake()

    def _card(self, body: dict[str, object]) -> Instance:
        card = self.records.cards.get(word(body, "outTrackId"))
        if card is None:
            raise Refusal(400, "param.outTrackIdNotExist", "outTrackId不存在")
        return card

    def _place(self, space: str, body: dict[str, object]) -> tuple[Conversation | None, str]:
        """Return the conversation for a card, or why there is none."""
        if space.startswith(_GROUP):
            found = self.directory.conversations.get(space.removeprefix(_GROUP))
            model, conversation = body.get("imGroupOpenDeliverModel"), found if found and found.group else None
        elif space.startswith(_ROBOT):
            member = self.directory.with_staff_id(space.removeprefix(_ROBOT))
            model = body.get("imRobotOpenDeliverModel")
            conversation = self.directory.single(member) if member is not None else None
            if not isinstance(model, dict) or model.get("spaceType") != "IM_ROBOT":
                return None, "spaceType is not IM_ROBOT"
        else:
            raise Refusal(400, "param.openSpaceIdInvalid", "openSpaceId格式不正确")
        if not isinstance(model, dict) or model.get("robotCode") != self.platform.robot_code:
            return None, "robotCode is missing or not the app's"
        return conversation, "" if conversation is not None else "chatbot and space do not match"

    def _deliver(self, conversation: Conversation, track: str, template: str, data: dict[str, str]) -> str:
        card = Instance(
            out_track_id=track,
            template=template,
            conversation=conversation.id,
            key=self.templates[template],
            bytes_shown=self.platform.limits.card_bytes,
            carrier_id=secrets.token_urlsafe(24),
        )
        card.change("create", {**_CREATE_STATUS, **data})
        self.records.cards[track] = card
        entry = Entry(
            conversation=conversation.id,
            who=BOT,
            kind="card",
            via="card",
            text=card.text,
            message_id=new_message_id(),
            query_key=card.carrier_id,
            card=card,
        )
        self.records.add(entry)
        return card.carrier_id


def _variables(body: dict[str, object]) -> dict[str, str]:
    """Return cardData.cardParamMap; raises `Refusal` if it contains anything but strings."""
    holder = body.get("cardData")
    found = holder.get("cardParamMap") if isinstance(holder, dict) else None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise Refusal(400, "param.error", "cardParamMap的值必须是字符串")
    return dict(found)
