"""Enqueuing jobs that waited for others."""

import random
import time

from rq import Queue

from bot.storage.queue import JsonSerializer

_MOST_MOVES = 50


class SureQueue(Queue):
    """A queue that reliably enqueues waiting jobs, even if many become ready at once."""

    def enqueue_ready_jobs_by_queue(self, job_ids_by_queue_name: dict[str, list[str]]) -> None:
        """Enqueue the jobs that waited for a job that has finished.

        RQ tries each only once. If another job moves at the same moment, RQ leaves it to its maintenance some ten
        seconds later (`ReadyJobRegistry.enqueue_jobs`).
        """
        left = job_ids_by_queue_name
        for _ in range(_MOST_MOVES):
            super().enqueue_ready_jobs_by_queue(left)
            left = {name: [job_id for job_id in ids if self._is_ready(name, job_id)] for name, ids in left.items()}
            if not any(left.values()):
                return
            time.sleep(random.uniform(0.001, 0.02))  # noqa: S311 - only jitter

    def _is_ready(self, queue: str, job_id: str) -> bool:
        registry = Queue(queue, connection=self.connection, serializer=JsonSerializer).ready_job_registry
        return self.connection.zscore(registry.key, job_id) is not None
