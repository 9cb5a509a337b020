"""What a test tells the fake vLLM to do, and what it sees of what was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.fakes.fake_model import BLANK, Picture


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
