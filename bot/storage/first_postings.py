"""Who posted an invoice first, and when: claimed when it is read, confirmed when the answer has been sent.

A claim belongs to one paper in one file of one task, so a repeated step recognises its own. A claim is void once its
task is closed without an answer having been sent: the next posting is then the first. Quoting a posting is a question
about it and not another posting, so a claim from the same message counts as the task's own.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from redis import Redis

from bot.domain.checking.duplicates import Likeness
from bot.domain.document import FirstSeen
from bot.domain.message import poster_of
from bot.domain.task import Task
from bot.storage import scripts
from bot.storage.keys.tasks import CLAIMED_INVOICES, CONFIRMED_SECONDS, FIRST_POSTING, OPEN_SECONDS, TASK


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One file of a task, or one of several papers in it."""

    task: Task
    index: int
    paper: int = 0  # of the file, from 0

    @property
    def place(self) -> str:
        """The file's index and, behind a slash, that of a further paper in it."""
        return f"{self.index}/{self.paper}" if self.paper else str(self.index)

    @property
    def arguments(self) -> list[str | int | float]:
        """The posting as the scripts expect it: task, index, at, nick, staff, posted."""
        poster = poster_of(self.task.recipient)
        attachments = self.task.attachments
        posted = attachments[self.index].posted if self.index < len(attachments) else ""
        return [self.task.id, self.place, repr(self.task.received_at), poster.nick, poster.staff_id, posted]


class FirstPostings:
    """The first postings of invoices. Every claim is atomic."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._claim = scripts.load(redis, "claim_first_posting", functions="first_posting")
        self._confirm = scripts.load(redis, "confirm_first_posting", functions="first_posting")

    def claim(self, posting: Posting, scope: str, likenesses: Sequence[Likeness]) -> FirstSeen | None:
        """Claim a document by all its likenesses; return who posted it first if a decisive one is taken."""
        keys = [CLAIMED_INVOICES.key(posting.task.id), *(_key(scope, likeness) for likeness in likenesses)]
        decide = [int(likeness.decides) for likeness in likenesses]
        args = [*posting.arguments, OPEN_SECONDS, TASK.prefix, *decide]
        first = cast("list[bytes] | None", self._claim(keys=keys, args=args))
        if not first:
            return None
        task, place, at, nick, staff, shown_by = (part.decode() for part in first)
        index, _, paper = place.partition("/")
        return FirstSeen(
            task_id=task,
            index=int(index),
            paper=int(paper or 0),
            at=float(at),
            nick=nick,
            staff_id=staff,
            match=likenesses[int(shown_by)].match,
        )

    def confirm(self, task: Task, answered: Collection[int], claimed: Mapping[bytes, bytes] | None = None) -> None:
        """Keep the claims of the files at these indexes for a year: their answer was sent. One round trip a paper.

        `claimed` are the keys that the task has claimed, with the place of the paper; without it they are looked up.
        """
        if claimed is None:
            claimed = cast("dict[bytes, bytes]", self._redis.hgetall(CLAIMED_INVOICES.key(task.id)))
        for place in sorted(set(claimed.values())):
            index, _, paper = place.decode().partition("/")
            keys = [key for key, holder in claimed.items() if holder == place]
            if int(index) in answered:
                posting = Posting(task=task, index=int(index), paper=int(paper or 0))
                self._confirm(keys=keys, args=[*posting.arguments, CONFIRMED_SECONDS, TASK.prefix])


def _key(scope: str, likeness: Likeness) -> str:
    return FIRST_POSTING.key(hashlib.sha256(f"{scope} {likeness.digest}".encode()).hexdigest())
