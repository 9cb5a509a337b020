"""The printed lines of a table: their values by column, and which of them is the row of sums."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain import texts
from bot.domain.checking.money import money
from bot.domain.prompt import FieldSpec, FieldType, value_pattern
from workers.extraction.candidates import Candidate, candidate, joined, span_of
from workers.extraction.column_assignment import assign_columns
from workers.extraction.form_words import NOTHING
from workers.extraction.label_words import is_label, label_words
from workers.extraction.table_header import Column, Head
from workers.layout.text_rows import TextRow

_WEEKDAY = re.compile(r"(?:周|星期)[一二三四五六日天]?|[一二三四五六日天]")  # below a date, which says as much
_LONGEST_SUM_LABEL = 2  # characters: 合计, or what was read of it
_FEWEST_SUMS = 2  # amount and tax; a single one may be another line of the same amount


@dataclass(frozen=True, kw_only=True)
class PrintedLine:
    """One printed line of a table: its values by column key, and the keys of the ambiguous columns."""

    row: TextRow
    cells: dict[str, Candidate]
    unclear: frozenset[str]


def printed_line(row: TextRow, head: Head) -> PrintedLine:
    """Return the values in a row by the columns of `head`."""
    placement = assign_columns(row, head.columns, strict=not head.complete)
    cells, unclear = {}, set(_unclear_keys(head.columns, placement.unclear))
    labels = label_words([column.spec for column in head.columns if column.spec is not None])
    for at, (start, end) in placement.spans.items():
        spec = head.columns[at].spec
        if spec is None or at in placement.unclear:
            continue
        span = span_of(row, start, end)
        found = candidate(spec.type, span)
        if found is not None and (is_label(found.value, labels) or found.value in NOTHING):
            continue  # of a head of two lines, or an empty line of a ticket
        if found is None and spec.type is FieldType.DATE_TIME and _WEEKDAY.fullmatch(span.folded):
            continue
        text = span.folded.strip()
        if spec.patterns and not any(value_pattern(pattern).fullmatch(text) for pattern in spec.patterns):
            continue
        if found is None:
            unclear.add(spec.key)
        elif head.columns[at].is_misread:
            cells[spec.key] = joined(found.value, [found], [texts.warnings.doubt_head_unread()])
        elif at in placement.doubtful:
            cells[spec.key] = joined(found.value, [found], [texts.warnings.doubt_unclear()])
        else:
            cells[spec.key] = found
    return PrintedLine(row=row, cells=cells, unclear=frozenset(unclear))


def _unclear_keys(columns: Sequence[Column], places: frozenset[int]) -> list[str]:
    return [spec.key for at in places if (spec := columns[at].spec) is not None]


def without_sums(lines: list[PrintedLine], specs: Sequence[FieldSpec]) -> list[PrintedLine]:
    """Return the lines without a last one that is the row of sums, of whose label hardly anything was read.

    Such a row has no quantity, price or rate, and each of its amounts is the sum of those above.
    """
    if len(lines) < 2:  # noqa: PLR2004 - a line and its sums
        return lines
    *lines_above, last = lines
    texts_in_last = [cell.value for key, cell in last.cells.items() if _type_of(key, specs) is FieldType.TEXT]
    amounts = {key: cell.value for key, cell in last.cells.items() if _type_of(key, specs) is FieldType.MONEY}
    has_more = len(texts_in_last) + len(amounts) < len(last.cells) or last.unclear
    is_label = len("".join(texts_in_last)) <= _LONGEST_SUM_LABEL
    if has_more or not is_label or len(amounts) < _FEWEST_SUMS:
        return lines
    return lines_above if all(_is_sum(key, figures, lines_above) for key, figures in amounts.items()) else lines


def _is_sum(key: str, figures: str, lines: Sequence[PrintedLine]) -> bool:
    parts = [money(line.cells[key].value) for line in lines if key in line.cells]
    return None not in parts and sum(part for part in parts if part is not None) == money(figures)


def _type_of(key: str, specs: Sequence[FieldSpec]) -> FieldType:
    return next(spec.type for spec in specs if spec.key == key)
