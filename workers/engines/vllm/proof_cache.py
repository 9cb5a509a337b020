"""Which engines may be used: those that any worker has proven since their server was started."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from json import dumps, loads
from uuid import uuid4

import httpx
import structlog

from bot.domain.errors import Unavailable
from workers.engines.notes import EngineNotes
from workers.engines.vllm.faults import vllm_error
from workers.engines.vllm.proof import prove
from workers.engines.vllm.proof_judgement import ProofVerdict
from workers.engines.vllm.server_info import cached_server_info, fetch_start_sign
from workers.heartbeat import beating

_START_SECONDS = 3.0  # for which the sign of a start counts; no vLLM restarts faster
_CLEAN_SECONDS = 24 * 3600.0
_FAULTY_SECONDS = 300.0  # then it is proven again: something else may have been wrong
_UNDATED_SECONDS = 300.0  # for a verdict on a server that gives no sign of its start
_BUSY_SECONDS = 2.0
_LEASE_SECONDS = 15.0  # after which another worker may prove an engine whose prover was killed
_BEATS = 3  # renewals within the life of a lease
_CONNECT_SECONDS = 5.0
_STARTED = re.compile(r"^process_start_time_seconds(?:\{[^}]*\})? (\S+)$", re.MULTILINE)

_log = structlog.get_logger("ocrbot.engines")

Prove = Callable[..., ProofVerdict]


class ProofCache:
    """The verdicts on engines, shared by all workers in `notes`; while one worker proves, the others read elsewhere.

    A verdict holds for an address and one start of its server, told by the sign that it serves, else by the time of
    its start; on a server that tells neither, verdicts are short-lived. Safe to build before a fork and to use from
    several threads.
    """

    def __init__(
        self,
        notes: EngineNotes,
        http: httpx.Client,
        *,
        token: str = "",
        prove: Prove = prove,
        lease_seconds: float = _LEASE_SECONDS,
    ) -> None:
        self._lease_seconds = lease_seconds
        self._notes = notes
        self._http = http
        self._token = token
        self._prove = prove

    def admit(self, url: str) -> None:
        """Return if the engine at `url` may be used, and prove it first if no worker has.

        Raises `Unavailable` while another worker proves it, and if it failed, with what to change; `Misconfigured` if
        it refuses the token or is no vLLM.
        """
        verdict = self.verdict(url)
        if not verdict.clean:
            raise Unavailable(f"{url} is not used: {verdict.why}", retry_after=_FAULTY_SECONDS / 10)

    def verdict(self, url: str) -> ProofVerdict:
        """Return the verdict on the engine at `url` as it runs now, and prove it first if needed.

        Raises as `admit` does if there is no verdict.
        """
        start = self._start(url)
        key = f"verdict:{url}:{start}"
        note = self._notes.get(key)
        if note is None:
            note = self._prove_now(url, key, dated=start != "")
        return ProofVerdict(**loads(note))

    def recheck(self, url: str) -> None:
        """Ask the server for the sign of its start before its next use, because a connection to it broke."""
        self._notes.drop(f"start:{url}")

    def _prove_now(self, url: str, key: str, *, dated: bool) -> bytes:
        lease, holder = f"proving:{key}", uuid4().hex
        if not self._notes.hold(lease, holder, self._lease_seconds):
            raise Unavailable(f"{url} is being proven", retry_after=_BUSY_SECONDS)
        with self._hold(lease, holder):
            model = cached_server_info(self._http, self._notes, url, seconds=_CONNECT_SECONDS).model
            verdict = self._prove(url, token=self._token, model=model, http=self._http)
            note = dumps(asdict(verdict)).encode()
            self._notes.put(key, note, _lifetime(verdict, dated=dated))
            shown = {"clean": verdict.clean, "why": verdict.why, "at": time.time()}
            self._notes.put(f"proof:{url}", dumps(shown).encode(), _CLEAN_SECONDS)  # for people, whatever starts then
        log = _log.info if verdict.clean else _log.error
        log("engine proven" if verdict.clean else "engine is not used", url=url, **asdict(verdict))
        return note

    @contextmanager
    def _hold(self, lease: str, holder: str) -> Iterator[None]:
        """Renew the lease while the block runs, and release it afterwards."""
        renew = partial(self._notes.prolong, lease, holder, self._lease_seconds)
        try:
            with beating(self._lease_seconds / _BEATS, renew):
                yield
        finally:
            self._notes.release(lease, holder)

    def _start(self, url: str) -> str:
        """Return what tells this start of the server from others, "" if it tells nothing."""
        note = self._notes.get(f"start:{url}")
        if note is None:
            note = _fetch_start(self._http, url).encode()
            self._notes.put(f"start:{url}", note, _START_SECONDS)
        return note.decode()


def _lifetime(verdict: ProofVerdict, *, dated: bool) -> float:
    if not verdict.clean:
        return _FAULTY_SECONDS
    return _CLEAN_SECONDS if dated else _UNDATED_SECONDS


def _fetch_start(http: httpx.Client, url: str) -> str:
    """Return the sign that `ocrbot engine` gives a server at each start, else the start time that it reports.

    With several API processes a vLLM reports no time.
    """
    return fetch_start_sign(http, url, seconds=_CONNECT_SECONDS) or _fetch_start_time(http, url)


def _fetch_start_time(http: httpx.Client, url: str) -> str:
    try:
        answer = http.get(f"{url}/metrics", timeout=_CONNECT_SECONDS)
    except httpx.TransportError as error:
        raise Unavailable(f"{url}: {type(error).__name__} {error}") from error
    if answer.status_code == httpx.codes.NOT_FOUND:
        return ""  # a gateway in front of it
    if answer.status_code != httpx.codes.OK:
        raise vllm_error(url, answer.status_code, answer.content)
    found = _STARTED.search(answer.text)
    return found[1] if found else ""
