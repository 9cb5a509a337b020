"""An outcome as JSON for machines: what `ocrbot read --json` prints and what a zip for machines holds."""

from bot.domain.document import Document, Failure, Field, Outcome


def outcome_json(file: str, outcome: Outcome) -> dict[str, object]:
    """Return what became of a file, values as in `Field`: dates ISO 8601, money plain decimals in strings.

    `pages` were read from `first_page` on, counted from 0, and `pages_left` come after them.
    """
    if isinstance(outcome, Failure):
        return {"file": file, "error": {"reason": outcome.reason, "text": outcome.text}}
    return {
        "file": file,
        "prompt": outcome.prompt,
        "engine": outcome.engine,
        "seconds": outcome.seconds,
        "first_page": outcome.first_page,
        "pages": outcome.pages,
        "pages_left": outcome.pages_left,
        "text": outcome.text,
        "fields": {field.name: _field(field) for field in outcome.fields},
        **_rows(outcome),
        "doubts": list(outcome.doubts),
    }


def _rows(document: Document) -> dict[str, object]:
    if not document.rows:
        return {}
    return {"rows": [{cell.name: _field(cell) for cell in row.cells} for row in document.rows]}


def _field(field: Field) -> dict[str, object]:
    """Return a field; its box is [left, top, right, bottom] in pixels of the upright page, which counts from 0."""
    box = [field.box.left, field.box.top, field.box.right, field.box.bottom] if field.box else None
    found: dict[str, object] = {"value": field.value, "status": field.status.value, "source": field.source.value}
    found |= {"page": field.page, "box": box}
    return found | ({"doubts": list(field.doubts)} if field.doubts else {})
