"""How correctly a text is read: the share of its characters that would have to be changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.accuracy.scoring import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """One document's text: the number of its characters, and of those lost, misread or invented."""

    case: str
    kind: str
    condition: str
    characters: int
    errors: int


def spelling(expected: str, got: str, *, case: str, kind: str, condition: str) -> Spelling:
    """Compare a text with what was read; width, spaces, line ends and marks of Markdown and HTML do not count."""
    one, other = plain(expected), plain(got)
    return Spelling(case=case, kind=kind, condition=condition, characters=len(one), errors=distance(one, other))


def distance(one: str, other: str) -> int:
    """Return the Levenshtein distance: the changed, inserted and removed characters between two texts."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    before = list(range(len(other) + 1))
    for row, char in enumerate(one, 1):
        here = [row]
        for column, another in enumerate(other, 1):
            here.append(min(before[column] + 1, here[-1] + 1, before[column - 1] + (char != another)))
        before = here
    return before[-1]


def spelling_table(found: Sequence[Spelling]) -> str:
    """Return the errors by kind and condition as a Markdown table."""
    lines = [
        "| kind | condition | files | characters | errors | error rate |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for kind in dict.fromkeys(one.kind for one in found):
        of_kind = [one for one in found if one.kind == kind]
        conditions = dict.fromkeys(one.condition for one in of_kind)
        lines += [_row(kind, name, [one for one in of_kind if one.condition == name]) for name in conditions]
        lines.append(_row(f"**{kind}**", "all", of_kind))
    return "\n".join([*lines, _row("**all**", "**all**", found)])


def _row(kind: str, condition: str, found: Sequence[Spelling]) -> str:
    characters, errors = sum(one.characters for one in found), sum(one.errors for one in found)
    share = f"{100 * errors / characters:.2f} %" if characters else "-"
    return f"| {kind} | {condition} | {len(found)} | {characters} | {errors} | {share} |"
