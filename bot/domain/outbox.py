"""What the steps need of a chat platform, as protocols that its adapter implements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.message import Attachment, DingTalkConversation
from bot.domain.message_limits import MessageLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One answer in a message that several share: whom it answers, its Markdown, and its task's id."""

    recipient: DingTalkConversation
    text: str
    task_id: str


class Download(Protocol):
    """Download a posted file."""

    def __call__(self, attachment: Attachment, recipient: DingTalkConversation, /) -> bytes:
        """Return the file's bytes; raises `Refused`, `Unavailable` and `Misconfigured`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Whether a conversation may get another message now: `wait` is 0.0, or the seconds until it may.

    `scarce` says that so few are left for the moment that answers which are ready had better share one.
    """

    wait: float = 0.0
    scarce: bool = False


class Outbox(Protocol):
    """Send one part of a reply; raises `Unavailable`, `Unsure` or `Misconfigured`."""

    @property
    def limits(self) -> MessageLimits:
        """The limits of one message, one answer and one file."""

    def take_room(self, recipient: DingTalkConversation, /) -> Room:
        """Take the room for the first message of an answer, if its conversation may get one now."""

    def send_shared(self, sections: Sequence[Section], /) -> bool:
        """Send answers for one conversation in one message, each under the name of the person who asked.

        Every asker gets an @. Return False if the platform refuses the content of one of them: none was sent then.
        """

    def send(self, recipient: DingTalkConversation, title: str, text: str, /, *, mention: bool, task_id: str) -> object:
        """Send one message of Markdown; with `mention` it begins with an @ of the person who asked."""

    def send_file(self, recipient: DingTalkConversation, name: str, data: bytes, /, *, task_id: str) -> object:
        """Send one file; any other error means that the platform does not accept it."""


class ShortMessages(Protocol):
    """Send short messages that may be dropped."""

    def send_short(self, recipient: DingTalkConversation, title: str, text: str, /) -> bool:
        """Send one message unless answers need the send budget; return whether it was sent."""


class Reactions(Protocol):
    """Add text reactions to a message; raises `ReactionRefused` and `Unavailable`. Both calls may be repeated."""

    def put(self, recipient: DingTalkConversation, words: str, /) -> None:
        """Add the reaction `words` to the message that `recipient` names."""

    def remove(self, recipient: DingTalkConversation, words: str, /) -> None:
        """Remove the reaction `words` from that message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card: `track_id` is the id that we give it, `key` the variable of `template` that holds its Markdown.

    An empty `template` or `key` stands for the platform's own.
    """

    track_id: str
    template: str
    key: str
    recipient: DingTalkConversation


class CardMaker(Protocol):
    """Make and change cards; raises `CardRefused` and `Unavailable`."""

    @property
    def least_calls(self) -> int:
        """The least number of API calls that one card takes from creation to end."""

    @property
    def most_bytes(self) -> int:
        """The longest text that a card shows, in UTF-8; a longer one may leave it blank."""

    def create(self, card: Card, text: str, *, summary: str) -> Sequence[str]:
        """Post a card and return the ids that a message quoting it carries.

        The list of conversations shows `summary`. Raises `Unsure` if the card may have been posted.
        """

    def may_change(self, card: Card) -> bool:
        """Claim the right to change the card now; return False if its last change is too recent."""

    def show(self, card: Card, text: str, guid: str) -> None:
        """Replace the card's text; a repeated `guid` changes nothing."""

    def finish(self, card: Card, text: str, *, failed: bool) -> None:
        """Show `text` and end the card."""
