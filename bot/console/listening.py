"""Addresses to listen on: one that is taken is told in a sentence before anything slow is loaded."""

import socket

from bot.domain.errors import Misconfigured


def require_free(listen: str, setting: str) -> None:
    """Return if `listen`, host:port, can be listened on; raises `Misconfigured`, which names the port and `setting`."""
    host, port = listen.rsplit(":", 1)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
            )  # as servers do: a closed one's rest is no obstacle
            trial.bind(address)
    except (OSError, OverflowError) as error:
        raise cannot_listen(listen, setting, error) from error


def cannot_listen(listen: str, setting: str, error: Exception) -> Misconfigured:
    """Return the error for an address that cannot be listened on."""
    port = listen.rsplit(":", 1)[1]
    reason = getattr(error, "strerror", None) or str(error)
    return Misconfigured(
        f"port {port} cannot be listened on ({listen}: {reason}): stop what holds it, or change {setting}"
    )
