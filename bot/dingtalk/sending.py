"""Sends answers by the session webhook while it is valid, otherwise by the proactive API."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from typing import Final

import structlog

from bot.dingtalk.api import GROUP_SEND, SINGLE_SEND, UPLOAD, DingTalkApi, message_parameter, webhook_payload
from bot.dingtalk.faults import ContentRefused, SessionGone, Throttled
from bot.dingtalk.limits import CALLS_PER_SECOND, MESSAGE_LIMITS, PARAMETER_BYTES, WEBHOOK_BYTES
from bot.dingtalk.pacing import Budget, Pacing
from bot.domain import texts
from bot.domain.errors import Unavailable, Unsure
from bot.domain.message import ConversationKind, DingTalkConversation
from bot.domain.outbox import Room, Section
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.replying.plain_beginning import plain_beginning
from bot.domain.replying.shared_message import in_words, people_mentioned, shared_text

_WEBHOOK_MARGIN = 30.0  # seconds before its expiry at which a webhook is no longer used
# DingTalk's window is one minute; the rest covers calls that take longer to arrive than later ones.
WEBHOOK_CALLS: Final = 20  # per robot
WEBHOOK_SECONDS: Final = 62.0
# The same for one conversation, on whichever way: of its 20 messages a minute half go freely, then answers share.
_FREE_MESSAGES = 10

_log = structlog.stdlib.get_logger(__name__)


class Via(StrEnum):
    """How a message was sent."""

    WEBHOOK = "webhook"
    PROACTIVE = "proactive"


class Sender:
    """Sends answers within DingTalk's limits. `clock` gives Unix seconds, `sleep` waits for a number of seconds.

    `calls_per_second` are those that DingTalk allows the app for each API.
    `on_sent` is called with the processQueryKey of each message that has one, and the id of the task it answers.
    """

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        api: DingTalkApi,
        budget: Budget,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None] = time.sleep,
        calls_per_second: int = CALLS_PER_SECOND,
        on_sent: Callable[[str, str], object] = lambda _query_key, _task_id: None,
    ) -> None:
        self._on_sent = on_sent
        self._api = api
        self._budget = budget
        self.pacing = Pacing(client_id=api.client_id, budget=budget, sleep=sleep, calls_per_second=calls_per_second)
        self._clock = clock
        self.limits = MESSAGE_LIMITS

    def send(
        self, conversation: DingTalkConversation, title: str, text: str, *, task_id: str, mention: bool = True
    ) -> Via:
        """Send Markdown to `conversation` and return how it went; of several pieces, how the last one went.

        With `mention` an @ of the asker comes first, in a group; where DingTalk applies none, in words. A text that the
        webhook refuses goes the proactive way; refused there too, its beginning goes as plain text, and at last a
        sentence that says so. Raises `Unavailable`, with the wait that the limits ask
        for; `Unsure` if the text or a part of it may have arrived; `SessionGone` if neither way works any more;
        `ContentRefused` if even the sentence is refused; `Misconfigured`.
        """
        try:
            return self._send(conversation, title, text, task_id=task_id, mention=mention)
        except ContentRefused as error:
            _log.warning("the text was refused, a plain sentence goes instead", task=task_id, error=str(error))
            title, text = texts.failures.content_refused_title(), texts.failures.content_refused(task_id)
            return self._send(conversation, title, text, task_id=task_id, mention=mention)

    def take_room(self, conversation: DingTalkConversation) -> Room:
        """Take the room for the first message of an answer, if its conversation may get one now."""
        wait, left = self._budget.take_spaced(
            _conversation_budget(conversation), WEBHOOK_CALLS, WEBHOOK_SECONDS, free=_FREE_MESSAGES
        )
        return Room(wait=wait, scarce=left <= WEBHOOK_CALLS - _FREE_MESSAGES)

    def send_shared(self, sections: Sequence[Section]) -> bool:
        """Send answers for one conversation in one message, by the first webhook that is still valid.

        Return False if DingTalk refuses the content; raises as `send` does.
        """
        title = texts.answers.shared_title(len(sections))
        recipients = [section.recipient for section in sections]
        speaker = next(filter(self._webhook_is_valid, recipients), recipients[0])
        with_names, people = shared_text(sections, mention=True), people_mentioned(sections)
        via = Via.WEBHOOK
        try:
            if not self._by_webhook(speaker, title, with_names, mention=False, mentioned=people):
                via = Via.PROACTIVE
                text = shared_text(sections, mention=False)
                self._send_proactive(speaker, title, text, sections[-1].task_id)
        except ContentRefused as error:
            _log.warning("a shared message was refused", tasks=len(sections), error=str(error))
            return False
        _log.info("answers sent together", tasks=[section.task_id for section in sections], via=via.value)
        return True

    def send_short(self, conversation: DingTalkConversation, title: str, text: str) -> bool:
        """Send a text that may be left out; return whether it was sent.

        It goes only by the webhook, and only while half of the conversation's messages, and half of the webhook's
        calls, are left for answers. Raises as
        `DingTalkApi.send_webhook` does.
        """
        if not self._webhook_is_valid(conversation):
            return False
        if self._budget.take(_conversation_budget(conversation), _FREE_MESSAGES, WEBHOOK_SECONDS) > 0:
            return False
        if self._budget.take(f"webhook:{conversation.robot_code}", WEBHOOK_CALLS // 2, WEBHOOK_SECONDS) > 0:
            return False
        self._api.send_webhook(conversation, title, text, mention=False)
        return True

    def send_file(self, conversation: DingTalkConversation, name: str, data: bytes, *, task_id: str) -> None:
        """Send a file to the group or person by the proactive API; the webhook takes no files.

        Raises `Unavailable`, with the wait that the limits ask for; `Unsure` if it may have arrived; `SessionGone`,
        `ContentRefused` and `Misconfigured` if it did not.
        """
        path = GROUP_SEND if conversation.conversation_kind is ConversationKind.GROUP else SINGLE_SEND
        if not conversation.reachable:
            raise SessionGone("people outside the company cannot be sent a file")
        self.pacing.await_turn(UPLOAD)
        media_id = self._api.upload(name, data)
        self.pacing.await_turn(path)
        self._remember(self._api.send_file(conversation, media_id, name), task_id)
        _log.info("file sent", task=task_id, bytes=len(data))

    def _send(self, conversation: DingTalkConversation, title: str, text: str, *, task_id: str, mention: bool) -> Via:
        via = Via.WEBHOOK
        mention = mention and conversation.conversation_kind is ConversationKind.GROUP

        words = mention_in_words(conversation) if mention and not conversation.staff_id else ""

        def fits(piece: str) -> bool:
            payload = webhook_payload(conversation, title, words + piece, mention=mention)
            return len(json.dumps(payload, ensure_ascii=False).encode()) <= WEBHOOK_BYTES

        for number, piece in enumerate(pieces(text, fits)):
            with _unsure_once_begun(begun=number > 0):
                first = mention and number == 0
                via = self._send_piece(conversation, title, piece, task_id=task_id, mention=first)
        return via

    def _send_piece(
        self, conversation: DingTalkConversation, title: str, text: str, *, task_id: str, mention: bool
    ) -> Via:
        try:
            return self._send_either_way(conversation, title, text, task_id=task_id, mention=mention)
        except ContentRefused as error:
            _log.warning("the text was refused, its beginning goes as plain text", task=task_id, error=str(error))
            title, shorter = texts.failures.content_refused_title(), plain_beginning(text)
            text = f"{texts.failures.content_shortened(task_id)}\n\n{shorter}"
            return self._send_either_way(conversation, title, text, task_id=task_id, mention=mention)

    def _send_either_way(
        self, conversation: DingTalkConversation, title: str, text: str, *, task_id: str, mention: bool
    ) -> Via:
        named = mention_in_words(conversation) + text if mention else text
        try:
            if self._by_webhook(conversation, title, text if conversation.staff_id else named, mention=mention):
                return Via.WEBHOOK
        except ContentRefused as error:
            if not conversation.reachable:
                raise
            _log.info("the webhook refuses the text, the proactive way is taken", task=task_id, error=str(error))
        self._send_proactive(conversation, title, named, task_id)
        return Via.PROACTIVE

    def _by_webhook(
        self,
        conversation: DingTalkConversation,
        title: str,
        text: str,
        *,
        mention: bool,
        mentioned: Sequence[str] = (),
    ) -> bool:
        """Send by the webhook and return True; False if the proactive way is to be taken instead."""
        if not self._webhook_is_valid(conversation):
            return False
        wait = self._budget.take(f"webhook:{conversation.robot_code}", WEBHOOK_CALLS, WEBHOOK_SECONDS)
        if wait > 0:
            if conversation.reachable:
                return False
            raise Unavailable("the webhook's calls are used up", retry_after=wait)
        try:
            self._api.send_webhook(conversation, title, text, mention=mention, mentioned=mentioned)
        except (SessionGone, Throttled) as error:
            if not conversation.reachable:
                raise
            _log.info("the webhook is closed, the proactive way is taken", error=str(error))
            return False
        return True

    def _send_proactive(self, conversation: DingTalkConversation, title: str, text: str, task_id: str) -> None:
        def fits(piece: str) -> bool:
            return len(message_parameter({"title": title, "text": piece}).encode()) <= PARAMETER_BYTES

        path = GROUP_SEND if conversation.conversation_kind is ConversationKind.GROUP else SINGLE_SEND
        for number, piece in enumerate(pieces(text, fits)):
            with _unsure_once_begun(begun=number > 0):
                send = partial(self._api.send_proactive, conversation, title, piece)
                self._remember(self.pacing.in_turn(path, send), task_id)

    def _remember(self, query_key: str, task_id: str) -> None:
        if query_key:
            self._on_sent(query_key, task_id)

    def _webhook_is_valid(self, conversation: DingTalkConversation) -> bool:
        """Return whether the webhook is still worth a try; without a known expiry it is.

        Where it is the only way to the person, DingTalk's answer decides: this machine's clock may be wrong.
        """
        if not conversation.reachable:
            return bool(conversation.webhook)
        expires_at = conversation.webhook_expires_at or float("inf")
        return bool(conversation.webhook) and self._clock() < expires_at - _WEBHOOK_MARGIN


def mention_in_words(conversation: DingTalkConversation) -> str:
    """Return the paragraph that names the asker where DingTalk applies no @; "" if no name is known."""
    name = neutralise_line(conversation.nick)
    return f"{in_words(name)}\n\n" if name else ""


def _conversation_budget(conversation: DingTalkConversation) -> str:
    return f"messages:{conversation.robot_code}:{conversation.conversation_id}"


@contextmanager
def _unsure_once_begun(*, begun: bool) -> Iterator[None]:
    """Turn `Unavailable` into `Unsure` if a piece was sent already: trying again will repeat it."""
    try:
        yield
    except Unsure:
        raise
    except Unavailable as error:
        if begun:
            raise Unsure(str(error), retry_after=error.retry_after) from error
        raise


def pieces(text: str, fits: Callable[[str], bool]) -> Iterator[str]:
    """Yield `text` in as few pieces as `fits` allows, cut at line ends, or anywhere in a line that is too long."""
    while not fits(text):
        low, high = 1, len(text)  # the longest prefix that fits has at least `low` and fewer than `high` characters
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if fits(text[:middle]) else (low, middle)
        cut = text.rfind("\n", 0, low + 1)
        cut = cut if cut > 0 else low
        yield text[:cut].rstrip("\n")
        text = text[cut:].lstrip("\n")
    yield text
