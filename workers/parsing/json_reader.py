"""What both ways of reading JSON keep: a place in the text, and the values up to there."""

from dataclasses import dataclass

from workers.parsing.json_marks import SPACE

DEPTH = 8  # levels of nesting, more than any form has
KEY_LENGTH = 65  # of a key in a path: longer than any name asked for
NOTHING = frozenset({"null", "None", "none", "undefined"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A value and the keys that lead to it; an object or a list is there as a whole too, a line an item."""

    path: tuple[str, ...]
    value: str
    cut: bool = False  # not known to be all of it


class Reader:
    """A place in a text, and the values up to there."""

    def __init__(self, text: str, pos: int) -> None:
        self.text = text
        self.pos = pos
        self.ended = False  # by the end of the text, in the middle of an object
        self.leaves: list[tuple[tuple[str, ...], str]] = []
        self._sure = 0  # leaves whose end was seen
        self.torn: set[int] = set()  # leaves that end where another key begins

    def found(self) -> list[Leaf]:
        """Return the values so far."""
        return [
            Leaf(path=path, value=value, cut=index >= self._sure or index in self.torn)
            for index, (path, value) in enumerate(self.leaves)
        ]

    def confirm(self) -> None:
        """Take note that what was read so far is all there: a further key or a closing bracket was seen."""
        self._sure = len(self.leaves)

    def keep(self, path: tuple[str, ...], value: str) -> None:
        """Take a value, not yet known to be complete."""
        self.leaves.append((path, value))

    def space(self) -> None:
        """Step over white space."""
        self.pos = SPACE.match(self.text, self.pos).end()  # type: ignore[union-attr] # it matches nothing, too

    def take(self, marks: str) -> bool:
        """Return whether one of `marks` comes next, and step over it."""
        if self.pos < len(self.text) and self.text[self.pos] in marks:
            self.pos += 1
            return True
        return False

    def at_end(self) -> bool:
        """Return whether the text is over, and take note of it."""
        self.ended = self.ended or self.pos >= len(self.text)
        return self.ended
