"""What became of documents that were sent over the API, by what its clients see and are told."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.chaos.verdict import Verdict

_ENDS = ("done", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentDocument:
    """A document that a client has sent under one key; each time that it was accepted it was told an id."""

    client: str
    reference: str  # no two documents have the same
    expects: str  # what is read of its file, "" for one that cannot be read
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDocument:
    """A document that a client sees: how it has ended, also when it was first seen so, and what was read."""

    client: str
    reference: str
    id: str
    status: str
    first_end: str
    text: str
    has_problem: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCall:
    """A call of a client's webhook that has arrived, about a document."""

    client: str  # whose address was called
    event: str  # the id by which repeats are dropped
    document: str
    signed: bool  # with this client's secret


def judge_documents(
    sent: Sequence[SentDocument], found: Sequence[FoundDocument], calls: Sequence[WebhookCall]
) -> Verdict:
    """Return what became of the documents: each has one end, which its client alone sees and is told of."""
    seen, told = defaultdict[str, list[FoundDocument]](list), defaultdict[str, list[WebhookCall]](list)
    for document in found:
        seen[document.reference].append(document)
    for call in calls:
        told[call.document].append(call)
    ends = Counter(document.status for each in sent for document in seen[each.reference][:1])
    return Verdict(
        messages=len(sent),
        answered=ends["done"],
        sentences=ends["failed"],
        lost=tuple(each.reference for each in sent if _is_lost(each, seen[each.reference], told)),
        marked=sum(len(told[id_]) > 1 for each in sent for id_ in set(each.ids)),
        twice=tuple(each.reference for each in sent if len(seen[each.reference]) > 1 or len(set(each.ids)) > 1),
        wrong=tuple(
            f"{each.reference} {what}" for each in sent for what in _wrong(each, seen[each.reference], told)
        ),
    )  # fmt: skip


def _is_lost(
    sent: SentDocument, found: Sequence[FoundDocument], told: dict[str, list[WebhookCall]]
) -> bool:  # fmt: skip
    """Return whether it was never accepted, has not ended, or its client was not told."""
    ended = [document for document in found if document.id in sent.ids and document.status in _ENDS]
    return not ended or not any(call.client == sent.client for call in told[ended[0].id])


def _wrong(
    sent: SentDocument, found: Sequence[FoundDocument], told: dict[str, list[WebhookCall]]
) -> Iterator[str]:  # fmt: skip
    for document in found:
        if document.client != sent.client:
            yield f"is seen by {document.client}"
        if document.status == "done" and (not sent.expects or sent.expects not in document.text):
            yield f"is read as {document.text!r} instead of {sent.expects!r}"
        if document.status == "failed" and not document.has_problem:
            yield "has failed without a problem"
        if document.first_end not in {"", document.status}:
            yield f"was {document.first_end} before it was {document.status}"
        calls = told[document.id]
        if any(call.client != sent.client for call in calls):
            yield "is told to another client"
        if any(call.event != f"{document.id}-{document.status}" for call in calls):
            yield "is told by ids that do not stay the same"
        if not all(call.signed for call in calls):
            yield "is told without the client's signature"
