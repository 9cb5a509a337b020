"""What a job may call, and the signature that shows who wrote it.

Whoever can write to Redis can write jobs. So a worker runs only calls of five functions with arguments of their types,
whose signature is made with a key of the deployment. Nothing of a job is imported, unpickled or looked up by name.
"""

import hashlib
import hmac
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.errors import Undecodable

FETCH: Final = "fetch"
READ: Final = "read"
REPLY: Final = "reply"
NOTICE: Final = "notice"
WEBHOOK: Final = "webhook"
QUEUES: Final = (FETCH, READ, REPLY, NOTICE, WEBHOOK)
FUNCTIONS: Final = {queue: f"workers.jobs.{queue}" for queue in QUEUES}
SIGNATURE: Final = "signature"  # the field of a job's hash; RQ, and workers before signatures, leave it alone

_STEPS: Final = {name: step for step, name in FUNCTIONS.items()}
_MOST_CALL_BYTES: Final = 4096  # of a call: a notice names ten tasks
_PURPOSE: Final = b"ocrbot: the key of jobs in Redis"


class JsonSerializer:
    """JSON on both sides of the queue: with RQ's default, pickle, anybody who can write to Redis could run code."""

    @staticmethod
    def dumps(value: object) -> bytes:
        """Return `value` as UTF-8 JSON; if this raises, as it does for a `Retry`, RQ stores a placeholder."""
        return json.dumps(value, ensure_ascii=False).encode()

    @staticmethod
    def loads(data: bytes) -> Any:
        """Return the value that `dumps` was given."""
        return json.loads(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCall:
    """A step with its arguments: the id of a task, or of an event, and a number; for `notice` the ids of tasks."""

    step: str
    args: tuple[str | int, ...]


class RefusedJob(Undecodable):
    """A job that no worker runs: not signed, signed with another key, or no call of a step."""


class JobSigner:
    """Signs calls with the first of its keys and accepts those that are signed with any of them."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not all(keys) or not keys:
            raise ValueError("a signature needs a key")
        self._keys = tuple(keys)

    def sign(self, job_id: str, call: bytes) -> str:
        """Return the signature of a call in the job of this id: HMAC-SHA256, 64 characters."""
        return _signature(self._keys[0], job_id, call)

    def accepts(self, job_id: str, call: bytes, signature: str) -> bool:
        """Return whether the signature of a call in the job of this id is made with one of the keys."""
        given = signature.encode()
        return any(hmac.compare_digest(_signature(key, job_id, call).encode(), given) for key in self._keys)


def signing_keys(configured: str, client_secret: str) -> tuple[bytes, ...]:
    """Return the keys of OCRBOT_REDIS__JOB_KEYS, separated by spaces; if there are none, one made of the app's secret.

    That one is HMAC-SHA256 of a fixed sentence, so a signature does not help to guess the secret of another use.
    """
    return tuple(key.encode() for key in configured.split()) or (
        hmac.digest(client_secret.encode(), _PURPOSE, hashlib.sha256),
    )


def encode_call(call: JobCall) -> bytes:
    """Return a call as RQ and workers of earlier releases read it: function, instance, arguments, named arguments."""
    return JsonSerializer.dumps((FUNCTIONS[call.step], None, call.args, {}))


def unpacked_call(packed: bytes) -> bytes:
    """Return the bytes of a call, which RQ packs with zlib or not at all; raises `RefusedJob` for too many."""
    unpacking = zlib.decompressobj()
    try:
        call = unpacking.decompress(packed, _MOST_CALL_BYTES + 1)
    except zlib.error:
        call = packed
    if len(call) > _MOST_CALL_BYTES:
        raise RefusedJob("its call is too long")
    return call


def signed_call(signer: JobSigner, job_id: str, call: bytes, signature: str) -> JobCall:
    """Return the call in the job of this id; raises `RefusedJob` with what is wrong, never with what it holds."""
    if not signature:
        raise RefusedJob(f"it is not signed; it calls {_named(call)}")
    if not signer.accepts(job_id, call, signature):
        raise RefusedJob(f"its signature is of none of this deployment's keys; it calls {_named(call)}")
    return _decoded(call)


def _signature(key: bytes, job_id: str, call: bytes) -> str:
    return hmac.digest(key, job_id.encode() + b"\n" + call, hashlib.sha256).hex()


def _named(call: bytes) -> str:
    """Return the name of the function in a call if that is a step's, else that it is none."""
    try:
        return _decoded(call).step
    except RefusedJob:
        return "no step"


def _decoded(call: bytes) -> JobCall:
    try:
        name, instance, args, named = json.loads(call)
    except (ValueError, TypeError, RecursionError):
        raise RefusedJob("it holds no call") from None
    step = _STEPS.get(name) if isinstance(name, str) else None
    if step is None or instance is not None or named or not isinstance(args, list):
        raise RefusedJob("it calls no step")
    kinds = [type(arg) for arg in args]
    if not kinds or kinds != ([str] * len(kinds) if step == NOTICE else [str, int]):
        raise RefusedJob(f"its arguments are not those of {step}")
    return JobCall(step=step, args=tuple(args))
