"""A Redis client that tells of each call, and whose server has the time of the run."""

from collections.abc import Callable
from typing import Any

from redis import Redis
from redis.client import Pipeline
from redis.commands.core import Script

NOW = "simulation:now"  # the key that holds the run's seconds and microseconds
_TIME = "{string.match(redis.call('GET', '" + NOW + "'), '(%d+) (%d+)')}"

Around = Callable[[Callable[[], Any]], Any]
"""Makes a call, or lets something happen before, after or instead of it."""


class WatchedRedis(Redis):
    """A client whose every round trip goes through `around`."""

    def __init__(self, socket: str, around: Around) -> None:
        super().__init__(unix_socket_path=socket)
        self._around = around

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Make a call of one command."""
        call: Callable[..., Any] = super().execute_command
        return self._around(lambda: call(*args, **options))

    def pipeline(self, transaction: bool = True, shard_hint: Any = None) -> "WatchedPipeline":  # noqa: FBT001, FBT002
        """Return a pipeline whose execution is one call."""
        pipeline = WatchedPipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)
        pipeline.around = self._around
        return pipeline

    def register_script(self, script: Any) -> Script:
        """Return a script that asks the run for the time instead of Redis."""
        return super().register_script(str(script).replace("redis.call('TIME')", _TIME))

    def time(self, **_: Any) -> Any:
        """Return the time of the run."""
        seconds, microseconds = str(self.get(NOW), "ascii").split()  # type: ignore[arg-type]
        return int(seconds), int(microseconds)


class WatchedPipeline(Pipeline):
    """A pipeline whose execution goes through `around`; a repeated one sends its commands again."""

    around: Around

    def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002
        """Make one call of all commands."""
        stack = list(self.command_stack)

        def run() -> list[Any]:
            self.command_stack = list(stack)
            return Pipeline.execute(self, raise_on_error)

        answers: list[Any] = self.around(run)
        return answers
