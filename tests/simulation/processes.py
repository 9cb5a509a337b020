"""The processes of a run as far as faults meet them: what is at work, what is dead or frozen, and their calls."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from redis.exceptions import ConnectionError as RedisConnectionError

from tests.simulation.plan import WITHIN_SENDS, Fault, Kind

_FROZEN_SECONDS = 40.0


class Killed(BaseException):
    """The process is dead; whatever it does on its way out reaches nobody."""

    def __init__(self, *, taken_over: bool) -> None:
        super().__init__()
        self.taken_over = taken_over


@dataclass(slots=True)
class Beat:
    """Something that a process does again and again in the background."""

    every: float
    do: Callable[[], None]
    next: float


@dataclass(slots=True, eq=False)
class Activity:
    """Something that a process is at: a job, a sweep, or a message that is taken."""

    process: str
    dead: Killed | None = None
    frozen: bool = False
    twin: Callable[[], None] = lambda: None  # another process does the same
    beats: list[Beat] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Processes:
    """What is at work, the innermost last: it was begun while the others waited for something."""

    faults: dict[tuple[str, int], Fault]  # by process and the number of its call that each meets
    shifts: dict[str, float] = field(default_factory=lambda: {"bot": 0.0, "worker": 0.0, "api": 0.0})
    at_work: list[Activity] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=lambda: {"bot": 0, "worker": 0, "api": 0})
    cut: bool = False  # whether a fault may have met a send
    crowded: int = 0  # how often conversations have no room yet
    overtake: Callable[[], None] = lambda: None
    pass_time: Callable[[float], None] = lambda _: None
    _quiet: bool = False

    @contextmanager
    def working(self, activity: Activity) -> Iterator[None]:
        """Let calls within the block be those of `activity`."""
        self.at_work.append(activity)
        try:
            yield
        finally:
            self.at_work.remove(activity)

    def shift(self) -> float:
        """Return how many seconds the clock of the process at work is fast."""
        return self.shifts[self.at_work[-1].process] if self.at_work else 0.0

    def beat(self, now: float) -> None:
        """Do what the processes that are alive do in the background until `now`."""
        before, self._quiet = self._quiet, True
        for activity in tuple(self.at_work):
            for beat in activity.beats if activity.dead is None and not activity.frozen else ():
                if beat.next <= now:
                    beat.next = now + beat.every
                    beat.do()
        self._quiet = before

    def around_redis(self, call: Callable[[], Any]) -> Any:
        """Make a call to Redis; a client repeats one whose answer was lost."""
        return self._around(call, lambda: RedisConnectionError("no answer"), None)

    def around_send(
        self, call: Callable[[], Any], failed: Callable[[], Exception], lost: Callable[[], Exception]
    ) -> Any:
        """Make a call to DingTalk."""
        return self._around(call, failed, lost)

    def has_room(self) -> bool:
        """Return whether a conversation may get a message now."""
        self.crowded -= self.crowded > 0
        return not self.crowded

    def _around(
        self, call: Callable[[], Any], failed: Callable[[], Exception], lost: Callable[[], Exception] | None
    ) -> Any:
        if self._quiet or not self.at_work:
            return call()
        activity = self.at_work[-1]
        if activity.dead is not None:
            raise activity.dead
        number = self.calls[activity.process]
        self.calls[activity.process] += 1
        fault = self.faults.get((activity.process, number))
        if fault is None:
            return call()
        unnoted = fault.kind is Kind.FAIL and lost is None  # Redis may fail to note what was sent
        self.cut = self.cut or unnoted or fault.kind in WITHIN_SENDS
        return self._suffer(fault, activity, call, failed, lost)

    def _suffer(
        self,
        fault: Fault,
        activity: Activity,
        call: Callable[[], Any],
        failed: Callable[[], Exception],
        lost: Callable[[], Exception] | None,
    ) -> Any:
        match fault.kind:
            case Kind.KILL_BEFORE:
                self._kill(activity, taken_over=True)
            case Kind.FAIL if lost is not None or activity.process != "bot":
                raise failed()
            case Kind.CLOCK:
                self.shifts[fault.process] += fault.seconds
            case Kind.THROTTLE:
                self.crowded += 2
        answer = call()
        match fault.kind:
            case Kind.KILL_AFTER | Kind.KILL_HOST:
                self._kill(activity, taken_over=fault.kind is Kind.KILL_AFTER)
            case Kind.LOSE if lost is not None:
                raise lost()
            case Kind.LOSE:
                answer = call()
        self._let_others_go_on(fault.kind, activity)
        return answer

    def _let_others_go_on(self, kind: Kind, activity: Activity) -> None:
        match kind:
            case Kind.OVERTAKE:
                self.overtake()
            case Kind.TWIN:
                activity.twin()
            case Kind.FREEZE:
                activity.frozen = True
                self.pass_time(_FROZEN_SECONDS)
                activity.frozen = False

    def _kill(self, activity: Activity, *, taken_over: bool) -> None:
        activity.dead = Killed(taken_over=taken_over)
        raise activity.dead
