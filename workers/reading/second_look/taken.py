"""What is taken from a second look at a page: only what the first had not, and only what the looks support.

A value of a strict form (a date, an amount, a number) is taken if no other look read another one: what is misread
rarely has the form, and the checks of its kind come after it. Free text is taken only if two looks read the same. A
value that a look itself doubts counts for nothing. What was taken is UNCHECKED like any other, and gets ✅ by checks
alone.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.document import Field, Row, Status
from bot.domain.prompt import FieldSpec, FieldType, squeezed

_ENOUGH = 2  # looks that support a free text


def with_fields_of(
    first: Sequence[Field], looks: Sequence[Sequence[Field]], specs: Sequence[FieldSpec]
) -> tuple[Field, ...]:
    """Return the fields of the `first` look, the missing ones taken from further looks; all are as in `specs`."""
    return tuple(
        field if field.value else _supported([look[place] for look in looks], spec) or field
        for place, (field, spec) in enumerate(zip(first, specs, strict=True))
    )


def with_rows_of(first: Sequence[Row], looks: Sequence[Sequence[Row]], specs: Sequence[FieldSpec]) -> tuple[Row, ...]:
    """Return the lines of a table, what is missing of it taken from further looks.

    A table that the first look did not find is taken if two looks found as many lines; else its lines keep their
    number, and only looks that found as many can fill their cells.
    """
    spec_of = {spec.key: spec for spec in specs}
    if not first:
        counts = {len(look) for look in looks}
        if len(looks) < _ENOUGH or len(counts) > 1 or counts == {0}:
            return ()
        first = [_emptied(row) for row in looks[0]]
        looks = [look for look in looks if _have_same_cells(first, look)]
    alike = [look for look in looks if _have_same_cells(first, look)]
    return tuple(
        Row(
            cells=tuple(
                cell
                if cell.value or cell.key not in spec_of
                else _supported([look[number].cells[place] for look in alike], spec_of[cell.key]) or cell
                for place, cell in enumerate(row.cells)
            )
        )
        for number, row in enumerate(first)
    )


def _emptied(row: Row) -> Row:
    return Row(cells=tuple(cell.emptied for cell in row.cells))


def _have_same_cells(rows: Sequence[Row], others: Sequence[Row]) -> bool:
    """Return whether two tables have as many lines with the same columns, no two of which contradict each other."""
    return len(rows) == len(others) and all(
        [cell.key for cell in row.cells] == [cell.key for cell in other.cells] and not _contradict(row, other)
        for row, other in zip(rows, others, strict=True)
    )


def _contradict(row: Row, other: Row) -> bool:
    """Return whether most of the cells that both lines have differ: then they are not the same line."""
    pairs = [(one, two) for one, two in zip(row.cells, other.cells, strict=True) if one.value and two.value]
    return sum(squeezed(one.value) != squeezed(two.value) for one, two in pairs) * 2 > len(pairs)


def _supported(found: Sequence[Field], spec: FieldSpec) -> Field | None:
    """Return the value that looks support; None if there is none, or if they differ."""
    clear = [field for field in found if field.value and field.status is not Status.DOUBTFUL]
    if not clear or len({squeezed(field.value) for field in clear}) > 1:
        return None
    needed = _ENOUGH if spec.type is FieldType.TEXT else 1
    return replace(clear[0], doubts=()) if len(clear) >= needed else None
