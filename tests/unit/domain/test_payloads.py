"""What earlier releases wrote into Redis is read for ever, and people notice nothing.

The payloads were recorded with the code of their versions: v1 with a task whose fields counted or did not, v2 with a
task that has one of four contents, v3 with tasks that name prompts and companies by digest (its other payloads are
those of v2). A new version gets a folder of its own; these files never change.
"""

import json
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

from bot.domain import wire
from bot.domain.attachment_format import Format
from bot.domain.document import Document, Failure, Line, Match, Outcome, Reading, Stop
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.organisation import Company, DuplicateScope
from bot.domain.receipt import Ending, Receipt, ReceiptRules, SentReceipt
from bot.domain.shared_parts import PartsByIdentity
from bot.domain.task import Command, PageChoice, Read, Refer, RunCommand, Say, Task
from bot.storage.earlier_tasks import Posted
from tests.fakes.replies import render

_T = TypeVar("_T")
PAYLOADS = Path(__file__).parents[2] / "data" / "payloads"
TASKS = sorted(file.stem for file in (PAYLOADS / "v1").glob("task_*.json"))
WORKER = DingTalkConversation(
    robot_code="robot1",
    conversation_id="cidGroup",
    conversation_kind=ConversationKind.GROUP,
    webhook="https://oapi.dingtalk.com/robot/sendBySession?session=s1",
    webhook_expires_at=1_790_005_400.0,
    staff_id="staff1",
    nick="王小明",
    sender_id="$:LWCP:1",
    message_id="msg1",
)
PICTURE = Attachment(download_code="code1", name="发票.pdf", posted="msg1")


