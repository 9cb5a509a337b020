"""The Lua scripts that Redis runs in one step, each in a file of its own below `lua/`.

A file begins with what its KEYS, its ARGV and its answer are. `lua/functions/` holds what several of them share: it
stands before the scripts that ask for it here. No script spells a key; it gets keys, or the prefix of those that it
makes of an id which it finds.
"""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from redis import Redis

if TYPE_CHECKING:
    from redis.commands.core import Script


def load(redis: Redis, name: str, *, functions: str = "") -> "Script":
    """Return the script in `lua/NAME.lua`, with the functions in `lua/functions/FUNCTIONS.lua` before it."""
    shared = _text(f"functions/{functions}") if functions else ""
    return redis.register_script(shared + _text(name))


@cache
def _text(name: str) -> str:
    return files("bot.storage").joinpath(f"lua/{name}.lua").read_text(encoding="utf-8")
