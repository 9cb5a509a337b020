"""What became of a task's jobs in RQ: whether anything still works on it."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from redis import Redis
from rq.job import JobStatus
from rq.utils import str_to_date

from bot.storage import scripts
from bot.storage.jobs.signed_call import FETCH, READ, REPLY
from bot.storage.keys.rq import JOB, QUEUE, SCHEDULED, TAKEN
from bot.storage.queue import job_id, task_of

SILENT_SECONDS: Final = 25.0  # five heartbeats of a running job
_MOST_SKEW_SECONDS: Final = 300.0  # between the clocks of two machines that keep time
_TAKEN_SECONDS: Final = 10.0  # for which a job may be neither in the queue nor started: a worker needs milliseconds
_STEPS: Final = (FETCH, READ, REPLY)
_NEAR: Final = 1000  # jobs at the beginning of a queue
_FAR_SECONDS: Final = 30.0  # between two looks at the rest
_KEYS_OF_JOB: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """The jobs of an open task: of its latest start, and of as many files."""

    id: str
    generation: int
    files: int

    @property
    def jobs(self) -> list[tuple[str, str]]:
        """The id of each job, and its queue."""
        reads = [(job_id(self.id, READ, self.generation, index), READ) for index in range(self.files)]
        return [*reads, *((job_id(self.id, step, self.generation), step) for step in (FETCH, REPLY))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What became of a task's jobs."""

    alive: bool  # one waits, is being taken, or is at work
    read_failed: bool = False  # reading a file has failed for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The ids of tasks that have a job that waits: soon to be taken, or far behind in a long queue."""

    near: AbstractSet[str]
    far: AbstractSet[str]


class JobStates:
    """Looks at the jobs of tasks. It remembers which jobs it has met while a worker was taking them."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._look = scripts.load(redis, "look_at_jobs")
        self._taken: dict[str, float] = {}  # since when, in Unix seconds
        self._far: AbstractSet[str] = frozenset()
        self._far_at = 0.0
        self._beats: dict[str, tuple[bytes, float]] = {}  # the heartbeat of a job, and when it was first seen

    def waiting(self, *, now: float) -> Waiting:
        """Return the tasks that have a job that waits; `now` is in Unix seconds.

        The long end of a queue is looked at less often than its beginning, for nothing happens to a job there.
        """
        if not self._far_at or now - self._far_at >= _FAR_SECONDS:
            self._far, self._far_at = self._between(_NEAR, -1), now
        return Waiting(near=self._between(0, _NEAR - 1), far=self._far)

    def _between(self, first: int, last: int) -> AbstractSet[str]:
        """Return the tasks whose jobs stand at these places of any queue."""
        with self._redis.pipeline(transaction=True) as pipe:
            for step in _STEPS:
                pipe.lrange(QUEUE.key(step), first, last)
                pipe.zrange(SCHEDULED.key(step), first, last)
            found = cast("list[list[bytes]]", pipe.execute())
        return {task_of(job.decode()) for jobs in found for job in jobs}

    def of(self, tasks: Sequence[OpenTask], *, now: float) -> Mapping[str, Work]:
        """Return what became of the jobs of each task, by its id, in one round trip; `now` is in Unix seconds."""
        jobs = [job for task in tasks for job in task.jobs]
        keys = [key for job, step in jobs for key in _keys(job, step)]
        looks = self._look(keys=keys, args=[_KEYS_OF_JOB, *(job for job, _ in jobs)]) if jobs else []
        found = dict(zip((job for job, _ in jobs), cast("list[list[bytes]]", looks), strict=True))
        self._taken = {job: self._taken.get(job, now) for job, (_, _, place) in found.items() if place == b"taken"}
        return {task.id: self._work(task, found, now) for task in tasks}

    def _work(self, task: OpenTask, found: Mapping[str, Sequence[bytes]], now: float) -> Work:
        looks = {job: found[job] for job, _ in task.jobs}
        return Work(
            alive=any(self._is_alive(job, look, now) for job, look in looks.items()),
            read_failed=any(
                step == READ and looks[job][0] == JobStatus.FAILED.value.encode() for job, step in task.jobs
            ),
        )

    def _is_alive(self, job: str, look: Sequence[bytes], now: float) -> bool:
        status, heartbeat, place = look
        if place == b"taken":
            return now - self._taken[job] < _TAKEN_SECONDS
        # A job that is being put off has its new state a moment before it is in its place.
        at_work = status in (JobStatus.STARTED.value.encode(), JobStatus.SCHEDULED.value.encode())
        return place == b"waits" or (at_work and self._beats_on(job, heartbeat, now))

    def _beats_on(self, job: str, heartbeat: bytes, now: float) -> bool:
        """Return whether a job at work gives signs of life.

        Where its worker's clock is far from this machine's, not the time of its heartbeat counts, but that it changes.
        """
        age = _age(heartbeat)
        if age is None:
            return False
        if abs(age) < _MOST_SKEW_SECONDS:
            return age < SILENT_SECONDS
        before, since = self._beats.get(job, (b"", now))
        if before != heartbeat:
            since = now
            self._beats = {one: seen for one, seen in self._beats.items() if abs(now - seen[1]) < _MOST_SKEW_SECONDS}
            self._beats[job] = heartbeat, now
        return now - since < SILENT_SECONDS


def _keys(job: str, step: str) -> tuple[str, str, str, str]:
    """Return the KEYS of `look_at_jobs.lua` for a job."""
    return JOB.key(job), QUEUE.key(step), TAKEN.key(step), SCHEDULED.key(step)


def _age(heartbeat: bytes) -> float | None:
    """Return how many seconds ago a heartbeat was, by the clocks of two machines; None if there was none."""
    try:
        beat = str_to_date(heartbeat)
    except ValueError:
        return None
    return (datetime.now(UTC) - beat.replace(tzinfo=UTC)).total_seconds()
