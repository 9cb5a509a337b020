"""The process that readers are forked from: `python -m workers.readers.fork_server FD FILES LIMIT…`.

FD is a control socket, FILES how many files a shared reader has at once; the limits are those of `ReaderLimits`.

It has imported what reading needs, so that a reader is ready in milliseconds and shares its memory. It is started with
an environment without settings, in which there is no secret and no open connection that a reader could inherit, and it
has one thread, so that a fork copies no lock that another thread holds.

On the control socket come requests of one byte: `s` and `a`, each with the socket of a new reader, which is to share
itself between files or to read one alone; the answer is the reader's id, eight bytes. `k` and an id, eight bytes, have
a reader killed. The end of the socket ends everything.
"""

import gc
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from typing import Final

from bot.parent import die_with_parent
from workers.readers.limits import ReaderLimits, confine, leave_network

FORK_SHARED: Final = b"s"
FORK_ALONE: Final = b"a"
FORK_YIELDING: Final = b"y"
KILL: Final = b"k"
ID_BYTES: Final = 8
LIMITS: Final = ("cpu_seconds", "memory", "memory_each")
_YIELDING: Final = 15  # its niceness: a thirtieth of the share of another process


def main(control: socket.socket, files: int, limits: ReaderLimits) -> None:
    """Fork readers, which share themselves between `files` files, until the control socket ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the worker decides
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if not leave_network():
        sys.stderr.write("the kernel gives readers no empty network; they keep this one\n")
    _import_libraries()
    children: set[int] = set()
    signal.signal(signal.SIGCHLD, lambda *_: _reap(children))
    with control:
        while _serve_request(control, children, files, limits):
            pass
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    sys.stderr.flush()
    os._exit(0)  # libraries complain of what is left when they are unloaded


def _import_libraries() -> None:
    from PIL import Image  # noqa: PLC0415 - after the network is left, which takes a process with one thread

    from bot.domain import wire  # noqa: PLC0415 - the same
    from bot.memory import give_back_freed_memory  # noqa: PLC0415 - the same
    from workers.readers import child  # noqa: F401, PLC0415 - the same

    Image.init()
    wire.prepare()
    give_back_freed_memory()
    gc.freeze()  # so that no collection touches, and thereby copies, the pages shared with the readers


def _serve_request(control: socket.socket, children: set[int], files: int, limits: ReaderLimits) -> bool:
    """Serve the next request; return False at the end of the socket."""
    select.select([control], [], [])
    request, sockets, _, _ = socket.recv_fds(control, 1, 1)
    if not request:
        return False
    if request == KILL:
        _kill(int.from_bytes(control.recv(ID_BYTES, socket.MSG_WAITALL), "big"), children)
        return True
    with socket.socket(fileno=sockets[0]) as end:
        child = os.fork()
        if child == 0:
            control.close()
            if request != FORK_SHARED:
                os.nice(_YIELDING)
            _become_reader(end, 1 if request == FORK_ALONE else files, limits)
    children.add(child)
    control.sendall(child.to_bytes(ID_BYTES, "big"))
    return True


def _become_reader(end: socket.socket, files: int, limits: ReaderLimits) -> None:
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        die_with_parent()
        confine(limits, files)
        from workers.readers import child  # noqa: PLC0415 - imported before the fork

        child.serve(end, limits.cpu_seconds)
        status = 0
    finally:
        os._exit(status)  # whatever its threads are at


def _kill(child: int, children: set[int]) -> None:
    if child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def _reap(children: set[int]) -> None:
    with suppress(ChildProcessError):
        while True:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            children.discard(child)
            if os.WIFSIGNALED(status):
                sys.stderr.write(f"reader {child} was ended by {signal.Signals(os.WTERMSIG(status)).name}\n")


if __name__ == "__main__":
    fd, count, *bounds = (int(argument) for argument in sys.argv[1:])
    main(socket.socket(fileno=fd), count, ReaderLimits(**dict(zip(LIMITS, bounds, strict=True))))
