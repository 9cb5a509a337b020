"""What goes out of an answer on the look-alike: messages, then files, each once, whatever happens in between."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from redis import Redis

from bot.dingtalk.api import DingTalkApi, http_client
from bot.dingtalk.inbound import parse
from bot.dingtalk.limits import MESSAGE_LIMITS
from bot.dingtalk.sending import Sender
from bot.domain.attachment_format import Format
from bot.domain.document import Document, Outcome
from bot.domain.errors import Unavailable, Unsure
from bot.domain.message import DingTalkConversation
from bot.domain.replying.answer_view import answer_view
from bot.domain.task import READ_SECONDS, Task
from bot.lookalike import Chat, Lookalike, Member
from bot.storage.dingtalk_notes import RedisTokens
from bot.storage.store import Store
from tests.fakes.fake_steps import StepParts, parts_on
from tests.fakes.no_engine import NoEngine
from tests.fakes.read_documents import NOON, invoice, page, task
from tests.fakes.tasks import reading
from workers.exports import make
from workers.jobs import STEPS, reply
from workers.steps.delivery import Delivery

UPLOAD, GROUP, SINGLE = "/media/upload", "/v1.0/robot/groupMessages/send", "/v1.0/robot/oToMessages/batchSend"
TWO = (invoice("1", "50"), invoice("2", "7"))
LONG = page("甲方应当付款。\n" * 600)


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Office:
    """A worker's parts on the look-alike, and one task to answer."""

    parts: StepParts
    api: DingTalkApi
    task: Task

    async def deliver(self, *outcomes: Outcome) -> None:
        """Send what is not sent yet, as a worker that finds the task does."""
        store, reply_step = self.parts.store, self.parts.steps.reply
        work = Delivery(
            store=store,
            outbox=self.parts.outbox,
            card=reply_step.card,
            clock=self.parts.clock,
            task=self.task,
            outcomes=outcomes,
            progress=store.progress(self.task.id),
            hold=lambda: True,
        )
        await asyncio.to_thread(work.run)


@pytest.fixture
async def dingtalk() -> AsyncIterator[Lookalike]:
    async with Lookalike(client_id="app", client_secret="secret", robot_code="robot") as server:
        yield server


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with http_client() as client:
        yield client


@pytest.fixture
def member(dingtalk: Lookalike) -> Member:
    return dingtalk.member("王芳")


@pytest.fixture
def group(dingtalk: Lookalike) -> Chat:
    return dingtalk.group("报销群")


@pytest.fixture
def office(redis: Redis, dingtalk: Lookalike, http: httpx.Client, group: Chat, member: Member) -> Office:
    store = Store(redis)
    api = DingTalkApi(
        client_id="app",
        client_secret="secret",
        api_url=dingtalk.url,
        oapi_url=dingtalk.url,
        download_hosts=[],
        tokens=RedisTokens(redis, "app"),
        http=http,
    )
    parts = parts_on(
        redis, clock=lambda: NOON, engine=NoEngine(), outbox=Sender(api, store.budgets, clock=lambda: NOON)
    )
    return Office(parts, api, replace(task(2), recipient=asked(group, member)))


def asked(chat: Chat, member: Member) -> DingTalkConversation:
    return parse(chat.say(member, "读").data).conversation


def kinds(chat: Chat) -> list[str]:
    return [entry.kind for entry in chat.replies]


def breaking(monkeypatch: pytest.MonkeyPatch, office: Office, name: str, error: BaseException, *, after: bool) -> None:
    """Have one call of the API end in `error`, before or after it was carried out."""
    real: Callable[..., Any] = getattr(office.api, name)

    def once(*arguments: Any, **named: Any) -> Any:
        monkeypatch.setattr(office.api, name, real)
        if after:
            real(*arguments, **named)
        raise error

    monkeypatch.setattr(office.api, name, once)


