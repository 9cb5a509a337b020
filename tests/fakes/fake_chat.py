"""A conversation that tests drive step by step over a real Redis: from parsed messages to sent answers."""

import io
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import cast

from PIL import Image
from redis import Redis

from bot.config.prompt_files import load
from bot.domain.asking.burst import FILES_AFTER_SECONDS
from bot.domain.asking.intent import decide
from bot.domain.document import Box, Line, Reading
from bot.domain.errors import Refused
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation, Message, Obstacle, Quote
from bot.domain.organisation import Organisation
from bot.domain.task import BurstPart, Task, task_id
from tests.fakes.fake_steps import FakeOutbox, parts_on
from tests.fakes.invoice_forms import digital
from workers.engines.base import EncodedPicture, PictureForm
from workers.engines.picture_encoding import decode
from workers.jobs import STEPS, fetch, read, reply

NOON = 1_790_000_000.0
INVOICE, LETTER, BOOK, BUNDLE, WEIGHING = (
    "invoice",
    "letter",
    "book",
    "bundle",
    "weighing",
)  # a picture's download code begins with what it shows
PAGES = 5  # of a book
PROMPTS = load(Path(__file__).resolve().parents[2] / "config" / "prompts")
_SHADES = {INVOICE: 255, LETTER: 200, WEIGHING: 100}
WEIGHED = ("称重计量单", "毛重 48.32 吨", "皮重 15.10 吨", "司磅员：刘建国")
_OTHER, OTHER_NUMBER = 150, "24992000000001234567"  # the invoice before the usual one in a bundle


@dataclass
class FakeReader:
    """Reads an invoice on the pictures that show one, and a line of a letter on any other; counts its readings."""

    name: str = "rapid"
    takes_prompts: bool = False
    readings: int = 0

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        self.readings += 1
        shade = cast("int", decode(picture).convert("L").getpixel((5, 5)))
        words = {_SHADES[LETTER]: "见字如面"} | {page: f"第 {page} 页的字" for page in range(1, PAGES + 1)}
        lines = (Line(text=words[shade]),) if shade in words else digital().lines
        lines = tuple(Line(text=text) for text in WEIGHED) if shade == _SHADES[WEIGHING] else lines
        lines = _other_invoice() if shade == _OTHER else lines
        return Reading(text="\n".join(line.text for line in lines), lines=lines)


class FakeChat:
    """People who write to the bot. A picture's download code says what it shows."""

    def __init__(self, redis: Redis, organisation: Organisation | None = None) -> None:
        self.now = [NOON]
        self.organisation = organisation or Organisation()
        self.engine, self.outbox = FakeReader(), FakeOutbox()
        self.gone: set[str] = set()  # download codes that have expired
        self.downloads: list[str] = []
        self.parts = parts_on(
            redis, clock=lambda: self.now[0], engine=self.engine, download=self._download, outbox=self.outbox
        )
        self.store = self.parts.store
        STEPS.set(self.parts.steps)
        self._numbers = count(1)

    def _download(self, attachment: Attachment, _: DingTalkConversation) -> bytes:
        self.downloads.append(attachment.download_code)
        if attachment.download_code in self.gone:
            raise Refused("code_expired", "过期了，请重新发送。")
        return picture(attachment.download_code)

    def say(  # noqa: PLR0913 - a message has this many sides
        self,
        text: str,
        *codes: str,
        person: str = "w1",
        group: str = "g1",
        quote: Quote | None = None,
        lost: bool = False,
        quoted: bool = False,
        name: str = "",
    ) -> Task:
        """Post a message and claim its task. Groups begin with g; `name` is the message's id, "" for a new one.

        With `quoted` the pictures are those of the quoted message; `lost` says that the quote came without them.
        """
        message_id = name or f"m{next(self._numbers)}"
        posted = (quote.message_id if quote else "") if quoted else message_id
        message = Message(
            id=message_id,
            conversation=DingTalkConversation(
                robot_code="r",
                conversation_id=group,
                conversation_kind=ConversationKind.GROUP if group.startswith("g") else ConversationKind.SINGLE,
                staff_id=person,
                nick=person,
            ),
            created_at=self.now[0],
            text=text,
            attachments=tuple(Attachment(download_code=code, quoted=quoted, posted=posted) for code in codes),
            obstacle=Obstacle.QUOTE_WITHOUT_CODE if lost else None,
            quote=quote,
        )
        self.now[0] += 1.0
        task = decide(message, PROMPTS, self.organisation, now=self.now[0])
        self.store.claim([task], now=self.now[0])
        return task

    def run(self, task: Task) -> str:
        """Run the steps of a claimed task; return all that was sent for it."""
        if task.fetches:
            fetch(task.id, 0)
        stored = self.store.task(task.id)
        for index in range(len(stored.attachments) if stored else 0):
            read(task.id, index)
        reply(task.id, 0)
        return self.sent_for(task)

    def ask(self, text: str, *codes: str, **sides: object) -> str:
        """Post a message and return the answer; nothing follows it for some seconds."""
        task = self.say(text, *codes, **sides)  # type: ignore[arg-type]
        if task.burst_part is BurstPart.WORDS:
            self.now[0] += FILES_AFTER_SECONDS
        return self.run(task)

    def sent_for(self, task: Task) -> str:
        """Return all that was sent for a task."""
        return "\n".join(text for name, text in self.outbox.sent if name == task.id)

    def times(self, task: Task) -> int:
        """Return how many messages were sent for a task."""
        return sum(name == task.id for name, _ in self.outbox.sent)


def picture(code: str) -> bytes:
    """Return the picture for a download code; codes that differ only after a ~ have the same picture."""
    code = code.split("~", maxsplit=1)[0]
    if code.startswith(BOOK):
        return _tiff([Image.new("L", (400, 300), number) for number in range(1, PAGES + 1)])
    if code.startswith(BUNDLE):
        return _tiff([Image.new("L", (1240, 820), shade) for shade in (_OTHER, _SHADES[INVOICE])])
    shade = next((shade for kind, shade in _SHADES.items() if code.startswith(kind)), 0)
    image = Image.new("L", (1240, 820), shade)
    image.putpixel((0, 0), int(task_id(code)[:2], 16))
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def _tiff(pages: list[Image.Image]) -> bytes:
    data = io.BytesIO()
    pages[0].save(data, "TIFF", save_all=True, append_images=pages[1:])
    return data.getvalue()


def _other_invoice() -> tuple[Line, ...]:
    texts = (f"发票号码：{OTHER_NUMBER}", "开票日期：2024年05月01日", "价税合计（小写）：¥9.00")
    boxes = (Box(left=10, top=40 * row, right=500, bottom=40 * row + 20) for row in range(len(texts)))
    return tuple(Line(text=text, box=box) for text, box in zip(texts, boxes, strict=True))
