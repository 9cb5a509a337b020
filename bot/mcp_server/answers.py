"""What an assistant gets of a document: each value with what is known of it.

A model that is handed numbers presents numbers. So only a value that checks have confirmed, or a person has corrected,
is called `value`; any other is called `read_as`, beside why it is not certain.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_MOST_TEXT: Final = 20_000  # characters of a paper: assistants hold so much and no more
_MOST_ROWS: Final = 200
_CERTAIN: Final = "checked"
_WHY: Final = {
    "unchecked": "no check could confirm this value: look at the page before relying on it",
    "doubtful": "this value is probably wrong: look at the page",
    "missing": "it was not found on the page",
}
_NOT_ALL_CERTAIN: Final = (
    "Not every value is certain. Only what is called `value` was confirmed by checks or corrected by a person; say of "
    "each `read_as` that it is not confirmed, and why."
)
_ALL_CERTAIN: Final = "Every value was confirmed by checks or corrected by a person."
_ONLY_TEXT: Final = "The text is as it was recognised; nothing in it was checked."

Json = Mapping[str, Any]


def document_answer(document: Json) -> dict[str, Any]:
    """Return a document, as the API describes it, for an assistant."""
    answer: dict[str, Any] = {"id": document["id"], "status": document["status"], "file": document["file"]["name"]}
    if document["status"] == "done":
        papers = [_paper_answer(paper) for paper in document["papers"]]
        return {**answer, "certainty": _certainty(papers), "papers": papers, **_left_over(document)}
    if document["status"] == "failed":
        return {**answer, "problem": _failure(document.get("problem") or {})}
    waiting = {name: document.get(name) for name in ("ahead", "expected_seconds", "pages_done", "pages_total")}
    return {**answer, **waiting, "next": "It is not done yet: call get_document with this id in a while."}


def prompt_answer(prompt: Json) -> dict[str, Any]:
    """Return a kind of document, as the API describes it, for an assistant."""
    return {
        "name": prompt["name"],
        "title": prompt["title"],
        "needs_fields": prompt.get("takes_fields", False),
        "fields": [field["name"] for field in prompt["fields"]],
        "columns": [column["name"] for column in prompt.get("columns", [])],
    }


def _paper_answer(paper: Json) -> dict[str, Any]:
    rows: Sequence[Sequence[Json]] = paper["rows"]
    text = paper["text"]
    found = {
        "kind": paper["title"],
        "pages": paper["pages"],
        "fields": [_field_answer(field) for field in paper["fields"]],
        "rows": [[_field_answer(field) for field in row] for row in rows[:_MOST_ROWS]],
        "warnings": paper["warnings"],
        "text": text[:_MOST_TEXT],
        "same_as": paper.get("same_as"),
        "signature": paper.get("signature"),
        "not_shown": _not_shown(rows_left=len(rows) - _MOST_ROWS, text_left=len(text) - _MOST_TEXT, paper=paper),
    }
    return {name: value for name, value in found.items() if value}


def _field_answer(field: Json) -> dict[str, Any]:
    correction, status = field.get("correction"), field["status"]
    known = {"name": field["name"], "page": field["page"]}
    if correction:
        by = f"corrected by {correction['by']}, before: {correction['before'] or 'nothing'}"
        return {**known, "status": "corrected", "value": correction["after"], "source": by}
    if status == _CERTAIN:
        return {**known, "status": status, "value": field["value"], "source": field["source"]}
    doubts = [*field.get("doubts", []), *(f"fails the check {name}" for name in field["checks"]["failed"])]
    uncertain = {"status": status, "why_not_certain": [*doubts, _WHY.get(status, _WHY["unchecked"])]}
    return {**known, **uncertain, **({} if status == "missing" else {"read_as": field["value"]})}


def _not_shown(*, rows_left: int, text_left: int, paper: Json) -> list[str]:
    left = {"rows": rows_left, "characters of the text": text_left, "pages, which were not read": paper["pages_left"]}
    return [f"{count} more {what}" for what, count in left.items() if count > 0]


def _certainty(papers: Sequence[Json]) -> str:
    fields = [field for paper in papers for field in _fields_of(paper)]
    if not fields:
        return _ONLY_TEXT
    return _ALL_CERTAIN if all("value" in field for field in fields) else _NOT_ALL_CERTAIN


def _fields_of(paper: Json) -> list[Json]:
    return [*paper.get("fields", []), *(field for row in paper.get("rows", []) for field in row)]


def _left_over(document: Json) -> dict[str, Any]:
    """Return what the file holds besides, if anything was left out."""
    found = {"left_over": document.get("left_over"), "files": document.get("files")}
    return {name: value for name, value in found.items() if value and value != 1}


def _failure(problem: Json) -> dict[str, Any]:
    return {name: problem[name] for name in ("reason", "title", "detail") if problem.get(name)}
