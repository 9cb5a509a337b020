"""Find out which fields a question is about, from the words it is made of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from bot.domain.asking.field_synonyms import ATTRIBUTES, NAMES, PARTIES
from bot.domain.asking.lexicon import Lexicon, Token
from bot.domain.asking.question_words import ASKING, Part
from bot.domain.asking.verbs import BUYER, DATE, SELLER, SUM

_MOST_FIELDS = 8
_OURS = "我们"
_MOST_UNKNOWN = 4  # characters
_POINTING = "这那该此刚图"
_CHANGES_SENSE = re.compile(r"[不没未别会能想改删退补重作废撤发给寄找去做让叫帮谁个月年天日周会应该说标准a-z0-9]")
_LEFT_OUT = frozenset({Part.FILLER, Part.UNKNOWN, Part.IS, Part.OF, Part.PAPER, Part.WHETHER})
_DATED = re.compile(r"日|时间|期|年|生|date")
_NAMED = re.compile(r"方$|人$|名称$|抬头|公司|单位$|日|时间|期$")  # what is no amount of money
_WAYS = re.compile(r"方式|违约|责任|争议|条款")
_ELSEWHERE = (ASKING | {Part.VERB, Part.BLOCK, Part.US, Part.UNKNOWN}) - {Part.WHAT}
_DAYS: Final = (Part.DAY, Part.WHEN, Part.TIME)
# What a question word asks for that stands beside no field and no verb, of which paper it is said.
_ALONE: Final[Mapping[Part, str]] = {
    Part.MONEY: SUM,
    Part.MUCH: SUM,
    Part.DAY: DATE,
    Part.WHEN: DATE,
    Part.COMPANY: SELLER,
}


@dataclass(slots=True, kw_only=True)
class _Clause:
    """The words of a message that matter, and at their places the fields found and the question words answered."""

    tokens: Sequence[Token]
    everything: Sequence[Token]
    found: dict[int, tuple[str, ...]]
    done: dict[int, tuple[str, ...]]

    def part(self, at: int) -> Part | None:
        return self.tokens[at].part if 0 <= at < len(self.tokens) else None

    def asks(self, at: int) -> bool:
        """Whether a question word is at this place that belongs to nothing yet."""
        return self.part(at) in ASKING and at not in self.done

    def has(self, *parts: Part) -> bool:
        return any(token.part in parts for token in self.everything)


def fields_asked(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the names of the fields that the squeezed `text` asks for, none if it is no question about a paper."""
    everything = _joined(lexicon.tokens_of(text), lexicon)
    if any(token.part in {Part.READING, Part.BLOCK} for token in everything) or not _is_known(everything):
        return ()
    kept = [token for token in everything if token.part not in _LEFT_OUT]
    clause = _Clause(tokens=kept, everything=everything, found={}, done={})
    for at, token in enumerate(kept):
        if token.part is Part.FIELD:
            clause.found[at] = token.fields
    if not all(rule(clause) for rule in (_verbs_fit, _question_words_fit, _values_fit)):
        return ()
    fields = [name for at in sorted(clause.found) for name in clause.found[at]]
    return tuple(dict.fromkeys(fields)) if len(fields) <= _MOST_FIELDS else ()


def _is_known(tokens: Sequence[Token]) -> bool:
    """Return whether all words are known, or a few others say nothing of what is asked for a field of 这张."""
    unknown = "".join(token.word for token in tokens if token.part is Part.UNKNOWN)
    if not unknown:
        return True
    said = [token for token in tokens if token.part is not Part.FILLER]
    asks_of_unknown = any(
        Part.UNKNOWN in {one.part, other.part} and {one.part, other.part} & ASKING for one, other in pairwise(said)
    )
    points = any(token.part is Part.PAPER and token.word[0] in _POINTING for token in tokens)
    asks = any(token.part in ASKING or token.part is Part.WHETHER for token in tokens)
    has_field = any(token.part is Part.FIELD for token in tokens)
    is_short = len(unknown) <= _MOST_UNKNOWN and not _CHANGES_SENSE.search(unknown)
    return has_field and asks and points and is_short and not asks_of_unknown


def is_about_paper(text: str, lexicon: Lexicon) -> bool:
    """Return whether the squeezed `text` says nothing but which paper is to be read, and how."""
    return not any(token.part in _ELSEWHERE for token in lexicon.tokens_of(text))