async def test_a_table_arrives_after_the_message_that_names_it(office: Office, group: Chat) -> None:
    await office.deliver(*TWO)
    message, sent = group.replies
    assert "发票_20261122_2张.xlsx" in message.text
    assert (sent.kind, sent.text) == ("sampleFile", "发票_20261122_2张.xlsx")
    assert sent.file is not None
    assert sent.file.data == make(answer_view(office.task, TWO), Format.XLSX)
    sheet = load_workbook(io.BytesIO(sent.file.data), data_only=True)["发票"]
    assert [row[0].value for row in sheet.iter_rows()] == ["序号", "1", "2", "合计"]


async def test_all_kinds_of_files_arrive_in_their_order(office: Office, group: Chat) -> None:
    office.task = reading(office.task, formats=(Format.JSON, Format.DOCX, Format.XLSX))
    await office.deliver(*TWO)
    names = [entry.file.name for entry in group.replies if entry.file is not None]
    assert names == ["发票_20261122_2张.zip", "发票_20261122_2张.docx", "发票_20261122_2张.xlsx"]


async def test_a_person_of_the_company_gets_files_alone_and_others_all_in_messages(
    office: Office, dingtalk: Lookalike, member: Member
) -> None:
    alone = dingtalk.single(member)
    office.task = replace(office.task, recipient=asked(alone, member))
    await office.deliver(*TWO)
    assert kinds(alone) == ["markdown", "sampleFile"]
    outsider = dingtalk.member("李四", outsider=True)
    outside = dingtalk.single(outsider)
    office.task = replace(office.task, id="other", recipient=asked(outside, outsider))
    await office.deliver(*TWO)
    assert kinds(outside) == ["markdown"]
    assert outside.replies[0].text.count("发票号码：") == 2


@pytest.mark.parametrize(("name", "after"), [("upload", False), ("upload", True), ("send_file", False)])
async def test_a_worker_killed_around_the_upload_repeats_no_message_and_sends_the_file_once(
    office: Office,
    group: Chat,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    after: bool,  # noqa: FBT001 - drawn
) -> None:
    breaking(monkeypatch, office, name, Killed(), after=after)
    with pytest.raises(Killed):
        await office.deliver(*TWO)
    assert kinds(group) == ["markdown"]
    await office.deliver(*TWO)
    assert kinds(group) == ["markdown", "sampleFile"]
    await office.deliver(*TWO)
    assert len(group.replies) == 2


async def test_a_file_that_may_have_arrived_comes_again_without_a_word(
    office: Office, group: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch, office, "send_file", Unsure("no answer"), after=True)
    with pytest.raises(Unsure):
        await office.deliver(*TWO)
    await office.deliver(*TWO)
    assert kinds(group) == ["markdown", "sampleFile", "sampleFile"]
    first, second = (entry.file for entry in group.replies[1:])
    assert first == second


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        (UPLOAD, (200, {"errcode": 40006, "errmsg": "不合法的文件大小"})),
        (GROUP, (400, {"code": "invalidParameter.msgParam.invalid"})),
        (GROUP, (403, {"code": "Forbidden.AccessDenied", "accessdenieddetail": {"requiredScopes": ["x"]}})),
    ],
)
async def test_a_refused_file_is_named_and_its_content_follows_as_messages(
    office: Office, dingtalk: Lookalike, group: Chat, path: str, refusal: tuple[int, dict[str, object]]
) -> None:
    status, body = refusal
    dingtalk.fail(path, status=status, body=body)
    await office.deliver(*TWO)
    first, sentence, whole = group.replies
    assert kinds(group) == ["markdown"] * 3
    assert "￥57.00" in first.text
    assert "附件「发票_20261122_2张.xlsx」没能发出" in sentence.text
    assert whole.text.count("发票号码：") == 2
    assert "📎" not in whole.text
    await office.deliver(*TWO)
    assert len(group.replies) == 3


async def test_a_long_text_whose_file_is_refused_comes_whole(office: Office, dingtalk: Lookalike, group: Chat) -> None:
    office.task = reading(office.task, attachments=office.task.attachments[:1])
    dingtalk.fail(UPLOAD, body={"errcode": 40004})
    await office.deliver(LONG)
    assert "".join(entry.text for entry in group.replies[2:]).count("甲方应当付款") == 600


