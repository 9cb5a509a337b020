"""What a receipt is given with: cards, reactions and short messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.dingtalk.cards import Card
from bot.domain.message import Address


class CardMaker(Protocol):
    """What makes and changes cards, see `bot.dingtalk.cards.Cards`; raises `CardRefused` and `Unavailable`."""

    def create(self, card: Card, text: str, *, summary: str) -> Sequence[str]:
        """Put a card into the conversation; return the keys that whoever quotes it gives of it."""

    def may_change(self, card: Card) -> bool:
        """Take the turn to show something else."""

    def show(self, card: Card, text: str, guid: str) -> None:
        """Show `text` in place of what is there."""

    def finish(self, card: Card, text: str, *, failed: bool) -> None:
        """Show `text` for good."""


class Teller(Protocol):
    """What sends a short message, or leaves it out where answers need the room; tells whether it went."""

    def __call__(self, address: Address, title: str, text: str) -> bool:
        """Send one message."""


class Reactor(Protocol):
    """What puts words on the asker's message, or takes them away; raises `ReactionRefused` and `Unavailable`."""

    def __call__(self, address: Address, words: str, *, gone: bool = False) -> None:
        """Put them there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPorts:
    """All of it."""

    cards: CardMaker
    tell: Teller
    react: Reactor
