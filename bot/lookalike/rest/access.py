"""Access to the APIs: tokens, the sessions of webhooks, rate limits."""

import secrets
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.lookalike.rules import Limits, Timing

Clock = Callable[[], float]


class Refusal(Exception):  # noqa: N818 - an answer of DingTalk, not an error of this program
    """A refusal of the open platform; its body has code, message and requestid."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


class Tokens:
    """The app's access tokens; like the platform, it issues the same token until that expires."""

    def __init__(self, clock: Clock, life: float, limits: Limits) -> None:
        self._clock = clock
        self._life = life
        self._limits = limits
        self._expiry: dict[str, float] = {}
        self._current = ""

    def issue(self) -> tuple[str, int]:
        """Return a valid token and the seconds until it expires."""
        now = self._clock()
        if self._expiry.get(self._current, 0) <= now:
            self._current = secrets.token_hex(16)
            self._expiry[self._current] = now + self._life
        return self._current, int(self._expiry[self._current] - now)

    def expire(self) -> None:
        """Expire every token issued so far."""
        self._expiry = dict.fromkeys(self._expiry, 0.0)

    def check(self, token: str) -> None:
        """Return if the token is valid; raises `Refusal` for any other."""
        expiry = self._expiry.get(token)
        if expiry is None:
            raise Refusal(self._limits.unknown_token_status, "InvalidAuthentication", "不合法的access_token")
        if expiry <= self._clock():
            raise Refusal(self._limits.expired_token_status, "InvalidAuthentication", "access_token已过期")


@dataclass(slots=True, kw_only=True)
class Session:
    """The conversation and message of a session webhook; `expires` in Unix seconds."""

    conversation: str
    message_id: str
    expires: float


class Sessions:
    """Session webhooks by the secret in their address."""

    def __init__(self, clock: Clock, life: float) -> None:
        self._clock = clock
        self._life = life
        self._sessions: dict[str, Session] = {}
        self._by_message: dict[str, str] = {}

    def open(self, conversation: str, message_id: str) -> tuple[str, float]:
        """Open a session for a message; return its secret and when it expires, in Unix seconds."""
        secret = secrets.token_hex(16)
        expires = self._clock() + self._life
        self._sessions[secret] = Session(conversation=conversation, message_id=message_id, expires=expires)
        self._by_message[message_id] = secret
        return secret, expires

    def find(self, secret: str) -> Session | None:
        """Return the session of a secret; None if it is unknown or expired."""
        session = self._sessions.get(secret)
        return session if session is not None and session.expires > self._clock() else None

    def expire(self, message_id: str | None = None) -> None:
        """Expire the session of one message, or all sessions."""
        expired = self._sessions if message_id is None else (self._by_message[message_id],)
        for secret in expired:
            self._sessions[secret].expires = 0.0


class CallRate:
    """The open platform's limits: calls a second for each API, calls a month for all of them together."""

    def __init__(self, clock: Clock, per_second: int | None, per_month: int | None = None) -> None:
        self._clock = clock
        self._per_second = per_second
        self._left = per_month
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def count(self, api: str) -> None:
        """Count a call of `api`; raises `Refusal` if it exceeds a limit."""
        if self._left is not None and self._left <= 0:
            raise Refusal(403, "Forbidden.AccessDenied.ApiCallQuotaExceeded", "本月接口调用次数已用完")
        if self._per_second is None:
            self._spend()
            return
        now, calls = self._clock(), self._calls[api]
        while calls and calls[0] <= now - 1:
            calls.popleft()
        if len(calls) >= self._per_second:
            message = "您的应用调用该接口的频率超过限制"
            raise Refusal(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", message)
        calls.append(now)
        self._spend()

    def _spend(self) -> None:
        if self._left is not None:
            self._left -= 1


class WebhookRate:
    """The webhook's limit on the bot's messages a minute; exceeding it blocks all messages for a while."""

    def __init__(self, clock: Clock, limits: Limits, timing: Timing) -> None:
        self._clock = clock
        self._limit = limits.webhook_per_minute
        self._timing = timing
        self._sent: deque[float] = deque()
        self._throttled_until = 0.0

    def allows(self) -> bool:
        """Return whether a message may be sent now, and count it if so."""
        now = self._clock()
        if self._limit is None:
            return True
        if now < self._throttled_until:
            return False
        while self._sent and self._sent[0] <= now - self._timing.webhook_window:
            self._sent.popleft()
        if len(self._sent) >= self._limit:
            self._throttled_until = now + self._timing.webhook_throttle
            return False
        self._sent.append(now)
        return True
