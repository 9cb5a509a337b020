"""How much a page of an OFD may draw. What is counted is taken before anything is made of it."""

from dataclasses import dataclass

from bot.domain import texts
from bot.domain.errors import Refused
from bot.domain.limits import MOST_PICTURE_PIXELS

MOST_NESTED = 8
"""How deep composite objects may lie in each other."""


@dataclass(slots=True, kw_only=True)
class DrawingAllowance:
    """What may still be drawn on one page; a full page of Chinese print as outlines has 250,000 points."""

    objects: int = 60_000
    points: int = 400_000  # of all paths together
    characters: int = 30_000
    pictures: int = 200  # different ones
    pixels: int = MOST_PICTURE_PIXELS  # of them together, as they are stored

    def take_object(self) -> None:
        """Deduct an object; raises `Refused` if there are too many."""
        self.objects -= 1
        if self.objects < 0:
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
