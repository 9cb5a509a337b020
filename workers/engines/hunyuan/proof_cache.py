"""Which engines may be used: those that were proven, by any one of the workers, since they were started."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from json import dumps, loads
from uuid import uuid4

import httpx
import structlog

from bot.domain.errors import Unavailable
from workers.engines.hunyuan.faults import fault
from workers.engines.hunyuan.proof import ProofVerdict, prove
from workers.engines.hunyuan.server_info import served
from workers.engines.notes import EngineNotes
from workers.heartbeat import beating

_LOOK_SECONDS = 3.0  # for which a look at an engine counts; no vLLM goes and comes back within
_CLEAN_SECONDS = 24 * 3600.0
_FAULTY_SECONDS = 300.0  # then it is tried again: what was wrong may have been something else
_UNDATED_SECONDS = 300.0  # for a verdict on an engine that does not say when it was started
_BUSY_SECONDS = 2.0
_TURN_SECONDS = 15.0  # that an engine waits for another proof where the worker that was at one was killed
_BEATS = 3  # while a turn would last
_CONNECT_SECONDS = 5.0
_STARTED = re.compile(r"^process_start_time_seconds(?:\{[^}]*\})? (\S+)$", re.MULTILINE)

_log = structlog.get_logger("ocrbot.engines")

Prove = Callable[..., ProofVerdict]


class ProofCache:
    """The verdicts on engines, on the board for all workers; one of them proves while the others go elsewhere.

    A verdict holds for an address and the moment its server was started. Safe to build before a fork and to use from
    several threads.
    """

    def __init__(
        self,
        board: EngineNotes,
        http: httpx.Client,
        *,
        token: str = "",
        prove: Prove = prove,
        turn_seconds: float = _TURN_SECONDS,
    ) -> None:
        self._turn_seconds = turn_seconds
        self._board = board
        self._http = http
        self._token = token
        self._prove = prove

    def admit(self, url: str) -> None:
        """Return when the engine at `url` may be used, proving it first where nobody has.

        Raises `Unavailable` while another worker proves it and where it failed, with what to set; `Misconfigured`
        where it refuses the token or is no vLLM.
        """
        verdict = self.verdict(url)
        if not verdict.clean:
            raise Unavailable(f"{url} is not used: {verdict.why}", retry_after=_FAULTY_SECONDS / 10)

    def verdict(self, url: str) -> ProofVerdict:
        """Return the verdict on the engine at `url` as it runs now, raising as `admit` does where there is none."""
        started = self._started(url)
        key = f"proof:{url}:{started}"
        note = self._board.get(key)
        if note is None:
            note = self._proven(url, key, dated=started != "")
        return ProofVerdict(**loads(note))

    def doubt(self, url: str) -> None:
        """Look at the engine itself before it is used again: its connection broke."""
        self._board.drop(f"started:{url}")

    def _proven(self, url: str, key: str, *, dated: bool) -> bytes:
        turn, holder = f"proving:{key}", uuid4().hex
        if not self._board.hold(turn, holder, self._turn_seconds):
            raise Unavailable(f"{url} is being proven", retry_after=_BUSY_SECONDS)
        with self._kept(turn, holder):
            model = served(self._http, self._board, url, seconds=_CONNECT_SECONDS).model
            verdict = self._prove(url, key=self._token, model=model, http=self._http)
            note = dumps(asdict(verdict)).encode()
            self._board.put(key, note, _lasting(verdict, dated=dated))
        log = _log.info if verdict.clean else _log.error
        log("engine proven" if verdict.clean else "engine is not used", url=url, **asdict(verdict))
        return note

    @contextmanager
    def _kept(self, turn: str, holder: str) -> Iterator[None]:
        """Keep the turn for as long as the proof takes, and give it back then."""
        try:
            with beating(self._turn_seconds / _BEATS, partial(self._board.prolong, turn, holder, self._turn_seconds)):
                yield
        finally:
            self._board.release(turn, holder)

    def _started(self, url: str) -> str:
        """Return when the server was started, as it says itself; "" where it does not say."""
        note = self._board.get(f"started:{url}")
        if note is None:
            note = _look(self._http, url).encode()
            self._board.put(f"started:{url}", note, _LOOK_SECONDS)
        return note.decode()


def _lasting(verdict: ProofVerdict, *, dated: bool) -> float:
    if not verdict.clean:
        return _FAULTY_SECONDS
    return _CLEAN_SECONDS if dated else _UNDATED_SECONDS


def _look(http: httpx.Client, url: str) -> str:
    try:
        answer = http.get(f"{url}/metrics", timeout=_CONNECT_SECONDS)
    except httpx.TransportError as error:
        raise Unavailable(f"{url}: {type(error).__name__} {error}") from error
    if answer.status_code == httpx.codes.NOT_FOUND:
        return ""  # somebody's gateway before it
    if answer.status_code != httpx.codes.OK:
        raise fault(url, answer.status_code, answer.content)
    found = _STARTED.search(answer.text)
    return found[1] if found else ""
