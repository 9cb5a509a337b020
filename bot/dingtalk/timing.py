"""How long a stream waits, and for what."""

import asyncio
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long a stream waits, in seconds, and how many messages it takes in hand at once."""

    open_timeout: float = 10.0  # for a ticket, and again for the socket's handshake
    close_timeout: float = 3.0
    ping_interval: float = 20.0  # of the websocket, besides DingTalk's own SYSTEM ping
    ping_timeout: float = 20.0
    first_delay: float = 1.0  # the most that is waited before the second try; doubled for each that follows
    longest_delay: float = 60.0
    steady_after: float = 30.0  # a connection that lived this long starts the delays afresh
    drain: float = 15.0  # the server closes a socket about 10 s after its `disconnect`
    # Sockets are known to go silent while the websocket's ping is answered. Where DingTalk sends no SYSTEM ping to an
    # idle bot, each replacement costs a call: at ten minutes that is some 4,300 a month.
    silence: float = 600.0
    grace: float = 5.0  # for handlers in flight when the stream is stopped
    in_hand: int = 1000  # messages; reading waits while there are as many


async def first_of(*events: asyncio.Event, seconds: float) -> None:
    """Wait until one of the events is set, at most `seconds`."""
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await cancelled(*waits)


async def cancelled(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until they are over."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
