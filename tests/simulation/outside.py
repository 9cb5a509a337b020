"""What is outside of the processes in a run: DingTalk, and the reading of files."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.dingtalk.limits import MESSAGE_LIMITS
from bot.domain import texts
from bot.domain.document import Document
from bot.domain.errors import Refused, Unavailable, Unsure
from bot.domain.message import Attachment, Recipient
from bot.domain.outbox import Room, Section
from workers.readers.base import FileRequest, KeepPicture, ShowPage, drop_picture

_READING_SECONDS = 1.5
_PICTURE = bytes.fromhex(  # one black pixel
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)
_NO_ROOM = Room(wait=4.0, scarce=True)
_MARK = texts.answers.repeat_notice().strip()

AroundSend = Callable[[Callable[[], Any], Callable[[], Exception], Callable[[], Exception]], Any]
"""Makes a call; or raises the first error instead of it, the second one after it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person sees for a task."""

    text: str
    marked: bool


@dataclass(slots=True, kw_only=True)
class ChatRecords:
    """DingTalk as the steps use it, and what people have seen by task."""

    around: AroundSend
    has_room: Callable[[], bool]
    seen: dict[str, list[Seen]] = field(default_factory=dict)
    limits = MESSAGE_LIMITS

    def take_room(self, recipient: Recipient) -> Room:
        return Room() if self.has_room() else _NO_ROOM

    def send(self, recipient: Recipient, title: str, text: str, *, mention: bool, task_id: str) -> None:
        self._call(lambda: self._show(task_id, text))

    def send_shared(self, sections: Sequence[Section]) -> bool:
        def show() -> None:
            for section in sections:
                self._show(section.task_id, section.text)

        self._call(show)
        return True

    def send_file(self, recipient: Recipient, name: str, data: bytes, *, task_id: str) -> None:
        raise AssertionError(f"nobody asked for a file: {name}")

    def send_short(self, recipient: Recipient, title: str, text: str) -> bool:
        self._call(lambda: None)
        return True

    def download(self, attachment: Attachment, _: Recipient) -> bytes:
        def load() -> bytes:
            if attachment.download_code.startswith("gone"):
                raise Refused("code_expired", "过期了，请重新发送。")
            return picture_of(attachment.download_code)

        data: bytes = self.around(load, lambda: Unavailable("no answer"), lambda: Unavailable("no answer"))
        return data

    def _call(self, effect: Callable[[], object]) -> None:
        self.around(effect, lambda: Unavailable("no answer"), lambda: Unsure("the answer was lost"))

    def _show(self, task_id: str, text: str) -> None:
        self.seen.setdefault(task_id, []).append(Seen(text, _MARK in text))


def picture_of(code: str) -> bytes:
    """Return a file in which a code is read."""
    return _PICTURE + code.encode()


class FakeFileReader:
    """Reads in a file its code."""

    engine_name = "rapid"

    def read(
        self, data: bytes, request: FileRequest, show_page: ShowPage, keep_picture: KeepPicture = drop_picture
    ) -> Document:
        time.sleep(_READING_SECONDS)
        code = data.removeprefix(_PICTURE).decode()
        if code.startswith("broken"):
            raise Refused("broken", "图片打不开，请重新发送。")
        if code.startswith("faulty"):
            raise ValueError("a bug that this file meets")
        return Document(prompt="text", title="文字", engine="rapid", seconds=1.0, pages=1, text=code)

    def own_seconds(self, seconds: float) -> float:
        return seconds

    def warm_up(self) -> None:
        pass

    def close(self) -> None:
        pass
