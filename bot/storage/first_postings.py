"""Which invoices were posted before, by whom and when: claimed when read, confirmed when the answer was sent.

A claim belongs to one file of one task, so that a step that is repeated finds its own. A claim whose task is over and
whose answer was never sent is void: the next posting is the first. To quote what somebody posted is a question about
that posting and not another one, so a claim from the same message counts as the task's own.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast

from redis import Redis

from bot.domain.checking.duplicates import Likeness
from bot.domain.document import FirstSeen
from bot.domain.task import Task
from bot.storage import scripts
from bot.storage.keys import CLAIMED_INVOICES, CONFIRMED_SECONDS, FIRST_POSTING, OPEN_SECONDS, TASK


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One file of one message, and who posted it."""

    task: Task
    index: int

    @property
    def arguments(self) -> list[str | int | float]:
        """What the scripts call the posting: task, index, at, nick, staff, posted."""
        address = self.task.address
        posted = "".join(one.posted for one in self.task.attachments[self.index : self.index + 1])
        return [self.task.id, self.index, repr(self.task.received_at), address.nick, address.staff_id, posted]


class FirstPostings:
    """Tells of each invoice whether it was posted before. Every claim is one step in Redis, whoever else claims."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._claim = scripts.load(redis, "claim_first_posting", functions="first_posting")
        self._confirm = scripts.load(redis, "confirm_first_posting", functions="first_posting")

    def claim(self, posting: Posting, scope: str, likenesses: Sequence[Likeness]) -> FirstSeen | None:
        """Claim a document by all its `likenesses`; return who has it already by one that decides, None for nobody."""
        keys = [CLAIMED_INVOICES.key(posting.task.id), *(_key(scope, likeness) for likeness in likenesses)]
        decide = [int(likeness.decides) for likeness in likenesses]
        args = [*posting.arguments, OPEN_SECONDS, TASK.prefix, *decide]
        found = cast("list[bytes] | None", self._claim(keys=keys, args=args))
        if not found:
            return None
        task, index, at, nick, staff, place = (part.decode() for part in found)
        return FirstSeen(
            task_id=task,
            index=int(index),
            at=float(at),
            nick=nick,
            staff_id=staff,
            match=likenesses[int(place)].match,
        )

    def confirm(self, task: Task, answered: Collection[int]) -> None:
        """Keep what the files at these indexes claimed for a year: their answer was sent. One round trip a file."""
        claimed = cast("dict[bytes, bytes]", self._redis.hgetall(CLAIMED_INVOICES.key(task.id)))
        for index in answered:
            keys = [key for key, holder in claimed.items() if int(holder) == index]
            if keys:
                posting = Posting(task=task, index=index)
                self._confirm(keys=keys, args=[*posting.arguments, CONFIRMED_SECONDS, TASK.prefix])


def _key(scope: str, likeness: Likeness) -> str:
    return FIRST_POSTING.key(hashlib.sha256(f"{scope} {likeness.digest}".encode()).hexdigest())
