"""Say a message in plain words: without dialect, and with the names of fields that were meant."""

import re
from typing import Final

from bot.domain.asking.lexicon import Lexicon
from bot.domain.asking.words.dialect import DIALECT
from bot.domain.asking.words.question_words import PartOfSpeech
from bot.domain.asking.words.sounds import ALIKE, SAME_SOUND

_PLAIN: Final = {said: plain for plain, words in DIALECT.items() for said in words.split()}
_DIALECT = re.compile("|".join(sorted(map(re.escape, _PLAIN), key=len, reverse=True)))
_SAME: Final = {char: group[0] for group in reversed(SAME_SOUND) for char in group}
_SOUND: Final = _SAME | {char: _SAME.get(group[0], group[0]) for group in ALIKE for char in group[1:]}
_ENDING = re.compile(r"(?<=[^是有好行对要能会可])(?:不|没|没有|冇|未)[啊呀嘛哦呢噻啦咯]*[?!。]*$")
_LONGEST_NAME = 6  # characters of a name that is looked for by its sound


def in_plain_words(text: str) -> str:
    """Return `text` with the words that dialects have their own words for."""
    return _DIALECT.sub(lambda match: _PLAIN[match[0]], text)


def with_plain_ending(text: str) -> str:
    """Return `text` with 吗 for another word at its end that asks for yes or no: 是专票不 is 是专票吗."""
    return _ENDING.sub("吗", text)


def with_names_meant(text: str, lexicon: Lexicon) -> str:
    """Return the squeezed `text` with the name of a field for what is written with a wrong character of its sound.

    Only what holds a character of no word is mended, and only if no more than half of its characters are wrong.
    """
    place, unknown = 0, set()
    for token in lexicon.tokens_of(text):
        if token.part is PartOfSpeech.UNKNOWN:
            unknown.add(place)
        place += len(token.word)
    names = _names_by_sound(lexicon) if unknown else {}
    start = 0 if unknown else len(text)
    sound = _sound(text) if unknown else ""
    while start < len(text):
        for end in range(min(start + _LONGEST_NAME, len(text)), start + 1, -1):
            name = names.get(sound[start:end])
            if not name or unknown.isdisjoint(range(start, end)):
                continue
            word = text[start:end]
            if name != word and 2 * _differences(name, word) <= len(word):
                text = text[:start] + name + text[end:]
                unknown -= {*range(start, end)}
                break
        start += 1
    return text


def _sound(word: str) -> str:
    return "".join(_SOUND.get(char, char) for char in word)


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _names_by_sound(lexicon: Lexicon) -> dict[str, str]:
    """Return the names of fields by how they sound, worked out once for a lexicon."""
    names = lexicon.by_sound
    for word in () if names else lexicon.names:
        sound = _sound(word)
        names[sound] = "" if sound in names else word  # what sounds like two names is neither
    return names
