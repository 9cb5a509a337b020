"""DingTalk's REST API: downloads, the session webhook, proactive messages, uploads."""

import json
import logging
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from bot.dingtalk.download import fetch_file
from bot.dingtalk.faults import ApiAnswer, SessionGone, Throttled, file_error, rest_error, send_error, webhook_error
from bot.dingtalk.json_object import json_object
from bot.domain.errors import OcrbotError, Unavailable, Unsure
from bot.domain.message import ConversationKind, DingTalkConversation

GROUP_SEND = "/v1.0/robot/groupMessages/send"
SINGLE_SEND = "/v1.0/robot/oToMessages/batchSend"
UPLOAD = "/media/upload"
DOWNLOAD = "/v1.0/robot/messageFiles/download"
_TOKEN = "/v1.0/oauth2/accessToken"  # noqa: S105 - a path
_TOKEN_MARGIN = 300.0  # seconds before its expiry at which a token is no longer used


OnCall = Callable[[str, str, float], None]
"""Called after each call with the last part of its path, its result, and its seconds.

The result is ok, no_answer, or the code of the refusal, without one the HTTP status.
"""


class TokenCache(Protocol):
    """Keeps the app's access token, shared by all processes."""

    def get(self) -> str | None:
        """Return the token, None if there is no valid one."""

    def put(self, token: str, seconds: float) -> None:
        """Store a token for `seconds`."""

    def drop(self, token: str) -> None:
        """Delete this token; a newer one stays."""


def http_client(proxy: str | None = None) -> httpx.Client:
    """Return a client for `DingTalkApi`; everything goes through the HTTP `proxy`, if one is given.

    It may be created before a fork but not used before it, because processes must not share a socket. DingTalk itself
    gives up on a call after 3 s.
    """
    for name in ("httpx", "httpcore"):
        # They log addresses, and a webhook's address is its secret.
        logging.getLogger(name).setLevel(logging.WARNING)
    timeout = httpx.Timeout(connect=5.0, read=10.0, write=10.0, pool=5.0)
    return httpx.Client(
        timeout=timeout, trust_env=False, follow_redirects=False, verify=_tls_context(), proxy=proxy or None
    )


@cache
def _tls_context() -> ssl.SSLContext:
    """Return a context shared with forked processes, because creating one takes 20 ms."""
    return httpx.create_ssl_context(trust_env=False)


