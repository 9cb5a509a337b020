"""The calls of the API that the tools make."""

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, cast

import httpx

from bot.domain.errors import OcrbotError
from bot.mcp_server.folders import FileToSend

_WAIT_SECONDS: Final = 20  # that one call waits, see the API's `Prefer`
_GRACE_SECONDS: Final = 20.0
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 5.0
_ENDED: Final = frozenset({"done", "failed"})
_MOST_WORDS: Final = 500


class ApiTrouble(OcrbotError):  # noqa: N818 - what it is about, as its siblings
    """The API cannot do what it was asked, or does not answer; the message says what to do."""


class ApiCalls:
    """Calls the API at `url` with a token, "" for none."""

    def __init__(self, url: str, token: str) -> None:
        headers = {"Accept-Language": "en", **({"Authorization": f"Bearer {token}"} if token else {})}
        timeout = httpx.Timeout(_WAIT_SECONDS + _GRACE_SECONDS, connect=5.0)
        # The token goes to this address only, by no proxy of the environment and to no other place.
        self._client = httpx.AsyncClient(base_url=url, headers=headers, timeout=timeout, trust_env=False)
        self._url = url

    async def prompts(self) -> list[dict[str, Any]]:
        """Return the kinds of documents as the API describes them."""
        return cast("list[dict[str, Any]]", (await self._call("GET", "/v1/prompts"))["items"])

    async def document(self, document_id: str) -> dict[str, Any]:
        """Return a document as the API describes it."""
        if not document_id.isalnum():
            raise ApiTrouble("there is no document of this id: it is what read_document gave")
        return await self._call("GET", f"/v1/documents/{document_id}")

    async def read(
        self, file: FileToSend, *, prompt: str, fields: Sequence[str], pages: str, seconds: float
    ) -> dict[str, Any]:
        """Have a file read and wait for it; after so many seconds return the document as it is by then."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        values = {"prompt": prompt, "pages": pages, "fields": list(fields)}
        document = await self._call(
            "POST",
            "/v1/documents",
            data={name: value for name, value in values.items() if value},
            files={"file": (file.name, file.data)},
            headers={"Prefer": f"wait={min(_WAIT_SECONDS, int(seconds))}"},
        )
        pause = _FIRST_PAUSE
        while document["status"] not in _ENDED and loop.time() + pause < ends:
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            document = await self.document(document["id"])
        return document

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        try:
            response = await self._client.request(method, path, **request)
        except httpx.HTTPError as error:
            words = f"{type(error).__name__}: {error}"[:_MOST_WORDS]
            raise ApiTrouble(f"ocrbot's API at {self._url} does not answer ({words}): is `ocrbot api` up?") from error
        if response.status_code not in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
            raise ApiTrouble(_said(response))
        found = _json(response)
        if found is None:
            raise ApiTrouble(f"what answers at {self._url} is not ocrbot's API: see OCRBOT_MCP__API")
        return dict(found)


def _said(response: httpx.Response) -> str:
    """Return the words of a problem, with what to do about a wrong token, and when to come again."""
    problem = _json(response) or {}
    words = [str(problem[name]) for name in ("title", "detail") if problem.get(name)]
    words += [f"{one.get('at')}: {one.get('what')}" for one in problem.get("errors") or [] if isinstance(one, dict)]
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        words.append("The token is in OCRBOT_MCP__TOKEN; `ocrbot api clients new NAME` makes one")
    after = response.headers.get("retry-after", "")
    if after.isdigit():
        words.append(f"Try again in {after} s")
    said = ". ".join(word.rstrip(".") for word in words) or f"HTTP {response.status_code}"
    return said[:_MOST_WORDS]


def _json(response: httpx.Response) -> Mapping[str, Any] | None:
    try:
        found = response.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
