"""The embedded engine as an HTTP service.

`POST /v1/read` takes a JPEG, PNG or WebP, told by its bytes and turned upright as its EXIF data says, or pixels as they
are, of type application/x-rgb8 and with their size in the header X-Picture-Size, such as 640x480. The header X-Priority
says who may wait: see `PictureTurns`. It answers with a `Reading`; `GET /health` answers 200 once the models are
loaded, `GET /metrics` shows Prometheus what was read; both ask for no token. Errors are
`{"error": {"code", "message"}}`.
"""

import asyncio
import hmac
import io
import re
import signal
import sys
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from PIL import Image, UnidentifiedImageError

from bot.domain import wire
from bot.domain.document import Reading
from bot.domain.errors import Refused
from workers.engines.base import RAW_RGB, AskOptions, EncodedPicture, Engine, Size
from workers.engines.cpu.form import PRIORITY_HEADER, SIZE_HEADER
from workers.engines.cpu.local import LocalRapid
from workers.engines.cpu.runtime import WantedRuntime
from workers.engines.cpu.service_metrics import ServiceMetrics
from workers.engines.cpu.turns import PictureTurns, is_behind
from workers.engines.picture_encoding import FORMATS

_LEAST_SECONDS = 1.0
_KEPT_SHARE = 4  # of the places for waiting pictures, one in so many is not for those of the least priority
_OPEN = ("/health", "/metrics")  # to callers without a token

# Above its own limit Pillow only warns, but an image that large must not be decoded.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much work the service accepts."""

    body_bytes: int = 64 * 2**20
    pixels: int = 40_000_000
    waiting: int = 64  # pictures, besides those being read
    held_bytes: int = 512 * 2**20  # of the pictures being read or waiting; raw pixels are many
    most_seconds: float = 600.0  # for one picture, whatever the caller asks for
    body_seconds: float = 30.0  # in which a picture must have come


class _Rejected(Exception):  # noqa: N818 - an answer, not a fault
    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.answer = web.json_response(
            {"error": {"code": code, "message": message}}, status=status, headers=headers or {}
        )


def application(engine: Engine, *, token: str = "", slots: int = 2, limits: Limits | None = None) -> web.Application:
    """Return the service for a loaded engine; it reads about `slots` pictures at once: see `PictureTurns`."""
    limits = limits or Limits()
    queue = _ReadingQueue(engine, slots, limits)
    app = web.Application(client_max_size=limits.body_bytes, middlewares=[_middleware(token, queue.metrics)])
    app.router.add_get("/health", _answer_health)
    app.router.add_get("/metrics", queue.show_metrics)
    app.router.add_post("/v1/read", queue.post)
    app.on_cleanup.append(queue.close)
    return app


def _middleware(token: str, metrics: ServiceMetrics) -> Middleware:
    expected = f"Bearer {token}".encode()

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if token and request.path not in _OPEN and not hmac.compare_digest(given, expected):
            return _Rejected(401, "unauthorized", "the token is missing or wrong").answer
        try:
            return await handler(request)
        except _Rejected as rejected:
            metrics.turned_away(rejected.code)
            return rejected.answer
        except web.HTTPRequestEntityTooLarge as error:
            return _Rejected(413, "too_many_bytes", error.text or "too many bytes").answer
        except web.HTTPException as error:
            return _Rejected(error.status, "http", error.reason).answer

    return guard