class DingTalkApi:
    """The calls of one app. All raise `Unavailable` and `Misconfigured`, and what each method names.

    If the token is refused, a new one is fetched and the call repeated once. `on_call` is told of each call.
    """

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        *,
        client_id: str,
        client_secret: str,
        api_url: str,
        oapi_url: str,
        download_hosts: Iterable[str],
        tokens: TokenCache,
        http: httpx.Client,
        on_call: OnCall | None = None,
    ) -> None:
        self._on_call = on_call or (lambda _call, _result, _seconds: None)
        self.client_id = client_id
        self._client_secret = client_secret
        self._api_url = api_url.rstrip("/")
        self._oapi_url = oapi_url.rstrip("/")
        self._download_hosts = tuple(download_hosts)
        self._tokens = tokens
        self._http = http

    def download(self, code: str, robot_code: str, *, limit_bytes: int) -> bytes:
        """Return the file of a download code; raises `Refused` if it has more than `limit_bytes` or is gone."""
        answer = self._call(DOWNLOAD, {"downloadCode": code, "robotCode": robot_code or self.client_id})
        address = answer.body.get("downloadUrl")
        if answer.status != httpx.codes.OK:
            raise rest_error(answer)
        if not isinstance(address, str):
            raise Unavailable("DingTalk gave no address for a file")
        return fetch_file(self._http, address, hosts=self._download_hosts, limit_bytes=limit_bytes)

    def send_webhook(
        self,
        conversation: DingTalkConversation,
        title: str,
        text: str,
        *,
        mention: bool,
        mentioned: Sequence[str] = (),
    ) -> None:
        """Send Markdown to the conversation by its session webhook.

        `mention` adds an @ of the asker; `mentioned` are the staff ids of people whose @ is in the text already.

        Raises `SessionGone`, `Throttled`, `ContentRefused`, and `Unsure` if the message may have arrived.
        """
        payload = webhook_payload(conversation, title, text, mention=mention, mentioned=mentioned)
        url = self._webhook_url(conversation.webhook)
        answer = self._exchange(lambda: self._http.post(url, json=payload), sending=True)
        if answer.status != httpx.codes.OK or answer.body.get("errcode") != 0:
            raise send_error(answer, webhook_error(answer))

    def send_proactive(self, conversation: DingTalkConversation, title: str, text: str) -> str:
        """Send Markdown by the open platform's API to the group or person, and return its processQueryKey.

        A message that quotes it carries that key; it is "" if DingTalk gave none. Raises `SessionGone` if there is no
        such group or person, `Throttled`, `ContentRefused`, and `Unsure` if the message may have arrived.
        """
        return self._send(conversation, "sampleMarkdown", {"title": title, "text": text})

    def upload(self, name: str, data: bytes) -> str:
        """Upload a file of at most 20 MB and return its media id; raises `ContentRefused` if DingTalk refuses it."""

        def post(token: str) -> httpx.Response:
            return self._http.post(
                f"{self._oapi_url}{UPLOAD}",
                params={"access_token": token, "type": "file"},
                files={"media": (name, data)},
            )

        answer = self._with_token(post, sending=False)
        media_id = answer.body.get("media_id")
        if answer.status != httpx.codes.OK or not isinstance(media_id, str):
            raise file_error(answer)
        return media_id

    def send_file(self, conversation: DingTalkConversation, media_id: str, name: str) -> str:
        """Send an uploaded xlsx, pdf, zip, rar, doc or docx file; returns and raises as `send_proactive` does."""
        kind = name.rpartition(".")[2].lower()
        parameters = {"mediaId": media_id, "fileName": name, "fileType": kind}
        return self._send(conversation, "sampleFile", parameters, refusal=file_error)

    def _send(
        self,
        conversation: DingTalkConversation,
        key: str,
        parameters: Mapping[str, str],
        refusal: Callable[[ApiAnswer], OcrbotError] = rest_error,
    ) -> str:
        payload: dict[str, object] = {
            "robotCode": conversation.robot_code or self.client_id,
            "msgKey": key,
            "msgParam": message_parameter(parameters),
        }
        if conversation.conversation_kind is ConversationKind.GROUP:
            path, payload["openConversationId"] = GROUP_SEND, conversation.conversation_id
        elif conversation.staff_id:
            path, payload["userIds"] = SINGLE_SEND, [conversation.staff_id]
        else:
            raise SessionGone("a person without a staff id cannot be written to")
        answer = self._call(path, payload, sending=True)
        if answer.status != httpx.codes.OK:
            raise send_error(answer, refusal(answer))
        if answer.body.get("flowControlledStaffIdList"):
            raise Throttled("too many messages to one person", retry_after=60.0)
        if answer.body.get("invalidStaffIdList"):
            raise SessionGone("DingTalk knows no such person")
        query_key = answer.body.get("processQueryKey")
        return query_key if isinstance(query_key, str) else ""

    def _webhook_url(self, webhook: str) -> str:
        """Return the webhook's path and query on OAPI_URL; raises `SessionGone` if its host differs."""
        ours = urlsplit(self._oapi_url)
        try:
            theirs = urlsplit(webhook)
            same = (theirs.hostname, theirs.port) == (ours.hostname, ours.port) and theirs.username is None
        except ValueError:
            same = False
        if not webhook or not same:
            raise SessionGone("the webhook is not on the host of OCRBOT_DINGTALK__OAPI_URL")
        return f"{self._oapi_url}{theirs.path}?{theirs.query}"

    def call(self, method: str, path: str, payload: Mapping[str, object], *, sending: bool = False) -> ApiAnswer:
        """Call an API of the open platform and return its answer, refusals included.

        `sending` says that people would see a repetition: if no answer comes, the call raises `Unsure`.
        """

        def ask(token: str) -> httpx.Response:
            headers = {"x-acs-dingtalk-access-token": token}
            return self._http.request(method, f"{self._api_url}{path}", json=payload, headers=headers)

        return self._with_token(ask, sending=sending)

    def call_older(self, path: str, payload: Mapping[str, object]) -> ApiAnswer:
        """Call an API of the older platform and return its answer, refusals included: HTTP 200 with an errcode."""

        def ask(token: str) -> httpx.Response:
            return self._http.post(f"{self._oapi_url}{path}", params={"access_token": token}, json=payload)

        return self._with_token(ask, sending=False)

    def ask(self, method: str, path: str, payload: Mapping[str, object] | None = None, *, token: str = "") -> ApiAnswer:
        """Call an API of the open platform once, with a person's token or none instead of the app's."""
        headers = {"x-acs-dingtalk-access-token": token} if token else {}
        url = f"{self._api_url}{path}"
        return self._exchange(lambda: self._http.request(method, url, json=payload, headers=headers), sending=False)

    def _call(self, path: str, payload: Mapping[str, object], *, sending: bool = False) -> ApiAnswer:
        return self.call("POST", path, payload, sending=sending)

    def _with_token(self, post: Callable[[str], httpx.Response], *, sending: bool) -> ApiAnswer:
        token = self._tokens.get() or self._fresh_token()
        answer = self._exchange(lambda: post(token), sending=sending)
        if not answer.token_refused:
            return answer
        self._tokens.drop(token)
        fresh = self._fresh_token()
        return self._exchange(lambda: post(fresh), sending=sending)

    def _fresh_token(self) -> str:
        payload = {"appKey": self.client_id, "appSecret": self._client_secret}
        answer = self._exchange(lambda: self._http.post(f"{self._api_url}{_TOKEN}", json=payload), sending=False)
        token, seconds = answer.body.get("accessToken"), answer.body.get("expireIn")
        if answer.status != httpx.codes.OK or not isinstance(token, str) or not token:
            raise rest_error(answer)
        if isinstance(seconds, int | float) and seconds > _TOKEN_MARGIN:
            self._tokens.put(token, seconds - _TOKEN_MARGIN)
        return token

    def _exchange(self, request: Callable[[], httpx.Response], *, sending: bool) -> ApiAnswer:
        """Return the answer to one request; raises `Unsure` if none comes to a send, which may have taken effect."""
        began = time.monotonic()
        try:
            response = request()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._on_call(_call_of(error), "no_answer", time.monotonic() - began)
            raise _no_answer(error, sending=sending) from error
        wait = response.headers.get("Retry-After", "")
        answer = ApiAnswer(
            status=response.status_code,
            body=json_object(response.content),
            retry_after=float(wait) if wait.isascii() and wait.isdigit() else None,
        )
        self._on_call(_last_part(response.request), answer.result, time.monotonic() - began)
        return answer


