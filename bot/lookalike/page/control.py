"""Controls the stand-alone look-alike: JSON under /_lookalike/ and the page at /, for this machine only."""

import ipaddress
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from urllib.parse import quote, urlsplit

from aiohttp import web
from aiohttp.web_request import FileField

from bot.lookalike.callbacks.contents import File, Picture, Posted, RichText, Text
from bot.lookalike.chat import Chat
from bot.lookalike.page.rendering import page, talk
from bot.lookalike.server import Lookalike
from bot.lookalike.state.instances import Instance
from bot.lookalike.state.people import Conversation, Member
from bot.lookalike.state.records import Entry

_Serve = Callable[["Control", web.Request], Awaitable[web.Response]]
_DEFAULT_GROUP = "财务群"
_DEFAULT_MEMBER = "张三"


def _loopback_only(serve: _Serve) -> _Serve:
    """Refuse other machines, and pages of other sites in a browser on this one."""

    @wraps(serve)
    async def guarded(control: "Control", request: web.Request) -> web.Response:
        origin = request.headers.get("Origin", "")
        if not _is_loopback(request.remote) or not _is_loopback(urlsplit(f"//{request.host}").hostname):
            raise web.HTTPForbidden(text="only from this machine\n")
        if origin and urlsplit(origin).netloc != request.host:
            raise web.HTTPForbidden(text="not from another site\n")
        return await serve(control, request)

    return guarded


