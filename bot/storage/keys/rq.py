"""RQ's own keys, as far as they occur here. RQ writes and expires them; `bot.storage.queue` names the queues."""

from functools import partial
from typing import Final

from bot.storage.keys.family import KeyFamily, RedisType

_DAY = 24 * 3600
_FAILED = "1 day once it has failed"
_RESTART = "The sweeper starts the tasks of these jobs over."
_NOTHING = "Nothing: RQ writes it again."

_rq = partial(KeyFamily, written_by="RQ", seconds=None)

QUEUE: Final = _rq(
    pattern="rq:queue:{queue}",
    type=RedisType.LIST,
    lifetime="none; an entry goes with its job",
    holds="The ids of the jobs that wait in a queue.",
    if_deleted=_RESTART,
)
WORKERS_OF_QUEUE: Final = _rq(
    pattern="rq:workers:{queue}",
    type=RedisType.SET,
    lifetime="none; an entry goes with its worker",
    holds="The keys of the workers of a queue.",
    if_deleted="`ocrbot doctor` and the waiting times in receipts miss these workers for some seconds, and the API "
    "begins nothing meanwhile.",
)

TAKEN: Final = _rq(
    pattern="rq:queue:{queue}:intermediate",
    type=RedisType.LIST,
    lifetime="none; an entry goes within a minute",
    holds="The ids of jobs that workers are just taking from the queue.",
    if_deleted=_RESTART,
)
JOB: Final = _rq(
    pattern="rq:job:{job_id}",
    type=RedisType.HASH,
    lifetime=f"none while the job is open; {_FAILED}",
    holds="A job: the step, the task's id, the file's index, its state and times; about 400 bytes.",
    if_deleted=_RESTART,
)
QUEUE_NAMES: Final = _rq(
    pattern="rq:queues",
    type=RedisType.SET,
    lifetime="none",
    holds="The keys of all queues.",
    if_deleted="`rq info` does not list the queues until the workers are restarted.",
)
SCHEDULED: Final = _rq(
    pattern="rq:scheduled:{queue}",
    type=RedisType.SORTED_SET,
    lifetime="none; an entry goes with its job",
    holds="The ids of the queue's jobs that are tried again later.",
    if_deleted=_RESTART,
)

TAKEN_SINCE: Final = _rq(
    pattern="rq:queue:{queue}:intermediate:first_seen:{job_id}",
    type=RedisType.STRING,
    seconds=_DAY,
    lifetime="1 hour",
    holds="When the upkeep of a queue first met a job that a worker was just taking.",
    if_deleted=_NOTHING,
)
AT_WORK: Final = _rq(
    pattern="rq:wip:{queue}",
    type=RedisType.SORTED_SET,
    lifetime="none; an entry goes with its job",
    holds="The ids of the queue's jobs that are at work.",
    if_deleted="The job of a worker that dies is started over by the sweeper, not at once.",
)
FAILED: Final = _rq(
    pattern="rq:failed:{queue}",
    type=RedisType.SORTED_SET,
    lifetime="none; an entry goes with its job",
    holds="The ids of the queue's jobs that have failed, for operators to look at.",
    if_deleted="`rq info` does not count them.",
)
ALL_WORKERS: Final = _rq(
    pattern="rq:workers",
    type=RedisType.SET,
    lifetime="none; an entry goes with its worker",
    holds="The keys of all workers.",
    if_deleted="`rq info` does not list the workers until they are restarted.",
)
WORKER: Final = _rq(
    pattern="rq:worker:{worker}",
    type=RedisType.HASH,
    seconds=_DAY,
    lifetime="about a minute, renewed while the worker lives",
    holds="A worker: its host, state, current job and last heartbeat.",
    if_deleted="`ocrbot doctor` misses the worker until its next heartbeat.",
)
EXECUTION: Final = _rq(
    pattern="rq:execution:{execution}",
    type=RedisType.STRING,
    seconds=_DAY,
    lifetime="about a minute, renewed while the job is at work",
    holds="That a worker is at a job: its name.",
    if_deleted="The job is repeated, as if its worker had died.",
    colons=("execution",),
)

RQ_FAMILIES: Final = (
    QUEUE,
    WORKERS_OF_QUEUE,
    TAKEN,
    JOB,
    QUEUE_NAMES,
    SCHEDULED,
    TAKEN_SINCE,
    AT_WORK,
    FAILED,
    ALL_WORKERS,
    WORKER,
    _rq(
        pattern="rq:results:{job_id}",
        type=RedisType.STREAM,
        lifetime=_FAILED,
        holds="The error that a job failed with.",
        if_deleted="Nothing.",
    ),
    _rq(
        pattern="rq:worker:{worker}:executions",
        type=RedisType.SET,
        lifetime="none; goes with the job at work",
        holds="The try of a job that a worker is at.",
        if_deleted="The job of a worker that dies is started over by the sweeper, not at once.",
    ),
    EXECUTION,
    _rq(
        pattern="rq:executions:{job_id}",
        type=RedisType.SORTED_SET,
        lifetime="none; goes with the job",
        holds="The tries of a job that are under way, as workers of an earlier release note them.",
        if_deleted=_NOTHING,
    ),
    *(
        _rq(
            pattern=f"rq:{name}:{{queue}}",
            type=kind,
            seconds=_DAY,
            lifetime="minutes",
            holds=holds,
            if_deleted=_NOTHING,
        )
        for name, kind, holds in (
            ("scheduler", RedisType.HASH, "The worker that enqueues a queue's scheduled jobs."),
            ("scheduler-lock", RedisType.STRING, "The worker that alone may do so."),
        )
    ),
)
