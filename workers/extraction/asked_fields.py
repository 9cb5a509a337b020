"""Finding what a person asks for by a name that no kind of document knows, by the labels that stand on the page.

The label may be longer than the name, 地址、电话 for 地址, or stand under its owner, as the 地址 of the 销售方. The
value stands behind the label or below it. What is found in this way is what the text says; nothing checks it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.domain import texts
from bot.domain.document import Field, Line, Status
from bot.domain.prompt import FieldSpec, FieldType
from workers.extraction.candidates import Candidate, candidate, field_of, run_end, span_of
from workers.extraction.fields import find_fields
from workers.extraction.form_words import LABELS_ASKED, OWNERS_ASKED, PARTIES
from workers.extraction.label_words import is_label, label_words
from workers.extraction.labels import normal_label
from workers.layout.text_rows import TextRow, rows_of, straighten
from workers.layout.typed_lines import typed_lines

_TAIL: Final = re.compile(
    r"[^\W\d_:]{0,6}(?:[、/][^\W\d_:]{1,6})?(?:\([^():]{1,8}\))?:"
)  # of a label longer than the name
_OTHER_LABEL: Final = re.compile(r" [^\s:]{2,8}:")  # ends a value
_LEAST_NAME: Final = 2  # characters
_FIRST_GAP: Final = 12.0  # heights between a label and its value
_NEXT_GAP: Final = 2.5  # heights within a value
_BELOW: Final = 2.6  # heights from the middle of a label to the middle of a value below it
_CELL_GAP: Final = 0.8  # heights between two cells
_CELLS_OF_FORM: Final = 2  # in a row of a form without colons: a label and its value
_LIKE_LABEL: Final = re.compile("(?:号|号码|名|名称|姓名|日期|时间|金额|税额|单价|数量|规格|型号|单位|[费率])$")
_FIGURES: Final = re.compile(r"\d+(?:[.,:/-]\d+)*")
_FIGURES_BELOW_HEAD: Final = 3
_SUM: Final = re.compile("[合总小共]计|total", re.IGNORECASE)
_LAST_LATIN: Final = "\u02ff"  # later characters are Chinese or punctuation
_ROWS_OF_OWNER: Final = 8  # that may lie between an owner and a label under it


def with_asked(fields: Sequence[Field], specs: Sequence[FieldSpec], lines: Sequence[Line]) -> tuple[Field, ...]:
    """Return the fields, those that a person named and that have no value as they stand beside a label in `lines`."""
    empty = {field.key for field in fields if not field.value}
    wanted = [spec for spec in specs if spec.asked_by_name and spec.key in empty]
    found = find_asked(lines, wanted) if wanted else {}
    return tuple(found.get(field.key, field) for field in fields)


def with_asked_in_texts(
    fields: Sequence[Field], specs: Sequence[FieldSpec], by_page: Mapping[int, str]
) -> tuple[Field, ...]:
    """Return the fields as `with_asked` does, from the texts of pages without places; no value has a box."""
    missing = {field.key for field in fields if not field.value}
    if not any(spec.asked_by_name and spec.key in missing for spec in specs):
        return tuple(fields)
    lines = [line for number, text in sorted(by_page.items()) for line in typed_lines(text, number)]
    return tuple(
        replace(field, box=None) if field.key in missing else field for field in with_asked(fields, specs, lines)
    )


def find_asked(lines: Sequence[Line], specs: Sequence[FieldSpec]) -> dict[str, Field]:
    """Return those of `specs` that stand on the pages, by key, each UNCHECKED and with the label beside which it was.

    Lines without a box are ignored. The first page that has a field counts.
    """
    found: dict[str, Field] = {}
    for number in sorted({line.page for line in lines}):
        on_page = [line for line in lines if line.page == number]
        rows = rows_of(straighten(on_page))
        for spec in (spec for spec in specs if spec.key not in found):
            field = _of_party(on_page, spec) or _of_owner(rows, spec, number) or _named(rows, spec, number)
            if field is not None:
                found[spec.key] = field
    return found


def _of_party(lines: Sequence[Line], spec: FieldSpec) -> Field | None:
    """Return what one of the parties of an invoice has under a label that both have: 销售方地址."""
    owner = next((owner for owner in OWNERS_ASKED if spec.name.startswith(owner)), "")
    thing = spec.name.removeprefix(owner).removeprefix("的")
    labels = LABELS_ASKED.get(thing, ())
    if not owner or not labels:
        return None
    both = [
        FieldSpec(name=f"{party}{thing}", key=f"{party}_asked", labels=labels, type=FieldType.TEXT, lines=2)
        for party in PARTIES
    ]
    asked = next(one for one in find_fields(lines, both) if one.key == f"{OWNERS_ASKED[owner]}_asked")
    if not asked.value:
        return None
    return _beside(replace(asked, name=spec.name, key=spec.key, role=spec.role), labels[0])


def _of_owner(rows: Sequence[TextRow], spec: FieldSpec, page: int) -> Field | None:
    """Return what stands under the second half of a name, below or behind the first: 甲方电话."""
    name = normal_label(spec.name)
    for cut in range(_LEAST_NAME, len(name) - _LEAST_NAME + 1):
        owner, thing = name[:cut], name[cut:].removeprefix("的")
        places = [index for index, row in enumerate(rows) for _ in _starts(row, owner)]
        if len(places) != 1:  # unclear whose
            continue
        after = rows[places[0] : places[0] + _ROWS_OF_OWNER]
        found = next((one for row in after for one in _behind(row, rows, thing, spec)), None)
        if found is not None:
            return _beside(field_of(spec, found, page), thing)
    return None


def _named(rows: Sequence[TextRow], spec: FieldSpec, page: int) -> Field | None:
    name = normal_label(spec.name)
    found = next((one for row in rows for one in _behind(row, rows, name, spec)), None)
    return _beside(field_of(spec, found, page), spec.name) if found is not None else None


def _beside(field: Field, label: str) -> Field:
    reasons = (*field.doubts, texts.warnings.found_beside(label))
    return replace(field, status=Status.DOUBTFUL if field.doubts else Status.UNCHECKED, doubts=reasons)


def _starts(row: TextRow, word: str) -> Iterator[int]:
    """Yield where a word begins in a row, other than in the middle of a longer one."""
    start = row.text.casefold().find(word.casefold())
    while start >= 0:
        if not row.touches(start) or not row.text[start - 1].isalnum():
            yield start
        start = row.text.casefold().find(word.casefold(), start + 1)


def _behind(row: TextRow, rows: Sequence[TextRow], word: str, spec: FieldSpec) -> Iterator[Candidate]:
    """Yield the values behind or below the labels in a row that are a word or begin with it."""
    for start in _starts(row, word):
        end = start + len(word)
        tail = _TAIL.match(row.text, end)
        if tail is None and end < len(row.text) and row.touches(end):
            continue  # in a sentence
        found = _behind_colon(row, start, tail.end(), rows, spec) if tail else _in_cell(row, start, end, rows, spec)
        if found is not None:
            yield found


def _behind_colon(row: TextRow, start: int, end: int, rows: Sequence[TextRow], spec: FieldSpec) -> Candidate | None:
    return _in_row(row, end, spec, _NEXT_GAP) or _below(row, start, end, rows, spec)


def _in_cell(row: TextRow, start: int, end: int, rows: Sequence[TextRow], spec: FieldSpec) -> Candidate | None:
    """Return the value of a label without a colon: in the next cell or, in the head of a table, below."""
    beside, below = _in_row(row, end, spec, _CELL_GAP), _below(row, start, end, rows, spec)
    if _is_head_of_figures(row, rows):
        return below
    if _is_row_of_table(row, rows):
        return None  # which of its cells is meant, the whole row says
    if beside is None or any(char.isdigit() for char in beside.value):
        return beside or below
    is_head = _cells_in(row) > _CELLS_OF_FORM or _LIKE_LABEL.search(normal_label(beside.value)) is not None
    return below if is_head else beside


def _in_row(row: TextRow, start: int, spec: FieldSpec, gap: float) -> Candidate | None:
    end = run_end(row, start, len(row.chars), first=_FIRST_GAP, next_=gap)
    if end == start:
        return None
    span = span_of(row, start, end)
    other = _OTHER_LABEL.search(span.folded)
    if other is not None:
        end = start + sum(not char.isspace() for char in span.folded[: other.start()])
        span = span_of(row, start, end)
    is_empty = ":" in span.folded or not span.chars or is_label(span.folded, label_words([]))
    return None if is_empty else candidate(spec.type, span) or candidate(FieldType.TEXT, span)


def _below(row: TextRow, start: int, end: int, rows: Sequence[TextRow], spec: FieldSpec) -> Candidate | None:
    """Return what stands right below a label; in a table of several rows, only an amount in the row of sums."""
    left, right = row.chars[start].left, row.chars[end - 1].right
    table = _table_below(row, rows)
    if len(table) > 1:
        sums = next((one for one in table if _SUM.match(one.text)), None)
        if sums is None or spec.type is not FieldType.MONEY:
            return None
        return _in_column(sums, left, right, spec, of_type=True)
    for other in rows:
        if not 0 < other.middle - row.middle < _BELOW * row.height:
            continue
        if any(char.right > left and char.left < right for char in other.chars):
            return _in_column(other, left, right, spec)
    return None


def _table_below(head: TextRow, rows: Sequence[TextRow]) -> list[TextRow]:
    """Return the rows of a table below its head, the one of sums as the last; none below what is no head."""
    if _cells_in(head) <= _CELLS_OF_FORM or any(char.folded.isdigit() for char in head.chars):
        return []
    found, last = list[TextRow](), head
    for row in sorted(rows, key=lambda row: row.middle):
        if row.middle <= head.middle or _cells_in(row) < _CELLS_OF_FORM:
            continue
        if row.middle - last.middle >= _BELOW * head.height or not any(char.folded.isdigit() for char in row.chars):
            break
        found.append(row)
        last = row
        if _SUM.match(row.text):
            break
    return found


def _is_head_of_figures(row: TextRow, rows: Sequence[TextRow]) -> bool:
    """Return whether a row without a digit has one with several figures right below, however near its words are."""
    if any(char.folded.isdigit() for char in row.chars):
        return False
    near = (other for other in rows if 0 < other.middle - row.middle < _BELOW * row.height)
    return any(len(_FIGURES.findall(other.text)) >= _FIGURES_BELOW_HEAD for other in near)


def _is_row_of_table(row: TextRow, rows: Sequence[TextRow]) -> bool:
    """Return whether a row of several cells stands in a table: below a head, perhaps with other rows between."""
    lower = row
    for upper in sorted((one for one in rows if one.middle < row.middle), key=lambda one: -one.middle):
        is_near = lower.middle - upper.middle < _BELOW * row.height
        if _cells_in(row) <= _CELLS_OF_FORM or not is_near or _cells_in(upper) < _CELLS_OF_FORM or ":" in upper.text:
            return False
        if _cells_in(upper) > _CELLS_OF_FORM and not any(char.folded.isdigit() for char in upper.chars):
            return True
        lower = upper
    return False


def _cells_in(row: TextRow) -> int:
    return 1 + sum(row.gap(index) > _CELL_GAP for index in range(1, len(row.chars)))


def _in_column(row: TextRow, left: float, right: float, spec: FieldSpec, *, of_type: bool = False) -> Candidate | None:
    """Return the value in a row that stands in part between two x; None if nothing does, or no value.

    With `of_type` it must be a value of the field's type, which ends at white space.
    """
    first = next((at for at, char in enumerate(row.chars) if char.right > left and char.left < right), None)
    if first is None:
        return None
    end = run_end(row, first, len(row.chars), first=float("inf"), next_=_CELL_GAP)
    while first > 0 and row.gap(first) <= _CELL_GAP and not (of_type and row.chars[first].spaced):
        first -= 1
    if of_type:
        end = next((at for at in range(first + 1, end) if row.chars[at].spaced), end)
    span = span_of(row, first, end)
    if of_type:
        return candidate(spec.type, span)
    is_value = ":" not in span.folded and any(char.isdigit() or char > _LAST_LATIN for char in span.folded)
    is_value = is_value and not is_label(span.folded, label_words([]))
    return candidate(spec.type, span) or candidate(FieldType.TEXT, span) if is_value else None