def _is_loopback(host: str | None) -> bool:
    if host is None or host == "localhost":
        return host is not None
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(slots=True)
class Control:
    """The routes for a person with curl or a browser."""

    dingtalk: Lookalike
    _posted: dict[str, Posted] = field(default_factory=dict)

    def routes(self) -> list[web.RouteDef]:
        """List the routes besides DingTalk's own."""
        return [
            web.get("/", self.page),
            web.get("/_lookalike/talk", self.talk),
            web.get("/_lookalike/picture/{message}/{number}", self.picture),
            web.get("/_lookalike/file/{message}", self.file),
            web.get("/_lookalike/state", self.state),
            web.get("/_lookalike/transcript", self.transcript),
            web.post("/_lookalike/post", self.post),
            web.post("/_lookalike/trouble", self.trouble),
        ]

    @_loopback_only
    async def page(self, request: web.Request) -> web.Response:
        """Return the page of a conversation."""
        here = self._conversation(request.query)
        html, policy = page(self.dingtalk.directory, here, self.dingtalk.records)
        return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": policy})

    @_loopback_only
    async def talk(self, request: web.Request) -> web.Response:
        """Return the messages of a conversation as an HTML fragment."""
        here = self._conversation(request.query)
        html = talk(self.dingtalk.directory, here, self.dingtalk.records)
        return web.Response(text=html, content_type="text/html")

    @_loopback_only
    async def picture(self, request: web.Request) -> web.Response:
        """Return a picture that a member posted, without a type that a browser would execute."""
        message, number = request.match_info["message"], request.match_info["number"]
        entry = self._entry(message)
        if entry is None or not number.isdigit() or int(number) >= len(entry.pictures):
            raise web.HTTPNotFound(text="no such picture\n")
        headers = {"Content-Security-Policy": "sandbox"}
        return web.Response(body=entry.pictures[int(number)], content_type="image/png", headers=headers)

    @_loopback_only
    async def file(self, request: web.Request) -> web.Response:
        """Return a file of the conversation as a download, which a browser does not open."""
        entry = self._entry(request.match_info["message"])
        if entry is None or entry.file is None:
            raise web.HTTPNotFound(text="no such file\n")
        name = quote(entry.file.name)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Content-Security-Policy": "sandbox"}
        return web.Response(body=entry.file.data, content_type="application/octet-stream", headers=headers)

    @_loopback_only
    async def state(self, request: web.Request) -> web.Response:  # noqa: ARG002 - the shape of a handler
        """Return the counts that tests in other processes wait for."""
        records, hub = self.dingtalk.records, self.dingtalk.hub
        return _json(
            {
                "connections": [{"id": each.id, "leaving": each.leaving} for each in hub.connections],
                "unacked": hub.unacked,
                "pushes": len(records.pushes),
                "acks": len(records.acks),
                "calls": [[call.method, call.path, call.status] for call in records.calls[-100:]],
                "protocol_errors": records.protocol_errors,
                "conversations": {known.id: known.title for known in self.dingtalk.directory.conversations.values()},
            }
        )

    @_loopback_only
    async def transcript(self, request: web.Request) -> web.Response:
        """Return the entries of a conversation without the first `after`."""
        here = self._conversation(request.query)
        after = request.query.get("after", "0")
        entries = self.dingtalk.records.transcript(here.id)[int(after) if after.isdigit() else 0 :]
        return _json({"conversation": here.id, "entries": [_entry_fields(entry) for entry in entries]})

    @_loopback_only
    async def post(self, request: web.Request) -> web.Response:
        """Post as a member: fields group|single|conversation, member, text, picture and file (repeatable), quote.

        `quoted` names an earlier message by its id; with `quote` 1 each picture is posted on its own and quoted.
        """
        form = await request.post()
        words = {name: value for name, value in form.items() if isinstance(value, str)}
        member = self.dingtalk.member(words.get("member") or _DEFAULT_MEMBER)
        chat = Chat(self.dingtalk, self._conversation(words, member))
        pictures = [_bytes(value) for value in form.getall("picture", []) if isinstance(value, FileField)]
        pictures = [picture for picture in pictures if picture]
        files = [value for value in form.getall("file", []) if isinstance(value, FileField) and value.filename]
        contents: list[Picture | File] = [File(each.filename, _bytes(each)) for each in files]
        posted = self._ask(chat, member, words, contents, pictures)
        for each in posted:
            self._posted[each.message_id] = each
        delivered = [each.message_id for each in posted if each.data is not None]
        return _json({"posted": [each.message_id for each in posted], "delivered": delivered})

    @_loopback_only
    async def trouble(self, request: web.Request) -> web.Response:
        """Cause a fault: {"do": "disconnect"|"silence"|"cut"|"expire_tokens"|…} or {"fail": {path, status, …}}."""
        try:
            body = json.loads(await request.read())
            if "fail" in body:
                self.dingtalk.fail(**body["fail"])
            else:
                self._troubles()[body["do"]]()
        except (ValueError, TypeError, KeyError) as error:
            raise web.HTTPBadRequest(text=f"{error}; do: {', '.join(self._troubles())}\n") from None
        return _json({"done": True})

    def _troubles(self) -> dict[str, Callable[[], object]]:
        dingtalk = self.dingtalk
        return {
            "disconnect": dingtalk.disconnect,
            "silence": dingtalk.silence,
            "cut": dingtalk.cut,
            "expire_tokens": dingtalk.tokens.expire,
            "expire_codes": dingtalk.files.expire,
            "expire_sessions": dingtalk.sessions.expire,
            "mend": dingtalk.faults.clear,
        }

    def _ask(
        self, chat: Chat, member: Member, words: dict[str, str], files: list[Picture | File], pictures: list[bytes]
    ) -> list[Posted]:
        """Post the contents of the form; a file in a group is then quoted, the only way for it to reach the bot."""
        text, quoting = words.get("text", ""), words.get("quoted") or words.get("quote", "")
        quoted = self._posted.get(quoting) or self._entry(quoting)
        if quoting and quoted is not None:
            return [chat.quote(member, quoted, text)]
        group = chat.conversation.group
        apart = [*files, *(Picture(each) for each in pictures if quoting or not group)]
        together = pictures if group and not quoting else []
        posted = [chat.post(member, each) for each in apart]
        if group:
            posted += [chat.quote(member, each, text) for each in posted]
        if together:
            posted.append(chat.post(member, RichText.of(*([text] if text else []), *together)))
        elif text and not (group and apart):
            posted.append(chat.post(member, Text(text)))
        return posted

    def _entry(self, message: str) -> Entry | None:
        """Return the entry with this msgId."""
        return next((entry for entry in self.dingtalk.records.entries if message and entry.message_id == message), None)

    def _conversation(self, words: Mapping[str, str], member: Member | None = None) -> Conversation:
        """Return the conversation of a query or form: by its id, by the group's title, or a single chat."""
        if "conversation" in words:
            known = self.dingtalk.directory.conversations.get(words["conversation"])
            if known is None:
                raise web.HTTPNotFound(text="no such conversation\n")
            return known
        if words.get("single"):
            person = member or self.dingtalk.member(words.get("member") or _DEFAULT_MEMBER)
            return self.dingtalk.directory.single(person)
        if "group" not in words and self.dingtalk.directory.conversations:
            return next(iter(self.dingtalk.directory.conversations.values()))
        return self.dingtalk.directory.group(words.get("group") or _DEFAULT_GROUP)


def _json(answer: dict[str, object]) -> web.Response:
    return web.Response(text=json.dumps(answer, ensure_ascii=False) + "\n", content_type="application/json")


def _bytes(value: FileField) -> bytes:
    return value.file.read()


def _card(card: Instance) -> dict[str, object]:
    """Return the present state of a card and the changes that led to it."""
    history = [{"act": each.act, "state": each.state, "characters": len(each.text)} for each in card.history]
    return {"state": card.state, "text": card.text, "blank": card.blank, "history": history}


def _entry_fields(entry: Entry) -> dict[str, object]:
    return {
        "who": entry.who,
        "kind": entry.kind,
        "via": entry.via,
        "title": entry.title,
        "text": entry.text,
        "mentions": entry.mentions,
        "lost_mentions": entry.lost_mentions,
        "at_all": entry.at_all,
        "message_id": entry.message_id,
        "answers": entry.answers,
        "pictures": len(entry.pictures),
        "file": entry.file.name if entry.file is not None else None,
        "card": _card(entry.card) if entry.card is not None else None,
        "when": entry.when,
    }
