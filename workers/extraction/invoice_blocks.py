"""Values of an invoice that have no label right before them: title, sums of columns, total, remarks."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise

from bot.domain import texts
from bot.domain.prompt import FieldType
from bot.domain.roles import Role
from workers.extraction.candidates import Candidate, CharSpan, candidate, joined, segments
from workers.extraction.form_words import (
    COLUMN_HEADS,
    FOOTER,
    GOODS_LABEL,
    GRAND_TOTAL,
    NO_TITLES,
    PARTY_LABELS,
    SEAL_ON_REMARKS,
    SUM_SIGN,
    SUMS,
    TITLE,
    FormBlock,
)
from workers.extraction.labels import Label
from workers.extraction.vertical_headings import VerticalHeading
from workers.layout.text_rows import Piece, TextRow, rows_of

_LONE_CODE = re.compile(r"\d{10}|\d{12}", re.ASCII)
_WITHIN_NAME = re.compile("增值税(.*?)(?:普通|专用)发票")
_CODE_GAP = 1.5  # heights between two words of a row
_TITLE_GAP = 0.7  # heights; a word lost under the seal leaves a wider one
_LEAST_TITLE_HEIGHT = 0.8  # of the height of the largest
_TOKEN_GAP = 0.8  # heights between two sums
_HEADER_SLACK = 1.0  # heights between the headings of two columns of one table
_REMARK_INDENT = 5.0  # heights between 备注 and the first character of a remark
_REMARK_GAP = 4.0
_FULL_LINE = 2.5  # heights: a line that wraps leaves no more than this free at its end
_SEAL_ALIKE = 0.6  # share of equal characters: a name along the arc of a seal is cut and misread
_SEAL_LENGTH = 6  # characters; company names are longer
_NAME = re.compile("[\u4e00-\u9fff]{4}")
_SUMMED = (Role.AMOUNT, Role.LINE_TAX)  # the columns with a sum, from left to right


def title(rows: Iterable[TextRow], labels: Sequence[Label]) -> tuple[Candidate, ...]:
    """Return the title of the invoice: the largest text above the parties that has the form of a title.

    Where a seal is printed across the title as text, its characters stand between those of the title: then each piece
    is searched by itself.
    """
    parties = [label.row.middle for label in labels if label.word in {*PARTY_LABELS, GOODS_LABEL}]
    top = min(parties, default=float("inf"))
    above = [row for row in rows if row.middle < top]
    spans = [span for row in above for span in segments(row, 0, _TITLE_GAP) if _is_title(span)]
    if not spans:
        alone = [part for row in above for piece in _pieces_of(row) for part in rows_of([piece])]
        spans = [span for row in alone for span in segments(row, 0, _TITLE_GAP) if _is_title(span)]
    largest = max((_height(span) for span in spans), default=0.0)
    found = (candidate(FieldType.TEXT, span) for span in spans if _height(span) > _LEAST_TITLE_HEIGHT * largest)
    return tuple(_with_gap_doubted(one) for one in found if one is not None)


def _with_gap_doubted(one: Candidate) -> Candidate:
    """Return a title with a doubt if something else than 电子 stands within the name of a kind: a seal covers some."""
    within = _WITHIN_NAME.search(one.value)
    if within is None or within[1] in {"", "电子"}:
        return one
    return replace(one, doubts=(*one.doubts, texts.warnings.doubt_unclear()))


def _pieces_of(row: TextRow) -> list[Piece]:
    return list({id(char.piece): char.piece for char in row.chars}.values())


def _is_title(span: CharSpan) -> bool:
    text = span.folded.replace(" ", "")
    return TITLE.fullmatch(text) is not None and text not in NO_TITLES


def _height(span: CharSpan) -> float:
    return max(char.piece.height for char in span.chars)


def lone_codes(rows: Sequence[TextRow], labels: Sequence[Label]) -> tuple[Candidate, ...]:
    """Return the code of a paper invoice: printed without a label beside the title, or twice above the parties."""
    titles = title(rows, labels)
    parties = [label.row.middle for label in labels if label.word in PARTY_LABELS]
    if len(titles) != 1 or not parties:
        return ()
    codes = []
    for row in rows:
        if row.middle < min(parties) and not any(label.row is row and label.colon for label in labels):
            spans = segments(row, 0, _CODE_GAP)
            codes += [
                code
                for span in spans
                if _LONE_CODE.fullmatch(span.folded) and (code := candidate(FieldType.DIGITS, span))
            ]
    beside = titles[0].chars[0].piece
    beside_title = [code for code in codes if abs(code.chars[0].piece.middle - beside.middle) < beside.height]
    agree = len({code.value for code in codes}) == 1
    return tuple(codes[:1]) if agree and (beside_title or len(codes) > 1) else ()


def column_sum(column: Role, rows: Sequence[TextRow], labels: Sequence[Label]) -> tuple[Candidate, ...]:
    """Return the sums below `column`, the amounts or the taxes of the lines, in the rows of 合计."""
    totals = [(label.row, label.end) for label in labels if label.word == SUMS]
    totals = totals or [(row, 0) for row in _rows_of_two_sums(rows, labels)]
    found = (_sum_below(column, row, start, _column_centers(rows, row, labels)) for row, start in totals)
    return tuple(one for one in found if one is not None)


def _rows_of_two_sums(rows: Iterable[TextRow], labels: Iterable[Label]) -> list[TextRow]:
    """Return the rows above 价税合计 with two ¥, for pages where 合计 was not read; lines of goods have no ¥."""
    totals = [label.row.middle for label in labels if label.word.startswith(GRAND_TOTAL)]
    return [row for row in rows if row.text.count(SUM_SIGN) == 2 and row.middle < min(totals, default=0)]  # noqa: PLR2004


def _column_centers(rows: Sequence[TextRow], total: TextRow, labels: Sequence[Label]) -> dict[Role, float]:
    """Return the centers (x) of 单价, 金额 and 税额 above a row of sums; nothing unless 金额 and 税额 are there."""
    roles = {word: role for role, word in COLUMN_HEADS.items()}
    above = [label for label in labels if label.row.middle < total.middle and not label.colon]
    for row in sorted(rows, key=lambda row: -row.middle):
        slack = _HEADER_SLACK * row.height
        heads = {
            roles[label.word]: label.center
            for label in above
            if label.word in roles and abs(label.row.middle - row.middle) < slack
        }
        if {*_SUMMED} <= heads.keys() and heads[Role.AMOUNT] < heads[Role.LINE_TAX]:
            return heads
    return {}


def _sum_below(column: Role, total: TextRow, start: int, columns: dict[Role, float]) -> Candidate | None:
    spans = segments(total, start, _TOKEN_GAP)
    tokens = [token for span in spans if (token := candidate(FieldType.MONEY, span)) is not None]
    if not columns:
        # Without headings, two sums are told apart by their order.
        pair = [token for token in tokens if SUM_SIGN in _printed(token)]
        return pair[_SUMMED.index(column)] if len(pair) == len(tokens) == 2 else None  # noqa: PLR2004
    below = [token for token in tokens if min(columns, key=lambda role: abs(columns[role] - _center(token))) == column]
    return below[0] if len(below) == 1 else None


def _printed(token: Candidate) -> str:
    return "".join(char.folded for char in token.chars)


def _center(token: Candidate) -> float:
    return (token.chars[0].left + token.chars[-1].right) / 2


def total_beside_words(labels: Sequence[Label]) -> tuple[Candidate, ...]:
    """Return the only sum with a ¥ in a row of 价税合计, for pages where 小写 was not read."""
    rows = {id(label.row): label for label in labels if label.word.startswith(GRAND_TOTAL)}
    totals: list[Candidate] = []
    for label in rows.values():
        spans = segments(label.row, label.end, _TOKEN_GAP)
        tokens = [token for span in spans if (token := candidate(FieldType.MONEY, span)) is not None]
        totals += tokens if len(tokens) == 1 and SUM_SIGN in _printed(tokens[0]) else []
    return tuple(totals)


def remark_pieces(
    pieces: Sequence[Piece], headings: Sequence[VerticalHeading], labels: Sequence[Label]
) -> tuple[Piece, ...]:
    """Return the pieces in the block beside 备注: below the row of the total, above the row of 开票人."""
    of_remarks = [heading for heading in headings if heading.block is FormBlock.REMARKS]
    if len(of_remarks) != 1:
        return ()
    (heading,) = of_remarks
    half = (heading.bottom - heading.top) / 2
    totals = [label.row for label in labels if label.word.startswith(GRAND_TOTAL) and label.row.middle < heading.top]
    top = max((row.middle + 0.6 * row.height for row in totals), default=heading.top - half)
    footers = [label.row for label in labels if label.word in FOOTER and label.row.middle > heading.bottom - half / 2]
    bottom = min((row.middle - 0.6 * row.height for row in footers), default=heading.bottom + half)
    return tuple(piece for piece in pieces if piece.left > heading.right - 2 and top < piece.middle < bottom)


def remarks(
    pieces: Sequence[Piece], everything: Sequence[Piece], headings: Sequence[VerticalHeading], known: Sequence[str]
) -> tuple[Candidate, ...]:
    """Return the lines of the remarks as one value; `pieces` are in their block, `everything` is on the page.

    Lines read from a seal are left out: those with a seal's words, and those like one of the page's `known` values.
    """
    start = max((heading.right for heading in headings if heading.block is FormBlock.REMARKS), default=0.0)
    edge = max((piece.right for piece in everything), default=0.0)
    parts: list[Candidate] = []
    for row in rows_of(pieces):
        indent = (row.chars[0].left - start) / row.height
        part = candidate(FieldType.TEXT, next(segments(row, 0, _REMARK_GAP)))
        if part and indent < _REMARK_INDENT and not _is_seal(part.value, known):
            parts.append(part)
    return (joined(_wrapped(parts, edge), parts),) if parts else ()


def _is_seal(value: str, known: Sequence[str]) -> bool:
    """Return whether a line was read from a seal: it has a seal's words, or resembles another value on the page."""
    if SEAL_ON_REMARKS.search(value) or value in known:
        return True
    names = [name for name in known if len(name) >= _SEAL_LENGTH and _NAME.search(name)]
    ratios = (SequenceMatcher(None, value, name, autojunk=False).ratio() for name in names)
    return len(value) >= _SEAL_LENGTH and any(ratio > _SEAL_ALIKE for ratio in ratios)


def _wrapped(parts: Sequence[Candidate], edge: float) -> str:
    """Join lines with a space, or without one if the upper line is full, because a word may continue in the next."""
    value = parts[0].value
    for above, part in pairwise(parts):
        is_full = edge - above.chars[-1].right < _FULL_LINE * above.chars[-1].piece.height
        value += part.value if is_full else f" {part.value}"
    return value
