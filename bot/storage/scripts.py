"""The Lua scripts that Redis runs atomically, each in its own file below `lua/`.

A file starts by documenting its KEYS, its ARGV and its answer. `lua/functions/` holds functions that several scripts
share; `load` puts them before a script. No script spells out a key: it gets keys, or a prefix for keys that it builds
from ids in Redis.
"""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from redis import Redis

if TYPE_CHECKING:
    from redis.commands.core import Script


def load(redis: Redis, name: str, *, functions: str = "") -> "Script":
    """Return the script `lua/NAME.lua`, preceded by `lua/functions/FUNCTIONS.lua` if that is given."""
    shared = _text(f"functions/{functions}") if functions else ""
    return redis.register_script(shared + _text(name))


@cache
def _text(name: str) -> str:
    return files("bot.storage").joinpath(f"lua/{name}.lua").read_text(encoding="utf-8")