def _joined(tokens: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """Return the tokens with 收件人 的 电话 as one name, and with 收件人电话 for the 电话 of 收件人和电话."""
    joined: list[Token] = []
    owner: Token | None = None
    for token in tokens:
        is_field = token.part is Part.FIELD
        if owner is not None and is_field and token.word in ATTRIBUTES:
            between = joined[joined.index(owner) + 1 :]
            if owner.part is Part.US:
                name = _OURS + token.word
                joined.append(replace(token, word=name, fields=(name,)) if name in lexicon.words else token)
                continue
            belongs = all(one.part is Part.OF for one in between)
            if belongs:
                del joined[joined.index(owner) :]
            name = _name_of_both(owner.word, token.word, lexicon, belongs=belongs)
            joined.append(Token(word=name, part=Part.FIELD, fields=(name,)))
            continue
        joined.append(token)
        owner = token if token.part is Part.US or (is_field and token.word in PARTIES) else owner
    return joined


def _name_of_both(owner: str, attribute: str, lexicon: Lexicon, *, belongs: bool) -> str:
    name = owner + attribute
    if name in lexicon.words:
        return name
    if not belongs:
        return attribute
    return owner if attribute in NAMES else name


def _verbs_fit(clause: _Clause) -> bool:
    """Find what is asked about the verbs; return whether every verb says something.

    A verb beside which nothing is asked may help another to say the same: 违约了赔多少.
    """
    verbs = {at: token.verb for at, token in enumerate(clause.tokens) if token.verb is not None}
    alone = [verb for at, verb in verbs.items() if not _verb_fits(clause, at)]
    asked = {clause.found[at] for at in verbs if at in clause.found}
    return all(asked & {*verb.asks.values()} for verb in alone)


def _verb_fits(clause: _Clause, at: int) -> bool:
    verb = clause.tokens[at].verb
    if verb is None:
        return False
    is_said_of_field = verb.writes and clause.part(at - 1) is Part.FIELD
    before = at - 2 if clause.part(at - 1) is Part.TO and clause.asks(at - 2) else at - 1  # 谁给开的
    for place in (before, at + 1):
        part = clause.part(place)
        asked = verb.asks.get(part) if part in ASKING else None
        if asked and clause.done.get(place) == asked:
            return True  # 到什么时候结束 asks once
        if asked and place not in clause.done and not is_said_of_field:
            is_for = place < at and clause.part(place - 1) is Part.TO and verb.to
            clause.found[at] = clause.done[place] = verb.to if is_for else asked
            return True
    if clause.has(Part.US) and verb.to:
        clause.found[at] = () if clause.found else verb.to
        return True
    return verb.writes and clause.has(Part.FIELD)


def _question_words_fit(clause: _Clause) -> bool:
    """Find what is asked beside no verb; return whether every question word asks something."""
    return all(_question_word_fits(clause, at) for at in range(len(clause.tokens)) if clause.asks(at))


def _question_word_fits(clause: _Clause, at: int) -> bool:
    part = clause.tokens[at].part
    before = at - 2 if clause.part(at - 1) is Part.BREAK and part is not Part.MONEY else at - 1
    if clause.part(at - 1) is Part.VERB:
        before = at - 2
    for place in (before, at + 1):
        if clause.part(place) is Part.FIELD and place not in clause.done and _fits(part, clause.tokens[place]):
            clause.done |= {place: (), at: ()}
            return True
    if part is Part.WHAT:
        return clause.has(Part.FIELD)
    if part is Part.WHO and clause.has(Part.OF):
        clause.found[at] = ("名字",)
        return True
    is_of_paper = part in {Part.MONEY, Part.MUCH} or clause.found or clause.has(Part.OF, Part.PAPER)
    if part not in _ALONE or not is_of_paper:
        return False
    clause.found[at] = (_ALONE[part],)
    return True


def _fits(part: Part, field: Token) -> bool:
    """Whether a question word can ask for a field: 什么时候 asks for no amount."""
    if part in _DAYS:
        return _DATED.search(field.word) is not None
    if part is Part.HOW:
        return _WAYS.search(field.word) is not None
    return part is not Part.MONEY or _NAMED.search(field.word) is None


def _values_fit(clause: _Clause) -> bool:
    """Find what is asked by giving a value, or the asker's company; return whether it is a question."""
    for at, token in enumerate(clause.tokens):
        if token.part is Part.VALUE:
            fields = () if clause.found else token.fields
            if not clause.has(Part.WHETHER) or not (clause.found or fields):
                return False
        elif token.part is Part.US:
            if not clause.has(Part.WHETHER, Part.IS):
                return False
            fields = () if clause.found else (BUYER,)
        else:
            continue
        clause.found[at] = fields
    return True
