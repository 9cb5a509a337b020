"""Finds fields in lines: the labels on the page first, then the values behind or below them.

A value that could belong to two fields is given to neither, and a field with two possible values is doubtful: a missing
field costs a look at the document, a wrong one costs trust.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from bot.domain import texts
from bot.domain.document import Field, Line
from bot.domain.prompt import FieldSpec, FieldType
from bot.domain.roles import Role
from workers.extraction import invoice_blocks
from workers.extraction.candidates import Candidate, field_of, joined
from workers.extraction.form_words import (
    BUTTONS,
    COLUMN_OF_SUM,
    FORM_LABELS,
    INVOICE_PARTIES,
    PARTIES,
    PARTY_HEADINGS,
    PURCHASE,
    SUMS,
)
from workers.extraction.label_words import is_label, is_note, label_beside, label_words
from workers.extraction.labelled_page import NEXT_GAP, LabelledPage, value_beside
from workers.extraction.labels import Label, find_labels, normal_label
from workers.extraction.pair_columns import labels_of_columns, touching_labels
from workers.extraction.patterns import is_pattern, matching_patterns, search_texts
from workers.extraction.sections import is_in_section, section_of
from workers.extraction.stacked_labels import with_stacked_labels
from workers.extraction.tables.misread_labels import misread_labels
from workers.extraction.vertical_headings import find_headings, party_by_half, party_of
from workers.layout.text_rows import TextRow, rows_of, straighten

_TENTHS = re.compile(r"\d\.\d$", re.ASCII)
_CENTS = re.compile(r"\d\.\d\d(?!\d)", re.ASCII)
_MOST_LINES_OF_NAME = 2  # what is longer, such as remarks, may say anything


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


def _page(lines: Sequence[Line], number: int, specs: Sequence[FieldSpec]) -> LabelledPage:
    pieces = straighten(lines)
    headings = find_headings(pieces)
    stacked = {id(piece) for heading in headings for piece in heading.pieces}
    words = {*FORM_LABELS, *BUTTONS, *(word for spec in specs for word in (spec.name, *spec.labels))}
    flat = with_stacked_labels((piece for piece in pieces if id(piece) not in stacked), words)
    remarks = invoice_blocks.remark_pieces(flat, headings, find_labels(rows_of(flat), words))
    in_remarks = {id(piece) for piece in remarks}
    rows = rows_of(piece for piece in flat if id(piece) not in in_remarks)
    labels = _labels_on(rows, words)
    return LabelledPage(
        number=number,
        pieces=flat,
        headings=headings,
        rows=rows,
        labels=labels,
        next_starts=_next_starts(labels),
        remarks=remarks,
        texts=search_texts(rows_of(flat)),
        no_values=label_words(specs),
        in_columns=labels_of_columns(rows, labels),
        prints_cents=any(_CENTS.search(row.text) for row in rows),
    )


def _labels_on(rows: Sequence[TextRow], words: Collection[str]) -> tuple[Label, ...]:
    labels = find_labels(rows, words)
    order = {id(row): at for at, row in enumerate(rows)}
    every = (*labels, *touching_labels(rows, labels, words))
    return tuple(sorted(every, key=lambda one: (order[id(one.row)], one.start)))


def _find_on(page: LabelledPage, specs: Sequence[FieldSpec]) -> dict[str, Field]:
    chosen = {spec.key: one for spec in specs if (one := _choose(_candidates(page, spec, specs))) is not None}
    chosen |= _beside_misread(page, [spec for spec in specs if spec.key not in chosen], specs)
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


def _beside_misread(
    page: LabelledPage, missing: Sequence[FieldSpec], specs: Sequence[FieldSpec]
) -> dict[str, Candidate]:
    """Return the values of fields without one that stand beside what is like their label, with a doubt."""
    words = {word for spec in missing for word in (spec.name, *spec.labels)}
    more = misread_labels(page.rows, page.labels, words, page.no_values)
    if not more:
        return {}
    order = {id(row): at for at, row in enumerate(page.rows)}
    labels = tuple(sorted((*page.labels, *more), key=lambda one: (order[id(one.row)], one.start)))
    with_more = replace(page, labels=labels, next_starts=_next_starts(labels))
    found = {spec.key: _choose(_values_in(_labelled(with_more, spec, specs), page, spec)) for spec in missing}
    doubt = texts.warnings.doubt_label_unread()
    return {key: replace(one, doubts=(*one.doubts, doubt)) for key, one in found.items() if one is not None}


def _next_starts(labels: Sequence[Label]) -> dict[int, int]:
    """Return where the label behind another one in its row starts, by the id of the first."""
    return {id(label): after.start for label, after in pairwise(labels) if after.row is label.row}


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


def _candidates(page: LabelledPage, spec: FieldSpec, specs: Sequence[FieldSpec]) -> tuple[Candidate, ...]:
    return (
        _values_in(_labelled(page, spec, specs), page, spec)
        or _values_in(_placed(page, spec), page, spec)
        or _values_in(matching_patterns(spec, page.texts), page, spec)
    )


def _values_in(found: Sequence[Candidate], page: LabelledPage, spec: FieldSpec) -> tuple[Candidate, ...]:
    """Return what was found without labels; a name with a label before or behind it may be half of another value."""
    values = tuple(one for one in found if not is_label(one.value, page.no_values) and not is_note(one.value))
    if spec.type is FieldType.MONEY and page.prints_cents:
        values = tuple(one for one in values if not _ends_in_tenths(one))
    is_name = spec.type is FieldType.TEXT and spec.lines <= _MOST_LINES_OF_NAME
    return tuple(map(partial(_with_label_doubted, words=page.no_values), values)) if is_name else values


def _ends_in_tenths(one: Candidate) -> bool:
    """Return whether an amount ends as ¥87.0 does: cut off, unless the page prints all amounts so."""
    return bool(_TENTHS.search("".join(char.folded for char in one.chars)))


def _with_label_doubted(one: Candidate, words: frozenset[str]) -> Candidate:
    label = label_beside(one.value, words)
    return replace(one, doubts=(*one.doubts, texts.warnings.doubt_label(label))) if label else one


def _placed(page: LabelledPage, spec: FieldSpec) -> tuple[Candidate, ...]:
    """Return the values of an invoice that are known by their place alone."""
    if spec.role is Role.INVOICE_TITLE:
        return invoice_blocks.title(page.rows, page.labels)
    if spec.role is not None and spec.role in COLUMN_OF_SUM:
        return invoice_blocks.column_sum(COLUMN_OF_SUM[spec.role], page.rows, page.labels)
    if spec.role is Role.TOTAL_WITH_TAX:
        return invoice_blocks.total_beside_words(page.labels)
    return invoice_blocks.lone_codes(page.rows, page.labels) if spec.role is Role.INVOICE_CODE else ()


def _labelled(page: LabelledPage, spec: FieldSpec, specs: Sequence[FieldSpec]) -> tuple[Candidate, ...]:
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
        value = value_beside(page, label, spec, ranks[label.word])
        if value is not None:
            values.append(value)
        elif label.colon and _has_word_behind(page, label):
            unread[ranks[label.word]] = label.word
    return tuple(_beside_unread(value, unread) for value in values)


def _has_word_behind(page: LabelledPage, label: Label) -> bool:
    """Return whether something stands right behind a label that is no other label."""
    row, next_start = label.row, page.next_starts.get(id(label), len(label.row.chars))
    return label.end < next_start and row.gap(label.end) < NEXT_GAP


def _beside_unread(value: Candidate, unread: Mapping[int, str]) -> Candidate:
    """Return a value, doubtful if something that is no such value stands behind a better label than its own."""
    better = min((rank for rank in unread if rank < value.rank), default=None)
    if better is None:
        return value
    return replace(value, doubts=(*value.doubts, texts.warnings.doubt_other_label(unread[better])))


def _words(spec: FieldSpec) -> list[str]:
    return [normal_label(word) for word in (spec.name, *spec.labels)]


def _is_own(page: LabelledPage, label: Label, spec: FieldSpec, specs: Sequence[FieldSpec]) -> bool:
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


def _is_own_party(page: LabelledPage, label: Label, spec: FieldSpec, specs: Sequence[FieldSpec]) -> bool:
    party = party_of(label, page.headings)
    if party is None and not any(PURCHASE in piece.text for piece in page.pieces):
        party = party_by_half(label, page.labels)
        others = [other for other in page.labels if other.word == label.word and other is not label]
        if party is not None and party in [party_of(other, page.headings) for other in others]:
            return False
    if party is None and not page.headings:  # on a strip, one party's labels stand below those of the other
        return is_in_section(label, page.labels, spec, specs)
    return section_of(spec) == party
