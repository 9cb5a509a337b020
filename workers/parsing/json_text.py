"""JSON as a model writes it: read strictly as far as it is JSON, else by what it must have meant.

Nothing is made up: a value is what stands in the text, numbers as written. One that ends with the text, rather than
by itself, is marked as cut.
"""

from dataclasses import dataclass

from workers.parsing.json_lenient import LenientReader
from workers.parsing.json_marks import OBJECT
from workers.parsing.json_reader import Leaf
from workers.parsing.json_strict import NotJsonError, StrictReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a text holds: `repaired` where it was no JSON, `complete` where nothing broke off."""

    leaves: tuple[Leaf, ...] = ()
    repaired: bool = False
    complete: bool = True
    present: bool = False  # there was an object, if an empty one


def read_json(text: str) -> Read:
    """Return the values of all objects in `text`, whatever stands around them; nothing where there is none."""
    leaves: list[Leaf] = []
    repaired, complete, start = False, True, OBJECT.search(text)
    present = start is not None
    while start is not None:
        # Once broken, the rest is not tried strictly again: every character is read twice at most.
        reader = LenientReader(text, start.end()) if repaired else _strict_or_not(text, start.end())
        if isinstance(reader, LenientReader):
            repaired = True
            reader.members(())
        leaves += reader.found()
        complete = complete and not reader.ended
        start = OBJECT.search(text, max(reader.pos, start.end()))
    return Read(leaves=tuple(leaves), repaired=repaired, complete=complete, present=present)


def read_members(text: str, *, whole: bool) -> Read:
    """Return the values of lines such as `key: value`; the last one counts as cut unless the text is `whole`."""
    reader = LenientReader(text, 0)
    reader.members(())
    if whole:
        reader.confirm()
    return Read(leaves=tuple(reader.found()), repaired=True, complete=whole, present=True)


def _strict_or_not(text: str, start: int) -> StrictReader | LenientReader:
    reader = StrictReader(text, start)
    try:
        reader.members(())
    except NotJsonError:
        return LenientReader(text, start)
    return reader
