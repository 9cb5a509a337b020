"""Waiting until replicas have what was written, before others are told that it is safe."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.storage.keys.shared import REPLICATED, REPLICATED_SECONDS

if TYPE_CHECKING:
    from redis.client import Pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaWait:
    """For how many replicas to wait after a write, 0 for none, and for how many seconds at most."""

    replicas: int = 0
    seconds: float = 1.0

    def add_to(self, pipe: "Pipeline") -> None:
        """Wait at the end of a pipeline for all that was written before it, by whichever connection.

        WAIT goes by the last write of its own connection, so there is one just before it.
        """
        if self.replicas:
            pipe.set(REPLICATED.key(), 1, ex=REPLICATED_SECONDS)
            pipe.wait(self.replicas, max(1, round(self.seconds * 1000)))

    def is_enough(self, answers: list[object]) -> bool:
        """Return whether enough replicas had everything, by the answers of a pipeline; drop those for `add_to`."""
        if not self.replicas:
            return True
        reached = answers.pop()
        answers.pop()
        return isinstance(reached, int) and reached >= self.replicas


NO_WAIT = ReplicaWait()
