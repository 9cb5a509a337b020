"""Outcomes as JSON, for `ocrbot read --json` and for the zip attached to an answer."""

import json

from bot.domain import texts
from bot.domain.attachment_format import Format
from bot.domain.document import Box, Credit, Document, Failure, Field, Outcome
from bot.domain.replying.answer_view import AnswerView
from bot.domain.replying.attachments import file_name
from bot.domain.replying.document_view import FailureView, OutcomeView
from workers.exports.zip_bytes import pack

VERSION = 1


def json_zip(answer: AnswerView) -> bytes:
    """Return a zip with one JSON file: `version`, the id of the task, and the results of its files in order."""
    content = {"version": VERSION, "task": answer.task_id, "results": [_result(view) for view in answer.outcomes]}
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    stem = file_name(answer, Format.JSON).rpartition(".")[0]
    return pack([(f"{stem}.json", text.encode(errors="replace"))])


def _result(view: OutcomeView) -> dict[str, object]:
    if isinstance(view, FailureView):
        return outcome_json(view.source, view.failure)
    result = outcome_json(view.source, view.document)
    first = view.document.first
    if first is None:
        return result
    same_as: dict[str, object] = {"task": first.task_id, "file": first.index + 1, "match": first.match.value}
    return {**result, "same_as": same_as | ({"paper": first.paper + 1} if first.paper else {})}


def outcome_json(file: str, outcome: Outcome) -> dict[str, object]:
    """Return the outcome of a file as JSON; values are as in `Field`: ISO 8601 dates, money as decimal strings.

    `output_of` says what made its contents, and what the licence wants their readers to know; `instead_of` names the
    engine that was away when another one read it.
    So many `pages` were read from page `first_page` on, counted from 0; `pages_left` follow them. One of several papers
    in a file has a `paper`: its number, from 1, of how many, its pages, and its region if it shares a page with others.
    What belongs to none of them is `left_over`, beside the first.
    """
    if isinstance(outcome, Failure):
        return {"file": file, "error": {"reason": outcome.reason, "text": outcome.text}}
    return {
        "file": file,
        "prompt": outcome.prompt,
        "engine": outcome.engine,
        **({"instead_of": outcome.instead_of} if outcome.instead_of else {}),
        "output_of": _credit_json(outcome),
        "seconds": outcome.seconds,
        "first_page": outcome.first_page,
        "pages": outcome.pages,
        "pages_left": outcome.pages_left,
        "text": outcome.text,
        "fields": {field.name: _field_json(field) for field in outcome.fields},
        **_rows_json(outcome),
        **_signature_json(outcome),
        "doubts": list(outcome.doubts),
        **_paper_json(outcome),
    }


def _paper_json(document: Document) -> dict[str, object]:
    place = document.place
    if place is None:
        return {}
    region = _box_json(place.region)
    paper = {"number": place.number, "of": place.of, "pages": list(place.pages), "region": region}
    return {"paper": paper} | ({"left_over": document.left_over} if document.left_over else {})


def _box_json(box: Box | None) -> list[int] | None:
    return [box.left, box.top, box.right, box.bottom] if box else None


def _credit_json(document: Document) -> dict[str, str]:
    credit = document.credit or Credit(model=texts.answers.engine_name(document.engine))
    said = {"model": credit.model, "notice": credit.notice, "terms": credit.terms}
    return {key: text for key, text in said.items() if text}


def _signature_json(document: Document) -> dict[str, object]:
    """Return what the file's signatures prove; `signers` are named if all their certificates lead to trusted roots."""
    signature = document.signature
    if signature is None:
        return {}
    said: dict[str, object] = {"state": signature.state.value, "signers": list(signature.signers)}
    return {"signature": said | ({"unknown_signer": True} if signature.unknown_signer else {})}


def _rows_json(document: Document) -> dict[str, object]:
    if not document.rows:
        return {}
    return {"rows": [{cell.name: _field_json(cell) for cell in row.cells} for row in document.rows]}


def _field_json(field: Field) -> dict[str, object]:
    """Return a field; its page counts from 0, its box is [left, top, right, bottom] in pixels of the upright page.

    Its `second_reading`, if a second engine read it too, is "same" or "different".
    """
    box = _box_json(field.box)
    entry: dict[str, object] = {"value": field.value, "status": field.status.value, "source": field.source.value}
    entry |= {"page": field.page, "box": box}
    entry |= {"doubts": list(field.doubts)} if field.doubts else {}
    return entry | ({"second_reading": field.second.value} if field.second is not None else {})
