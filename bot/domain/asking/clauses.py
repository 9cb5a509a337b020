"""Find what a message asks for by its clauses, where the message as a whole has no shape of the grammar.

People put reasons and talk around a question: 发票号多少,我登记台账. A clause that names no field and asks nothing says
why or to whom, and is left out. What a clause asks is about something else than the paper if it says so (`ELSEWHERE`),
and the names of fields that are names of other things too (`COMMON_NAMES`) count only beside a word for a paper.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.domain.asking.lexicon import Lexicon, Token
from bot.domain.asking.plain_words import with_plain_ending
from bot.domain.asking.questions import fields_asked, joined, subjects
from bot.domain.asking.words.question_words import ASKING, PartOfSpeech
from bot.domain.asking.words.talk import (
    COMMON_NAMES,
    CONDITION,
    ELSEWHERE,
    NO_FACT,
    PERSONAL_NAMES,
    REASON,
    REQUEST,
    YES_OR_NO,
)

_BOUNDARY = re.compile(
    r"[,;:!?。、…~()]+|(?<=.)(?=我要(?:去|填|登|报|录|做|转|拿|交|核|写|开)|我得(?!给|付|打)|我好|我去|我登|我填|我录|我入|我想核|我都|我老|因为|不然|否则|所以说|急着|忙着)"
)
_WANTED_BY = re.compile(r".{1,5}(?:要|要用|要看|等着|在催|催|急用|急)")  # 司机要 says for whom
_MOST_CLAUSES = 8
_MOST_FIELDS = 8
_MOST_UNKNOWN = 9  # characters in a clause that names a field and asks
_MOST_UNKNOWN_IN_LIST = 3  # in one that names fields and nothing else
_MOST_UNKNOWN_COMMON = 4  # in one whose fields have names of other things too
_MOST_UNKNOWN_VALUE = 14  # in one that asks whether a field has some value
_LONGEST_OPEN_QUESTION = 6  # characters of a way of asking that other words may make another question
_SHORTEST_QUESTION = 3  # characters of a way of asking beside which other words may stand
_NAMES_OF_LIST = 3  # so many names of fields are a list of them, whatever else has such names
_MOST_ASIDE = 24  # characters that are left out beside a list of fields
_ASKS_ITSELF: Final = ASKING | {PartOfSpeech.WHETHER}
_WHEN: Final = frozenset({PartOfSpeech.DAY, PartOfSpeech.WHEN, PartOfSpeech.WHERE, PartOfSpeech.WHO, PartOfSpeech.WHAT})
_SKIPPED: Final = frozenset(
    {PartOfSpeech.FILLER, PartOfSpeech.PAPER, PartOfSpeech.OF, PartOfSpeech.IS, PartOfSpeech.WHETHER}
)
_POINTS: Final = frozenset({PartOfSpeech.PAPER})
_UNDER_CONDITIONS: Final = frozenset({"违约责任", "争议解决"})  # 要是违约怎么赔
_COMMON_ASKS: Final = frozenset({"金额", "日期", "销售方", "名字", "抬头", "品名", "甲方", "乙方"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    """A part of a message between two stops: the fields it names, and whether it asks for them."""

    text: str
    fields: tuple[str, ...] = ()
    asks: bool = False
    word: PartOfSpeech | None = None  # the question word that is all that it says
    is_sure: bool = False  # it could not be about anything but a paper
    points: bool = False  # it says which paper


def clauses_of(message: str) -> list[str]:
    """Return the clauses of a squeezed message; white space must have been made a stop before."""
    return [part for part in _BOUNDARY.split(message) if part]


def fields_in_clauses(message: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the names of the fields that the clauses of the squeezed `message` ask for, none if unsure."""
    texts = clauses_of(message)
    if len(texts) > _MOST_CLAUSES:
        return ()
    clauses = [_clause(text, lexicon) for text in texts]
    clauses = [
        clause
        for place, clause in enumerate(clauses)
        if not (place and clauses[place - 1].fields and _repeats_question(clause, after=clauses[place - 1]))
    ]
    asking = [clause for clause in clauses if clause.asks]
    listing = [clause for clause in clauses if clause.fields and not clause.asks]
    if not asking and not _is_list(clauses, listing):
        return ()
    if asking and not _is_about_paper(clauses, asking):
        return ()
    used = [clause for clause in clauses if clause.asks or (clause.fields and clause.is_sure)] if asking else listing
    fields = tuple(dict.fromkeys(name for clause in used for name in clause.fields))
    is_condition = CONDITION.search(message) and not _UNDER_CONDITIONS.issuperset(fields)
    return fields if len(fields) <= _MOST_FIELDS and not is_condition else ()


def _repeats_question(clause: _Statement, *, after: _Statement) -> bool:
    """Return whether a clause such as 分别是几 asks once more for what the clause before it names."""
    return clause.word is PartOfSpeech.MUCH or (clause.word in _WHEN and not after.asks)


def _is_about_paper(clauses: Sequence[_Statement], asking: Sequence[_Statement]) -> bool:
    """Return whether what is asked is asked about a paper: by a sure word, or because nothing else is talked of."""
    if any(clause.is_sure or clause.points for clause in asking):
        return True
    aside = [clause.text for clause in clauses if not clause.fields]
    return all(len(text) <= _MOST_UNKNOWN_COMMON or REASON.search(text) for text in aside)