async def _answer_health(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


class _ReadingQueue:
    """Accepts pictures, reads each at its turn, and drops those whose caller has gone."""

    def __init__(self, engine: Engine, slots: int, limits: Limits) -> None:
        self._engine = engine
        self._limits = limits
        self._slots = slots
        self._taken = 0
        self._held = 0  # bytes
        self._turns = PictureTurns(slots)
        self._threads = ThreadPoolExecutor(slots + 1, thread_name_prefix="pages")
        self.metrics = ServiceMetrics(lambda: self._taken)

    async def show_metrics(self, _: web.Request) -> web.Response:
        body, kind = self.metrics.page()
        return web.Response(body=body, headers={"Content-Type": kind})

    async def post(self, request: web.Request) -> web.Response:
        seconds, size = _requested_seconds(request, self._limits.most_seconds), _stated_size(request)
        priority = _priority(request)
        self._check_place(priority)
        with self._memory_for(request.content_length or 0):
            picture = _picture(await self._body(request), size, self._limits.pixels)
            with self._place(priority):  # not before the picture is there: a slow caller keeps no place from others
                reading = await self._read(picture, seconds, priority)
        return web.Response(body=wire.encode(reading), content_type="application/json")

    async def _body(self, request: web.Request) -> bytes:
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                return await request.read()
        except TimeoutError as error:
            answer = _Rejected(408, "slow", f"the picture did not come within {self._limits.body_seconds:g} s")
            answer.answer.force_close()
            raise answer from error

    def _check_place(self, priority: int) -> None:
        kept = self._limits.waiting // _KEPT_SHARE if is_behind(priority) else 0  # for those who go first
        if self._taken >= self._slots + self._limits.waiting - kept:
            raise _Rejected(503, "busy", f"{self._taken} pictures are waiting", {"Retry-After": "5"})

    @contextmanager
    def _memory_for(self, length: int) -> Iterator[None]:
        if self._held and self._held + length > self._limits.held_bytes:
            raise _Rejected(503, "busy", f"the pictures here take {self._held} bytes", {"Retry-After": "5"})
        self._held += length
        try:
            yield
        finally:
            self._held -= length

    @contextmanager
    def _place(self, priority: int) -> Iterator[None]:
        self._check_place(priority)
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    async def _read(self, picture: EncodedPicture, seconds: float, priority: int) -> Reading:
        # A caller that goes away cancels this wait: its picture is dropped if it still waits, else read to the end.
        work = partial(self._work, picture, monotonic() + seconds, priority)
        await self._turns.come(priority)
        loop, reading = asyncio.get_running_loop(), self._threads.submit(work)
        reading.add_done_callback(lambda _: loop.call_soon_threadsafe(self._turns.leave, priority))
        return await asyncio.wrap_future(reading)

    def _work(self, picture: EncodedPicture, deadline: float, priority: int) -> Reading:
        left = deadline - monotonic()
        if left < _LEAST_SECONDS:
            raise _Rejected(503, "busy", "the time was over before the picture's turn came", {"Retry-After": "5"})
        began = monotonic()
        try:
            reading = self._engine.ask(picture, "", options=AskOptions(timeout=left, priority=priority))
        except Refused as error:
            raise _undecodable() from error
        self.metrics.read(monotonic() - began)
        return reading

    async def close(self, _: web.Application) -> None:
        self._turns.close()
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)


def _requested_seconds(request: web.Request, most: float) -> float:
    asked = request.headers.get("X-Timeout", "")
    try:
        return min(most, float(asked)) if asked else most
    except ValueError as error:
        raise _Rejected(400, "bad_timeout", "X-Timeout is a number of seconds") from error


def _priority(request: web.Request) -> int:
    given = request.headers.get(PRIORITY_HEADER, "0")
    if not re.fullmatch(r"-?\d{1,9}", given, re.ASCII):
        raise _Rejected(400, "bad_priority", f"{PRIORITY_HEADER} is a whole number")
    return int(given)


def _stated_size(request: web.Request) -> Size | None:
    """Return the size of raw pixels, None for a file."""
    if request.content_type != RAW_RGB:
        return None
    found = re.fullmatch(r"(\d{1,6})x(\d{1,6})", request.headers.get(SIZE_HEADER, ""))
    if found is None:
        raise _Rejected(400, "no_size", f"{RAW_RGB} comes with {SIZE_HEADER}: 640x480")
    return int(found[1]), int(found[2])


def _picture(body: bytes, size: Size | None, most_pixels: int) -> EncodedPicture:
    """Return what is to be read, undecoded, once its format and size are known to be taken."""
    media_type = RAW_RGB
    if size is None:
        media_type, size = _opened(body)
    if size[0] * size[1] > most_pixels:
        raise _Rejected(413, "too_many_pixels", f"{size[0]}x{size[1]}, at most {most_pixels} pixels")
    if media_type == RAW_RGB and (min(size) < 1 or len(body) != 3 * size[0] * size[1]):
        raise _Rejected(400, "undecodable", f"{len(body)} bytes are not {size[0]}x{size[1]} pixels of three bytes")
    return EncodedPicture(media_type=media_type, data=body, size=size)


def _opened(body: bytes) -> tuple[str, Size]:
    try:
        with Image.open(io.BytesIO(body), formats=FORMATS) as image:
            return Image.MIME[str(image.format)], image.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError) as error:
        raise _undecodable() from error


def _undecodable() -> _Rejected:
    return _Rejected(400, "undecodable", "the body is no JPEG, PNG or WebP that can be decoded")


async def serve(
    *, host: str, port: int, token: str = "", limits: Limits | None = None, runtime: WantedRuntime = "auto"
) -> None:
    """Load the models, then serve until SIGTERM or SIGINT; port 0 stands for a free port."""
    engine = await asyncio.to_thread(LocalRapid, runtime=runtime)
    runner = web.AppRunner(
        application(engine, token=token, slots=engine.cores, limits=limits), access_log=None, handler_cancellation=True
    )
    await runner.setup()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        await web.TCPSite(runner, host, port).start()
        bound = runner.addresses[0]
        sys.stdout.write(f"listening on http://{_bracketed(bound[0])}:{bound[1]}\n")
        sys.stdout.flush()
        await stop.wait()
    finally:
        await runner.cleanup()
        engine.close()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
