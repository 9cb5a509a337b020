"""Another time of day for the processes that have this folder in PYTHONPATH.

The file `$SHIFTED_TIME/NAME`, NAME being the last word of the command line, holds the seconds to add as a double of
eight bytes. It is mapped into memory, so that a change shows at once in every process that was forked meanwhile. Clocks
that only measure, such as `time.monotonic`, stay as they are.
"""

import datetime as dt
import mmap
import os
import struct
import sys
import time
from pathlib import Path
from typing import Any

_NANOSECONDS = 10**9
_time, _time_ns = time.time, time.time_ns
_datetime = dt.datetime


def _mapped() -> mmap.mmap | None:
    path = Path(os.environ.get("SHIFTED_TIME", ""), sys.orig_argv[-1])
    if not path.is_file():
        return None
    with path.open("r+b") as file:
        return mmap.mmap(file.fileno(), 8)


_map = _mapped()


def _shift() -> float:
    assert _map is not None
    return float(struct.unpack_from("d", _map)[0])


class _OfAnyKind(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _datetime)


class _ShiftedDatetime(_datetime, metaclass=_OfAnyKind):
    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return _datetime.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> Any:
        return _datetime.fromtimestamp(time.time(), dt.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        return _datetime.fromtimestamp(time.time())


if _map is not None:
    time.time = lambda: _time() + _shift()
    time.time_ns = lambda: _time_ns() + round(_shift() * _NANOSECONDS)
    dt.datetime = _ShiftedDatetime  # type: ignore[misc]