@pytest.fixture(params=["v1", "v2", "v3"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def recorded(version: str, name: str) -> bytes:
    return (PAYLOADS / version / f"{name}.json").read_bytes().rstrip(b"\n")


def value(version: str, name: str, kind: type[_T]) -> _T:
    return wire.decode(kind, recorded(version, name))


def task(version: str, name: str) -> Task:
    return wire.decode_task(recorded(version, name), known_parts())


@cache
def known_parts() -> dict[str, object]:
    """What the tasks of v3 name."""
    parts = json.loads(recorded("v3", "shared_parts"))
    return {digest: wire.decode_part(payload.encode()) for digest, payload in parts.items()}


def read(version: str, name: str) -> Read:
    content = task(version, name).content
    assert isinstance(content, Read)
    return content


def refer(version: str, name: str) -> Refer:
    content = task(version, name).content
    assert isinstance(content, Refer)
    return content


def sent(version: str, name: str, *outcomes: Outcome) -> str:
    return "\n".join(render(task(version, name), outcomes).parts)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_the_same_whichever_release_wrote_it(name: str) -> None:
    assert task("v1", name) == task("v2", name) == task("v3", name)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_small_beside_what_it_names(name: str) -> None:
    payload, parts = wire.encode_task(task("v2", name), PartsByIdentity(wire.encode_part).part)
    assert len(payload) < 1800
    assert wire.decode_task(payload, {digest: wire.decode_part(part) for digest, part in parts.items()}) == task(
        "v2", name
    )


def test_a_task_says_all_at_once_what_it_names_and_nobody_knows() -> None:
    with pytest.raises(wire.MissingParts) as missing:
        wire.decode_task(recorded("v3", "task_read_any_kind"), {})
    assert set(missing.value.digests) <= set(known_parts())
    assert len(missing.value.digests) == 4
    assert missing.value.task.id == task("v3", "task_read_any_kind").id


@pytest.mark.parametrize("name", TASKS)
def test_what_was_read_is_written_as_it_is_now(name: str) -> None:
    assert wire.encode(task("v1", name)).startswith(b'{"version":2,')
    assert wire.decode(Task, wire.encode(task("v1", name))) == task("v1", name)


def test_who_asked_and_what_holds_for_the_task(version: str) -> None:
    found = task(version, "task_read_named_kind")
    assert (found.id, found.received_at, found.recipient) == ("d9ee876eecc813cbcaac", 1_790_000_001.5, WORKER)
    assert (found.most_members, found.remember_seconds, found.service_notice) == (8, 600, "本服务由信息部提供")
    assert found.receipt == ReceiptRules(
        mode=Receipt.CARD,
        after_seconds=5,
        card_template="382e4302-551d-4880-bf29-a30acfab2e71.schema",
        card_key="msgContent",
        card_calls=1000,
    )
    assert (found.fetches, found.attachments) == (True, (PICTURE,))


def test_ready_answers_are_sent_as_they_are(version: str) -> None:
    assert sent(version, "task_help").startswith("把图片、PDF")
    assert sent(version, "task_not_served") == "你还没有开通识别服务。需要使用请联系信息部。"
    assert isinstance(task(version, "task_help").content, Say)
    assert not task(version, "task_help").fetches


def test_commands_are_carried_out(version: str) -> None:
    assert task(version, "task_status").content == RunCommand(command=Command.STATUS)
    assert task(version, "task_statistics").content == RunCommand(command=Command.STATISTICS)
    quoted = ("posted:42a98f3d3ee09518c8e2", "about:42a98f3d3ee09518c8e2")
    assert task(version, "task_cancel_quoted").content == RunCommand(command=Command.CANCEL, references=quoted)
    assert not task(version, "task_status").fetches


def test_files_are_read_as_was_asked(version: str) -> None:
    named = read(version, "task_read_named_kind")
    assert (named.prompt.name, named.candidates, named.attachments) == ("invoice", (), (PICTURE,))
    assert (named.masked, named.duplicates, named.formats) == (True, DuplicateScope.GROUP, (Format.XLSX,))
    assert named.companies == (Company(name="云帆科技有限公司", tax_number="91310000MA1FL0XX0X"),)
    assert {spec.key for spec in named.prompt.fields} >= {"invoice_number", "total_with_tax"}
    unnamed = read(version, "task_read_any_kind")
    assert (unnamed.prompt.name, [one.name for one in unnamed.candidates]) == ("text", ["contract", "invoice"])
    assert (unnamed.masked, unnamed.formats, unnamed.full_text_word) == (False, (), "文字")
    assert read(version, "task_read_some_fields").wanted_fields == ("价税合计", "发票号码")
    free = read(version, "task_read_named_fields")
    assert [spec.name for spec in free.prompt.fields] == ["仓位号", "库管员"]
    export = read(version, "task_read_for_a_file")
    assert (export.formats, len(export.attachments)) == ((Format.DOCX,), 2)
    pages = read(version, "task_read_pages")
    assert (pages.first_page, pages.most_pages) == (2, 3)


def test_the_files_of_an_archive_keep_their_places_and_its_note(version: str) -> None:
    found = read(version, "task_read_archive_members")
    assert [one.member for one in found.attachments] == ["三月/票1.pdf", "三月/票2.pdf"]
    answer = sent(version, "task_read_archive_members", *[value(version, "failure", Failure)] * 2)
    assert "票1.pdf" in answer
    assert answer.count("图片太大，请压缩后再发。") == 2
    assert "「三月.zip」里的其余 2 个没有读。" in answer


def test_questions_still_know_what_they_are_about(version: str) -> None:
    other_kind = refer(version, "task_refer_last")
    assert (other_kind.references, other_kind.inherits) == (("last:cidGroup:staff1",), False)
    assert (other_kind.read.prompt.name, other_kind.read.attachments) == ("contract", ())
    assert other_kind.unknown.startswith("最近 10 分钟里你没有发过图片或文件")
    export = refer(version, "task_refer_as_before")
    assert (export.inherits, export.pages, export.read.formats) == (True, PageChoice.SAME, (Format.XLSX,))
    assert refer(version, "task_refer_further").pages is PageChoice.FURTHER
    page = refer(version, "task_refer_pages_of_quoted")
    assert (page.references, page.pages) == (("posted:0123456789abcdef0123",), PageChoice.NAMED)
    assert (page.read.first_page, page.read.most_pages) == (1, 1)
    picture = refer(version, "task_refer_quoted_picture")
    assert (picture.read.attachments[0].quoted, picture.read.quoted_task) == (True, "42a98f3d3ee09518c8e2")
    assert task(version, "task_refer_last").fetches


def test_a_document_is_answered_with_its_values_its_doubts_and_where_it_came_before(version: str) -> None:
    document = value(version, "document_invoice", Document)
    answer = sent(version, "task_read_named_kind", document)
    assert "发票号码：24312000000098765432 ✅" in answer
    assert "价税合计：￥1394.99 ⚠️" in answer
    assert "大写与小写不一致" in answer
    assert "没有读到校验码" in answer
    assert "🔁" in answer
    assert document.fields[0].box is not None
    assert [cell.value for cell in document.rows[0].cells] == ["*餐饮服务*餐费", "1316.03"]
    assert document.first is not None
    assert (document.first.match, document.first.nick, document.first.index) == (Match.NUMBER, "李四", 1)
    assert wire.decode_outcome(recorded(version, "document_invoice")) == document


def test_the_pages_that_were_not_read_are_still_known(version: str) -> None:
    document = value(version, "document_pages", Document)
    assert (document.pages, document.first_page, document.pages_left) == (12, 12, 3)
    assert document.text == "甲方：\n乙方："


def test_a_failure_keeps_its_sentence(version: str) -> None:
    failure = wire.decode_outcome(recorded(version, "failure"))
    assert failure == Failure(reason="too_large", text="图片太大，请压缩后再发。")


def test_what_was_given_while_people_wait_is_brought_to_its_end(version: str) -> None:
    card, reaction = value(version, "note_card", SentReceipt), value(version, "note_reaction", SentReceipt)
    assert (card.track_id, card.mode, card.recipient) == ("ocrbot-0123456789abcdef0123", Receipt.CARD, WORKER)
    assert (card.rules.card_key, card.rules.card_calls) == ("msgContent", 1000)
    assert (reaction.mode, reaction.recipient.conversation_id) == (Receipt.REACTION, "cidSingle")
    assert value(version, "ending_answer", Ending) == Ending(text="**发票** ￥1,394.99", is_answer=True)
    assert value(version, "ending_failed", Ending) == Ending(text="没能读完。", failed=True)


def test_what_was_posted_can_be_asked_about(version: str) -> None:
    assert [one.download_code for one in value(version, "posted", Posted).attachments] == ["code1", "code9"]


def test_an_engine_of_the_release_before_is_understood(version: str) -> None:
    reading = value(version, "reading", Reading)
    assert (reading.text, reading.stop, reading.seconds) == ("你好", Stop.LENGTH, 0.5)
    (line,) = reading.lines
    assert isinstance(line, Line)
    assert (line.text, line.confidence) == ("你好", 0.98)
