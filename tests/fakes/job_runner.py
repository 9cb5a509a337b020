"""Runs the jobs in Redis one after the other in the test's own thread: what is put off runs in the next round."""

from typing import cast

from redis import Redis
from rq import Retry

from bot.storage.jobs.signed_call import FETCH, READ, REPLY
from bot.storage.keys.rq import JOB, QUEUE, SCHEDULED
from tests.fakes.job_signer import JOB_SIGNER
from workers import jobs
from workers.rq_worker.signed_job import taken_job

FUNCTIONS = {FETCH: jobs.fetch, READ: jobs.read, REPLY: jobs.reply}


def run_round(redis: Redis) -> None:
    """Run all jobs that wait now or for a later time, and those that they enqueue."""
    for queue in FUNCTIONS:
        for job in cast("list[bytes]", redis.zrange(SCHEDULED.key(queue), 0, -1)):
            redis.zrem(SCHEDULED.key(queue), job)
            redis.rpush(QUEUE.key(queue), job)
    put_off: list[tuple[str, bytes]] = []
    while any(_run_next(redis, queue, put_off) for queue in FUNCTIONS):
        pass
    for queue, job in put_off:
        redis.rpush(QUEUE.key(queue), job)


def _run_next(redis: Redis, queue: str, put_off: list[tuple[str, bytes]]) -> bool:
    job = redis.lpop(QUEUE.key(queue))
    if not isinstance(job, bytes):
        return False
    taken = taken_job(redis, queue, job, JOB_SIGNER, FUNCTIONS)
    if taken is not None and isinstance(taken.perform(), Retry):
        put_off.append((queue, job))
    else:
        redis.delete(JOB.key(job.decode()))
    return True