def _is_list(clauses: Sequence[_Statement], listing: Sequence[_Statement]) -> bool:
    aside = [clause.text for clause in clauses if not clause.fields]
    is_aside = sum(map(len, aside)) <= _MOST_ASIDE and not any(ELSEWHERE.search(text) for text in aside)
    names = {name for clause in listing for name in clause.fields}
    is_sure = all(clause.is_sure for clause in listing) or len(names) >= _NAMES_OF_LIST
    return bool(listing) and is_sure and is_aside


def _clause(said: str, lexicon: Lexicon) -> _Statement:
    text = said if fields_asked(said, lexicon) else with_plain_ending(said)
    tokens = joined(lexicon.tokens_of(text), lexicon)
    points = any(token.part in _POINTS for token in tokens)
    named = tuple(dict.fromkeys(name for token in tokens if token.part is PartOfSpeech.FIELD for name in token.fields))
    named = tuple(subjects(text, named))
    strict = fields_asked(text, lexicon)
    if strict:
        asks = any(token.part in _ASKS_ITSELF or token.is_question for token in tokens) or bool(REQUEST.search(text))
        sure = not _COMMON_ASKS.issuperset(strict) and not all(name in COMMON_NAMES for name in strict)
        parts = [token.part for token in tokens if token.part not in _SKIPPED]
        word = parts[0] if len(parts) == 1 and parts[0] in ASKING else None
        return _Statement(text=text, fields=strict, asks=asks, word=word, is_sure=sure, points=points)
    wants = all(name in COMMON_NAMES for name in named) and _WANTED_BY.fullmatch(text)
    if not named or wants or _is_elsewhere(text, tokens):
        return _Statement(text=text, points=points)
    return _loose_clause(text, tokens, named)


def _loose_clause(text: str, tokens: Sequence[Token], named: tuple[str, ...]) -> _Statement:
    """Return a clause that names fields and says things that are not known."""
    unknown = sum(token.part is PartOfSpeech.UNKNOWN for token in tokens)
    points = any(token.part in _POINTS for token in tokens)
    fields = [token for token in tokens if token.part is PartOfSpeech.FIELD]
    common = all(
        token.word in COMMON_NAMES or (token.is_question and len(token.word) <= _LONGEST_OPEN_QUESTION)
        for token in fields
    )
    yes_or_no = YES_OR_NO.search(text) is not None
    asks = yes_or_no or any(token.part in ASKING or token.is_question for token in tokens)
    asks = asks or REQUEST.search(text) is not None
    starts = next((token for token in tokens if token.part not in _SKIPPED), None)
    says_value = yes_or_no and starts is not None and starts.part is PartOfSpeech.FIELD
    most = _MOST_UNKNOWN_VALUE if says_value and not common else _MOST_UNKNOWN
    if common:
        open_question = all(token.is_question and len(token.word) >= _SHORTEST_QUESTION for token in fields)
        most = _MOST_UNKNOWN_COMMON if points or open_question else 0
    if (
        unknown > most
        or _is_of_somebody(tokens, points=points)
        or (common and _is_of_another_verb(tokens) and not REQUEST.search(text))
    ):
        return _Statement(text=text, points=points)
    ends = tokens[-1].part is PartOfSpeech.FIELD
    if not asks and (unknown > _MOST_UNKNOWN_IN_LIST or not ends):
        return _Statement(text=text, points=points)
    if len(named) > 1 and not common:
        aside = {one.word for one, other in pairwise(tokens) if _is_aside(one, other)}
        named = tuple(name for name in named if name not in aside) or named
    return _Statement(text=text, fields=named, asks=asks, is_sure=not common, points=points)


def _is_aside(one: Token, other: Token) -> bool:
    """Return whether a name is that of something else, of which more is said: 司机 in 司机联系不上."""
    return one.word in COMMON_NAMES and other.part is PartOfSpeech.UNKNOWN


def _is_of_somebody(tokens: Sequence[Token], *, points: bool) -> bool:
    """Return whether what people have, such as a 电话, is asked for of somebody who is on no paper."""
    said = [token for token in tokens if token.part is not PartOfSpeech.OF]
    owned = not points and any(
        one.part is PartOfSpeech.UNKNOWN and other.word in PERSONAL_NAMES for one, other in pairwise(said)
    )
    return owned or any(
        one.part is PartOfSpeech.UNKNOWN and of.part is PartOfSpeech.OF and other.is_question
        for one, of, other in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )


def _is_of_another_verb(tokens: Sequence[Token]) -> bool:
    """Return whether a whole way of asking is only the beginning of another question: 什么时候上线."""
    return any(one.is_question and other.part is PartOfSpeech.UNKNOWN for one, other in pairwise(tokens))


def _is_elsewhere(text: str, tokens: Sequence[Token]) -> bool:
    """Return whether a clause says that it is about something else than what stands on a paper."""
    if NO_FACT.search(text) or any(token.part is PartOfSpeech.BLOCK for token in tokens):
        return True
    rest = text
    for token in sorted(tokens, key=lambda one: -len(one.word)):
        if token.part is PartOfSpeech.FIELD:
            rest = rest.replace(token.word, "|")
    return ELSEWHERE.search(rest) is not None
