"""Every key in Redis, declared once; `bot.storage.keys.table` makes the tables of `docs/redis.md` from this."""

from types import ModuleType
from typing import Final

from bot.storage.keys import shared, tasks
from bot.storage.keys.family import KeyFamily
from bot.storage.keys.rq import RQ_FAMILIES
from bot.storage.requests.request_keys import REQUEST_FAMILIES


def _declared(room: ModuleType) -> tuple[KeyFamily, ...]:
    return tuple(value for value in vars(room).values() if isinstance(value, KeyFamily))


OCRBOT_FAMILIES: Final = (*_declared(tasks), *_declared(shared), *REQUEST_FAMILIES)
FAMILIES: Final = (*OCRBOT_FAMILIES, *RQ_FAMILIES)
