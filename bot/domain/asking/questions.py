"""Find out which fields a question is about, from the words it is made of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.domain.asking.field_names import party_of
from bot.domain.asking.lexicon import Lexicon, Token
from bot.domain.asking.words.field_synonyms import ATTRIBUTES, NAMES, PARTIES, SYNONYMS
from bot.domain.asking.words.question_words import ASKING, PartOfSpeech
from bot.domain.asking.words.talk import NO_FACT
from bot.domain.asking.words.verbs import BUYER, DATE, SELLER, SUM

_MOST_FIELDS = 8
_OURS = "我们"
_BETWEEN_OWNER_AND_ATTRIBUTE: Final = frozenset(
    {PartOfSpeech.OF, PartOfSpeech.UNKNOWN, PartOfSpeech.PAPER, PartOfSpeech.VALUE}
)
_OWNERS: Final[Mapping[str, str]] = {
    "购买方名称": "购买方",
    "抬头": "购买方",
    "销售方": "销售方",
    "销售方名称": "销售方",
    "寄件人姓名": "寄件人",
    "收件人姓名": "收件人",
}
_MOST_UNKNOWN = 4  # characters
_POINTING = "这那该此刚图"
_CHANGES_SENSE = re.compile(r"[不没未别会能想改删退补重作废撤发给寄找去做让叫帮谁个月年天日周会应该说标准a-z0-9]")
_LEFT_OUT = frozenset(
    {
        PartOfSpeech.FILLER,
        PartOfSpeech.UNKNOWN,
        PartOfSpeech.IS,
        PartOfSpeech.OF,
        PartOfSpeech.PAPER,
        PartOfSpeech.WHETHER,
    }
)
_DATED = re.compile(r"日|时间|期|年|生|date")
_NAMED = re.compile(r"方$|人$|名称$|抬头|公司|单位$|日|时间|期$")  # what is no amount of money
_NUMBERED = re.compile(r"[号码]$")
_IN_REMARKS = re.compile(r"在备注|备注.{0,3}(?:有|写|填|带|注明|提到)|(?:有没有|有没|没有|有)备注")
_EITHER = re.compile(r"[^和跟与及、还]是.{1,8}还是")
_WAYS = re.compile(r"方式|违约|责任|争议|条款")
_ELSEWHERE = (ASKING | {PartOfSpeech.VERB, PartOfSpeech.BLOCK, PartOfSpeech.US, PartOfSpeech.UNKNOWN}) - {
    PartOfSpeech.WHAT
}
_DAYS: Final = (PartOfSpeech.DAY, PartOfSpeech.WHEN, PartOfSpeech.TIME)
# What a question word asks for that stands beside no field and no verb, of which paper it is said.
_ALONE: Final[Mapping[PartOfSpeech, str]] = {
    PartOfSpeech.MONEY: SUM,
    PartOfSpeech.MUCH: SUM,
    PartOfSpeech.DAY: DATE,
    PartOfSpeech.WHEN: DATE,
    PartOfSpeech.COMPANY: SELLER,
}


@dataclass(slots=True, kw_only=True)
class _Clause:
    """The words of a message that matter, and at their places the fields found and the question words answered."""

    tokens: Sequence[Token]
    everything: Sequence[Token]
    found: dict[int, tuple[str, ...]]
    done: dict[int, tuple[str, ...]]

    def part(self, at: int) -> PartOfSpeech | None:
        return self.tokens[at].part if 0 <= at < len(self.tokens) else None

    def asks(self, at: int) -> bool:
        """Whether a question word is at this place that belongs to nothing yet."""
        return self.part(at) in ASKING and at not in self.done

    def has(self, *parts: PartOfSpeech) -> bool:
        return any(token.part in parts for token in self.everything)


def fields_asked(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the names of the fields that the squeezed `text` asks for, none if it is no question about a paper."""
    everything = joined(lexicon.tokens_of(text), lexicon)
    if any(token.part in {PartOfSpeech.READING, PartOfSpeech.BLOCK} for token in everything) or not _is_known(
        everything
    ):
        return ()
    if NO_FACT.search(text):
        return ()
    kept = [token for token in everything if token.part not in _LEFT_OUT]
    clause = _Clause(tokens=kept, everything=everything, found={}, done={})
    for at, token in enumerate(kept):
        if token.part is PartOfSpeech.FIELD:
            clause.found[at] = token.fields
    if not all(rule(clause) for rule in (_verbs_fit, _question_words_fit, _values_fit)):
        return ()
    fields = [name for at in sorted(clause.found) for name in clause.found[at]]
    fields = subjects(text, fields)
    return tuple(dict.fromkeys(fields)) if len(fields) <= _MOST_FIELDS else ()


