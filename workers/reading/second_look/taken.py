"""What is taken from further looks at a page: only what the first had not, and only what the looks support.

A value is taken if two looks read the same, or if one read it and the checks of its kind confirm it: a check digit, a
sum, an amount in words. A value that a look itself doubts counts for nothing. What was taken is UNCHECKED like any
other, and gets ✅ by these checks alone. What the first look read stays too, but with a doubt where another look read
something else there and no check confirms it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain import texts
from bot.domain.checking.registry import CheckContext, apply_checks
from bot.domain.document import Field, Row, Status
from bot.domain.prompt import Prompt, squeezed

_ENOUGH = 2  # looks that read the same


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFound:
    """What was found of a paper on one page."""

    fields: tuple[Field, ...]
    rows: tuple[Row, ...] = ()


def completed(first: PageFound, looks: Sequence[PageFound], kind: Prompt) -> PageFound:
    """Return what the `first` look found of a paper of a kind, completed by what further looks support."""
    agreed, once = _with_looks(first, looks, _ENOUGH), _with_looks(first, looks, 1)
    checked = apply_checks(once.fields, once.rows, kind.checks, CheckContext())
    fields = map(_agreed_or_checked, agreed.fields, once.fields, checked.fields)
    fields = map(_doubted_by_looks, fields, checked.fields, *(look.fields for look in looks))
    rows = [
        tuple(map(_agreed_or_checked, *(row.cells for row in same_row)))
        for same_row in zip(agreed.rows, once.rows, checked.rows, strict=True)
    ]
    alike = [look.rows for look in looks if _have_same_cells(first.rows, look.rows)]
    rows = [
        tuple(map(_doubted_by_looks, row, checked.rows[number].cells, *(look[number].cells for look in alike)))
        for number, row in enumerate(rows)
    ]
    has_any = any(cell.value for row in rows for cell in row)
    found = tuple(Row(cells=cells) for cells in rows)
    return PageFound(fields=tuple(fields), rows=found if has_any else first.rows)


def _agreed_or_checked(agreed: Field, once: Field, checked: Field) -> Field:
    return once if not _stays(agreed) and checked.status is Status.CHECKED else agreed


def _doubted_by_looks(one: Field, checked: Field, *others: Field) -> Field:
    """Return a value, doubtful if a look was sure of another one and no check confirms it."""
    clear = [other.value for other in others if other.value and other.status is not Status.DOUBTFUL]
    differing = [value for value in dict.fromkeys(clear) if squeezed(value) != squeezed(one.value)]
    if not one.value or not differing or one.status is Status.DOUBTFUL or checked.status is Status.CHECKED:
        return one
    doubt = texts.warnings.doubt_read_differently(differing)
    return replace(one, status=Status.DOUBTFUL, doubts=(*one.doubts, doubt))


def _with_looks(first: PageFound, looks: Sequence[PageFound], enough: int) -> PageFound:
    columns = zip(first.fields, *(look.fields for look in looks), strict=True)
    fields = tuple(one if _stays(one) else _supported(others, enough) or one for one, *others in columns)
    return PageFound(fields=fields, rows=_rows_with_looks(first.rows, [look.rows for look in looks], enough))


def _rows_with_looks(first: Sequence[Row], looks: Sequence[Sequence[Row]], enough: int) -> tuple[Row, ...]:
    """Return the lines of a table with its missing cells from further looks.

    A table that the first look did not find is the next look's, unless another one found another number of lines; else
    its lines keep their number, and only looks that found as many can fill their cells.
    """
    if not first:
        if not looks or {len(look) for look in looks if look} != {len(looks[0])}:
            return ()
        first = [Row(cells=tuple(cell.emptied for cell in row.cells)) for row in looks[0]]
    alike = [look for look in looks if _have_same_cells(first, look)]
    return tuple(
        Row(
            cells=tuple(
                cell if _stays(cell) else _supported([look[number].cells[place] for look in alike], enough) or cell
                for place, cell in enumerate(row.cells)
            )
        )
        for number, row in enumerate(first)
    )


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


def _stays(one: Field) -> bool:
    """Return whether a value was read beside its own label, or below it; else another look may read it better."""
    unread = {texts.warnings.doubt_label_unread(), texts.warnings.doubt_head_unread()}
    return bool(one.value) and unread.isdisjoint(one.doubts)


def _supported(found: Sequence[Field], enough: int) -> Field | None:
    """Return the value that so many looks read; None if there is none, or if they differ."""
    clear = [field for field in found if field.value and field.status is not Status.DOUBTFUL]
    if len(clear) < enough or len({squeezed(field.value) for field in clear}) > 1:
        return None
    return replace(clear[0], doubts=())
