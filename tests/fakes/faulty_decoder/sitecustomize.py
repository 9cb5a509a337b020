"""A Pillow with faults, for the processes that have this folder in PYTHONPATH: some pictures hang it or crash it.

Which ones, their last bytes say.
"""

import os
import signal
from typing import Any

from PIL import Image

HANGS, BURSTS, CRASHES, SLEEPS = b"hangs", b"bursts", b"crashes", b"sleeps"
_open = Image.open


def faulty_open(fp: Any, *arguments: Any, **options: Any) -> Image.Image:
    data = fp.getvalue() if hasattr(fp, "getvalue") else b""
    if data.endswith(HANGS):
        while True:
            pass
    if data.endswith(SLEEPS):
        signal.pause()
    if data.endswith(CRASHES):
        os.kill(os.getpid(), signal.SIGSEGV)
    if data.endswith(BURSTS):
        bytearray(2**33)
    return _open(fp, *arguments, **options)


Image.open = faulty_open  # type: ignore[assignment]
