"""Till receipts that nobody calls receipts: several in one message, and in a zip, are added up."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from redis import Redis

from bot.config.prompt_files import load
from bot.domain.document import Box, Line, Reading
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.task import Task, task_id
from tests.fakes.fake_steps import FakeOutbox, parts_on
from tests.fakes.tasks import reading_task
from workers import jobs
from workers.engines.base import EncodedPicture, PictureForm
from workers.jobs import STEPS

NOW = 1_790_000_000.0
PROMPTS = load(Path(__file__).resolve().parents[3] / "config" / "prompts")
PAPERS = {
    301: ("老街面馆", "日期：2026-05-03", "合计：56.00", "实收：56.00", "谢谢惠顾"),
    302: ("便民超市", "日期：2026-05-04", "合计：38.50", "实收：50.00", "找零：11.50", "谢谢惠顾"),
    303: ("欢迎光临", "日期：2026-05-05", "合计：3.00", "实收：3.00", "谢谢惠顾"),
    304: ("周会纪要", "下周三发版"),
}


class Tills:
    """Reads a picture as the paper of its width."""

    name = "rapid"
    takes_prompts = False

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        words = PAPERS[picture.size[0]]
        lines = tuple(
            Line(text=text, box=Box(left=20, top=20 + 40 * row, right=280, bottom=50 + 40 * row))
            for row, text in enumerate(words)
        )
        return Reading(text="\n".join(words), lines=lines)


def picture(width: int) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (width, 320), "white").save(data, "PNG")
    return data.getvalue()


def zipped(*widths: int) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for width in widths:
            archive.writestr(f"{width}.png", picture(width))
    return body.getvalue()


@dataclass(frozen=True)
class Posted:
    """A message with these files, posted without a word about what they are."""

    redis: Redis
    files: dict[str, bytes]

    def answer(self) -> str:
        task = self._task()
        outbox = FakeOutbox()
        parts = parts_on(
            self.redis,
            clock=lambda: NOW,
            engine=Tills(),
            download=lambda attachment, _: self.files[attachment.download_code],
            outbox=outbox,
        )
        STEPS.set(parts.steps)
        parts.store.claim([task], now=NOW)
        jobs.fetch(task.id, 0)
        taken = parts.store.task(task.id)
        assert taken is not None
        for index in range(len(taken.attachments)):
            jobs.read(task.id, index)
        jobs.reply(task.id, 0)
        return "\n".join(outbox.texts)

    def _task(self) -> Task:
        return reading_task(
            id=task_id("tills"),
            recipient=DingTalkConversation(
                robot_code="r", conversation_id="c", conversation_kind=ConversationKind.GROUP, staff_id="007"
            ),
            received_at=NOW,
            attachments=tuple(Attachment(download_code=name, name=name) for name in self.files),
            prompt=PROMPTS.default,
            candidates=PROMPTS.candidates,
        )


def test_three_till_receipts_in_one_message_are_added_up(redis: Redis) -> None:
    said = Posted(redis, {f"{width}.png": picture(width) for width in (301, 302, 303)}).answer()

    assert "97.50" in said


def test_till_receipts_in_a_zip_are_added_up(redis: Redis) -> None:
    said = Posted(redis, {"四月.zip": zipped(301, 302)}).answer()

    assert "94.50" in said


def test_what_is_no_receipt_among_them_is_named_as_left_out_of_the_sum(redis: Redis) -> None:
    said = Posted(redis, {f"{width}.png": picture(width) for width in (301, 303, 304)}).answer()

    assert "59.00" in said
    left_out = next(line for line in said.split("\n") if "未计入合计" in line)
    assert "第 3 个" in left_out
