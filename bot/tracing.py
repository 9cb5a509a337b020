"""What a piece of work tells to whoever takes down traces: kinds, sizes, counts and outcomes, nothing recognised."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final, Protocol

Fact = int | float | str
"""A number, or a word of the program such as an outcome: never what people wrote, and never what was read."""


class Span(Protocol):
    """A piece of work between its beginning and its end."""

    def note(self, **facts: Fact) -> None:
        """Add facts about the work."""


class Tracing(Protocol):
    """Takes down the work on tasks, a trace for each. Safe to use from several threads, and never in the way."""

    def message(self, task_id: str, *, began: float, again: bool, **facts: Fact) -> None:
        """Take down the arrival of a message, the root of its task's trace; `began` is in Unix seconds.

        With `again` the message was delivered before, and has a root.
        """

    def step(self, name: str, task_id: str) -> AbstractContextManager[Span]:
        """Take down a step of a task, and as parts of it what begins in its context."""
        ...

    def part(self, name: str, *, of: Span | None = None) -> AbstractContextManager[Span]:
        """Take down a part `of` another piece of work, else of that in whose context it begins."""
        ...

    def ended(self, name: str, *, seconds: float, **facts: Fact) -> None:
        """Take down a part that has taken `seconds` and ended now."""

    def start(self) -> None:
        """Begin to send what is taken down, from this process."""

    def stop(self) -> None:
        """Send the rest, within seconds."""


class _Untraced:
    def note(self, **facts: Fact) -> None:
        """Add nothing."""


class NoTracing:
    """A `Tracing` for a deployment without an address for traces."""

    def message(self, task_id: str, *, began: float, again: bool, **facts: Fact) -> None:
        """Take down nothing."""

    @contextmanager
    def step(self, name: str, task_id: str) -> Iterator[Span]:  # noqa: ARG002 - the protocol's
        """Take down nothing."""
        yield _UNTRACED

    @contextmanager
    def part(self, name: str, *, of: Span | None = None) -> Iterator[Span]:  # noqa: ARG002 - the protocol's
        """Take down nothing."""
        yield _UNTRACED

    def ended(self, name: str, *, seconds: float, **facts: Fact) -> None:
        """Take down nothing."""

    def start(self) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""


_UNTRACED: Final = _Untraced()
NO_TRACING: Final = NoTracing()
