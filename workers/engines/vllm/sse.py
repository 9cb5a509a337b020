"""Server-sent events, decoded from a stream that arrives in pieces."""


class ServerSentEvents:
    """Takes the bytes of a stream, cut anywhere, and returns the data of each event once it is complete."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the data of the events that `chunk` completes; drops comments and other fields."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        found = []
        for line in lines:
            text = line.removesuffix(b"\r")
            if text.startswith(b"data:"):
                self._data.append(text[5:].removeprefix(b" "))
            elif not text and self._data:
                found.append(b"\n".join(self._data))
                self._data.clear()
        return found
