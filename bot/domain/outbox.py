"""The ways out and in: what a step needs of the platform that people write on, whichever that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.message import Attachment, Recipient


class Download(Protocol):
    """Get a posted file."""

    def __call__(self, attachment: Attachment, recipient: Recipient, /) -> bytes:
        """Return the file's bytes; raises `Refused`, `Unavailable` and `Misconfigured`."""


class Outbox(Protocol):
    """Send one part of a reply; raises `Unavailable`, `Unsure` or `Misconfigured`."""

    def send(self, recipient: Recipient, title: str, text: str, /, *, mention: bool, task_id: str) -> object:
        """Send one message of Markdown; `mention` puts an @ of the asker first."""

    def send_file(self, recipient: Recipient, name: str, data: bytes, /, *, task_id: str) -> object:
        """Send one file; any other error means that it is not taken."""


class ShortMessages(Protocol):
    """Send short messages that may be left out."""

    def send_short(self, recipient: Recipient, title: str, text: str, /) -> bool:
        """Send one message unless answers need the room; return whether it went."""


class Reactions(Protocol):
    """Put words on the asker's message; raises `ReactionRefused` and `Unavailable`. Either call may be repeated."""

    def put(self, recipient: Recipient, words: str, /) -> None:
        """Put `words` on the message that `recipient` answers."""

    def remove(self, recipient: Recipient, words: str, /) -> None:
        """Take `words` away from that message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card: `track_id` is our name for it, `key` the variable of `template` that holds its Markdown.

    An empty template or key stands for the platform's own.
    """

    track_id: str
    template: str
    key: str
    recipient: Recipient


class CardMaker(Protocol):
    """Make and change cards; raises `CardRefused` and `Unavailable`."""

    @property
    def least_calls(self) -> int:
        """The number of API calls that a card takes at least, from its making to its end."""

    @property
    def most_bytes(self) -> int:
        """The most that a card shows; a longer text may leave it blank."""

    def create(self, card: Card, text: str, *, summary: str) -> Sequence[str]:
        """Put a card into the conversation and return the ids that a message quoting it carries.

        `summary` stands in the list of conversations. Raises `Unsure` if the card may be there.
        """

    def may_change(self, card: Card) -> bool:
        """Take the right to change the card now; False while its last change is too recent."""

    def show(self, card: Card, text: str, guid: str) -> None:
        """Show `text` in place of what is there; repeating a `guid` changes nothing."""

    def finish(self, card: Card, text: str, *, failed: bool) -> None:
        """Show `text` for good."""
