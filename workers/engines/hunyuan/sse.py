"""Server-sent events, as they come in pieces."""


class ServerSentEvents:
    """Takes a stream's bytes, cut anywhere, and gives the data of each event once it is whole."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the data of the events that `chunk` completes, often none; other fields and comments are dropped."""
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
