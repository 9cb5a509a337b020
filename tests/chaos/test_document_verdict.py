"""What `make chaos` says of documents that were sent over the API, on what clients see that is written here."""

from dataclasses import replace

from tests.chaos.document_verdict import FoundDocument, SentDocument, WebhookCall, judge_documents

SENT = SentDocument(client="erp", reference="document 7", expects="第7号", ids=("7a", "7a"))
FOUND = FoundDocument(
    client="erp", reference="document 7", id="7a", status="done", first_end="done", text="第7号", has_problem=False
)
CALL = WebhookCall(client="erp", event="7a-done", document="7a", signed=True)


def test_a_document_that_is_done_and_told_of_holds() -> None:
    verdict = judge_documents([SENT], [FOUND], [CALL, CALL])
    assert (verdict.answered, verdict.lost, verdict.marked) == (1, (), 1)
    assert verdict.holds(may_repeat=True)


def test_what_has_not_ended_or_was_not_told_is_lost() -> None:
    reading = replace(FOUND, status="reading", first_end="")
    assert judge_documents([SENT], [], []).lost == ("document 7",)
    assert judge_documents([SENT], [reading], [CALL]).lost == ("document 7",)
    assert judge_documents([SENT], [FOUND], []).lost == ("document 7",)
    assert judge_documents([SENT], [FOUND], [replace(CALL, client="scanner")]).lost == ("document 7",)


def test_one_key_with_two_ids_is_a_repetition() -> None:
    assert judge_documents([replace(SENT, ids=("7a", "7b"))], [FOUND], [CALL]).twice == ("document 7",)
    assert judge_documents([SENT], [FOUND, replace(FOUND, id="7b")], [CALL]).twice == ("document 7",)


def test_an_end_with_a_problem_is_an_end() -> None:
    failed = replace(FOUND, status="failed", first_end="failed", text="", has_problem=True)
    verdict = judge_documents([SENT], [failed], [replace(CALL, event="7a-failed")])
    assert (verdict.sentences, verdict.wrong) == (1, ())
    silent = replace(failed, has_problem=False)
    assert len(judge_documents([SENT], [silent], [replace(CALL, event="7a-failed")]).wrong) == 1


def test_another_text_client_end_event_or_signature_is_wrong() -> None:
    for found in (
        replace(FOUND, text="第8号"),
        replace(FOUND, client="scanner"),
        replace(FOUND, first_end="failed"),
    ):
        assert len(judge_documents([SENT], [found], [CALL]).wrong) == 1
    for call in (replace(CALL, event="7a-failed"), replace(CALL, signed=False), replace(CALL, client="scanner")):
        assert len(judge_documents([SENT], [FOUND], [CALL, call]).wrong) == 1