def subjects(text: str, names: Sequence[str]) -> list[str]:
    """Return those of the fields that `text` names which it asks for, not those that it only guesses.

    备注里有没有合同号 asks for what stands there, and 单价是含税还是不含税 for the 单价.
    """
    remarks = [name for name in names if "备注" in SYNONYMS.get(name, (name,))]
    if remarks and _IN_REMARKS.search(text):
        return remarks[:1]
    return [*names[:1]] if _EITHER.search(text) else [*names]


def _is_known(tokens: Sequence[Token]) -> bool:
    """Return whether all words are known, or a few others say nothing of what is asked for a field of 这张."""
    unknown = "".join(token.word for token in tokens if token.part is PartOfSpeech.UNKNOWN)
    if not unknown:
        return True
    said = [token for token in tokens if token.part is not PartOfSpeech.FILLER]
    asks_of_unknown = any(
        PartOfSpeech.UNKNOWN in {one.part, other.part} and {one.part, other.part} & ASKING
        for one, other in pairwise(said)
    )
    points = any(token.part is PartOfSpeech.PAPER and token.word[0] in _POINTING for token in tokens)
    asks = any(token.part in ASKING or token.part is PartOfSpeech.WHETHER for token in tokens)
    has_field = any(token.part is PartOfSpeech.FIELD and not token.is_question for token in tokens)
    is_short = len(unknown) <= _MOST_UNKNOWN and not _CHANGES_SENSE.search(unknown)
    return has_field and asks and points and is_short and not asks_of_unknown


def is_about_paper(text: str, lexicon: Lexicon) -> bool:
    """Return whether the squeezed `text` says nothing but which paper is to be read, and how."""
    tokens = lexicon.tokens_of(text)
    return not any(token.part in _ELSEWHERE or token.is_question for token in tokens)


