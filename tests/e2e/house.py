"""What the end-to-end tests and the benches share: the look-alike, a Redis and the real processes."""

import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from bot.household import Household
from bot.local_redis import LocalRedis
from bot.lookalike import Lookalike

SECRET = "s3cret"


@dataclass(frozen=True, slots=True)
class House:
    """The look-alike, a Redis and the real processes."""

    dingtalk: Lookalike
    household: Household
    redis: LocalRedis


Open = Callable[..., AbstractAsyncContextManager[House]]


def clean_environment(folder: Path) -> dict[str, str]:
    """The environment of a machine that knows nothing of ocrbot."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OCRBOT_")}
    return {**kept, "HOME": str(folder)}
