"""A vLLM with HunyuanOCR that answers in milliseconds and behaves towards its clients as the real one does.

`with FakeVllm() as server:` serves from a thread, `python -m tests.fakes.fake_vllm PORT TOKEN_SECONDS LENGTH` from a
process of its own.
"""

import asyncio
import itertools
import json
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.fakes import fake_model
from tests.fakes.fake_answers import AnswerWriter
from tests.fakes.fake_model import BLANK, BadPictureError, GiantPictureError
from tests.fakes.fake_scheduler import Scheduler
from tests.fakes.fake_script import ChatRequest, Script


class _ApiError(Exception):
    def __init__(self, status: int, message: str, kind: str = "BadRequestError") -> None:
        super().__init__(message)
        body = {"error": {"message": message, "type": kind, "param": None, "code": status}}
        self.answer = web.json_response(body, status=status)


@dataclass(slots=True, kw_only=True)
class FakeVllm:
    """The server, its settings and the requests that it has received. Settings may be changed while it runs."""

    key: str = ""
    model: str = "tencent/HunyuanOCR-1.5"
    start_sign: str = ""  # a further served name, which `ocrbot engine` gives at each start
    api_processes: int = 1  # with several, /metrics does not say when it was started
    root: str = "tencent/HunyuanOCR"
    version: str = "0.33.0"
    context: int = 16384
    most_pixels: int = 4096 * 4096
    slots: int = 256
    token_seconds: float = 0.0
    mixes_pictures: bool = False
    strict: bool = False  # as before 0.32: max_tokens must fit beside the prompt
    pictures_a_step: int = 64  # which --max-num-batched-tokens limits
    priorities: Literal["kept", "ignored", "refused"] = "kept"
    script: Callable[[ChatRequest], Script] = lambda _: Script()
    asked: list[ChatRequest] = field(default_factory=list)  # in the order of arrival
    started: list[ChatRequest] = field(default_factory=list)  # in the order in which they got a slot
    url: str = ""
    port: int = 0
    born: float = 0.0
    _scheduler: Scheduler | None = None
    _writer: AnswerWriter | None = None
    _number: Any = field(default_factory=itertools.count)
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None
    _runner: web.AppRunner | None = None

    # -- running it

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Serve from a thread; after a stop, at the same port as before."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake vLLM", daemon=True)
        self._thread.start()
        self._wait(self.serve(self.port))

    def stop(self) -> None:
        """End as if killed: cut all connections at once."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        self._wait(self._end())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        self._loop = self._thread = None

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def serve(self, port: int) -> None:
        """Serve in the running loop."""
        app = web.Application(client_max_size=256 * 2**20, middlewares=[self._guard()])
        app.add_routes(
            [
                web.get("/health", self._health),
                web.get("/version", self._version),
                web.get("/metrics", self._metrics),
                web.get("/v1/models", self._models),
                web.post("/tokenize", self._tokenize),
                web.post("/v1/chat/completions", self._chat),
            ]
        )
        self._scheduler = Scheduler(self)
        self._writer = AnswerWriter(self, self._scheduler)
        self.born = time.time()
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"

    async def _end(self) -> None:
        assert self._runner is not None
        assert self._runner.server is not None
        # a listener that closes before these are connections leaves their sockets open
        while self._accepting():  # noqa: ASYNC110 - asyncio tells nobody of them
            await asyncio.sleep(0)
        for site in list(self._runner.sites):
            await site.stop()
        for connection in self._runner.server.connections:
            if connection.transport is not None:
                connection.transport.abort()
        await self._runner.cleanup()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    @staticmethod
    def _accepting() -> bool:
        return any("_accept_connection" in repr(task.get_coro()) for task in asyncio.all_tasks())

    # -- what it answers

    def _guard(self) -> Any:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if self.key and request.path.startswith("/v1") and request.headers.get("Authorization") != self._bearer:
                return web.json_response({"error": "Unauthorized"}, status=401)
            try:
                return await handler(request)
            except _ApiError as error:
                return error.answer

        return guard

    @property
    def _bearer(self) -> str:
        return f"Bearer {self.key}"

    async def _health(self, _: web.Request) -> web.Response:
        return web.Response()

    async def _version(self, _: web.Request) -> web.Response:
        return web.json_response({"version": self.version})

    async def _metrics(self, _: web.Request) -> web.Response:
        assert self._scheduler is not None
        label = f'{{engine="0",model_name="{self.model}"}}'
        lines = [
            *([f"process_start_time_seconds {self.born}"] if self.api_processes == 1 else []),
            f"vllm:num_requests_running{label} {float(self._scheduler.running)}",
            f"vllm:num_requests_waiting{label} {float(self._scheduler.waiting)}",
        ]
        return web.Response(text="\n".join(lines) + "\n")

    async def _models(self, _: web.Request) -> web.Response:
        card = {"object": "model", "owned_by": "vllm", "root": self.root, "parent": None, "max_model_len": self.context}
        names = (self.model, *([self.start_sign] if self.start_sign else []))
        return web.json_response({"object": "list", "data": [{"id": name, **card} for name in names]})

    async def _tokenize(self, request: web.Request) -> web.Response:
        asked = self._parsed(await request.read(), request)
        return web.json_response(
            {"count": asked.tokens, "max_model_len": self.context, "tokens": [0] * asked.tokens, "token_strs": None}
        )

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        assert self._scheduler is not None
        assert self._writer is not None
        asked = self._parsed(await request.read(), request)
        self._check(asked)
        self.asked.append(asked)
        script = self.script(asked)
        if script.status != 200:
            return self._failing(script)
        try:
            async with self._scheduler.slot(asked):
                answer = await self._writer.answer(asked, script, request)
        except (asyncio.CancelledError, ConnectionError):
            asked.state = "aborted"
            raise
        asked.state = "done"
        return answer

    @staticmethod
    def _failing(script: Script) -> web.Response:
        body = {"error": {"message": "scripted", "type": "InternalServerError", "param": None, "code": script.status}}
        headers = {"Retry-After": script.retry_after} if script.retry_after else {}
        return web.json_response(body, status=script.status, headers=headers)

    def _parsed(self, data: bytes, request: web.Request) -> ChatRequest:
        try:
            body = json.loads(data)
            addresses, prompt = fake_model.pictures_of(body["messages"])
        except (ValueError, LookupError, TypeError) as error:
            raise _ApiError(400, f"validation error: {error}") from error
        if body.get("model", self.model) != self.model:
            raise _ApiError(404, f"The model `{body['model']}` does not exist.", "NotFoundError")
        if len(addresses) > 1:
            raise _ApiError(400, "At most 1 image(s) may be provided in one prompt.")
        try:
            picture = fake_model.decode(addresses[0]) if addresses else BLANK
            tokens = (
                8
                + 2 * len(addresses)
                + fake_model.text_tokens(prompt)
                + fake_model.picture_tokens(picture.size, self.most_pixels)
            )
        except GiantPictureError as error:
            raise _ApiError(500, str(error), "InternalServerError") from error
        except BadPictureError as error:
            raise _ApiError(400, str(error)) from error
        return ChatRequest(
            request_id=request.headers.get("X-Request-Id", f"{next(self._number):032x}"),
            body=body,
            prompt=prompt,
            priority=body.get("priority", 0),
            picture=picture,
            pictures=len(addresses),
            tokens=tokens,
        )

    def _check(self, asked: ChatRequest) -> None:
        most = asked.body.get("max_tokens") or 1
        limit = f"This model's maximum context length is {self.context} tokens. However, "
        if asked.tokens >= self.context:
            raise _ApiError(400, f"{limit}your prompt contains at least {asked.tokens} input tokens.")
        if most > self.context:
            raise _ApiError(400, f"max_tokens={most} cannot be greater than max_model_len={self.context}.")
        if asked.tokens + most > self.context and self.strict:
            raise _ApiError(400, f"{limit}you requested {asked.tokens + most} tokens: max_tokens is too large.")
        if asked.priority and self.priorities == "refused":
            raise _ApiError(400, f"Got priority {asked.priority} but Priority scheduling is not enabled.")
        wanted = asked.body.get("response_format") or {}
        if wanted.get("type") == "json_schema":
            try:
                fake_model.example_of(wanted["json_schema"]["schema"])
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                raise _ApiError(400, f"Invalid JSON schema: {error}") from error


async def _main(port: int, token_seconds: float, text: str) -> None:
    server = FakeVllm(token_seconds=token_seconds, script=lambda _: Script(text=text))
    await server.serve(port)
    sys.stdout.write(server.url + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), float(sys.argv[2]), "字" * int(sys.argv[3])))
