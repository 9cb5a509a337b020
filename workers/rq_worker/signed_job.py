"""A job as a worker takes it from Redis: the call is signed, and nothing else of it is believed."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from redis import Redis
from redis.exceptions import ResponseError
from rq.job import Job, JobStatus

from bot.storage.jobs.signed_call import (
    SIGNATURE,
    JobCall,
    JobSigner,
    JsonSerializer,
    RefusedJob,
    signed_call,
    unpacked_call,
)
from bot.storage.keys.rq import JOB
from bot.storage.queue import CRASHES, FAILED_SECONDS, TIMEOUTS

Functions = Mapping[str, Callable[..., Any]]  # what each step calls

_ID: Final = re.compile(rb"[0-9A-Za-z-]{1,100}")
_COUNT: Final = re.compile(rb"\d{1,9}")
_FIELDS: Final = ("data", SIGNATURE, "retries_left", "number_of_retries")


class SignedJob(Job):
    """A job that calls one of the functions a worker was given, without any import.

    RQ's job also names callbacks, webhooks, dependent jobs and limits, which whoever writes to Redis may set. Here they
    are never read.
    """

    def __init__(self, job_id: str, redis: Redis, call: JobCall, function: Callable[..., Any]) -> None:
        super().__init__(job_id, connection=redis, serializer=JsonSerializer)
        self._call = call
        self._function = function
        self._status = JobStatus.QUEUED
        self.origin, self.timeout = call.step, TIMEOUTS[call.step]
        self.result_ttl, self.failure_ttl = 0, FAILED_SECONDS

    def perform(self) -> Any:
        """Call the step's function."""
        return self._function(*self._call.args)


def taken_job(redis: Redis, queue: str, job: bytes, signer: JobSigner, functions: Functions) -> SignedJob | None:
    """Return the job of this id in a queue, None if it is gone; raises `RefusedJob`, or `RedisError`."""
    if not _ID.fullmatch(job):
        raise RefusedJob("its id is none that the queue gives")
    job_id = job.decode()
    try:
        found = cast("list[bytes | None]", redis.hmget(JOB.key(job_id), _FIELDS))
    except ResponseError as error:
        if "WRONGTYPE" in str(error):
            raise RefusedJob("it is not stored as a job") from None
        raise
    packed, signature, *counts = found
    if packed is None:
        return None
    data = unpacked_call(packed)
    call = signed_call(signer, job_id, data, (signature or b"").decode(errors="replace"))
    if call.step != queue:
        raise RefusedJob(f"it calls {call.step} in the queue {queue}")
    taken = SignedJob(job_id, redis, call, functions[call.step])
    taken.data = data
    taken.retries_left, taken.number_of_retries = (
        int(count) if count is not None and _COUNT.fullmatch(count) else 0 for count in counts
    )
    taken.retries_left = min(taken.retries_left, CRASHES)
    return taken
