"""Sending an answer part by part, so that a repeated step goes on where it stopped.

The messages come first, then the files, then in full the contents of files that DingTalk refused; all parts are
numbered in one sequence. A message that may have arrived before is marked as a repetition; a file needs no mark, for it
has the same name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from bot.domain import texts
from bot.domain.attachment_format import Format
from bot.domain.document import Outcome
from bot.domain.errors import OcrbotError, Unavailable, Unsure
from bot.domain.limits import MEGABYTE
from bot.domain.outbox import Outbox, Section
from bot.domain.replying.answer_view import AnswerView, answer_view
from bot.domain.replying.attachments import file_name
from bot.domain.replying.reply import render, render_in_full
from bot.domain.task import READ_SECONDS, RunCommand, Say, Task
from bot.storage.progress import Progress
from bot.storage.store import Store
from workers.steps.card import AnswerCard
from workers.steps.lease import Taken

_log = structlog.get_logger("ocrbot.steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Sends one answer; `progress` is that of earlier tries, `hold` renews the lease, `clock` gives Unix seconds."""

    store: Store
    outbox: Outbox
    card: AnswerCard
    clock: Callable[[], float]
    task: Task
    outcomes: Sequence[Outcome]
    progress: Progress
    hold: Callable[[], bool]

    @property
    def needs_room(self) -> bool:
        """Whether the answer begins with a message that its conversation must have room for.

        Help and the answers to commands go at once. An answer that has begun goes on.
        """
        at_once = isinstance(self.task.content, Say | RunCommand) or self.progress.sent > 0
        return not at_once and not self.card.takes(self.task)

    def section(self) -> Section | None:
        """Return the whole answer as a section of a shared message, None if it is not one short message."""
        if not self.needs_room:
            return None
        reply = render(answer_view(self.task, self.outcomes), self.outbox.limits)
        if len(reply.parts) != 1 or reply.files:
            return None
        notice = texts.answers.repeat_notice() if self.progress.sending else ""
        return Section(recipient=self.task.conversation, text=notice + reply.parts[0], task_id=self.task.id)

    def run(self) -> None:
        """Send the parts that are not sent yet. Raises `OcrbotError`: a retry helps only after `Unavailable`."""
        answer = answer_view(self.task, self.outcomes)
        reply = render(answer, self.outbox.limits)
        if self.progress.sent or not self.card.show(self.task, reply, self.outcomes):
            self._send_messages(0, reply.title, reply.parts)
        accepted = [
            self._send_file(answer, number, len(reply.parts) + number, kind) for number, kind in enumerate(reply.files)
        ]
        if not all(accepted):
            in_full = render_in_full(answer, self.outbox.limits)
            self._send_messages(len(reply.parts) + len(reply.files), in_full.title, in_full.parts)

    def end_with(self, title: str, sentence: str) -> None:
        """Send a sentence in place of the parts that are not sent yet. Raises `OcrbotError` as `run` does.

        It counts as begun and never as sent: nothing follows it but, after a crash, itself.
        """
        place = self.progress.sent
        again = self.progress.sending > place
        self._begin(place, partial(self._send_message, title, sentence, mention=True), again=again)

    def _send_messages(self, first: int, title: str, messages: Sequence[str]) -> None:
        for place, text in enumerate(messages, first):
            self._once(place, partial(self._send_message, title, text, mention=place == 0))

    def _send_message(self, title: str, text: str, *, again: bool, mention: bool = False) -> None:
        text = texts.answers.repeat_notice() + text if again else text
        self.outbox.send(self.task.conversation, title, text, mention=mention, task_id=self.task.id)

    def _send_file(self, answer: AnswerView, number: int, place: int, kind: Format) -> bool:
        """Send a file, or a sentence instead if it is not accepted; return whether it was accepted."""
        refused = bool(self.progress.refused & 1 << number)
        if self.progress.sent > place:
            return not refused
        name = file_name(answer, kind)
        sentence = texts.attachments.file_refused(name) if refused else self._try_file(answer, name, place, kind)
        if not sentence:
            return True
        if not refused:
            so_far = self.store.progress(self.task.id).refused
            self.store.mark(self.task.id, refused=so_far | 1 << number, sending=place)
        self._once(place, partial(self._send_message, texts.attachments.files_refused_title(), sentence), begun=refused)
        return False

    def _try_file(self, answer: AnswerView, name: str, place: int, kind: Format) -> str:
        """Send a file and return "", or the sentence for the person if it is not accepted."""
        from workers.exports import make  # noqa: PLC0415 - most answers have no file, and the libraries load slowly

        data = make(answer, kind)
        most = self.outbox.limits.file_bytes
        if len(data) > most:
            return texts.attachments.file_too_large_to_send(name, len(data) // MEGABYTE, most // MEGABYTE)
        try:
            self._once(place, partial(self._send_data, name, data))
        except OcrbotError as error:
            in_time = self.clock() < self.task.received_at + READ_SECONDS
            if isinstance(error, Taken) or (isinstance(error, Unavailable) and in_time):
                raise
            _log.error("file not taken", task=self.task.id, file=kind.value, error=str(error))
            return texts.attachments.file_refused(name)
        return ""

    def _send_data(self, name: str, data: bytes, *, again: bool) -> None:
        if again:
            _log.info("file sent again", task=self.task.id)
        self.outbox.send_file(self.task.conversation, name, data, task_id=self.task.id)

    def _once(self, place: int, send: Callable[..., None], *, begun: bool = True) -> None:
        """Send the part at `place` unless it was sent; `again` tells `send` that an earlier try may have sent it.

        `begun` is False if no earlier try can have begun with it.
        """
        if self.progress.sent > place:
            return
        self._begin(place, send, again=begun and self.progress.sending > place)
        self.store.mark_sent(self.task.id, place + 1)

    def _begin(self, place: int, send: Callable[..., None], *, again: bool) -> None:
        """Send the part at `place`; `again` if an earlier try may have: whether it arrived is unknown."""
        if not self.hold():
            raise Taken("another worker sends this answer")
        self.store.mark(self.task.id, sending=place + 1)
        try:
            send(again=again)
        except Unsure:
            raise
        except OcrbotError:
            self.store.mark(self.task.id, sending=self.progress.sending if again else place)
            raise
