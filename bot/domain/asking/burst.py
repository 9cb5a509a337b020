"""What one person sends within a few seconds belongs together: files, and the words that say what is wanted of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from bot.domain.task import BurstPart

FILES_BEFORE_SECONDS = 10.0  # at most between two messages of a burst whose last brings the words
FILES_AFTER_SECONDS = 5.0  # for which words that come first wait for files


@dataclass(frozen=True, slots=True, kw_only=True)
class BurstMessage:
    """A message without words, or without files; `at` is when it was received (Unix seconds)."""

    task_id: str
    part: BurstPart
    at: float


def files_before(words_id: str, messages: Sequence[BurstMessage]) -> list[str]:
    """Return the ids of the tasks whose files came right before these words; `messages` are the oldest first."""
    place = _place(words_id, messages)
    newest_first = messages[place::-1] if place is not None else []
    near = takewhile(
        lambda pair: pair[1].part is BurstPart.FILES and pair[0].at - pair[1].at <= FILES_BEFORE_SECONDS,
        pairwise(newest_first),
    )
    return [message.task_id for _, message in near][::-1]


def files_after(words_id: str, messages: Sequence[BurstMessage]) -> list[str]:
    """Return the ids of the tasks whose files came right after these words; `messages` are the oldest first."""
    place = _place(words_id, messages)
    if place is None:
        return []
    latest = messages[place].at + FILES_AFTER_SECONDS
    near = takewhile(lambda one: one.part is BurstPart.FILES and one.at <= latest, messages[place + 1 :])
    return [message.task_id for message in near]


def _place(task_id: str, messages: Sequence[BurstMessage]) -> int | None:
    return next((place for place, message in enumerate(messages) if message.task_id == task_id), None)
