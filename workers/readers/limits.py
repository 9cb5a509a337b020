"""What a reader may use of the machine, set by itself before it decodes anything."""

import ctypes
import math
import os
import resource
import sys
from dataclasses import dataclass
from typing import Final

_MOST_OPEN_FILES: Final = 512
_PR_SET_NO_NEW_PRIVS: Final = 38  # linux/prctl.h
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderLimits:
    """What a file may use. Memory is in bytes, and beyond that of an idle reader."""

    cpu_seconds: int = 60  # a photo takes a tenth of one, a scan of 20 pages some ten
    memory: int = 2**30  # of a reader: the largest picture that is read takes 600 MB
    memory_each: int = 64 * 2**20  # and for each further file in it: a photo, decoded, in two copies


@dataclass(slots=True, kw_only=True)
class CpuAllowance:
    """The CPU time of a reader: its files in flight may each take `seconds`, which others of them may use, from now on.

    The kernel ends the reader that takes more. What a file has not used ends with it.
    """

    seconds: int
    files: int = 0
    until: int = 0  # CPU seconds of this process, all in all

    def begin_file(self) -> None:
        """Allow for another file."""
        self.until = (self.until if self.files else _spent()) + self.seconds
        self.files += 1
        self._tell_kernel()

    def end_file(self) -> None:
        """Take back what a file has left."""
        self.files -= 1
        self.until = min(self.until, _spent() + self.seconds * self.files)
        if self.files:
            self._tell_kernel()

    def _tell_kernel(self) -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (self.until, resource.RLIM_INFINITY))


def confine(limits: ReaderLimits, files: int) -> None:
    """Bound the memory of this process, which is to read `files` at once, and let it gain no rights."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_OPEN_FILES, _MOST_OPEN_FILES))
    most = _data_bytes() + limits.memory + (files - 1) * limits.memory_each
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def leave_network() -> bool:
    """Move this process and those that it forks into a network of their own, which is empty.

    Return False where the kernel does not allow it: in most containers it does not. Only for a process with one thread.
    """
    if sys.platform != "linux":
        return False
    # Root keeps its user: in a user namespace it could no longer read what belongs to others.
    spaces = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET
    return bool(ctypes.CDLL(None).unshare(spaces) == 0)


def _spent() -> int:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return math.ceil(usage.ru_utime + usage.ru_stime)


def _data_bytes() -> int:
    """Return what this process has of the memory that RLIMIT_DATA counts; 0 where the kernel does not tell."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - a file of the kernel
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:"))
    except OSError:
        return 0
