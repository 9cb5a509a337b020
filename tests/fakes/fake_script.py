"""What a test makes the fake vLLM do, and the requests that it has received."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.fakes.fake_model import BLANK, Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The course of one answer; with `text` None the text depends only on the picture."""

    text: str | None = None
    loop: str = ""  # repeated for ever after the text
    finish: str = "stop"
    first_after: float = 0.0  # seconds
    stall_at: int | None = None  # the index of the token that is sent only after an hour
    die_at: int | None = None  # the index of the token before which the connection is cut
    error_at: int | None = None  # the index of the token that is replaced by an error
    status: int = 200
    retry_after: str = ""


# What users of HunyuanOCR report (issues 63, 72 and 118 of Tencent-Hunyuan/HunyuanOCR).
UNASKED_COORDINATES = Script(text="SERVICE NOTICE(60,40),(420,80)Dear customer(60,100),(300,140)")
DESCRIPTION = Script(text="图片中的文字是英文，内容是关于一次服务的通知。")
COORDINATES_ALONE = Script(text="(147,90),(925,415)")


@dataclass(slots=True, kw_only=True, eq=False)
class ChatRequest:
    """One request as the server received it."""

    request_id: str
    body: Mapping[str, Any]
    prompt: str
    priority: int
    picture: Picture
    pictures: int
    tokens: int
    state: Literal["waiting", "running", "done", "aborted"] = "waiting"
    given: Picture = BLANK  # the picture that the model saw: another request's if the server mixes pictures up
    batched: bool = False
    tokens_sent: int = 0
