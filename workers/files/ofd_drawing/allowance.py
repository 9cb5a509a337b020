"""How much a page of an OFD may draw. What is counted is taken before anything is made of it."""

from dataclasses import dataclass
from typing import Final

from bot.domain import texts
from bot.domain.errors import Refused
from bot.domain.limits import MOST_PICTURE_PIXELS
from workers.files.safe_xml import Node

_CHARACTERS: Final = 100  # that are looked at as fast as an element
MOST_NESTED: Final = 24
"""How deep blocks and composite objects may lie in each other."""


@dataclass(slots=True, kw_only=True)
class DrawingAllowance:
    """What may still be drawn on one page; a full page of Chinese print as outlines has 250,000 points."""

    elements: int = 150_000  # of XML that are looked at; those of a composite count wherever it is used
    points: int = 400_000  # of all paths together
    characters: int = 30_000
    pictures: int = 200  # different ones
    pixels: int = MOST_PICTURE_PIXELS  # of them together, as they are stored

    def take_node(self, node: Node) -> None:
        """Deduct an object with all that is in it, and its characters; raises `Refused` if that is too much."""
        waiting = [node]
        while waiting:
            one = waiting.pop()
            characters = sum(map(len, one.attributes.values())) + sum(map(len, one.own))
            self.take_elements(1 + characters // _CHARACTERS)
            waiting += one.children

    def take_elements(self, number: int) -> None:
        """Deduct elements; raises `Refused` if there are too many."""
        self.elements -= number
        if self.elements < 0:
            raise too_complex()

    def take_points(self, number: int) -> None:
        """Deduct points of a path; raises `Refused` if there are too many."""
        self.points -= number
        if self.points < 0:
            raise too_complex()

    def take_characters(self, number: int) -> None:
        """Deduct characters; raises `Refused` if there are too many."""
        self.characters -= number
        if self.characters < 0:
            raise too_complex()

    def take_picture(self, pixels: int) -> bool:
        """Deduct a picture; return whether it may be drawn."""
        if pixels > self.pixels or self.pictures <= 0:
            return False
        self.pixels -= pixels
        self.pictures -= 1
        return True


def too_complex() -> Refused:
    """Return the refusal of a page with more on it than any page has."""
    return Refused("ofd_page_heavy", texts.unreadable.file_too_complex())
