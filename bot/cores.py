"""How many processor cores this process may use."""

import math
import os
from pathlib import Path

_CPU_MAX = Path("/sys/fs/cgroup/cpu.max")  # as a container sees its own group: docs.kernel.org, Control Group v2


def available_cores(cpu_max: Path = _CPU_MAX) -> int:
    """Return the cores that this process may run on, no more than its container's limit, rounded up; at least 1.

    Python's own count knows no limit by time, which is what `cpus` of compose and `limits.cpu` of Kubernetes set.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = cpu_max.read_text(encoding="ascii").split()
        limit = math.ceil(int(quota) / int(period))
    except (OSError, ValueError, ZeroDivisionError):  # no such group, or "max": no limit
        return cores
    return max(1, min(cores, limit))
