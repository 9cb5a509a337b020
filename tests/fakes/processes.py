"""Looking at processes of this machine, and killing them."""

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


def descendants(pid: int) -> list[int]:
    """The process and all below it, the deepest last."""
    found = [pid]
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [below for child in tasks.read_text().split() for below in descendants(int(child))]
    return found


def kill_all(pids: Sequence[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    return [below for below in descendants(pid) if parent(below) == pid]


def fork_servers(pid: int) -> list[int]:
    """The processes below this one that readers are forked from."""
    found = [below for below in descendants(pid) if _is_of_readers(below)]
    return [process for process in found if parent(process) not in found]


def readers(pid: int) -> list[int]:
    """The processes below this one that read files."""
    servers = fork_servers(pid)
    return [below for below in descendants(pid) if _is_of_readers(below) and below not in servers]


def parent(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _is_of_readers(pid: int) -> bool:
    with suppress(OSError):
        return b"workers.readers.fork_server" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
