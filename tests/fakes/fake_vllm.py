"""A vLLM with HunyuanOCR that answers in milliseconds and behaves as the real one does towards its clients.

`with FakeVllm() as server:` serves it from a thread; `python tests/fakes/fake_vllm.py PORT` from a process.
"""

import asyncio
import heapq
import itertools
import json
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.fakes import fake_model
from tests.fakes.fake_model import BLANK, BadPictureError, GiantPictureError, Picture

_NOISE = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """How one answer goes; `text` None is something that depends on the picture alone."""

    text: str | None = None
    loop: str = ""  # said for ever after the text
    finish: str = "stop"
    first_after: float = 0.0  # seconds
    stall_at: int | None = None  # the token before which nothing comes for an hour
    die_at: int | None = None  # the token before which the connection ends: 0 is before the first
    error_at: int | None = None  # the token in whose place an error comes
    status: int = 200
    retry_after: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class Asked:
    """One request as the server saw it."""

    request_id: str
    body: Mapping[str, Any]
    prompt: str
    priority: int
    picture: Picture
    pictures: int
    tokens: int
    state: Literal["waiting", "running", "done", "aborted"] = "waiting"
    given: Picture = BLANK  # what the model was shown, which is another's picture where they are mixed up
    batched: bool = False
    said: int = 0  # tokens


class _ApiError(Exception):
    def __init__(self, status: int, message: str, kind: str = "BadRequestError") -> None:
        super().__init__(message)
        body = {"error": {"message": message, "type": kind, "param": None, "code": status}}
        self.answer = web.json_response(body, status=status)


