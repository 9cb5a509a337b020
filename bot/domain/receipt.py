"""How people learn that an answer takes longer, what a card shows of it, and how long it is going to take."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from bot.domain.message import Recipient

CARD_CALLS = 3000  # a month: the standard edition has 5,000 API calls, and downloads and answers need some too
_STEPS = ((10, 5), (90, 10))  # seconds below which an estimate is rounded up to a multiple of so many
_MINUTE = 60


class Receipt(StrEnum):
    """How the person learns that an answer takes longer."""

    OFF = "off"
    TEXT = "text"
    CARD = "card"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRules:
    """What an organisation wants of receipts."""

    mode: Receipt = Receipt.TEXT
    after_seconds: int = 3  # that an answer may take without one
    card_template: str = ""  # none: the platform's own
    card_key: str = ""  # the template's variable that holds the card's Markdown; none: that of the platform's own
    card_calls: int = CARD_CALLS  # in a month


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A receipt that was given for a task; one with a card or a reaction must be brought to an end."""

    task_id: str
    mode: Receipt
    recipient: Recipient
    rules: ReceiptRules

    @property
    def track_id(self) -> str:
        """The card's outTrackId: the same task always has the same."""
        return f"ocrbot-{self.task_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The last that a card shows."""

    text: str  # Markdown
    failed: bool = False
    is_answer: bool = False  # the answer itself, which is not sent in any other way


def fits_card(text: str, most_bytes: int) -> bool:
    """Return whether a card of `most_bytes` shows `text`, rather than nothing at all."""
    return len(text.encode()) <= most_bytes


def cut_to_card(text: str, most_bytes: int) -> str:
    """Return the beginning of `text` that a card of `most_bytes` shows, in whole lines if it has any."""
    if fits_card(text, most_bytes):
        return text
    kept = text.encode()[: most_bytes - len("…".encode())].decode(errors="ignore")
    return (kept[: kept.rfind("\n") + 1] or kept) + "…"


def expected_seconds(files: int, workers: int, measured: Sequence[float]) -> float | None:
    """Return about how many seconds `files` take, those ahead included; None if nothing was measured lately."""
    if not measured:
        return None
    return math.ceil(max(1, files) / max(1, workers)) * median(measured)


def rounded(seconds: float) -> int:
    """Return `seconds` rounded up to what is known of them: 5, 10, 20, … 90, then whole minutes."""
    step = next((step for below, step in _STEPS if seconds <= below), _MINUTE)
    return max(1, math.ceil(seconds / step)) * step
