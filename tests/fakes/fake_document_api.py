"""The part of the API that `ocrbot mcp` calls, in a thread: it keeps what it was sent and answers what it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "ocr_0123456789012345678901234567890123456789012"
ID = "0123456789abcdef0123456789abcdef"


def field_json(name: str, value: str, status: str, **more: Any) -> dict[str, Any]:
    """A field as the API describes it."""
    checks: dict[str, list[str]] = {"passed": [], "failed": []}
    plain: dict[str, Any] = {
        "key": name,
        "role": None,
        "source": "ocr",
        "page": 1,
        "box": None,
        "doubts": [],
        "correction": None,
    }
    return {**plain, "name": name, "value": value, "status": status, "checks": checks, **more}


def paper_json(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A paper as the API describes it."""
    plain = {"prompt": "invoice", "title": "发票", "engine": "rapid", "output_of": "", "pages": [1], "first_page": 1}
    rest = {"pages_left": 0, "text": "", "rows": [], "warnings": [], "codes": [], "same_as": None, "signature": None}
    return {**plain, **rest, "region": None, "fields": list(fields), **more}


def document_json(status: str = "done", *papers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A document as the API describes it."""
    waiting = {"ahead": 0, "expected_seconds": 1.0, "pages_done": 0, "pages_total": 1, "files": 1, "problem": None}
    file = {"name": "a.pdf", "bytes": 1, "sha256": "00"}
    return {"id": ID, "status": status, "file": file, "papers": list(papers), "left_over": "", **waiting, **more}


@dataclass(slots=True)
class FakeDocumentApi:
    """`documents` are given one after the other, the last one again and again; a status with a problem instead."""

    url: str = ""
    documents: list[dict[str, Any]] = field(default_factory=list)
    problem: tuple[int, dict[str, Any], dict[str, str]] | None = None
    uploads: list[bytes] = field(default_factory=list)

    def answer(self, method: str, path: str, token: str, body: bytes) -> tuple[int, dict[str, Any], dict[str, str]]:
        if token != f"Bearer {TOKEN}":
            return 401, {"title": "Unknown token", "detail": "The token is not known"}, {}
        if self.problem is not None:
            return self.problem
        if path == "/v1/prompts":
            fields = [{"key": "total", "name": "价税合计", "type": "money", "role": None}]
            invoice = {"name": "invoice", "title": "发票", "takes_fields": False, "fields": fields, "columns": []}
            return 200, {"items": [invoice]}, {}
        if method == "POST":
            self.uploads.append(body)
        elif path != f"/v1/documents/{ID}":
            return 404, {"title": "No such document", "detail": "There is no document of this id"}, {}
        document = self.documents.pop(0) if len(self.documents) > 1 else self.documents[0]
        return (200 if document["status"] in {"done", "failed"} else 202), document, {}


@contextmanager
def document_api(*documents: dict[str, Any]) -> Iterator[FakeDocumentApi]:
    """Serve on a free port of this machine while the block runs."""
    api = FakeDocumentApi(documents=list(documents))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, answer, headers = api.answer(self.command, self.path, self.headers.get("authorization", ""), body)
            self.send_response(status)
            for name, value in {"content-type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
