"""Writing lines to standard output."""

import os
import sys
from collections.abc import Callable


def print_line(text: str) -> None:
    """Write `text` and a line end, at once even into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run_into_pipe(command: Callable[[], int]) -> int:
    """Return what `command` returns; 0 once nobody reads its output any more, as `| head` does."""
    try:
        return command()
    except BrokenPipeError:  # Python flushes once more at exit: what is left goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
