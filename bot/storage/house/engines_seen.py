"""What the workers' notes in Redis say of each engine; `workers.engines` writes them."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Final, cast

from redis import Redis

from bot.domain.house.state import EngineCondition, EngineState
from bot.storage.keys.shared import ENGINE_NOTE

_WINDOW: Final = 600  # seconds, for which pictures at an engine are counted together, as in `workers.engines.addresses`


class EnginesSeen:
    """Reads the notes in one round trip; `clock` gives Unix seconds."""

    def __init__(self, redis: Redis, urls: Sequence[str], clock: Callable[[], float] = time.time) -> None:
        self._redis = redis
        self._urls = tuple(url.rstrip("/") for url in urls)
        self._clock = clock

    def now(self) -> tuple[EngineState, ...]:
        """Return what is known of each engine, in the order of the settings."""
        window = int(self._clock()) // _WINDOW
        with self._redis.pipeline(transaction=False) as pipe:
            for url in self._urls:
                busy = (f"busy:{url}:{window - age}" for age in (0, 1))
                names = (f"proof:{url}", f"rest:{url}", f"served:{url}", *busy)
                pipe.mget([ENGINE_NOTE.key(name) for name in names])
            found = cast("list[list[bytes | None]]", pipe.execute())
        return tuple(_state(url, notes) for url, notes in zip(self._urls, found, strict=True))


def _state(url: str, notes: Sequence[bytes | None]) -> EngineState:
    proof, rest, served, *busy = notes
    verdict = _object(proof)
    why = ""
    if verdict is None:
        condition = EngineCondition.UNKNOWN
    elif verdict.get("clean"):
        condition = EngineCondition.PROVEN
    else:
        condition, why = EngineCondition.FAULTY, str(verdict.get("why", ""))
    if rest is not None and condition is not EngineCondition.FAULTY:
        condition, why = EngineCondition.RESTING, rest.decode(errors="replace").partition(" ")[2]
    at = verdict.get("at") if verdict else None
    return EngineState(
        url=url,
        condition=condition,
        model=str((_object(served) or {}).get("model", "")),
        why=why,
        proven_at=float(at) if isinstance(at, int | float) else None,
        reading=sum(max(0, int(count)) for count in busy if count is not None),
    )


def _object(note: bytes | None) -> dict[str, object] | None:
    found = json.loads(note) if note is not None else None
    return found if isinstance(found, dict) else None
