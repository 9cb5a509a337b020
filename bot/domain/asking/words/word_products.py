"""Phrases made of one word of each of several lists, so that word lists need not spell them out."""

import re
from itertools import product

_PART = re.compile(r"\(\?:([^)]*)\)(\??)")


def each(*parts: str) -> str:
    """Return every phrase made of one word of each part, with spaces between; `-` stands for no word."""
    return " ".join("".join(phrase).replace("-", "") for phrase in product(*(part.split() for part in parts)))


def any_of(*parts: str) -> str:
    """Return a pattern for the same phrases, for where there are too many of them to list."""
    return "".join(map(_choice, parts))


def _choice(part: str) -> str:
    words = sorted({*part.split()} - {"-"}, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(words)}){'?' if '-' in part.split() else ''}"


def first_characters(pattern: str) -> str:
    """Return the characters with which the phrases of a pattern of `any_of` begin."""
    found = ""
    for words, optional in _PART.findall(pattern):
        found += "".join(word[0] for word in words.split("|") if word)
        if not optional:
            break
    return "".join(sorted({*found}))