def _no_answer(error: httpx.HTTPError | httpx.InvalidURL, *, sending: bool) -> Unavailable:
    """Return what a request without an answer is raised as; one that was not made has had no effect."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return Unavailable(f"no connection to DingTalk: {type(error).__name__}")
    if isinstance(error, httpx.ProxyError):
        return Unavailable(f"the proxy of OCRBOT_DINGTALK__PROXY refuses: {error}")
    kind = Unsure if sending else Unavailable
    return kind(f"no answer from DingTalk: {type(error).__name__}")


def _call_of(error: httpx.HTTPError | httpx.InvalidURL) -> str:
    return _last_part(error.request) if isinstance(error, httpx.RequestError) else ""


def _last_part(request: httpx.Request) -> str:
    """Return the last part of a request's path, which names the call and holds no id."""
    return request.url.path.rpartition("/")[2]


def webhook_payload(
    conversation: DingTalkConversation, title: str, text: str, *, mention: bool, mentioned: Sequence[str] = ()
) -> dict[str, object]:
    """Return the body for a session webhook; DingTalk applies an @ only if the text contains it too."""
    people = [conversation.staff_id] if mention and conversation.staff_id else []
    names = "".join(f"@{person}\n\n" for person in people)
    return {
        "msgtype": "markdown",
        "markdown": {"title": title, "text": names + text},
        "at": {"atUserIds": [*people, *mentioned], "isAtAll": False},
    }


def message_parameter(parameters: Mapping[str, str]) -> str:
    """Return the `msgParam` of a proactive message."""
    return json.dumps(parameters, ensure_ascii=False, separators=(",", ":"))
