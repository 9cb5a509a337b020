"""Values of an invoice without a label right before them: its title, the sums of its columns, the remarks."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

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

_TITLE_GAP = 0.7  # heights; a word lost under the seal leaves a wider one
_MUCH_LOWER = 0.8  # of the height of the largest
_TOKEN_GAP = 0.8  # heights between two sums
_HEADER_SLACK = 1.0  # heights between the headings of two columns of one table
_REMARK_INDENT = 5.0  # heights between 备注 and the first character of a remark
_REMARK_GAP = 4.0
_FULL_LINE = 2.5  # heights that a line which wraps leaves free at most
_SEAL_ALIKE = 0.6  # of its characters, in their order: a name along the arc of a seal is cut and misread
_SEAL_LENGTH = 6  # characters; fewer are no company's name
_NAME = re.compile("[\u4e00-\u9fff]{4}")
_SUMMED = (Role.AMOUNT, Role.LINE_TAX)  # the columns with a sum, from left to right


def title(rows: Iterable[TextRow], labels: Sequence[Label]) -> tuple[Candidate, ...]:
    """Return the title of the invoice: the largest words above the parties that have the form of a title."""
    parties = [label.row.middle for label in labels if label.word in {*PARTY_LABELS, GOODS_LABEL}]
    top = min(parties, default=float("inf"))
    spans = [span for row in rows if row.middle < top for span in segments(row, 0, _TITLE_GAP) if _is_title(span)]
    largest = max((_height(span) for span in spans), default=0.0)
    found = (candidate(FieldType.TEXT, span) for span in spans if _height(span) > _MUCH_LOWER * largest)
    return tuple(one for one in found if one is not None)


def _is_title(span: CharSpan) -> bool:
    text = span.folded.replace(" ", "")
    return TITLE.fullmatch(text) is not None and text not in NO_TITLES


def _height(span: CharSpan) -> float:
    return max(char.piece.height for char in span.chars)


def column_sum(column: Role, rows: Sequence[TextRow], labels: Sequence[Label]) -> tuple[Candidate, ...]:
    """Return the sums in the rows of 合计 that stand under `column`, the amounts or the taxes of the lines."""
    totals = [(label.row, label.end) for label in labels if label.word == SUMS]
    totals = totals or [(row, 0) for row in _rows_of_two_sums(rows, labels)]
    found = (_under(column, row, start, _columns(rows, row, labels)) for row, start in totals)
    return tuple(one for one in found if one is not None)


def _rows_of_two_sums(rows: Iterable[TextRow], labels: Iterable[Label]) -> list[TextRow]:
    """Return the rows above 价税合计 with two ¥, for pages where 合计 was not read: no line of goods has a ¥."""
    totals = [label.row.middle for label in labels if label.word.startswith(GRAND_TOTAL)]
    return [row for row in rows if row.text.count(SUM_SIGN) == 2 and row.middle < min(totals, default=0)]  # noqa: PLR2004


def _columns(rows: Sequence[TextRow], total: TextRow, labels: Sequence[Label]) -> dict[Role, float]:
    """Return the middles of 单价, 金额 and 税额 in the table above a row of sums; nothing without the last two."""
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


def _under(column: Role, total: TextRow, start: int, columns: dict[Role, float]) -> Candidate | None:
    spans = segments(total, start, _TOKEN_GAP)
    tokens = [token for span in spans if (token := candidate(FieldType.MONEY, span)) is not None]
    if not columns:
        # Without headings the order of exactly two sums says which is which.
        pair = [token for token in tokens if SUM_SIGN in _printed(token)]
        return pair[_SUMMED.index(column)] if len(pair) == len(tokens) == 2 else None  # noqa: PLR2004
    own = [token for token in tokens if min(columns, key=lambda role: abs(columns[role] - _center(token))) == column]
    return own[0] if len(own) == 1 else None


def _printed(token: Candidate) -> str:
    return "".join(char.folded for char in token.chars)


def _center(token: Candidate) -> float:
    return (token.chars[0].left + token.chars[-1].right) / 2


def total_beside_words(labels: Sequence[Label]) -> tuple[Candidate, ...]:
    """Return the only sum with a ¥ in the row of 价税合计, for pages where 小写 was not read."""
    rows = {id(label.row): label for label in labels if label.word.startswith(GRAND_TOTAL)}
    found = []
    for label in rows.values():
        spans = segments(label.row, label.end, _TOKEN_GAP)
        tokens = [token for span in spans if (token := candidate(FieldType.MONEY, span)) is not None]
        found += tokens if len(tokens) == 1 and SUM_SIGN in _printed(tokens[0]) else []
    return tuple(found)


def remark_pieces(
    pieces: Sequence[Piece], headings: Sequence[VerticalHeading], labels: Sequence[Label]
) -> tuple[Piece, ...]:
    """Return what stands in the block beside 备注, below the row of the total and above the row of 开票人."""
    heading = next(iter([heading for heading in headings if heading.block is FormBlock.REMARKS]), None)
    if heading is None or sum(other.block is FormBlock.REMARKS for other in headings) > 1:
        return ()
    half = (heading.bottom - heading.top) / 2
    totals = [label.row for label in labels if label.word.startswith(GRAND_TOTAL) and label.row.middle < heading.top]
    top = max((row.middle + 0.6 * row.height for row in totals), default=heading.top - half)
    footers = [label.row for label in labels if label.word in FOOTER and label.row.middle > heading.bottom - half / 2]
    bottom = min((row.middle - 0.6 * row.height for row in footers), default=heading.bottom + half)
    return tuple(piece for piece in pieces if piece.left > heading.right - 2 and top < piece.middle < bottom)


def remarks(
    pieces: Sequence[Piece], everything: Sequence[Piece], headings: Sequence[VerticalHeading], known: Sequence[str]
) -> tuple[Candidate, ...]:
    """Return the lines of the remarks as one value: `pieces` are theirs, `everything` is on the page.

    A seal over them is left out: its words, and what repeats one of the `known` values of the page.
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
    """Whether a line was read from a seal: it has a seal's words, or is much like another value on the page."""
    if SEAL_ON_REMARKS.search(value) or value in known:
        return True
    names = [one for one in known if len(one) >= _SEAL_LENGTH and _NAME.search(one)]
    alike = (SequenceMatcher(None, value, one, autojunk=False).ratio() for one in names)
    return len(value) >= _SEAL_LENGTH and any(share > _SEAL_ALIKE for share in alike)


def _wrapped(parts: Sequence[Candidate], edge: float) -> str:
    """Join lines, without a space where the upper one is full, because a word may continue in the next."""
    value = parts[0].value
    for above, part in pairwise(parts):
        full = edge - above.chars[-1].right < _FULL_LINE * above.chars[-1].piece.height
        value += part.value if full else f" {part.value}"
    return value