async def test_killed_after_a_refusal_the_file_is_not_tried_again(
    office: Office, dingtalk: Lookalike, group: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    dingtalk.fail(UPLOAD, body={"errcode": 40006}, times=1)
    real, said = office.api.send_webhook, list[str]()

    def dies_at_the_second(
        conversation: DingTalkConversation, title: str, text: str, *, mention: bool, **_: object
    ) -> None:
        said.append(text)
        if len(said) == 2:
            raise Killed
        real(conversation, title, text, mention=mention)

    monkeypatch.setattr(office.api, "send_webhook", dies_at_the_second)
    with pytest.raises(Killed):
        await office.deliver(*TWO)
    await office.deliver(*TWO)
    assert kinds(group) == ["markdown"] * 3
    assert "没能发出" in group.replies[1].text
    uploads = [call for call in dingtalk.records.calls if call.path == UPLOAD]
    assert len(uploads) == 1


async def test_one_refused_file_does_not_keep_the_others(office: Office, dingtalk: Lookalike, group: Chat) -> None:
    office.task = reading(office.task, formats=(Format.XLSX, Format.DOCX))
    dingtalk.fail(UPLOAD, body={"errcode": 40006}, times=1)
    await office.deliver(*TWO)
    assert kinds(group) == ["markdown", "markdown", "sampleFile", "markdown"]
    assert group.replies[2].text.endswith(".docx")


async def test_an_upload_that_fails_for_the_moment_is_tried_again_and_given_up_in_the_end(
    office: Office, dingtalk: Lookalike, group: Chat
) -> None:
    mend = dingtalk.fail(UPLOAD, status=503, body={"code": "ServiceUnavailable"}, times=None)
    with pytest.raises(Unavailable):
        await office.deliver(*TWO)
    assert kinds(group) == ["markdown"]
    office.parts = replace(office.parts, clock=lambda: NOON + READ_SECONDS + 1)
    await office.deliver(*TWO)
    mend()
    assert kinds(group) == ["markdown"] * 3
    assert "没能发出" in group.replies[1].text


async def test_a_file_that_is_too_large_is_not_tried(
    office: Office, dingtalk: Lookalike, group: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office.parts.outbox, "limits", replace(MESSAGE_LIMITS, file_bytes=1000))
    await office.deliver(*TWO)
    assert "超过钉钉的上限" in group.replies[1].text
    assert kinds(group) == ["markdown"] * 3
    assert not any(call.path == UPLOAD for call in dingtalk.records.calls)


async def test_a_file_that_cannot_be_made_does_not_pass_for_an_answer_that_was_not_read(
    office: Office, group: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr("workers.exports.make", broken)
    STEPS.set(office.parts.steps)
    store = office.parts.store
    store.claim([office.task], now=NOON)
    for index, document in enumerate(TWO):
        assert isinstance(document, Document)
        store.put_outcome(office.task.id, index, document)
    await asyncio.to_thread(reply, office.task.id, 0)
    assert kinds(group) == ["markdown", "markdown"]
    assert "已经读好" in group.replies[1].text


class NoUploads:
    """Grants every call but uploads."""

    def take(self, name: str, limit: int, seconds: float) -> float:
        return 0.0

    def take_spaced(self, name: str, limit: int, seconds: float, *, free: int) -> tuple[float, int]:
        return 0.0, limit

    def reserve(self, name: str, limit: int, seconds: float, *, burst: int, longest: float) -> float:
        return 30.0 if name == f"api:app:{UPLOAD}" else 0.0


async def test_a_file_waits_for_the_apps_budget_of_calls(office: Office, dingtalk: Lookalike, group: Chat) -> None:
    office.parts = replace(office.parts, outbox=Sender(office.api, NoUploads(), clock=lambda: NOON))
    with pytest.raises(Unavailable) as caught:
        await office.deliver(*TWO)
    assert caught.value.retry_after == 30.0
    assert kinds(group) == ["markdown"]
    assert not any(call.path == UPLOAD for call in dingtalk.records.calls)
