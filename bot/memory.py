"""Memory that a process has freed and not given back."""

import ctypes
import gc
import sys


def give_back_freed_memory() -> None:
    """Give freed memory back to the system; without the GNU C library do nothing.

    Importing leaves a tenth of a process free in pieces, which the C library would keep for what may come.
    """
    if sys.platform != "linux":
        return
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
