"""What `ocrbot doctor` looks at in an engine's address."""

from collections.abc import Iterator

import httpx

from bot.domain.errors import Misconfigured, OcrbotError
from bot.domain.finding import Finding, bad, ok, warn
from workers.engines.hunyuan.launch import MODEL, release
from workers.engines.hunyuan.proof import prove
from workers.engines.hunyuan.server_info import Served, look

_SECONDS = 10.0
_ROOM = 4096  # tokens for an answer, besides the largest picture
_START = "start `ocrbot engine` there, or mend OCRBOT_ENGINE__URLS"


def rapid(url: str, *, token: str) -> Iterator[Finding]:
    """Look whether the embedded engine answers at `url` and takes our token; no picture is read."""
    with _client(url, token) as http:
        yield (health := _health(http, url))
        if health.advice:
            return
        status = http.post(f"{url}/v1/read", content=b"", timeout=_SECONDS).status_code
        if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            advice = "give the worker and the engine the same OCRBOT_ENGINE__TOKEN"
            yield bad(f"engine {url}", "refuses the token", advice)
        elif status != httpx.codes.BAD_REQUEST:  # what it says to a picture that is none
            yield bad(f"engine {url}", f"HTTP {status}: it is not the embedded engine", _kind("hunyuan"))
        else:
            yield ok(f"engine {url}", "takes the token")


def hunyuan(url: str, *, token: str) -> Iterator[Finding]:
    """Look whether a vLLM with HunyuanOCR answers at `url`, which one it is, and prove it; takes seconds."""
    with _client(url, token) as http:
        yield (health := _health(http, url))
        if health.advice:
            return
        try:
            facts = look(http, url, seconds=_SECONDS)
            yield from _facts(url, facts)
            verdict = prove(url, key=token, model=facts.model, http=http)
        except Misconfigured as error:
            yield bad(f"engine {url}", str(error), f"give it the token that it was started with; {_kind('rapid')}")
        except OcrbotError as error:
            yield bad(f"engine {url}", str(error), "look at vLLM's log")
        else:
            what, found = f"proof of {url}", f"{verdict.why} ({verdict.seconds:.1f} s, drift {verdict.drift:.2f})"
            yield ok(what, found) if verdict.clean else bad(what, found, "it is not used until it is started otherwise")


def _facts(url: str, facts: Served) -> Iterator[Finding]:
    named = MODEL.partition("/")[2].lower() in f"{facts.model} {facts.root}".lower()
    said = f"{facts.model} from {facts.root}, taken for HunyuanOCR {facts.profile.name}"
    what = f"model of {url}"
    yield ok(what, said) if named else warn(what, said, f"is it {MODEL}? Then serve it under that name")
    try:
        known = release(facts.version)
    except Misconfigured as error:
        yield bad(f"vllm of {url}", str(error), "install another release")
    else:
        needs = f", which needs {' '.join(known.flags)}: see the proof" if known.flags else ""
        yield ok(f"vllm of {url}", facts.version + needs)
    most = facts.profile.most_pixels // 1024 + _ROOM
    if facts.context < most:
        advice = f"start it with --max-model-len {most} or more, or pages are read smaller than they are"
        yield warn(f"context of {url}", f"{facts.context} tokens", advice)


def _client(url: str, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(headers=headers, verify=url.startswith("https:"), trust_env=False)


def _health(http: httpx.Client, url: str) -> Finding:
    try:
        status = http.get(f"{url}/health", timeout=_SECONDS).status_code
    except httpx.TransportError as error:
        return bad(f"engine {url}", f"no answer: {type(error).__name__}", _START)
    if status != httpx.codes.OK:
        return bad(f"engine {url}", f"HTTP {status} from /health", _START)
    return ok(f"engine {url}", "in health")


def _kind(other: str) -> str:
    return f"is OCRBOT_ENGINE__KIND right, or should it be {other}?"
