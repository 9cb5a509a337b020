"""Receipts: how people learn that an answer takes longer, what a card shows, and how long the wait will be."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from bot.domain.message import DingTalkConversation

CARD_CALLS = 3000  # a month: of 5,000 API calls in DingTalk's standard edition; downloads and answers need the rest
_STEPS = ((10, 5), (90, 10))  # up to so many seconds, estimates are rounded up to a multiple of so many
_MINUTE = 60


class Receipt(StrEnum):
    """The form in which a person learns that the answer takes longer."""

    OFF = "off"
    TEXT = "text"
    CARD = "card"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRules:
    """An organisation's settings for receipts."""

    mode: Receipt = Receipt.TEXT
    after_seconds: int = 3  # an answer within this time gets no receipt
    card_template: str = ""  # "" for the platform's own
    card_key: str = ""  # the template's variable for the card's Markdown; "" for that of the platform's own
    card_calls: int = CARD_CALLS  # API calls a month


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReceipt:
    """A receipt that was sent for a task; a card must be finished, a reaction removed."""

    task_id: str
    mode: Receipt
    recipient: DingTalkConversation
    rules: ReceiptRules

    @property
    def track_id(self) -> str:
        """The card's outTrackId, always the same for the same task."""
        return f"ocrbot-{self.task_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The last text of a card."""

    text: str  # Markdown
    failed: bool = False
    is_answer: bool = False  # the text is the answer itself, which is not sent otherwise


def fits_card(text: str, most_bytes: int) -> bool:
    """Return whether `text` fits a card of `most_bytes` in UTF-8; a card with more shows nothing at all."""
    return len(text.encode()) <= most_bytes


def cut_to_card(text: str, most_bytes: int) -> str:
    """Return as much of the beginning of `text` as fits a card of `most_bytes`, in whole lines if possible."""
    if fits_card(text, most_bytes):
        return text
    kept = text.encode()[: most_bytes - len("…".encode())].decode(errors="ignore")
    return (kept[: kept.rfind("\n") + 1] or kept) + "…"


def expected_seconds(files: int, workers: int, measured: Sequence[float], *, pages: int = 1) -> float | None:
    """Return roughly how many seconds `files` take, including those ahead, from recently `measured` seconds a page.

    The last file has `pages`; a file of which nothing is known counts as one page. Return None without measurements.
    """
    if not measured:
        return None
    rounds = math.ceil(max(1, files) / max(1, workers))
    return (rounds + max(1, pages) - 1) * median(measured)


def rounded(seconds: float) -> int:
    """Return `seconds` rounded up to the precision of an estimate: 5, 10, 20, … 90, then whole minutes."""
    step = next((step for below, step in _STEPS if seconds <= below), _MINUTE)
    return max(1, math.ceil(seconds / step)) * step
