"""What stands in the sheets of a kind of paper: a row for each, and a row for each line of goods on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.utility import xl_col_to_name

from bot.domain.document import Document, Field, Outcome, Status
from bot.domain.prompt import FieldSpec, FieldType, Prompt
from bot.domain.replying.attachments import source_name
from bot.domain.replying.disclosure import prompt_of
from bot.domain.replying.document_view import has_fields, seen
from bot.domain.replying.formatting import MARKS, type_of
from bot.domain.replying.totals import sum_of
from bot.domain.task import Task
from bot.domain.texts import chat as texts
from workers.exports.cells import CellValue, clean, value_of
from workers.exports.sheets import ColumnTotal, Sheet, SheetCell, sheet_name

_UNIT_PRICE = "单价"  # adds up to nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """The documents of one kind, each with its number in the message from 1."""

    task: Task
    title: str
    prompt: Prompt | None
    documents: tuple[tuple[int, Document], ...]
    left_out: frozenset[int] = frozenset()  # numbers of those that are not in the sum

    @property
    def specs(self) -> tuple[FieldSpec, ...]:
        """The columns: the prompt's fields, else those that were found."""
        if self.prompt is not None and self.prompt.fields:
            return self.prompt.fields
        found = {field.key: field.name for _, document in self.documents for field in document.fields}
        return tuple(FieldSpec(name=name, key=key) for key, name in found.items())

    @property
    def sheet(self) -> str:
        """The name of their sheet."""
        return sheet_name(self.title)


def papers(task: Task, outcomes: Sequence[Outcome]) -> tuple[Papers, ...]:
    """Return the documents with fields, by kind, in the order in which the kinds come first."""
    kinds: dict[str, list[tuple[int, Document]]] = {}
    for number, outcome in enumerate(outcomes, 1):
        if isinstance(outcome, Document) and has_fields(outcome):
            kinds.setdefault(outcome.prompt, []).append((number, outcome))
    found = sum_of(task, outcomes)
    left_out = frozenset(entry.number for entry in found.entries if entry.left is not None) if found else frozenset()
    return tuple(
        Papers(
            task=task,
            title=documents[0][1].title,
            prompt=prompt_of(task, documents[0][1]),
            documents=tuple(documents),
            left_out=left_out,
        )
        for documents in kinds.values()
    )


def kind_page(kind: Papers) -> Sheet:
    """Return the sheet of a kind: a row for each paper, and below what is in the sum."""
    specs = kind.specs
    sums = [index for index, spec in enumerate(specs, 1) if _adds_up(spec)]
    counts = [texts.column_counts()] if sums else []
    head = (texts.column_number(), *(spec.name for spec in specs), *counts, *texts.columns_about())
    rows = tuple(_paper(kind, number, document, counted=bool(sums)) for number, document in kind.documents)
    totals = _totals(rows, sums, len(specs) + 1)
    return Sheet(name=kind.sheet, head=head, rows=rows, totals=totals, total_label=texts.row_total())


def lines_page(kind: Papers, name: str) -> Sheet | None:
    """Return the sheet of the lines of goods, each with its paper's number; None where there are none."""
    specs = _line_specs(kind)
    if not specs:
        return None
    key = kind.prompt.duplicates.number if kind.prompt and kind.prompt.duplicates else ""
    named = next((spec.name for spec in kind.specs if spec.key == key), texts.column_paper())
    sums = [index for index, spec in enumerate(specs, 1) if _adds_up(spec)]
    rows: list[tuple[SheetCell, ...]] = []
    for place, (number, document) in enumerate(kind.documents, 2):
        own = next((field.value for field in document.fields if field.key == key), "") or str(number)
        link = "internal:'{}'!A{}".format(kind.sheet.replace("'", "''"), place)
        for row in document.rows:
            cells = {cell.key: cell for cell in row.cells}
            entries = [_entry(cells[spec.key], spec.type) if spec.key in cells else _said("") for spec in specs]
            counts = [_said(_counts(kind, number))] if sums else []
            rows.append((SheetCell(value=CellValue(content=clean(own)), link=link), *entries, *counts))
    head = (named, *(spec.name for spec in specs), *([texts.column_counts()] if sums else []))
    totals = _totals(rows, sums, len(specs) + 1)
    return Sheet(name=name, head=head, rows=tuple(rows), totals=totals, total_label=texts.row_total())


