from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The stream's time-outs and delays in seconds, and how many messages it handles at once."""

    open_timeout: float = 10.0  # for asking for a socket, and again for its handshake
    close_timeout: float = 3.0
    ping_interval: float = 20.0  # of the websocket, in addition to DingTalk's SYSTEM ping
    ping_timeout: float = 20.0
    first_delay: float = 1.0  # the longest wait before the second try; doubles with each further one
    longest_delay: float = 60.0
    steady_after: float = 30.0  # a connection that lasted this long resets the delays
    drain: float = 15.0  # the server closes a socket about 10 s after its `disconnect` frame
    # Sockets are known to go silent while the websocket's ping is still answered. If DingTalk sends an idle bot no
    # SYSTEM ping, each replacement costs a call: about 4,300 a month with ten minutes.
    silence: float = 600.0
    busy_silence: float = 120.0  # where messages came often: `busy_messages` of them within `silence`
    busy_messages: int = 20
    grace: float = 5.0  # for running handlers when the stream is stopped
    max_in_progress: int = 1000  # messages; above it no further frames are read
