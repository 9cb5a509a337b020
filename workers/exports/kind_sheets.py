"""The sheets for each kind of document: one with a row for each document, one with a row for each line of goods."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.utility import xl_col_to_name

from bot.domain import texts
from bot.domain.document import Agreement, Document, Status
from bot.domain.prompt import FieldSpec, FieldType, Prompt
from bot.domain.replying.answer_view import AnswerView
from bot.domain.replying.document_view import DocumentView
from bot.domain.replying.field_view import FieldView
from bot.domain.replying.formatting import MARKS
from bot.domain.replying.totals import sum_of
from workers.exports.cell_values import CellValue, office_text, value_of
from workers.exports.planned_sheet import ColumnTotal, PlannedSheet, SheetCell, sheet_name

_UNIT_PRICE = "单价"  # adding up unit prices makes no sense


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsOfKind:
    """The files with fields that are of one kind."""

    task_id: str
    views: tuple[DocumentView, ...]
    left_out: frozenset[int] = frozenset()  # numbers of the files that do not count in sums

    @property
    def title(self) -> str:
        """The name of the kind, for people."""
        return self.views[0].document.title

    @property
    def prompt(self) -> Prompt | None:
        """The prompt that the files were read with."""
        return self.views[0].prompt

    @property
    def specs(self) -> tuple[FieldSpec, ...]:
        """The columns: the prompt's fields, or without a prompt the fields of the documents."""
        if self.prompt is not None and self.prompt.fields:
            return self.prompt.fields
        found = {field.key: field.field.name for view in self.views for field in view.fields}
        return tuple(FieldSpec(name=name, key=key) for key, name in found.items())

    @property
    def sheet_name(self) -> str:
        """The name of the sheet of documents."""
        return sheet_name(self.title)

    @property
    def has_signatures(self) -> bool:
        """Whether anything is said of the signatures of any of the files."""
        return any(view.document.signature is not None for view in self.views)

    @property
    def has_second_readings(self) -> bool:
        """Whether a second engine read any field of the files the same."""
        return any(_read_alike(view) for view in self.views)

    @property
    def has_rows(self) -> bool:
        """Whether any of the files has a table."""
        return any(view.rows for view in self.views)


def documents_by_kind(answer: AnswerView) -> tuple[DocumentsOfKind, ...]:
    """Return the files with fields by kind, the kinds in the order of their first files."""
    kinds: dict[str, list[DocumentView]] = {}
    for view in answer.with_fields:
        kinds.setdefault(view.document.prompt, []).append(view)
    total = sum_of(answer.outcomes)
    left_out = frozenset(entry.number for entry in (total.entries if total else ()) if entry.left_out is not None)
    return tuple(
        DocumentsOfKind(task_id=answer.task_id, views=tuple(views), left_out=left_out) for views in kinds.values()
    )


def documents_sheet(kind: DocumentsOfKind) -> PlannedSheet:
    """Return the sheet of a kind: a row for each document, and the totals of those that count."""
    specs = kind.specs
    sums = [index for index, spec in enumerate(specs, 1) if _adds_up(spec)]
    counts = [texts.attachments.column_counts()] if sums else []
    head = (
        texts.attachments.column_number(),
        *(spec.name for spec in specs),
        *counts,
        *texts.attachments.columns_about(signed=kind.has_signatures, alike=kind.has_second_readings),
    )
    rows = tuple(_document_row(kind, view, counted=bool(sums)) for view in kind.views)
    totals = _totals(rows, sums, len(specs) + 1)
    return PlannedSheet(
        name=kind.sheet_name, head=head, rows=rows, totals=totals, total_label=texts.attachments.row_total()
    )


def goods_sheet(kind: DocumentsOfKind, name: str) -> PlannedSheet | None:
    """Return the sheet of the lines of goods, each with its document's number; None if there are none."""
    specs = _goods_specs(kind)
    if not specs:
        return None
    key = kind.prompt.duplicates.number if kind.prompt and kind.prompt.duplicates else ""
    named = next((spec.name for spec in kind.specs if spec.key == key), texts.attachments.column_paper())
    sums = [index for index, spec in enumerate(specs, 1) if _adds_up(spec)]
    rows: list[tuple[SheetCell, ...]] = []
    for row_number, view in enumerate(kind.views, 2):
        own = next((field.field.value for field in view.fields if field.key == key), "") or str(view.number)
        link = "internal:'{}'!A{}".format(kind.sheet_name.replace("'", "''"), row_number)
        document = SheetCell(value=CellValue(content=office_text(own)), link=link)
        counts = [_text_cell(_counts(kind, view))] if sums else []
        rows += [(document, *_value_cells(row, specs), *counts) for row in view.rows]
    head = (named, *(spec.name for spec in specs), *([texts.attachments.column_counts()] if sums else []))
    totals = _totals(rows, sums, len(specs) + 1)
    return PlannedSheet(
        name=name, head=head, rows=tuple(rows), totals=totals, total_label=texts.attachments.row_total()
    )