def _line_specs(kind: Papers) -> tuple[FieldSpec, ...]:
    """Return the columns of the lines: the prompt's, else those that were found."""
    found = {cell.key: cell.name for _, document in kind.documents for row in document.rows for cell in row.cells}
    known = kind.prompt.columns if kind.prompt else ()
    if not found:
        return ()
    rest = [FieldSpec(name=name, key=key) for key, name in found.items() if key not in {spec.key for spec in known}]
    return (*known, *rest)


def _totals(rows: Sequence[tuple[SheetCell, ...]], sums: Sequence[int], counts: int) -> tuple[ColumnTotal, ...]:
    """Return the sums of these columns, over the rows that say 是 in the column `counts`."""
    said, last = xl_col_to_name(counts), len(rows) + 1
    counted = [row for row in rows if sums and row[counts].value.content == texts.yes()]
    return tuple(
        ColumnTotal(
            column=index,
            formula=f'=SUMIF(${said}$2:${said}${last},"{texts.yes()}",{column}$2:{column}${last})',
            value=sum((_amount(row[index]) for row in counted), Decimal(0)),
        )
        for index, column in ((index, xl_col_to_name(index)) for index in sums)
    )


def _counts(kind: Papers, number: int) -> str:
    return texts.no() if number in kind.left_out else texts.yes()


def _paper(kind: Papers, number: int, document: Document, *, counted: bool) -> tuple[SheetCell, ...]:
    found = {field.key: field for field in document.fields}
    values = [
        _entry(found[spec.key], type_of(spec.key, kind.prompt)) if spec.key in found else _said("")
        for spec in kind.specs
    ]
    counts = [_said(_counts(kind, number))] if counted else []
    doubts = [
        *document.doubts,
        *(texts.doubt(field.name, said) for field in document.fields for said in _doubts(field)),
    ]
    about = (
        _said(_mark(document)),
        _said("\n".join(doubts)),
        _said(seen(kind.task, document).removeprefix("🔁").strip()),
        _said(source_name(kind.task, number - 1)),
        _said(kind.task.id),
    )
    return (_said(str(number)), *values, *counts, *about)


def _mark(document: Document) -> str:
    """Return ✅ where something was checked and nothing is doubtful, ⚠️ where something is, and the same in words."""
    statuses = {field.status for field in document.fields}
    in_lines = {cell.status for row in document.rows for cell in row.cells}
    if document.doubts or Status.DOUBTFUL in statuses | in_lines:
        return f"{MARKS[Status.DOUBTFUL]} {texts.doubtful()}"
    return f"{MARKS[Status.CHECKED]} {texts.checked()}" if Status.CHECKED in statuses else texts.unchecked()


def _doubts(field: Field) -> tuple[str, ...]:
    return field.doubts or ((texts.doubt_without_reason(),) if field.status is Status.DOUBTFUL else ())


def _entry(field: Field, kind: FieldType) -> SheetCell:
    return SheetCell(value=value_of(field, kind), doubtful=field.status is Status.DOUBTFUL)


def _said(text: str) -> SheetCell:
    return SheetCell(value=CellValue(content=clean(text)))


def _amount(entry: SheetCell) -> Decimal:
    return entry.value.content if isinstance(entry.value.content, Decimal) else Decimal(0)


def _adds_up(spec: FieldSpec) -> bool:
    return spec.type is FieldType.MONEY and _UNIT_PRICE not in spec.name
