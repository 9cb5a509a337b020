"""What `ocrbot doctor` checks at an engine's address."""

from collections.abc import Iterator

import httpx

from bot.domain.errors import Misconfigured, OcrbotError
from bot.domain.finding import Finding, bad, ok, warn
from workers.engines.vllm.generation import SERVED
from workers.engines.vllm.proof import prove
from workers.engines.vllm.proof_judgement import ProofVerdict
from workers.engines.vllm.releases import rows_of, tried
from workers.engines.vllm.server_info import ServerInfo, fetch_server_info

_ANSWER_SECONDS = 10.0
_ANSWER_TOKENS = 4096  # that an answer needs, besides those of the largest picture
_START = "start `ocrbot engine` there, or mend OCRBOT_ENGINE__URLS"


def check_rapid(url: str, *, token: str) -> Iterator[Finding]:
    """Check that the embedded engine answers at `url` and accepts our token, without reading a picture."""
    with _client(url, token) as http:
        yield (health := _health_finding(http, url))
        if health.advice:
            return
        status = http.post(f"{url}/v1/read", content=b"", timeout=_ANSWER_SECONDS).status_code
        if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            advice = "give the worker and the engine the same OCRBOT_ENGINE__TOKEN"
            yield bad(f"engine {url}", "refuses the token", advice)
        elif status != httpx.codes.BAD_REQUEST:  # the answer to a body that is not a picture
            yield bad(f"engine {url}", f"HTTP {status}: it is not the embedded engine", _kind_advice("hunyuan"))
        else:
            yield ok(f"engine {url}", "takes the token")


def check_hunyuan(url: str, *, token: str) -> Iterator[Finding]:
    """Check that a vLLM with HunyuanOCR answers at `url`, report which one, and prove it; takes seconds."""
    with _client(url, token) as http:
        yield (health := _health_finding(http, url))
        if health.advice:
            return
        try:
            info = fetch_server_info(http, url, seconds=_ANSWER_SECONDS)
            yield from _server_findings(url, info)
            verdict = prove(url, token=token, model=info.model, http=http)
        except Misconfigured as error:
            yield bad(
                f"engine {url}", str(error), f"give it the token that it was started with; {_kind_advice('rapid')}"
            )
        except OcrbotError as error:
            yield bad(f"engine {url}", str(error), "look at vLLM's log")
        else:
            what, found = f"proof of {url}", _described(verdict)
            yield ok(what, found) if verdict.clean else bad(what, found, "it is not used until it is started otherwise")


def _server_findings(url: str, info: ServerInfo) -> Iterator[Finding]:
    what = f"model of {url}"
    yield _release_finding(url, info.version)
    try:
        profile = info.profile
    except Misconfigured as error:
        yield bad(what, str(error), f"is it {SERVED}?")
        return
    yield ok(what, f"{info.model} from {info.root}, taken for HunyuanOCR {profile.name}")
    most = profile.most_pixels // 1024 + _ANSWER_TOKENS
    if info.context < most:
        advice = f"start it with --max-model-len {most} or more, or pages are read smaller than they are"
        yield warn(f"context of {url}", f"{info.context} tokens", advice)


def _described(verdict: ProofVerdict) -> str:
    return f"{verdict.why} ({verdict.seconds:.1f} s, drift {verdict.drift:.2f}, limit {verdict.limit:.2f})"


def _release_finding(url: str, version: str) -> Finding:
    what = f"vllm of {url}"
    rows = rows_of(version)
    if not rows:
        return warn(
            what, f"{version}, which nobody tried with HunyuanOCR", f"see the proof, or install one of {tried()}"
        )
    needs = "; ".join(dict.fromkeys(row.needs for row in rows if row.needs and not row.needs_plugin))
    return ok(what, f"{version}, known from {rows[0].known_from}" + (f", needs {needs}" if needs else ""))


def _client(url: str, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(headers=headers, verify=url.startswith("https:"), trust_env=False)


def _health_finding(http: httpx.Client, url: str) -> Finding:
    try:
        status = http.get(f"{url}/health", timeout=_ANSWER_SECONDS).status_code
    except httpx.TransportError as error:
        return bad(f"engine {url}", f"no answer: {type(error).__name__}", _START)
    if status != httpx.codes.OK:
        return bad(f"engine {url}", f"HTTP {status} from /health", _START)
    return ok(f"engine {url}", "in health")


def _kind_advice(other: str) -> str:
    return f"is OCRBOT_ENGINE__KIND right, or should it be {other}?"
