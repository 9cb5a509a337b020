"""What clients of the API ask for: when two requests are the same, and which ones a list holds."""

from dataclasses import replace

import pytest

from bot.domain.document import Document, Failure
from bot.domain.message import ApiClient
from bot.domain.requests.record import RequestFilter, RequestRecord, RequestState
from bot.domain.requests.submission import stored_file
from tests.fakes.requests_of_clients import submission
from workers.steps.requests.ending import request_end

FILES = [stored_file("a.png", b"one")]
RECORD = RequestRecord(id="0" * 32, client="erp", reference="PO-7", submitted_at=10.0, prompts=("invoice",))
DOCUMENT = Document(prompt="invoice", title="发票", engine="rapid", seconds=1.0, pages=2, text="")
BROKEN = Failure(reason="broken", text="打不开")
LOCKED = Failure(reason="encrypted", text="有密码")


def test_what_is_asked_of_which_files_tells_requests_apart() -> None:
    asked = submission()
    same = replace(asked, client="other", idempotency_key="k", keep_seconds=5)
    assert asked.fingerprint(FILES) == same.fingerprint(FILES)
    others = [
        replace(asked, reference="PO-7"),
        replace(asked, webhook="books"),
        replace(asked, read=replace(asked.read, first_page=1)),
        replace(asked, read=replace(asked.read, wanted_fields=("金额",))),
    ]
    assert asked.fingerprint(FILES) not in {other.fingerprint(FILES) for other in others}
    assert asked.fingerprint(FILES) != asked.fingerprint([stored_file("a.png", b"two")])
    assert asked.fingerprint(FILES) != asked.fingerprint([stored_file("b.png", b"one")])


def test_the_task_of_a_submission() -> None:
    task = submission(names=("a.png", "b.zip"), keep_seconds=99).task("ab" * 16, received_at=7.0)
    assert task.recipient == ApiClient(client="erp")
    assert [attachment.name for attachment in task.attachments] == ["a.png", "b.zip"]
    assert (task.remember_seconds, task.conversation_id) == (99, "")
    with pytest.raises(TypeError, match="no conversation"):
        assert task.conversation


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (RequestFilter(), True),
        (RequestFilter(state=RequestState.QUEUED), True),
        (RequestFilter(state=RequestState.DONE), False),
        (RequestFilter(prompt="invoice"), True),
        (RequestFilter(prompt="receipt"), False),
        (RequestFilter(reference="PO-7"), True),
        (RequestFilter(reference="PO-8"), False),
        (RequestFilter(since=10.0, until=11.0), True),
        (RequestFilter(until=10.0), False),
        (RequestFilter(since=10.5), False),
    ],
)
def test_which_requests_a_list_holds(wanted: RequestFilter, *, fits: bool) -> None:
    assert wanted.fits(RECORD) is fits


def test_a_request_is_done_if_any_of_its_files_was_read() -> None:
    end = request_end([BROKEN, DOCUMENT], now=5.0)
    assert (end.state, end.prompts, end.pages, end.reason) == (RequestState.DONE, ("invoice",), 2, "")


def test_a_request_without_a_document_fails_for_its_most_frequent_reason() -> None:
    end = request_end([BROKEN, LOCKED, LOCKED], now=5.0)
    assert (end.state, end.reason, end.sentence) == (RequestState.FAILED, "encrypted", "有密码")
