"""Finds fields in lines: the labels on the page first, then the values behind or below them.

A value that could belong to two fields is given to neither, and a field with two possible values is doubtful: a missing
field costs a look at the document, a wrong one costs trust.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from bot.domain import texts
from bot.domain.document import Field, Line
from bot.domain.prompt import FieldSpec, FieldType
from bot.domain.roles import Role
from workers.extraction import invoice_blocks
from workers.extraction.candidates import Candidate, candidate, field_of, joined, run_end, span_of
from workers.extraction.cell_below import value_in_cell_below
from workers.extraction.continuation import with_continuation
from workers.extraction.form_words import (
    COLUMN_OF_SUM,
    FORM_LABELS,
    INVOICE_PARTIES,
    PARTIES,
    PARTY_HEADINGS,
    PURCHASE,
    SUMS,
)
from workers.extraction.label_words import is_label, is_note, label_beside, label_words
from workers.extraction.labels import Label, find_labels, normal_label
from workers.extraction.pair_columns import labels_of_columns
from workers.extraction.patterns import SearchText, is_pattern, matching_patterns, search_texts
from workers.extraction.sections import is_in_section, section_of
from workers.extraction.vertical_headings import VerticalHeading, find_headings, party_by_half, party_of
from workers.layout.text_rows import Piece, TextRow, rows_of, straighten

# The widest gap between a label and its value, in heights: a value of a strict form may stand further away.
_FIRST_GAP = {FieldType.TEXT: 5.0, FieldType.MONEY: 8.0, FieldType.MONEY_WORDS: 12.0}
# The same where a label with a colon and a single value have the row to themselves, as on receipts.
_ALONE_GAP = 16.0
_ALONE_TEXT_GAP = 8.0
_NEXT_GAP = 1.5  # heights between two words of one value
_TIGHT_GAP = 1.0  # the same between digits: two numbers must not become one
_USUAL_FIRST_GAP = 6.0
_FAR_GAP = 12.0
_ORGANISATION = re.compile(r"[\u4e00-\u9fff]{2}(?:公司|厂|商行|事务所|合作社|大学|医院|分行|支行|税务局)$")
_UNKNOWN_LABEL = re.compile(r"(?<=\S) [\u4e00-\u9fff()]{2,10}:")
_CIRCLE_GAP = 3.0  # between the crossed circle and the amount behind it
_BELOW = 2.2  # heights from the middle of a label to the middle of a value below it
_LEAST_DIGITS_BELOW = 8
_MOST_LINES_OF_NAME = 2  # what is longer, such as remarks, may say anything
_MAY_STAND_BELOW = frozenset({FieldType.DIGITS, FieldType.DATE, FieldType.TAX_ID})


@dataclass(frozen=True, kw_only=True)
class _PageLayout:
    """A page as it is searched for fields; `next_starts` gives where the label behind another one in its row starts."""

    number: int
    pieces: tuple[Piece, ...]
    headings: tuple[VerticalHeading, ...]
    rows: tuple[TextRow, ...]
    labels: tuple[Label, ...]
    next_starts: Mapping[int, int]  # by the id of a label; the last label of a row has none
    remarks: tuple[Piece, ...]
    texts: tuple[SearchText, ...]
    no_values: frozenset[str]  # labels
    in_columns: frozenset[int]  # the ids of labels whose values stand in a column beside them


def find_fields(lines: Sequence[Line], specs: Sequence[FieldSpec]) -> tuple[Field, ...]:
    """Return one field for each spec, in their order: UNCHECKED or DOUBTFUL with page and box, else MISSING.

    Lines without a box are ignored. Pages are merged by `merged_pages`.
    """
    return merged_pages(fields_by_page(lines, specs)) or _filled({}, specs)


def fields_by_page(lines: Sequence[Line], specs: Sequence[FieldSpec]) -> dict[int, tuple[Field, ...]]:
    """Return the fields of each page that has lines, by page number, as `find_fields` does for one page."""
    numbers = sorted({line.page for line in lines})
    pages = [_page([line for line in lines if line.page == number], number, specs) for number in numbers]
    return {page.number: _filled(_find_on(page, specs), specs) for page in pages}


def merged_pages(pages: Mapping[int, Sequence[Field]]) -> tuple[Field, ...]:
    """Return the fields of one document; all its pages have fields with the same keys.

    If pages contradict each other, only the page with the most values counts.
    """
    filled = [{field.key: field for field in pages[number] if field.value} for number in sorted(pages)]
    fullest = max(filled, key=len, default={})
    agree = all(_agree(one, other) for one in filled for other in filled)
    merged = {key: field for of_page in reversed(filled) for key, field in of_page.items()} if agree else fullest
    fields = {field.key: field for of_page in pages.values() for field in of_page}
    return tuple(merged.get(key, field.emptied) for key, field in fields.items())


def _filled(found: Mapping[str, Field], specs: Sequence[FieldSpec]) -> tuple[Field, ...]:
    return tuple(found.get(spec.key, spec.missing) for spec in specs)


def _agree(one: Mapping[str, Field], other: Mapping[str, Field]) -> bool:
    return all(one[key].value == other[key].value for key in one.keys() & other.keys())


def _page(lines: Sequence[Line], number: int, specs: Sequence[FieldSpec]) -> _PageLayout:
    pieces = straighten(lines)
    headings = find_headings(pieces)
    stacked = {id(piece) for heading in headings for piece in heading.pieces}
    flat = [piece for piece in pieces if id(piece) not in stacked]
    words = {*FORM_LABELS, *(word for spec in specs for word in (spec.name, *spec.labels))}
    remarks = invoice_blocks.remark_pieces(flat, headings, find_labels(rows_of(flat), words))
    in_remarks = {id(piece) for piece in remarks}
    rows = rows_of(piece for piece in flat if id(piece) not in in_remarks)
    labels = find_labels(rows, words)
    return _PageLayout(
        number=number,
        pieces=tuple(flat),
        headings=headings,
        rows=rows,
        labels=labels,
        next_starts={id(label): after.start for label, after in pairwise(labels) if after.row is label.row},
        remarks=remarks,
        texts=search_texts(rows_of(flat)),
        no_values=label_words(specs),
        in_columns=labels_of_columns(rows, labels),
    )


def _find_on(page: _PageLayout, specs: Sequence[FieldSpec]) -> dict[str, Field]:
    chosen = {spec.key: one for spec in specs if (one := _choose(_candidates(page, spec, specs))) is not None}
    known = [one.value for one in chosen.values()]
    for spec in (spec for spec in specs if spec.role is Role.REMARKS):
        remarks = _choose(invoice_blocks.remarks(page.remarks, page.pieces, page.headings, known))
        if remarks is not None:
            chosen[spec.key] = remarks
    # A pattern may take a part of a labelled value: how a plate begins.
    uses = Counter((is_pattern(one), char) for one in chosen.values() for char in _characters(one))
    unshared = {
        key: one for key, one in chosen.items() if all(uses[is_pattern(one), char] == 1 for char in _characters(one))
    }
    return {spec.key: field_of(spec, unshared[spec.key], page.number) for spec in specs if spec.key in unshared}


def _characters(one: Candidate) -> set[tuple[int, float]]:
    """Return what identifies the characters on the page that a value was read from: line and left edge."""
    return {(id(char.piece.line), char.left) for char in one.chars}


def _choose(candidates: Iterable[Candidate]) -> Candidate | None:
    """Return the candidate with the best label; it is doubtful if another value has an equally good label."""
    ordered = sorted(candidates, key=lambda one: one.rank)
    best = [one for one in ordered if one.rank == ordered[0].rank]
    values = tuple(dict.fromkeys(one.value for one in best))
    if len(values) > 1:
        return joined(best[0].value, best[:1], [texts.warnings.doubt_several(values)])
    return best[0] if best else None


def _candidates(page: _PageLayout, spec: FieldSpec, specs: Sequence[FieldSpec]) -> tuple[Candidate, ...]:
    return (
        _values_in(_labelled(page, spec, specs), page, spec)
        or _values_in(_placed(page, spec), page, spec)
        or _values_in(matching_patterns(spec, page.texts), page, spec)
    )


def _values_in(found: Sequence[Candidate], page: _PageLayout, spec: FieldSpec) -> tuple[Candidate, ...]:
    """Return what was found without labels; a name with a label before or behind it may be half of another value."""
    values = tuple(one for one in found if not is_label(one.value, page.no_values) and not is_note(one.value))
    is_name = spec.type is FieldType.TEXT and spec.lines <= _MOST_LINES_OF_NAME
    return tuple(map(partial(_with_label_doubted, words=page.no_values), values)) if is_name else values


def _with_label_doubted(one: Candidate, words: frozenset[str]) -> Candidate:
    label = label_beside(one.value, words)
    return replace(one, doubts=(*one.doubts, texts.warnings.doubt_label(label))) if label else one


def _placed(page: _PageLayout, spec: FieldSpec) -> tuple[Candidate, ...]:
    """Return the values of an invoice that are known by their place alone."""
    if spec.role is Role.INVOICE_TITLE:
        return invoice_blocks.title(page.rows, page.labels)
    if spec.role is not None and spec.role in COLUMN_OF_SUM:
        return invoice_blocks.column_sum(COLUMN_OF_SUM[spec.role], page.rows, page.labels)
    if spec.role is Role.TOTAL_WITH_TAX:
        return invoice_blocks.total_beside_words(page.labels)
    return invoice_blocks.lone_codes(page.rows, page.labels) if spec.role is Role.INVOICE_CODE else ()


def _labelled(page: _PageLayout, spec: FieldSpec, specs: Sequence[FieldSpec]) -> tuple[Candidate, ...]:
    """Return the values behind a field's labels.

    A label shared by fields counts only if its party or section fits. If it is the name of one of them and a further
    label of the other, the other has it where none of its better labels is on the page.
    """
    words = _words(spec)
    shared = {word for other in specs if other.key != spec.key for word in _words(other)}
    ranks = {word: rank for rank, word in reversed(list(enumerate(words)))}
    values, unread = [], dict[int, str]()
    for label in page.labels:
        if label.word not in ranks or (label.word == SUMS and spec.role in COLUMN_OF_SUM):
            continue
        if label.word in PARTY_HEADINGS and not label.colon:
            continue
        if label.word in shared and not _is_own(page, label, spec, specs):
            continue
        value = _value(page, label, spec, ranks[label.word])
        if value is not None:
            values.append(value)
        elif label.colon and _has_word_behind(page, label):
            unread[ranks[label.word]] = label.word
    return tuple(_beside_unread(value, unread) for value in values)


def _has_word_behind(page: _PageLayout, label: Label) -> bool:
    """Return whether something stands right behind a label that is no other label."""
    row, next_start = label.row, page.next_starts.get(id(label), len(label.row.chars))
    return label.end < next_start and row.gap(label.end) < _NEXT_GAP


def _beside_unread(value: Candidate, unread: Mapping[int, str]) -> Candidate:
    """Return a value, doubtful if something that is no such value stands behind a better label than its own."""
    better = min((rank for rank in unread if rank < value.rank), default=None)
    if better is None:
        return value
    return replace(value, doubts=(*value.doubts, texts.warnings.doubt_other_label(unread[better])))


def _words(spec: FieldSpec) -> list[str]:
    return [normal_label(word) for word in (spec.name, *spec.labels)]


def _is_own(page: _PageLayout, label: Label, spec: FieldSpec, specs: Sequence[FieldSpec]) -> bool:
    sharing = [other for other in specs if other.key != spec.key and label.word in _words(other)]
    if len(sharing) == 1 and label.word in {normal_label(spec.name), normal_label(sharing[0].name)}:
        named, other = (spec, sharing[0]) if normal_label(spec.name) == label.word else (sharing[0], spec)
        better = _words(other)[: _words(other).index(label.word)]
        return (spec is named) == any(one.word in better for one in page.labels)
    if section_of(spec) in INVOICE_PARTIES:
        return _is_own_party(page, label, spec, specs)
    party = party_of(label, page.headings)
    if party is not None and section_of(spec) in PARTIES:
        return section_of(spec) == party
    return is_in_section(label, page.labels, spec, specs)


def _is_own_party(page: _PageLayout, label: Label, spec: FieldSpec, specs: Sequence[FieldSpec]) -> bool:
    party = party_of(label, page.headings)
    if party is None and not any(PURCHASE in piece.text for piece in page.pieces):
        party = party_by_half(label, page.labels)
        others = [other for other in page.labels if other.word == label.word and other is not label]
        if party is not None and party in [party_of(other, page.headings) for other in others]:
            return False
    if party is None and not page.headings:  # on a strip, one party's labels stand below those of the other
        return is_in_section(label, page.labels, spec, specs)
    return section_of(spec) == party


def _value(page: _PageLayout, label: Label, spec: FieldSpec, rank: int) -> Candidate | None:
    """Return the value behind a label in its row, or else the value below it."""
    if spec.below:
        return value_in_cell_below(label, spec, page.rows, page.labels, rank)
    row = label.row
    next_start = page.next_starts.get(id(label))
    limit = len(row.chars) if next_start is None else next_start
    is_in_column = id(label) in page.in_columns
    first = float("inf") if is_in_column else _first_gap(label, spec, is_last=next_start is None)
    next_gap = _TIGHT_GAP if spec.type is FieldType.DIGITS else _NEXT_GAP
    end = min(run_end(row, label.end, limit, first=first, next_=next_gap), _end_before_heading(page, label, limit))
    end = _end_before_unknown_label(row, label.end, end)
    if end == label.end:
        far = _far_organisation(label, limit, rank) if spec.type is FieldType.TEXT else None
        return far or (_below(page, label, spec, rank) if _is_free_behind(row, label) else None)
    found = candidate(spec.type, span_of(row, label.end, end), rank=rank)
    if found is None and spec.type is FieldType.MONEY_WORDS:
        return _words_behind_circle(row, end, limit, rank)
    if found is None and spec.type is FieldType.MONEY:  # two columns of sums
        return candidate(
            spec.type, span_of(row, label.end, run_end(row, label.end, end, first=first, next_=_TIGHT_GAP)), rank=rank
        )
    if found is None or spec.type is not FieldType.TEXT:
        return found
    return with_continuation(found, label, page.rows, page.labels, spec.lines)


def _end_before_unknown_label(row: TextRow, start: int, end: int) -> int:
    """Return where the value ends: before a word with a colon behind a space, which no prompt has as a label."""
    span = span_of(row, start, end)
    other = _UNKNOWN_LABEL.search(span.folded)
    return end if other is None else start + sum(place is not None for place in span.places[: other.start()])


def _first_gap(label: Label, spec: FieldSpec, *, is_last: bool) -> float:
    """Return how far behind its label a value may begin, in heights; `is_last` of the labels in its row."""
    row, usual = label.row, _FIRST_GAP.get(spec.type, _USUAL_FIRST_GAP)
    behind = range(label.end + 1, len(row.chars))
    if not label.colon or not is_last or label.start > 0 or any(row.gap(index) > _NEXT_GAP for index in behind):
        return usual
    return max(usual, _ALONE_TEXT_GAP if spec.type is FieldType.TEXT else _ALONE_GAP)


def _far_organisation(label: Label, limit: int, rank: int) -> Candidate | None:
    """Return the name of an organisation far behind a label: it can be no label itself."""
    row = label.row
    end = run_end(row, label.end, limit, first=_FAR_GAP, next_=_NEXT_GAP)
    found = candidate(FieldType.TEXT, span_of(row, label.end, end), rank=rank)
    return found if found is not None and _ORGANISATION.search(found.value) else None


def _words_behind_circle(row: TextRow, start: int, end: int, rank: int) -> Candidate | None:
    """Return the amount behind a crossed circle that was read as a separate character of another size."""
    stop = run_end(row, start, end, first=_CIRCLE_GAP, next_=_NEXT_GAP)
    return candidate(FieldType.MONEY_WORDS, span_of(row, start, stop), rank=rank)


def _end_before_heading(page: _PageLayout, label: Label, end: int) -> int:
    """Return where the text behind a label ends: at a vertical heading right of it, otherwise at `end`."""
    lefts = [
        heading.left
        for heading in page.headings
        if heading.left > label.right and not heading.distance_to(label.row.middle)
    ]
    nearest = min(lefts, default=float("inf"))
    return next((index for index in range(label.end, end) if label.row.chars[index].left > nearest), end)


def _is_free_behind(row: TextRow, label: Label) -> bool:
    return label.end == len(row.chars) or row.gap(label.end) > _USUAL_FIRST_GAP


def _below(page: _PageLayout, label: Label, spec: FieldSpec, rank: int) -> Candidate | None:
    """Return a value alone in the line below a label; not names and sums, which may belong to another label."""
    if spec.type not in _MAY_STAND_BELOW:
        return None
    labelled = {id(other.row) for other in page.labels}
    for row in page.rows:
        near = 0 < row.middle - label.row.middle < _BELOW * label.row.height
        if not near or id(row) in labelled or row.chars[0].left > label.right or row.chars[-1].right < label.left:
            continue
        found = candidate(
            spec.type, span_of(row, 0, run_end(row, 0, len(row.chars), first=float("inf"), next_=_NEXT_GAP))
        )
        if found and (spec.type is not FieldType.DIGITS or len(found.value) >= _LEAST_DIGITS_BELOW):
            return Candidate(value=found.value, chars=found.chars, rank=rank, doubts=found.doubts)
    return None
