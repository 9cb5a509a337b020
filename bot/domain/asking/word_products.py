"""Phrases made of one word of each of several lists, so that word lists need not spell them out."""

from itertools import product


def each(*parts: str) -> str:
    """Return every phrase made of one word of each part, with spaces between; `-` stands for no word."""
    return " ".join("".join(phrase).replace("-", "") for phrase in product(*(part.split() for part in parts)))
