"""What is looked at in a message, to tell what it does and which fields it asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.asking.learned.masking import masked, plain
from bot.domain.asking.lexicon import Lexicon, Token, latin_words
from bot.domain.asking.plain_words import with_names_meant
from bot.domain.asking.questions import joined
from bot.domain.asking.words.question_words import PartOfSpeech
from bot.domain.prompt import squeezed

_LONGEST = 120  # characters that are looked at
_LONGEST_GRAM = 4  # characters
_LONGEST_RUN = 3  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What the grammar takes a message for: an act, the names of fields, and whether as a whole."""

    act: str = "none"
    names: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A message as its features: those of its characters and of its words, and the names of fields in it."""

    text: tuple[str, ...]
    words: tuple[str, ...]  # each by itself, a part of `text`
    names: tuple[str, ...]  # of fields, as the lexicon knows them
    ways: tuple[str, ...]  # the fields that whole ways of asking stand for
    is_latin: bool = False  # all of it is in Latin letters

    def for_acts(self, hint: Hint) -> list[str]:
        """Return the features for what a message does."""
        found = [f"N:{name}" for name in self.names]
        found += ["HASFIELD"] if self.names or self.ways else []
        return [*self.text, *found, f"G:{hint.act}", f"G:{hint.act}:{hint.whole}"]

    @property
    def after_kind(self) -> list[str]:
        """The features of a message that count by the kind of the paper before it; the first is that of any message."""
        return ["", *self.words]


def look_at(text: str, lexicon: Lexicon) -> Look:
    """Return the features of a message."""
    said = plain(text[:_LONGEST])
    is_latin = said.isascii()
    if is_latin:
        tokens = lexicon.latin_tokens_of(said)
        runs = tuple(dict.fromkeys((*_runs([*map(_word, tokens)]), *_runs(latin_words(said)))))
    else:
        tokens = lexicon.tokens_of(with_names_meant(squeezed(said.replace(" ", ",")), lexicon))
        runs = tuple(dict.fromkeys(_runs([*map(_word, tokens)])))
    fields = [token for token in joined(tokens, lexicon) if token.part is PartOfSpeech.FIELD]
    return Look(
        text=(*dict.fromkeys(_grams(masked(said))), *runs),
        words=tuple(run for run in runs if " " not in run),
        names=tuple(dict.fromkeys(token.word for token in fields if not token.is_question)),
        ways=tuple(dict.fromkeys(name for token in fields if token.is_question for name in token.fields)),
        is_latin=is_latin,
    )


def _grams(text: str) -> Iterator[str]:
    """Yield the runs of one to four characters, a sign counting as one, with the ends of the message."""
    units = ["^", *_units(text), "$"]
    for length in range(1, _LONGEST_GRAM + 1):
        for start in range(len(units) - length + 1):
            yield "".join(units[start : start + length])


def _units(text: str) -> Iterator[str]:
    place = 0
    while place < len(text):
        end = place + 3 if text[place] == "«" else place + 1
        yield text[place:end]
        place = end


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Yield the runs of one to three words, with the ends of the message."""
    units = ["|", *words, "|"]
    for length in range(1, _LONGEST_RUN + 1):
        for start in range(len(units) - length + 1):
            yield "/" + " ".join(units[start : start + length])


def _word(token: Token) -> str:
    """Return what a word is in a run: its part of speech, what is known as no word as it is."""
    return token.word if token.part is PartOfSpeech.UNKNOWN else token.part.value.upper()