@dataclass(slots=True, kw_only=True)
class FakeVllm:
    """The server, its settings and all that it was asked. Settings may be changed while it runs."""

    key: str = ""
    model: str = "tencent/HunyuanOCR"
    root: str = "tencent/HunyuanOCR"
    version: str = "0.33.0"
    context: int = 16384
    most_pixels: int = 4096 * 4096
    slots: int = 256
    token_seconds: float = 0.0
    mixes_pictures: bool = False
    pictures_a_step: int = 64  # as --max-num-batched-tokens bounds them
    priorities: Literal["kept", "ignored", "refused"] = "kept"
    script: Callable[[Asked], Script] = lambda _: Script()
    asked: list[Asked] = field(default_factory=list)  # as they came
    started: list[Asked] = field(default_factory=list)  # as they got a slot
    url: str = ""
    port: int = 0
    born: float = 0.0
    _line: list[tuple[int, int, asyncio.Future[None]]] = field(default_factory=list)
    _running: int = 0
    _number: Any = field(default_factory=itertools.count)
    _unseen: list[tuple[Asked, asyncio.Future[None]]] = field(default_factory=list)
    _eye: asyncio.Task[None] | None = None
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
        """Serve from a thread; a second time at the same port."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake vLLM", daemon=True)
        self._thread.start()
        self._wait(self.serve(self.port))

    def stop(self) -> None:
        """End as if killed: with all connections, at once."""
        assert self._loop is not None
        assert self._thread is not None
        self._wait(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

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
        self._line, self._unseen, self._running, self._eye = [], [], 0, None
        self.born = time.time()
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"

    async def _end(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()
        if self._eye is not None:
            self._eye.cancel()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

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
        label = f'{{engine="0",model_name="{self.model}"}}'
        lines = [
            f"process_start_time_seconds {self.born}",
            f"vllm:num_requests_running{label} {float(self._running)}",
            f"vllm:num_requests_waiting{label} {float(len(self._line))}",
        ]
        return web.Response(text="\n".join(lines) + "\n")

    async def _models(self, _: web.Request) -> web.Response:
        card = {"id": self.model, "object": "model", "owned_by": "vllm", "root": self.root, "parent": None}
        return web.json_response({"object": "list", "data": [{**card, "max_model_len": self.context}]})

    async def _tokenize(self, request: web.Request) -> web.Response:
        asked = self._parsed(await request.read(), request)
        return web.json_response(
            {"count": asked.tokens, "max_model_len": self.context, "tokens": [0] * asked.tokens, "token_strs": None}
        )

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        asked = self._parsed(await request.read(), request)
        self._check(asked)
        self.asked.append(asked)
        script = self.script(asked)
        if script.status != 200:
            return self._failing(script)
        try:
            async with self._slot(asked):
                answer = await self._answer(asked, script, request)
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

    def _parsed(self, data: bytes, request: web.Request) -> Asked:
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
            tokens = 8 + fake_model.text_tokens(prompt) + fake_model.picture_tokens(picture.size, self.most_pixels)
        except GiantPictureError as error:
            raise _ApiError(500, str(error), "InternalServerError") from error
        except BadPictureError as error:
            raise _ApiError(400, str(error)) from error
        return Asked(
            request_id=request.headers.get("X-Request-Id", f"{next(self._number):032x}"),
            body=body,
            prompt=prompt,
            priority=body.get("priority", 0),
            picture=picture,
            pictures=len(addresses),
            tokens=tokens,
        )

    def _check(self, asked: Asked) -> None:
        most = asked.body.get("max_tokens")
        if asked.tokens + (most or 1) > self.context:
            raise _ApiError(
                400,
                f"This model's maximum context length is {self.context} tokens. However, you requested {most} output "
                f"tokens and your prompt contains {asked.tokens} input tokens.",
            )
        if asked.priority and self.priorities == "refused":
            raise _ApiError(400, f"Got priority {asked.priority} but Priority scheduling is not enabled.")
        wanted = asked.body.get("response_format") or {}
        if wanted.get("type") == "json_schema":
            try:
                fake_model.example_of(wanted["json_schema"]["schema"])
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                raise _ApiError(400, f"Invalid JSON schema: {error}") from error

    @asynccontextmanager
    async def _slot(self, asked: Asked) -> AsyncIterator[None]:
        """Wait for one of the slots: the lowest priority first, of equal ones the first to come."""
        if self._running >= self.slots:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            priority = asked.priority if self.priorities == "kept" else 0
            entry = (priority, next(self._number), turn)
            heapq.heappush(self._line, entry)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._free()
                else:
                    self._line.remove(entry)
                    heapq.heapify(self._line)
                raise
        else:
            self._running += 1
        asked.state = "running"
        self.started.append(asked)
        try:
            yield
        finally:
            self._free()

    def _free(self) -> None:
        if self._line:
            heapq.heappop(self._line)[2].set_result(None)
        else:
            self._running -= 1

    async def _see(self, asked: Asked) -> None:
        """Have the picture encoded, with those of all others that wait for it at that moment."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._unseen.append((asked, done))
        if self._eye is None or self._eye.done():
            self._eye = asyncio.create_task(self._encode())
        await done

    async def _encode(self) -> None:
        while self._unseen:
            await asyncio.sleep(0.002)
            batch, self._unseen[: self.pictures_a_step] = self._unseen[: self.pictures_a_step], []
            shown = [asked.picture for asked, _ in batch]
            if self.mixes_pictures:
                shown = shown[:1] + shown[:-1]  # the first is spared, as in the real one
            for (asked, done), picture in zip(batch, shown, strict=True):
                asked.given, asked.batched = picture, len(batch) > 1
                if not done.done():
                    done.set_result(None)

    # -- the words of an answer

    async def _answer(self, asked: Asked, script: Script, request: web.Request) -> web.StreamResponse:
        if not asked.body.get("stream"):
            await self._see(asked)
            return self._whole(asked, [piece async for piece in self._pieces(asked, script, request)])
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await stream.prepare(request)
        await self._see(asked)
        await stream.write(self._event(asked, {"role": "assistant", "content": ""}, None))
        async for text, reason, place in self._pieces(asked, script, request):
            if place == script.error_at:
                error = {"error": {"message": "EngineCore died", "type": "InternalServerError", "code": 500}}
                await stream.write(f"data: {json.dumps(error)}\n\ndata: [DONE]\n\n".encode())
                return stream
            await stream.write(self._event(asked, {"content": text}, reason, place))
        if (asked.body.get("stream_options") or {}).get("include_usage"):
            await stream.write(self._data({**self._head(asked), "choices": [], "usage": self._usage(asked)}))
        await stream.write(b"data: [DONE]\n\n")
        return stream

    async def _pieces(
        self, asked: Asked, script: Script, request: web.Request
    ) -> AsyncIterator[tuple[str, str | None, int]]:
        """Yield each token with its reason to stop and its place, at the server's pace."""
        await asyncio.sleep(script.first_after)
        most = asked.body.get("max_tokens") or self.context - asked.tokens
        following: str | None = ""
        texts = self._texts(asked, script)
        text = next(texts, "")
        for place in itertools.count():
            if place == script.die_at and request.transport is not None:
                request.transport.abort()
            if place == script.stall_at:
                await asyncio.sleep(3600)
            following = next(texts, None)
            asked.said = place + 1
            reason = self._reason(asked, script, most, last=following is None)
            await asyncio.sleep(self.token_seconds)
            yield text, reason, place
            if reason is not None or following is None:
                return
            text = following

    def _texts(self, asked: Asked, script: Script) -> Any:
        wanted = asked.body.get("response_format") or {}
        text = f"第 {asked.given.digest} 号" if script.text is None else script.text
        if wanted.get("type") == "json_schema" and script.text is None:
            text = json.dumps(fake_model.example_of(wanted["json_schema"]["schema"]), ensure_ascii=False)
        return fake_model.pieces(text, script.loop, special=not asked.body.get("skip_special_tokens", True))

    def _reason(self, asked: Asked, script: Script, most: int, *, last: bool) -> str | None:
        detection = asked.body.get("repetition_detection") if self._detects else None
        looped = asked.said - len(script.text or "") // 2
        if detection and script.loop and looped >= detection["min_count"]:
            return "repetition"
        if asked.said >= most and not last:
            return "length"
        return script.finish if last else None

    @property
    def _detects(self) -> bool:
        return tuple(map(int, self.version.split(".")[:2])) >= (0, 28)

    def _head(self, asked: Asked) -> dict[str, Any]:
        kind = "chat.completion.chunk" if asked.body.get("stream") else "chat.completion"
        return {"id": f"chatcmpl-{asked.request_id}", "object": kind, "created": 1_790_000_000, "model": self.model}

    def _event(self, asked: Asked, delta: Mapping[str, str], reason: str | None, place: int | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        if place is not None:
            choice["logprobs"] = self._logprobs(asked, [place])
        return self._data({**self._head(asked), "choices": [choice]})

    @staticmethod
    def _data(payload: Mapping[str, Any]) -> bytes:
        return b"data: " + json.dumps(payload, ensure_ascii=False).encode() + b"\n\n"

    def _whole(self, asked: Asked, said: list[tuple[str, str | None, int]]) -> web.Response:
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": "".join(text for text, _, _ in said)},
            "logprobs": self._logprobs(asked, [place for _, _, place in said]),
            "finish_reason": said[-1][1],
        }
        return web.json_response({**self._head(asked), "choices": [choice], "usage": self._usage(asked)})

    @staticmethod
    def _usage(asked: Asked) -> dict[str, int]:
        total = asked.tokens + asked.said
        return {"prompt_tokens": asked.tokens, "completion_tokens": asked.said, "total_tokens": total}

    def _logprobs(self, asked: Asked, places: list[int]) -> dict[str, Any] | None:
        if not asked.body.get("logprobs"):
            return None
        content = []
        for place in places:
            noise = _NOISE if asked.batched else _NOISE / 10
            found = fake_model.chances(asked.given, place, noise, next(self._number))
            top = [
                {"token": f"token_id:{token}", "logprob": chance, "bytes": None}
                for token, chance in found[: asked.body.get("top_logprobs") or 1]
            ]
            content.append({**top[0], "top_logprobs": top})
        return {"content": content}


async def _main(port: int, token_seconds: float, text: str) -> None:
    server = FakeVllm(token_seconds=token_seconds, script=lambda _: Script(text=text))
    await server.serve(port)
    sys.stdout.write(server.url + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), float(sys.argv[2]), "字" * int(sys.argv[3])))
