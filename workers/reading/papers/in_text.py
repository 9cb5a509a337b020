"""Telling from a page's text alone that several papers lie on it, where an engine gives no places.

Nothing can be cut apart then, but what is there twice shows it: a second number under the label of the first, or a
second set of the labels and values that name a paper.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.document import Line
from bot.domain.prompt import Output, Prompt, squeezed
from workers.layout.typed_lines import typed_lines
from workers.reading.papers.evidence import (
    LEAST_LINES,
    are_different,
    as_paper,
    has_two_numbers,
    labels_of,
    number_labels,
    words_of,
)

_LINES_ABOVE: Final = 3  # of a paper, that may stand above the first word of its kind
_MOST_TRIED: Final = 16  # places where a second paper may begin


def shows_several_papers(text: str, kind: Prompt, kinds: Sequence[Prompt]) -> bool:
    """Return whether the text of a page, read as a paper of `kind`, is that of several papers of `kinds`."""
    lines = typed_lines(text)
    if len(lines) < 2 * LEAST_LINES:
        return False
    whole = squeezed("\n".join(line.text for line in lines))
    if has_two_numbers(whole, kind):
        return True
    known = [one for one in kinds if one.output is Output.FIELDS and one.detect]
    # A second paper with a number of its own has the label of it.
    numbers = number_labels(kind)
    may_repeat = not numbers or any(whole.count(label) > 1 for label in numbers)
    places = _second_heads(lines, known, may_repeat=may_repeat)
    return any(_are_two_papers(lines[:place], lines[place:], known) for place in places)


def _are_two_papers(before: Sequence[Line], behind: Sequence[Line], kinds: Sequence[Prompt]) -> bool:
    one, other = as_paper(before, kinds), as_paper(behind, kinds)
    return one is not None and other is not None and are_different([one], [other], upright=False)


def _second_heads(lines: Sequence[Line], kinds: Sequence[Prompt], *, may_repeat: bool) -> Iterator[int]:
    """Yield the places of lines with which a second paper may begin.

    They say again what a paper says once, if that `may_repeat`, or are the first with a word of some kind; a title may
    stand above them.
    """
    labels, words = labels_of(kinds), {kind.name: frozenset(words_of(kind)) for kind in kinds}
    seen: set[str] = set()
    yielded: set[int] = set()
    for place, line in enumerate(lines):
        text = squeezed(line.text)
        on_line = {label for label in labels if label in text}
        says_other_kind = any(of_kind & on_line and not of_kind & seen for of_kind in words.values())
        if (may_repeat and on_line & seen) or says_other_kind:
            for start in range(place - (_LINES_ABOVE if says_other_kind else 1), place + 1):
                is_inside = LEAST_LINES <= start <= len(lines) - LEAST_LINES
                if is_inside and start not in yielded and len(yielded) < _MOST_TRIED:
                    yielded.add(start)
                    yield start
        seen |= on_line
