"""Take a message apart into the words of questions: into parts of speech, names of fields and verbs."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from bot.domain.asking.words.field_synonyms import EXTRA_FIELDS, SYNONYMS
from bot.domain.asking.words.question_words import QUESTION_WORDS, PartOfSpeech
from bot.domain.asking.words.values import VALUES
from bot.domain.asking.words.verbs import DATE, PHRASES, SUM, VERBS, Verb
from bot.domain.asking.words.ways import questions
from bot.domain.asking.words.word_products import first_characters
from bot.domain.prompt import squeezed_word

_SHORTEST_NAME = 2  # characters of a part of a field's name that stands for it
_FEWEST_OF_END = 5  # names that share an end before it stands for them: 金额, but not 有人 of 所有人
_COST_OF_UNKNOWN = 40
_MOST_REMEMBERED = 16  # texts
_MOST_LATIN_WORDS = 5  # of a name
_LATIN_STOPS = ",.?!;:()\"'/&+-"
_LONGEST_SHORT_WORD = 3  # characters of a Latin word that stands in others
_SHORT_NAMES = frozenset({"sn", "vin", "amt", "tel", "dob", "sex", "car", "tax", "vat", "sum"})
_DAYS = "今年|去年|前年|今天|昨天|前天|明天|本月|这个月|上个月|上月|这周|上周|本周"
_NUMBER = r"[¥$]?\d+(?:[.,:/\-]\d+)*|[零一二两三四五六七八九十百千]{1,6}(?=个点|点|块|元|月|号|万)"
_VALUE = re.compile(
    rf"(?:(?P<days>{_DAYS})|(?:{_NUMBER}))(?:(?P<rate>%|个?点)|(?P<money>万?元|块钱?|万)|(?P<day>[年月日号]份?))*整?"
)
_CENTS = re.compile(r"[¥$]?\d+\.\d\d$")  # an amount without its unit
_SPELLED = re.compile(r"[\u4e00-\u9fff]{2,6}")
_FIELDS_OF_VALUES = (("rate", "税率"), ("money", SUM), ("day", DATE), ("days", DATE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word of a message; `fields` are those it names or, for a value, those it may be of."""

    word: str
    part: PartOfSpeech
    fields: tuple[str, ...] = ()
    verb: Verb | None = None
    act: str = ""

    @property
    def is_question(self) -> bool:
        """Whether it is a whole way of asking, and no name: such a word stands for fields with other names."""
        return self.part is PartOfSpeech.FIELD and self.fields != (self.word,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The words of questions, every beginning of one, and patterns for more by their first characters."""

    words: Mapping[str, Token]
    beginnings: frozenset[str]
    patterns: Mapping[str, tuple[tuple[re.Pattern[str], Token], ...]] = field(default_factory=dict)
    names: tuple[str, ...] = ()  # of fields, in Chinese, of two to six characters
    remembered: dict[str, tuple[Token, ...]] = field(default_factory=dict, compare=False)
    by_sound: dict[str, str] = field(default_factory=dict, compare=False)  # see `plain_words`

    def tokens_of(self, text: str) -> tuple[Token, ...]:
        """Return the words of which the squeezed `text` is made: as few as can be, unknown characters above all.

        The last few are remembered, for several rules look at the words of one message.
        """
        tokens = self.remembered.get(text)
        if tokens is None:
            tokens = self._found_in(text)
            if len(self.remembered) >= _MOST_REMEMBERED:
                self.remembered.clear()
            self.remembered[text] = tokens
        return tokens

    def latin_tokens_of(self, text: str) -> tuple[Token, ...]:
        """Return the words of a folded message in Latin letters: the longest names first, other words as they are."""
        said = latin_words(text)
        found, place = [], 0
        while place < len(said):
            ends = range(min(place + _MOST_LATIN_WORDS, len(said)), place, -1)
            known = ((end, self.words.get("".join(said[place:end]))) for end in ends)
            end, token = next(((end, token) for end, token in known if token is not None), (place + 1, None))
            found.append(token or Token(word=said[place], part=PartOfSpeech.UNKNOWN))
            place = end
        return tuple(found)

    def _found_in(self, text: str) -> tuple[Token, ...]:
        best: list[tuple[int, int, Token] | None] = [None] * (len(text) + 1)  # what it costs, where from, the last word
        for start, char in enumerate(text):
            before = best[start]
            cost = before[0] if before else 0
            unknown = Token(word=char, part=PartOfSpeech.UNKNOWN)
            for token in (*self._words_at(text, start), unknown):
                end = start + len(token.word)
                known, whole = best[end], cost + (_COST_OF_UNKNOWN if token is unknown else _cost(token))
                if known is None or whole < known[0]:
                    best[end] = (whole, start, token)
        return tuple(_path(best))[::-1]

    def _words_at(self, text: str, start: int) -> Iterator[Token]:
        for end in range(start + 1, len(text) + 1):
            word = text[start:end]
            if word not in self.beginnings:
                break
            if word in self.words and not _is_piece(text, start, end):
                yield self.words[word]
        for pattern, token in self.patterns.get(text[start], ()):
            match = pattern.match(text, start)
            if match is not None and len(match[0]) >= _SHORTEST_NAME:
                yield replace(token, word=match[0])
        value = _VALUE.match(text, start)
        if value is not None:
            fields = tuple(name for group, name in _FIELDS_OF_VALUES if value[group])
            amount = (SUM,) if _CENTS.match(value[0]) else ()
            yield Token(word=value[0], part=PartOfSpeech.VALUE, fields=fields[:1] or amount)


def latin_words(text: str) -> list[str]:
    """Return the words of a folded message in Latin letters, without what stands around them."""
    return [word for word in (one.strip(_LATIN_STOPS) for one in text.split()) if word]


def _is_piece(text: str, start: int, end: int) -> bool:
    """Return whether a short Latin word is only a part of a longer one, as pn is of vpn."""
    if end - start > _LONGEST_SHORT_WORD or not text[start:end].isascii() or not text[start:end].isalpha():
        return False
    around = text[max(start - 1, 0) : start] + text[end : end + 1]
    return any(char.isascii() and char.isalpha() for char in around) and text[start:end] in _SHORT_NAMES


def _cost(token: Token) -> int:
    """Return what a word costs: of as many words, those are meant that make another sentence of it."""
    return 1 if token.part in {PartOfSpeech.BLOCK, PartOfSpeech.ACT} else 2


def _path(best: list[tuple[int, int, Token] | None]) -> Iterator[Token]:
    end = len(best) - 1
    while end and (step := best[end]) is not None:
        yield step[2]
        end = step[1]


@lru_cache(maxsize=8)
def lexicon(kind_words: tuple[str, ...], field_words: tuple[str, ...]) -> Lexicon:
    """Return the lexicon for a set of prompts, whose words are squeezed.

    A word is what it is first said to be, in this order: a word of questions, the name of a kind, a verb, a phrase
    that stands for a field, a name for fields, a part of such a name.
    """
    said = lexicon_of((*question_tokens(kind_words), *_field_tokens(field_words)))
    names = tuple(
        word
        for word, token in said.words.items()
        if token.part is PartOfSpeech.FIELD and token.fields == (word,) and _SPELLED.fullmatch(word)
    )
    return replace(said, patterns=_patterns(), names=names, remembered={}, by_sound={})


def lexicon_of(tokens: Iterable[Token]) -> Lexicon:
    """Return the lexicon of `tokens`; of those with the same word the first counts."""
    words: dict[str, Token] = {}
    for token in tokens:
        words.setdefault(token.word, token)
    return Lexicon(words=words, beginnings=frozenset(word[:end] for word in words for end in range(1, len(word) + 1)))


def question_tokens(kind_words: Iterable[str]) -> Iterator[Token]:
    """Yield the words of questions, and the names of kinds."""
    for part, said in QUESTION_WORDS.items():
        yield from (Token(word=squeezed_word(word), part=part) for word in said)
    yield from (Token(word=word, part=PartOfSpeech.PAPER) for word in kind_words)


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, tuple[tuple[re.Pattern[str], Token], ...]]:
    """Return the ways of asking that are patterns, by the characters with which they begin."""
    patterns = defaultdict[str, list[tuple[re.Pattern[str], Token]]](list)
    for way, fields in questions():
        if "(" in way:
            token = Token(word=way, part=PartOfSpeech.FIELD, fields=fields)
            entry = (re.compile(way), token)
            for char in first_characters(way):
                patterns[char].append(entry)
    return {char: tuple(entries) for char, entries in patterns.items()}


def _field_tokens(field_words: tuple[str, ...]) -> Iterator[Token]:
    for way, asked in questions():
        if "(" not in way:
            yield Token(word=way, part=PartOfSpeech.FIELD, fields=asked)
    for verb in VERBS:
        yield from (Token(word=squeezed_word(word), part=PartOfSpeech.VERB, verb=verb) for word in verb.words.split())
    for field_name, values in VALUES.items():
        yield from (Token(word=word, part=PartOfSpeech.VALUE, fields=(field_name,)) for word in values.split())
    for fields, phrases in PHRASES.items():
        names = tuple(fields.split())
        yield from (Token(word=squeezed_word(word), part=PartOfSpeech.FIELD, fields=names) for word in phrases.split())
    names = (*field_words, *map(squeezed_word, (*SYNONYMS, *EXTRA_FIELDS)))
    yield from (Token(word=name, part=PartOfSpeech.FIELD, fields=(name,)) for name in names if len(name) > 1)
    ends = Counter(name[start:] for name in field_words for start in range(1, len(name) - _SHORTEST_NAME + 1))
    yield from (
        Token(word=name, part=PartOfSpeech.FIELD, fields=(name,))
        for name, number in sorted(ends.items())
        if number >= _FEWEST_OF_END and not name.isascii()
    )
