from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The platform's limits; None lifts one. Sizes are in bytes."""

    webhook_per_minute: int | None = 20
    webhook_bytes: int = 20_000  # of the whole request body
    api_calls_per_second: int | None = 20  # per API path; the token is free
    msg_param_bytes: int = 15_000
    users_per_send: int = 20
    card_bytes: int = 9_000  # 3,000 Chinese characters: a longer card appears blank
    api_calls_per_month: int | None = None  # 5,000 in the standard edition; the token is free
    upload_bytes: int = 20 * 1024 * 1024
    unknown_token_status: int = 400  # sources differ: 400 or 401
    expired_token_status: int = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Lifetimes and delays in seconds; each of `redelivery` counts from the push before it."""

    ticket_life: float = 90
    token_life: float = 7200
    code_life: float = 7200
    address_life: float = 600
    session_life: float = 5400
    webhook_window: float = 60
    webhook_throttle: float = 600
    redelivery: tuple[float, ...] = (3, 16, 60)
    ping_every: float | None = 30
    disconnect_grace: float = 10
