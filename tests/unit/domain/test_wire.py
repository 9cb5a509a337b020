from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.prompt_files import load
from bot.domain import wire
from bot.domain.document import Box, Document, Failure, Field, Outcome, Source, Status
from bot.domain.errors import Undecodable
from bot.domain.message import ApiClient, Attachment, ConversationKind, DingTalkConversation
from bot.domain.task import Command, PageChoice, Refer, RunCommand, Say, Task
from tests.fakes.tasks import reading_task

PROMPTS = load(Path(__file__).parents[3] / "config" / "prompts")
TASK = reading_task(
    id="3f2a",
    recipient=DingTalkConversation(
        robot_code="机器人", conversation_id="c", conversation_kind=ConversationKind.GROUP, staff_id="s"
    ),
    received_at=1.5,
    attachments=(Attachment(download_code="x", name="a.pdf", quoted=True),),
    prompt=PROMPTS.default,
    candidates=PROMPTS.candidates,
)
DOCUMENT = Document(
    prompt="invoice",
    title="发票",
    engine="rapid",
    seconds=1.4,
    pages=1,
    text="行一\n行二",
    fields=(
        Field(
            name="发票号码",
            key="invoice_number",
            value="33207675",
            status=Status.DOUBTFUL,
            source=Source.QR,
            page=0,
            box=Box(left=1, top=2, right=3, bottom=4),
            doubts=("与二维码不一致",),
        ),
    ),
)
FAILURE = Failure(reason="too_large", text="图片太大。")


def test_a_task_comes_back_as_it_went() -> None:
    assert wire.decode(Task, wire.encode(TASK)) == TASK


@pytest.mark.parametrize("outcome", [DOCUMENT, FAILURE])
def test_an_outcome_comes_back_as_the_kind_it_was(outcome: Outcome) -> None:
    assert wire.decode_outcome(wire.encode(outcome)) == outcome
    assert wire.decode(type(outcome), wire.encode(outcome)) == outcome


def test_one_outcome_is_not_taken_for_the_other() -> None:
    with pytest.raises(Undecodable):
        wire.decode(Document, wire.encode(FAILURE))
    with pytest.raises(Undecodable):
        wire.decode(Failure, wire.encode(DOCUMENT))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b'{"version":1,"body":}',
        b'{"version":1,"body":{}}',
        b'{"version":1,"body":{"kind":"failure","reason":3,"text":""}}',
        b'{"version":1,"body":{"kind":"failure","reason":"r","text":"\xff"}}',
        wire.encode(FAILURE)[:-1],
        wire.encode(FAILURE) + b"}",
        b'{"version":2,"body":}',
        b'{"version":2,"body":{}}',
        b'{"version":2,"body":{"kind":"failure","reason":3,"text":""}}',
        b'{"version":2,"body":{"kind":"failure","reason":"r","text":"\xff"}}',
        wire.encode(FAILURE).replace(b'"version":2', b'"version":3'),
        wire.encode(FAILURE).replace(b'"version":2', b'"version":0'),
        wire.encode(TASK),
    ],
)
def test_anything_else_is_undecodable(payload: bytes) -> None:
    with pytest.raises(Undecodable):
        wire.decode_outcome(payload)


@pytest.mark.parametrize(
    ("kind", "other"), [(b'"kind":"dingtalk"', b'"kind":"fax"'), (b'"kind":"read"', b'"kind":"x"')]
)
def test_a_recipient_and_a_content_of_unknown_kinds_are_undecodable(kind: bytes, other: bytes) -> None:
    payload = wire.encode(TASK)
    assert kind in payload
    with pytest.raises(Undecodable):
        wire.decode(Task, payload.replace(kind, other))


def test_every_content_comes_back_as_the_one_it_was() -> None:
    contents = (
        Say(text="请发图片。"),
        RunCommand(command=Command.CANCEL, references=("posted:1",)),
        Refer(references=("last:c:s",), read=TASK.to_read, pages=PageChoice.FURTHER, unknown="没有。"),
    )
    for content in contents:
        task = replace(TASK, content=content)
        assert wire.decode(Task, wire.encode(task)) == task


@given(
    st.binary()
    | st.builds(lambda version, body: b'{"version":%d,"body":' % version + body + b"}", st.integers(1, 2), st.binary())
)
def test_garbage_is_undecodable(payload: bytes) -> None:
    with pytest.raises(Undecodable):
        wire.decode(Task, payload)


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_survives(text: str) -> None:
    failure = Failure(reason="r", text=text)
    assert wire.decode_outcome(wire.encode(failure)) == failure


def test_a_task_of_an_api_client_is_read_back() -> None:
    task = replace(TASK, recipient=ApiClient(client="erp"))
    assert wire.decode(Task, wire.encode(task)) == task
    assert wire.envelope_of(wire.encode(task)) == wire.Envelope(
        recipient=ApiClient(client="erp"), received_at=1.5, files=1
    )


def test_a_recipient_that_does_not_say_what_it_is_is_a_conversation() -> None:
    payload = wire.encode(TASK).replace(b'"kind":"dingtalk",', b"", 1)
    assert wire.decode(Task, payload) == TASK


def test_an_unknown_kind_of_recipient_is_no_task() -> None:
    payload = wire.encode(TASK).replace(b'"kind":"dingtalk"', b'"kind":"fax"', 1)
    with pytest.raises(Undecodable):
        wire.decode(Task, payload)
