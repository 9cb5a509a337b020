"""Who is signed in on the page. A session is known by the digest of a random id that only the browser has."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

from pydantic import TypeAdapter
from redis import Redis

from bot.storage.keys.shared import SESSION, SESSION_SECONDS

LONGEST_SECONDS: Final = 7 * 24 * 3600  # after which a person signs in again, however busy the session was
_RENEWED_SECONDS: Final = 60  # a session is prolonged no more often


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who signed in: by a client's token, or as a person of DingTalk who then acts for the client.

    What they may do is not kept here: whoever asks looks it up in the clients and the organisation file, so that a
    client that is revoked, a token that is replaced and an admin who is none any more count at once.
    """

    client: str
    token_sha256: str = ""  # of the token, in hexadecimal; "" for a person of DingTalk
    staff_id: str = ""  # "" for a token
    nick: str = ""
    began_at: float  # Unix seconds


_SIGNED_IN: Final = TypeAdapter(SignedIn)


class Sessions:
    """The sessions of the page, each ended by signing out, 12 hours without use, or 7 days."""

    def __init__(self, redis: Redis, clock: Callable[[], float]) -> None:
        self._redis = redis
        self._clock = clock

    def begin(self, signed_in: SignedIn) -> str:
        """Store a session and return its id, 43 characters for the cookie."""
        identifier = secrets.token_urlsafe(32)
        self._redis.set(_key(identifier), _SIGNED_IN.dump_json(signed_in), ex=SESSION_SECONDS)
        return identifier

    def find(self, identifier: str) -> SignedIn | None:
        """Return who has this session and prolong it; None if there is no such session any more."""
        key = _key(identifier)
        with self._redis.pipeline(transaction=False) as pipeline:
            pipeline.get(key)
            pipeline.ttl(key)
            found, seconds_left = cast("tuple[bytes | None, int]", tuple(pipeline.execute()))
        if found is None:
            return None
        signed_in = _SIGNED_IN.validate_json(found)
        left_at_most = signed_in.began_at + LONGEST_SECONDS - self._clock()
        if left_at_most <= 0:
            self.end(identifier)
            return None
        prolonged = int(min(SESSION_SECONDS, left_at_most)) + 1
        if prolonged - seconds_left > _RENEWED_SECONDS:
            self._redis.expire(key, prolonged)
        return signed_in

    def end(self, identifier: str) -> None:
        """Delete the session; without effect if there is none."""
        self._redis.delete(_key(identifier))


def _key(identifier: str) -> str:
    return SESSION.key(hashlib.sha256(identifier.encode()).hexdigest())