def joined(tokens: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """Return the tokens with 收件人 的 电话 as one name, and with 收件人电话 for the 电话 of 收件人和电话."""
    joined: list[Token] = []
    owner: Token | None = None
    for token in tokens:
        whole = _whole_name(joined, token, lexicon)
        if whole is not None:
            joined[-2:] = [whole]
        elif owner is not None and token.part is PartOfSpeech.FIELD and token.word in ATTRIBUTES:
            joined = _with_attribute(joined, owner, token, lexicon)
        else:
            joined.append(token)
        owner = _owner(token) or owner
    return joined


def _owner(token: Token) -> Token | None:
    """Return the one whose attributes may be asked for after `token`, such as 收件人 after 收件人的电话 or 谁收的."""
    party = party_of(token.word) if token.part is PartOfSpeech.FIELD else ""
    if party:
        return Token(word=party, part=PartOfSpeech.FIELD, fields=(party,))
    if token.part is PartOfSpeech.FIELD and token.word not in PARTIES:
        meant = SYNONYMS.get(token.word, token.fields)[:1] if token.fields == (token.word,) else token.fields
        if len(meant) == 1 and meant[0] in _OWNERS:
            return Token(word=_OWNERS[meant[0]], part=PartOfSpeech.VERB, fields=meant)  # stands beside what it has
    if token.part is PartOfSpeech.US or token.word in PARTIES:
        return token
    return None


def _with_attribute(before: list[Token], owner: Token, token: Token, lexicon: Lexicon) -> list[Token]:
    """Return `before` with what its `owner` is asked for, such as 电话: in its place if that is right behind it."""
    name = (_OURS if owner.part is PartOfSpeech.US else owner.word) + token.word
    known = lexicon.words.get(name)
    is_field = known is not None and known.part is PartOfSpeech.FIELD
    both = Token(word=name, part=PartOfSpeech.FIELD, fields=(name,))
    rest = [one for one in before if one.part not in _BETWEEN_OWNER_AND_ATTRIBUTE]
    if owner.part is PartOfSpeech.VERB:
        return [*before, both if is_field else token]
    if owner.part is PartOfSpeech.US or not rest or rest[-1] is not owner:
        # 卖方电话地址: what stands right behind what the owner has is the owner's too.
        follows = bool(rest) and rest[-1].word.startswith(owner.word) and rest[-1].word != owner.word
        return [*before, both if is_field or follows else token]
    by_owner = token.word in NAMES and not is_field
    return [*before[: before.index(owner)], owner if by_owner else both]


def _whole_name(before: Sequence[Token], token: Token, lexicon: Lexicon) -> Token | None:
    """Return the one name of which 的 and `token` are the end, such as 不含税的金额, None if there is none."""
    if len(before) > 1 and before[-1].part is PartOfSpeech.OF and before[-2].part is token.part is PartOfSpeech.FIELD:
        return lexicon.words.get(before[-2].word + token.word)
    return None


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
    is_said_of_field = verb.writes and clause.part(at - 1) is PartOfSpeech.FIELD
    before = at - 2 if clause.part(at - 1) is PartOfSpeech.TO and clause.asks(at - 2) else at - 1  # 谁给开的
    for place in (before, at + 1):
        part = clause.part(place)
        asked = verb.asks.get(part) if part in ASKING else None
        if asked and clause.done.get(place) == asked:
            return True  # 到什么时候结束 asks once
        if asked and place not in clause.done and not is_said_of_field:
            is_for = place < at and clause.part(place - 1) is PartOfSpeech.TO and verb.to
            clause.found[at] = clause.done[place] = verb.to if is_for else asked
            return True
    said = {name for token in clause.tokens if token.part is PartOfSpeech.VALUE for name in token.fields}
    answered = [names for names in verb.asks.values() if said & {*names}]
    if answered and clause.has(PartOfSpeech.WHETHER):
        clause.found[at] = answered[0]
        return True
    if clause.has(PartOfSpeech.US) and verb.to:
        clause.found[at] = () if clause.found else verb.to
        return True
    return verb.writes and clause.has(PartOfSpeech.FIELD)


def _question_words_fit(clause: _Clause) -> bool:
    """Find what is asked beside no verb; return whether every question word asks something."""
    return all(_question_word_fits(clause, at) for at in range(len(clause.tokens)) if clause.asks(at))


def _question_word_fits(clause: _Clause, at: int) -> bool:
    part = clause.tokens[at].part
    before = at - 2 if clause.part(at - 1) is PartOfSpeech.BREAK and part is not PartOfSpeech.MONEY else at - 1
    if clause.part(at - 1) is PartOfSpeech.VERB:
        before = at - 2
    for place in (before, at + 1):
        if clause.part(place) is PartOfSpeech.FIELD and place not in clause.done and _fits(part, clause.tokens[place]):
            clause.done |= {place: (), at: ()}
            return True
    if part is PartOfSpeech.WHAT:
        return clause.has(PartOfSpeech.FIELD)
    if part is PartOfSpeech.WHO and clause.has(PartOfSpeech.OF):
        clause.found[at] = ("名字",)
        return True
    is_of_paper = (
        part in {PartOfSpeech.MONEY, PartOfSpeech.MUCH}
        or clause.found
        or clause.has(PartOfSpeech.OF, PartOfSpeech.PAPER)
    )
    if part not in _ALONE or not is_of_paper:
        return False
    clause.found[at] = (_ALONE[part],)
    return True


def _fits(part: PartOfSpeech, field: Token) -> bool:
    """Whether a question word can ask for a field: 什么时候 asks for no amount."""
    if part is PartOfSpeech.DAY and _NUMBERED.search(field.word):
        return True  # 座位几号
    if part in _DAYS:
        return _DATED.search(field.word) is not None
    if part is PartOfSpeech.HOW:
        return _WAYS.search(field.word) is not None
    return part is not PartOfSpeech.MONEY or _NAMED.search(field.word) is None


def _values_fit(clause: _Clause) -> bool:
    """Find what is asked by giving a value, or the asker's company; return whether it is a question."""
    values = [token for token in clause.tokens if token.part is PartOfSpeech.VALUE]
    denies = {token.word for token in clause.everything if token.part is PartOfSpeech.WHETHER} == {"不是"}
    if denies and len(values) > 1:
        return False  # 260万不是200万 corrects
    for at, token in enumerate(clause.tokens):
        if token.part is PartOfSpeech.VALUE:
            fields = () if clause.found else token.fields
            if not clause.has(PartOfSpeech.WHETHER) or not (clause.found or fields):
                return False
        elif token.part is PartOfSpeech.US:
            if not clause.has(PartOfSpeech.WHETHER, PartOfSpeech.IS):
                return False
            fields = () if clause.found else (BUYER,)
        else:
            continue
        clause.found[at] = fields
    return True
