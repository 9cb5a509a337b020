"""From a document that was read to the JSON of its papers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.api.answers.json_models import (
    ChecksJson,
    CorrectionJson,
    FieldJson,
    PaperJson,
    SameAsJson,
    SignatureJson,
)
from bot.domain import texts
from bot.domain.china import CHINA
from bot.domain.document import Box, Document, Field, FileSignature, FirstSeen
from bot.domain.requests.corrected_papers import Place, last_of_each
from bot.domain.requests.correction import FieldCorrection
from bot.domain.texts.english.sentences import in_language


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperContext:
    """What the JSON of papers needs besides them."""

    corrections: Sequence[FieldCorrection]  # of this file
    may_see: Callable[[str], bool]  # whether the caller may see a request, by its id
    language: str = "zh"  # of warnings: zh or en


def iso_time(at: float) -> str:
    """Return a time in Unix seconds as ISO 8601, in China's zone."""
    return datetime.fromtimestamp(at, CHINA).isoformat(timespec="milliseconds")


def papers_json(document: Document, context: PaperContext) -> list[PaperJson]:
    """Return the papers of a file."""
    last = last_of_each(context.corrections)
    return [_paper(paper, number, last, context) for number, paper in enumerate(document.papers, 1)]


def correction_json(correction: FieldCorrection) -> CorrectionJson:
    """Return a correction; rows count from 1."""
    return CorrectionJson(
        paper=correction.paper,
        field=correction.field,
        row=None if correction.row is None else correction.row + 1,
        before=correction.before,
        after=correction.after,
        by=correction.by,
        at=iso_time(correction.at),
    )


def _paper(paper: Document, number: int, last: Mapping[Place, FieldCorrection], context: PaperContext) -> PaperJson:

    def field_json(field: Field, row: int | None = None) -> FieldJson:
        return _field(field, last.get((number, row, field.key)), context.language)

    place = paper.place
    pages = place.pages if place else range(paper.first_page, paper.first_page + paper.pages)
    return PaperJson(
        prompt=paper.prompt,
        title=paper.title,
        engine=paper.engine,
        output_of=paper.credit.model if paper.credit else texts.answers.engine_name(paper.engine),
        pages=[page + 1 for page in pages],
        first_page=paper.first_page + 1,
        pages_left=paper.pages_left,
        text=paper.text,
        fields=[field_json(field) for field in paper.fields],
        rows=[[field_json(cell, index) for cell in row.cells] for index, row in enumerate(paper.rows)],
        warnings=[in_language(doubt, context.language) for doubt in paper.doubts],
        codes=list(paper.codes),
        same_as=_same_as(paper.first, context),
        signature=_signature(paper.signature),
        region=_box(place.region if place else None),
    )


def _field(field: Field, correction: FieldCorrection | None, language: str) -> FieldJson:
    return FieldJson(
        key=field.key,
        name=field.name,
        role=field.role.value if field.role else None,
        value=field.value,
        status=field.status,
        source=field.source,
        page=None if field.page is None else field.page + 1,
        box=_box(field.box),
        checks=ChecksJson(passed=list(field.passed), failed=list(field.failed)),
        doubts=[in_language(doubt, language) for doubt in field.doubts],
        correction=correction_json(correction) if correction else None,
    )


def _box(box: Box | None) -> list[int] | None:
    return [box.left, box.top, box.right, box.bottom] if box else None


def _same_as(first: FirstSeen | None, context: PaperContext) -> SameAsJson | None:
    if first is None:
        return None
    known = first.task_id if context.may_see(first.task_id) else None
    return SameAsJson(id=known, at=iso_time(first.at), match=first.match)


def _signature(signature: FileSignature | None) -> SignatureJson | None:
    if signature is None:
        return None
    return SignatureJson(
        state=signature.state, signers=list(signature.signers), unknown_signer=signature.unknown_signer
    )
