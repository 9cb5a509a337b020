"""The answers of the fake vLLM, whole or as a stream of events."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from aiohttp import web

from tests.fakes import fake_model
from tests.fakes.fake_scheduler import Scheduler
from tests.fakes.fake_script import ChatRequest, Script

_NOISE = 0.01


class Settings(Protocol):
    model: str
    version: str
    context: int
    token_seconds: float


class AnswerWriter:
    def __init__(self, server: Settings, scheduler: Scheduler) -> None:
        self._server = server
        self._scheduler = scheduler
        self._number = itertools.count()

    async def answer(self, asked: ChatRequest, script: Script, request: web.Request) -> web.StreamResponse:
        if not asked.body.get("stream"):
            await self._scheduler.see(asked)
            return self._whole(asked, [piece async for piece in self._pieces(asked, script, request)])
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await stream.prepare(request)
        await self._scheduler.see(asked)
        await stream.write(self._event(asked, {"role": "assistant", "content": ""}, None))
        interval = asked.body.get("stream_interval") or 1 if self._is_at_least(0, 32) else 1
        held: list[tuple[str, int]] = []
        async for text, reason, place in self._pieces(asked, script, request):
            if place == script.error_at:
                error = {"error": {"message": "EngineCore died", "type": "InternalServerError", "code": 500}}
                await stream.write(f"data: {json.dumps(error)}\n\ndata: [DONE]\n\n".encode())
                return stream
            held.append((text, place))
            if place == 0 or len(held) >= interval or reason is not None:
                content = "".join(text for text, _ in held)
                await stream.write(self._event(asked, {"content": content}, reason, [place for _, place in held]))
                held.clear()
        if (asked.body.get("stream_options") or {}).get("include_usage"):
            await stream.write(self._data({**self._head(asked), "choices": [], "usage": self._usage(asked)}))
        await stream.write(b"data: [DONE]\n\n")
        return stream

    async def _pieces(
        self, asked: ChatRequest, script: Script, request: web.Request
    ) -> AsyncIterator[tuple[str, str | None, int]]:
        """Yield each token with its finish reason and its index, at the server's speed."""
        await asyncio.sleep(script.first_after)
        most = min(asked.body.get("max_tokens") or self._server.context, self._server.context - asked.tokens)
        following: str | None = ""
        texts = self._texts(asked, script)
        text = next(texts, "")
        for place in itertools.count():
            if place == script.die_at and request.transport is not None:
                request.transport.abort()
            if place == script.stall_at:
                await asyncio.sleep(3600)
            following = next(texts, None)
            asked.tokens_sent = place + 1
            reason = self._reason(asked, script, most, last=following is None)
            await asyncio.sleep(self._server.token_seconds)
            yield text, reason, place
            if reason is not None or following is None:
                return
            text = following

    def _texts(self, asked: ChatRequest, script: Script) -> Any:
        wanted = asked.body.get("response_format") or {}
        text = f"第 {asked.given.digest} 号" if script.text is None else script.text
        if wanted.get("type") == "json_schema" and script.text is None:
            text = json.dumps(fake_model.example_of(wanted["json_schema"]["schema"]), ensure_ascii=False)
        return fake_model.pieces(text, script.loop, special=not asked.body.get("skip_special_tokens", True))

    def _reason(self, asked: ChatRequest, script: Script, most: int, *, last: bool) -> str | None:
        detection = asked.body.get("repetition_detection") if self._is_at_least(0, 28) else None
        looped = asked.tokens_sent - len(script.text or "") // 2
        if detection and script.loop and looped >= detection["min_count"]:
            return "repetition"
        if asked.tokens_sent >= most and not last:
            return "length"
        return script.finish if last else None

    def _is_at_least(self, *version: int) -> bool:
        return tuple(map(int, self._server.version.split(".")[:2])) >= version

    def _head(self, asked: ChatRequest) -> dict[str, Any]:
        kind = "chat.completion.chunk" if asked.body.get("stream") else "chat.completion"
        return {
            "id": f"chatcmpl-{asked.request_id}",
            "object": kind,
            "created": 1_790_000_000,
            "model": self._server.model,
        }

    def _event(
        self, asked: ChatRequest, delta: Mapping[str, str], reason: str | None, places: Sequence[int] = ()
    ) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        if places:
            choice["logprobs"] = self._logprobs(asked, places)
        return self._data({**self._head(asked), "choices": [choice]})

    @staticmethod
    def _data(payload: Mapping[str, Any]) -> bytes:
        return b"data: " + json.dumps(payload, ensure_ascii=False).encode() + b"\n\n"

    def _whole(self, asked: ChatRequest, tokens: list[tuple[str, str | None, int]]) -> web.Response:
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": "".join(text for text, _, _ in tokens)},
            "logprobs": self._logprobs(asked, [place for _, _, place in tokens]),
            "finish_reason": tokens[-1][1],
        }
        return web.json_response({**self._head(asked), "choices": [choice], "usage": self._usage(asked)})

    @staticmethod
    def _usage(asked: ChatRequest) -> dict[str, int]:
        total = asked.tokens + asked.tokens_sent
        return {"prompt_tokens": asked.tokens, "completion_tokens": asked.tokens_sent, "total_tokens": total}

    def _logprobs(self, asked: ChatRequest, places: Sequence[int]) -> dict[str, Any] | None:
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
