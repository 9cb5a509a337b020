"""The tables of `docs/redis.md`, which `python -m bot.storage.keys.table` prints."""

import sys
from collections.abc import Iterable, Iterator

from bot.storage.keys.families import OCRBOT_FAMILIES
from bot.storage.keys.family import KeyFamily, RedisType
from bot.storage.keys.rq import RQ_FAMILIES

_HEAD = (
    "| key | type | time to live | what it holds | when it is deleted by hand |",
    "|---|---|---|---|---|",
)
_UNITS = ((24 * 3600, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def tables() -> str:
    """Return the Markdown tables of all declared keys, the bot's and then RQ's."""
    lines = ["### The bot's own keys", "", *_table(OCRBOT_FAMILIES), "", "### RQ's keys", "", *_table(RQ_FAMILIES)]
    return "\n".join(lines) + "\n"


def _table(families: Iterable[KeyFamily]) -> Iterator[str]:
    yield from _HEAD
    for family in families:
        cells = (f"`{family.pattern}`", _type(family), _lifetime(family), family.holds, family.if_deleted)
        yield f"| {' | '.join(cells)} |"


def _type(family: KeyFamily) -> str:
    return "sorted set" if family.type is RedisType.SORTED_SET else family.type.value


def _lifetime(family: KeyFamily) -> str:
    return family.lifetime or (_duration(family.seconds) if family.seconds is not None else "none")


def _duration(seconds: int) -> str:
    """Return a duration in the largest unit that divides it."""
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0 and seconds >= size)
    count = seconds // size
    return f"{count} {unit}{'s' if count > 1 else ''}"


if __name__ == "__main__":
    sys.stdout.write(tables())
