import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent() -> None:
    """Have the kernel send this process SIGTERM when its parent ends, however it ends; only on Linux."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # the parent ended before the call
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":  # python -m bot.parent PROGRAM ARGUMENT…: runs the program, which ends with its parent
    die_with_parent()
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 - what to run is the caller's choice
