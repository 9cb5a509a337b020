"""RQ's worker with the bookkeeping of a job in few round trips, and without what only a main thread can do."""

from uuid import uuid4

from redis.client import Pipeline
from rq import Queue
from rq.executions import Execution, ExecutionRegistry
from rq.job import Job, Retry
from rq.registry import StartedJobRegistry
from rq.results import Result
from rq.timeouts import BaseDeathPenalty
from rq.utils import now
from rq.worker import BaseWorker

from bot.storage.jobs.upkeep import JobUpkeep
from bot.storage.queue import pause_of

WORKER_TTL = 25  # seconds of silence after which a worker counts as dead


class _NoAlarm(BaseDeathPenalty):
    """No alarm signal, which only a main thread can receive: `Beats` watches the time-outs."""

    def setup_death_penalty(self) -> None:
        """Do nothing."""

    def cancel_death_penalty(self) -> None:
        """Do nothing."""


class _Try(Execution):
    """One try of a job: a key that lives as long as its worker beats, in place of RQ's hash, which nobody reads."""

    def save(self, ttl: int, pipeline: Pipeline | None = None) -> None:
        """Write the key."""
        (self.connection if pipeline is None else pipeline).set(self.key, self.worker_name, ex=ttl)

    def heartbeat(self, started_job_registry: StartedJobRegistry, ttl: int, pipeline: Pipeline) -> None:
        """Extend the time after which the job counts as abandoned."""
        pipeline.expire(self.key, ttl)
        started_job_registry.add_execution(self, pipeline, ttl, xx=True)


class LeanWorker(BaseWorker):
    """A worker of one queue, whose jobs are put off and tidied up by `_upkeep`; no job waits for another."""

    death_penalty_class = _NoAlarm
    log_result_lifespan = False
    _upkeep: JobUpkeep

    def prepare_execution(self, job: Job) -> Execution:
        """Mark a job as started, in one round trip instead of RQ's two."""
        ttl = self.get_heartbeat_ttl(job)
        execution = _Try(uuid4().hex, job.id, connection=self.connection, worker_name=self.name)
        vars(execution)["_job"] = job
        # In this order, so that no transaction is needed: the job is started before it is no longer being taken.
        with self.connection.pipeline(transaction=False) as pipeline:
            execution.save(ttl, pipeline)
            job.started_job_registry.add_execution(execution, pipeline, ttl)
            pipeline.sadd(execution.worker_executions_key, execution.composite_key)
            pipeline.expire(execution.worker_executions_key, ttl + WORKER_TTL)
            job.prepare_for_execution(self.name, pipeline=pipeline)
            pipeline.lrem(self._listened.intermediate_queue_key, 1, job.id)
            pipeline.execute()
        self.executions[execution.id] = execution
        return execution

    def prepare_job_execution(self, job: Job, remove_from_intermediate_queue: bool = False) -> None:  # noqa: FBT001, FBT002 - RQ's
        """Do nothing: `prepare_execution` did it."""

    def handle_execution_ended(self, job: Job, queue: Queue, heartbeat_ttl: int) -> None:  # noqa: ARG002 - RQ's
        """Note when a job ended; the heartbeat that RQ sends here is overwritten at once."""
        job.ended_at = now()

    def handle_job_success(
        self,
        job: Job,
        queue: Queue,  # noqa: ARG002 - RQ's
        started_job_registry: StartedJobRegistry,  # noqa: ARG002 - the same
        execution: Execution,
    ) -> None:
        """Forget a job that is done, in one round trip instead of RQ's several: no job waits for it."""
        with self.connection.pipeline(transaction=False) as pipeline:
            executions = ExecutionRegistry(job.id, job.connection).key
            pipeline.delete(job.key, execution.key, executions, Result.get_key(job.id))
            self._forget(execution, job, pipeline)
            pipeline.execute()
        self.executions.pop(execution.id, None)

    def handle_job_retry(
        self,
        job: Job,
        queue: Queue,  # noqa: ARG002 - RQ's
        retry: Retry,
        started_job_registry: StartedJobRegistry,  # noqa: ARG002 - the same
        execution: Execution,
    ) -> None:
        """Have a job run again later, by Redis' clock, in one round trip."""
        with self.connection.pipeline(transaction=True) as pipeline:
            self._upkeep.put_off(job.id, pause_of(retry), pipeline)
            pipeline.delete(execution.key, ExecutionRegistry(job.id, job.connection).key)
            self._forget(execution, job, pipeline)
            pipeline.execute()
        self.executions.pop(execution.id, None)

    @staticmethod
    def _forget(execution: Execution, job: Job, pipeline: Pipeline) -> None:
        job.started_job_registry.remove_execution(execution, pipeline=pipeline)
        pipeline.srem(execution.worker_executions_key, execution.composite_key)

    @property
    def _listened(self) -> Queue:
        return self.queues[0]
