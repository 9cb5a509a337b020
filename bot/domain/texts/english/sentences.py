"""From a kept Chinese sentence to English: see `templates` for how, the modules beside it for the sentences."""

from functools import cache
from typing import Final

from bot.domain.texts.english import failures, unreadable, warnings
from bot.domain.texts.english.templates import Translation, translations

_ENDINGS: Final = sorted(warnings.ENDINGS, key=len, reverse=True)
_STOP: Final = "。"


def in_language(sentence: str, language: str) -> str:
    """Return a warning or failure in zh or en; one that has no English, as of another version, stays Chinese."""
    return (language == "en" and english(sentence)) or sentence


def english(sentence: str) -> str:
    """Return the English of a warning or failure with the same values; "" if there is none."""
    ending = next((ending for ending in _ENDINGS if sentence.endswith(ending)), "")
    begun = _whole(sentence.removesuffix(ending))
    return f"{begun}{warnings.ENDINGS.get(ending, '')}" if begun else _one_by_one(sentence)


def _whole(sentence: str) -> str:
    matches = ((one, one.pattern.fullmatch(sentence)) for one in _all())
    return next((one.of(match) for one, match in matches if match), "")


def _one_by_one(sentences: str) -> str:
    """Return the English of several sentences, which end in full stops; "" unless each has one."""
    for translation in _all():
        match = translation.pattern.match(sentences)
        if match and match.end() < len(sentences) and match[0].endswith((_STOP, "：")):
            rest = english(sentences[match.end() :])
            return f"{translation.of(match).rstrip()} {rest}" if rest else ""
    return ""


@cache
def _all() -> tuple[Translation, ...]:
    modules = (warnings, failures, unreadable)
    return translations(pair for module in modules for pairs in module.SENTENCES.values() for pair in pairs)