def _goods_specs(kind: DocumentsOfKind) -> tuple[FieldSpec, ...]:
    """Return the columns of the lines: the prompt's, then others that the documents have; none without any lines.

    Columns of a form that no document has are left out.
    """
    found = {cell.key: cell.field.name for view in kind.views for row in view.rows for cell in row}
    filled = {cell.key for view in kind.views for row in view.rows for cell in row if cell.field.value}
    columns = kind.prompt.columns if kind.prompt else ()
    forms = {"", *(spec.form for spec in columns if spec.key in filled)}
    known = tuple(spec for spec in columns if spec.form in forms)
    if not found:
        return ()
    rest = [FieldSpec(name=name, key=key) for key, name in found.items() if key not in {spec.key for spec in columns}]
    return (*known, *rest)


def _totals(rows: Sequence[tuple[SheetCell, ...]], sums: Sequence[int], counts: int) -> tuple[ColumnTotal, ...]:
    """Return the totals of the columns `sums`, over the rows that have 是 in the column `counts`."""
    counts_letter, last = xl_col_to_name(counts), len(rows) + 1
    counted = [row for row in rows if sums and row[counts].value.content == texts.attachments.yes()]
    return tuple(
        ColumnTotal(
            column=index,
            formula=f'=SUMIF(${counts_letter}$2:${counts_letter}${last},"{texts.attachments.yes()}",{column}$2:{column}${last})',
            value=sum((_amount(row[index]) for row in counted), Decimal(0)),
        )
        for index, column in ((index, xl_col_to_name(index)) for index in sums)
    )


def _counts(kind: DocumentsOfKind, view: DocumentView) -> str:
    return texts.attachments.no() if view.number in kind.left_out else texts.attachments.yes()


def _document_row(kind: DocumentsOfKind, view: DocumentView, *, counted: bool) -> tuple[SheetCell, ...]:
    document = view.document
    reasons = [
        *document.doubts,
        *(texts.answers.doubt(field.field.name, reason) for field in view.fields for reason in field.reasons),
    ]
    about = (
        _status_in_words(document),
        "\n".join(reasons),
        *([texts.attachments.names_listed(_read_alike(view))] if kind.has_second_readings else []),
        *([_signature_in_words(view)] if kind.has_signatures else []),
        view.posted_before.removeprefix("🔁").strip(),
        view.source,
        kind.task_id,
    )
    counts = [_text_cell(_counts(kind, view))] if counted else []
    values = _value_cells(view.fields, kind.specs)
    return (_text_cell(str(view.number)), *values, *counts, *map(_text_cell, about))


def _read_alike(view: DocumentView) -> tuple[str, ...]:
    """Return the names of the fields that a second engine read the same."""
    return tuple(field.field.name for field in view.fields if field.field.second is Agreement.SAME)


def _signature_in_words(view: DocumentView) -> str:
    is_changed = view.document.signature is not None and not view.signed
    return texts.answers.signature_changed() if is_changed else view.signed.removeprefix("🔏").strip()


def _status_in_words(document: Document) -> str:
    """Return a sign with its word: ⚠️ if anything is doubtful, else ✅ if any field is checked; else only a word."""
    statuses = {field.status for field in document.fields}
    in_rows = {cell.status for row in document.rows for cell in row.cells}
    if document.doubts or Status.DOUBTFUL in statuses | in_rows:
        return f"{MARKS[Status.DOUBTFUL]} {texts.attachments.doubtful()}"
    return (
        f"{MARKS[Status.CHECKED]} {texts.attachments.checked()}"
        if Status.CHECKED in statuses
        else texts.attachments.unchecked()
    )


def _value_cells(fields: Sequence[FieldView], specs: Sequence[FieldSpec]) -> list[SheetCell]:
    """Return a cell for each spec, empty if it has no field."""
    found = {field.key: field for field in fields}
    return [_value_cell(found[spec.key], spec) if spec.key in found else _text_cell("") for spec in specs]


def _value_cell(field: FieldView, spec: FieldSpec) -> SheetCell:
    return SheetCell(value=value_of(field.field, spec.type), doubtful=field.status is Status.DOUBTFUL)


def _text_cell(text: str) -> SheetCell:
    return SheetCell(value=CellValue(content=office_text(text)))


def _amount(cell: SheetCell) -> Decimal:
    return cell.value.content if isinstance(cell.value.content, Decimal) else Decimal(0)


def _adds_up(spec: FieldSpec) -> bool:
    return spec.type is FieldType.MONEY and _UNIT_PRICE not in spec.name
