"""An S3-compatible server for tests: one bucket, in memory, that holds callers to their signatures (AWS SigV4).

Written from the documents of S3's REST API; it shares nothing with the library that is tried on it.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

from bot.storage.file_store.s3 import S3Place

_KEY, _SECRET, _BUCKET, _REGION = "AKTEST", "the secret of the key", "files", "us-east-1"
_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_AUTHORIZATION = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)")


@dataclass(slots=True)
class S3Server:
    """A running server: its `objects` by name, and whether it `fails` each request or has `lost` its bucket."""

    objects: dict[str, bytes] = field(default_factory=dict)
    port: int = 0
    fails: bool = False
    lost: bool = False

    @property
    def place(self) -> S3Place:
        endpoint = f"http://127.0.0.1:{self.port}"
        return S3Place(bucket=_BUCKET, endpoint=endpoint, region=_REGION, access_key=_KEY, secret_key=_SECRET)


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run a server with an empty bucket."""
    state = S3Server()

    class Handler(_Handler):
        server_state = state

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.port = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_state: S3Server

    def do_PUT(self) -> None:
        name, body = self._request()
        if name is not None:
            self.server_state.objects[name] = body
            self._answer(200)

    def do_GET(self) -> None:
        name, _ = self._request()
        if name is not None and name not in self.server_state.objects:
            self._refuse(404, "NoSuchKey")
        elif name is not None:
            self._answer(200, self.server_state.objects[name])

    def do_POST(self) -> None:
        name, body = self._request()
        if name is not None:
            names = [found.decode() for found in re.findall(rb"<Key>([^<]*)</Key>", body)]
            for one in names:
                self.server_state.objects.pop(one, None)
            deleted = "".join(f"<Deleted><Key>{one}</Key></Deleted>" for one in names)
            self._answer(200, f'<DeleteResult xmlns="{_NAMESPACE}">{deleted}</DeleteResult>'.encode())

    def do_DELETE(self) -> None:
        name, _ = self._request()
        if name is not None:
            self.server_state.objects.pop(name, None)
            self._answer(204)

    def _request(self) -> tuple[str | None, bytes]:
        """Return the object's name and the body; None for the name if the request was refused."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        bucket, _, name = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        if self.server_state.fails:
            self._refuse(500, "InternalError")
        elif not self._is_signed(body):
            self._refuse(403, "SignatureDoesNotMatch")
        elif self.server_state.lost or bucket != _BUCKET:
            self._refuse(404, "NoSuchBucket")
        else:
            return name, body
        return None, body

    def _is_signed(self, body: bytes) -> bool:
        """Return whether the request has the signature that its key gives it."""
        given = _AUTHORIZATION.fullmatch(self.headers.get("authorization", ""))
        if given is None or given[1] != _KEY:
            return False
        scope, signed_headers = given[2], given[3].split(";")
        digest = self.headers.get("x-amz-content-sha256", "")
        if digest not in {"UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()}:
            return False
        parts = urlsplit(self.path)
        query = "&".join(sorted(one if "=" in one else f"{one}=" for one in parts.query.split("&") if one))
        headers = "".join(f"{name}:{' '.join((self.headers[name] or '').split())}\n" for name in signed_headers)
        canonical = "\n".join([self.command, parts.path, query, headers, ";".join(signed_headers), digest])
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        text = "\n".join(["AWS4-HMAC-SHA256", self.headers["x-amz-date"], scope, hashed])
        key = f"AWS4{_SECRET}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), given[4])

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode())

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.send_header("etag", f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        self.send_header("last-modified", "Fri, 27 Nov 2026 00:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write nothing."""
