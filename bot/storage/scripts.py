"""The Lua scripts that Redis runs atomically, each in its own file below `lua/`.

A file starts by documenting its KEYS, its ARGV and its answer. `lua/functions/` holds functions that several scripts
share; `load` puts them before a script. No script spells out a key: it gets keys, or a prefix for keys that it builds
from ids in Redis.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from redis import Redis

if TYPE_CHECKING:
    from redis.client import Pipeline
    from redis.commands.core import Script as RedisScript


@dataclass(frozen=True, slots=True)
class Script:
    """A script that Redis runs, at once or in a pipeline."""

    script: "RedisScript"

    def __call__(
        self,
        keys: Sequence[Any] = (),
        args: Sequence[Any] = (),
        client: "Pipeline | None" = None,
        *,
        repeated: bool = False,
    ) -> Any:
        """Run the script and return its answer, or add it to the pipeline `client`.

        There it is sent whole, because redis-py would spend a round trip on asking Redis whether it knows the script;
        if it is `repeated` in the same pipeline, its digest is enough.
        """
        if client is None:
            return self.script(keys=keys, args=args)
        if repeated:
            return client.evalsha(self.script.sha, len(keys), *keys, *args)
        return client.eval(cast("str", self.script.script), len(keys), *keys, *args)


def load(redis: Redis, name: str, *, functions: str = "") -> Script:
    """Return the script `lua/NAME.lua`, preceded by `lua/functions/FUNCTIONS.lua` if that is given."""
    shared = _text(f"functions/{functions}") if functions else ""
    return Script(redis.register_script(shared + _text(name)))


@cache
def _text(name: str) -> str:
    return files("bot.storage").joinpath(f"lua/{name}.lua").read_text(encoding="utf-8")
