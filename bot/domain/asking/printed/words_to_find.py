"""The words of a message that may be printed on the paper it is about: 白细胞 of 白细胞多少.

Kinds of documents have names for their fields; papers have words of their own. Which these are is known only with the
paper at hand. Here is found what may be one: what is left of a message without the words of questions.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.domain.asking.bot_names import without_bot_names
from bot.domain.asking.clauses import clauses_of
from bot.domain.asking.learned.masking import plain
from bot.domain.asking.lexicon import Lexicon, Token, lexicon
from bot.domain.asking.words.labels_meant import ENDS, labels_meant
from bot.domain.asking.words.question_words import ASKING, PartOfSpeech
from bot.domain.asking.words.talk import ELSEWHERE
from bot.domain.prompt import squeezed
from bot.domain.prompt_set import PromptSet
from bot.domain.task import WordsToFind

_LONGEST: Final = 120  # characters of a message
_LONGEST_ALONE: Final = 8  # characters of a message that is nothing but a word of a paper
_SHORTEST: Final = 2  # characters
_SHORTEST_LATIN: Final = 3  # letters of a word that may be one of the paper's
_MOST: Final = 6  # clauses
_ASKS: Final = ASKING | {PartOfSpeech.WHETHER}
_ELSEWHERE: Final = frozenset({PartOfSpeech.BLOCK, PartOfSpeech.ACT})
_SAYS_NOTHING: Final = frozenset({PartOfSpeech.FILLER, PartOfSpeech.PAPER, PartOfSpeech.OF, PartOfSpeech.BREAK})
_LATIN_STOP: Final = re.compile(r"[,;:.!]+(?=\s|$)|(?<=[?])|\b(?:and|also|then)\b")
_REQUEST: Final = re.compile(
    r"给我|发我|告诉|[看查报念][下看查一]|说一?下(?![周个次午班])|列出|贴出|呢$|[?]|(.)不\1"
    r"|\b(?:pls|plz|please|(?:give|send|show|tell) me)\b"
)


def words_to_find(
    text: str, prompts: PromptSet, bot_names: Sequence[str] = (), *, asks: bool = False
) -> tuple[WordsToFind, ...]:
    """Return the parts of a message whose words may stand on a paper, none of one that asks nothing.

    That a message `asks` may be known from elsewhere. Each part has a character at least that is of no word of
    questions.
    """
    said = plain(without_bot_names(text, bot_names))
    if not said or len(said) > _LONGEST:
        return ()
    words = lexicon(prompts.kind_words, prompts.field_words)
    if said.isascii():
        clauses = [_latin_tokens(part, words) for part in _LATIN_STOP.split(said) if part.strip()]
    else:
        clauses = [words.tokens_of(clause) for clause in clauses_of(squeezed(said.replace(" ", ",")))]
    if any(token.part in _ELSEWHERE for tokens in clauses for token in tokens):
        return ()
    asking = [_to_find(tokens) for tokens in clauses if asks or _asks(tokens)]
    if not asking and len(clauses) == 1:
        asking = [_alone(clauses[0])]
    found = [part for part in asking if part.labels or (part.own and len(part.text) >= _SHORTEST)]
    return tuple(dict.fromkeys(found))[:_MOST]


def _latin_tokens(clause: str, words: Lexicon) -> tuple[Token, ...]:
    """Return the words of a clause in Latin letters, with a space behind each; short ones count as known."""
    tokens = words.latin_tokens_of(clause)
    short = PartOfSpeech.FILLER
    known = (replace(token, part=short) if len(token.word) < _SHORTEST_LATIN else token for token in tokens)
    question = [Token(word="?", part=PartOfSpeech.WHETHER)] if clause.endswith("?") else []
    return (*(replace(token, word=f"{token.word} ") for token in known), *question)


def _asks(tokens: Sequence[Token]) -> bool:
    said = "".join(token.word for token in tokens)
    return any(token.part in _ASKS or token.is_question for token in tokens) or bool(_REQUEST.search(said))


def _to_find(tokens: Sequence[Token]) -> WordsToFind:
    text, own = "", list[int]()
    for token in tokens:
        if token.part is PartOfSpeech.UNKNOWN:  # the space behind a Latin word is of no word
            own.extend(range(len(text), len(text) + len(token.word.rstrip())))
        text += token.word
    text = text.rstrip()
    is_elsewhere = bool(ELSEWHERE.search(text))
    labels = () if is_elsewhere else tuple(dict.fromkeys(labels_meant(text)))
    ends = () if is_elsewhere else tuple(dict.fromkeys(end for token in tokens for end in ENDS.get(token.part, ())))
    return WordsToFind(text=text, own=tuple(own), whole=is_elsewhere, labels=labels, ends=ends)


def _alone(tokens: Sequence[Token]) -> WordsToFind:
    """Return what a clause that asks nothing says, if it is no more than a word, as 公积金 or 那个公积金 is."""
    found = _to_find([token for token in tokens if token.part not in _SAYS_NOTHING])
    return replace(found, alone=True, labels=(), ends=()) if len(found.text) <= _LONGEST_ALONE else WordsToFind(text="")
