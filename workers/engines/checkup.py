"""What `ocrbot doctor` checks at an engine's address."""

from collections.abc import Iterator

import httpx

from bot.domain.engine_profile import Profile, ProfileChoice, UnknownProfile, refusal
from bot.domain.errors import Misconfigured, OcrbotError
from bot.domain.finding import Finding, bad, ok, warn
from workers.engines.vllm.proof import prove
from workers.engines.vllm.proof_judgement import ProofVerdict
from workers.engines.vllm.releases import rows_of, tried
from workers.engines.vllm.server_info import ServerInfo, fetch_server_info
from workers.engines.vllm.sizing import most_image_tokens

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
            yield bad(f"engine {url}", f"HTTP {status}: it is not the embedded engine", _kind_advice("vllm"))
        else:
            yield ok(f"engine {url}", "takes the token")


def check_vllm(
    url: str,
    *,
    token: str,
    choice: ProfileChoice,
    provider: str = "",
) -> Iterator[Finding]:
    """Check that a vLLM with a known model answers at `url`, report which one and its licence, and prove it.

    Takes seconds. `provider` is what ocrbot.toml says of who provides the service.
    """
    with _client(url, token) as http:
        yield (health := _health_finding(http, url))
        if health.advice:
            return
        try:
            info = fetch_server_info(http, url, seconds=_ANSWER_SECONDS)
            chosen = info.profile_by(choice)
            yield from _server_findings(url, info, chosen)
            yield from _licence_findings(chosen, choice.territory, provider)
            verdict = prove(url, token=token, model=info.model, http=http)
        except UnknownProfile as error:
            yield bad(f"model of {url}", str(error), "nothing is read with it until then")
        except Misconfigured as error:
            yield bad(
                f"engine {url}", str(error), f"give it the token that it was started with; {_kind_advice('rapid')}"
            )
        except OcrbotError as error:
            yield bad(f"engine {url}", str(error), "look at vLLM's log")
        else:
            what, found = f"proof of {url}", _described(verdict)
            yield ok(what, found) if verdict.clean else bad(what, found, "it is not used until it is started otherwise")


def _licence_findings(profile: Profile, territory: str, provider: str) -> Iterator[Finding]:
    """Yield whether the model's licence allows what is planned; `territory` is "" if it is not stated."""
    what, licence = f"licence of {profile.title}", profile.licence
    why = refusal(profile, territory)
    if why:
        yield bad(what, why, "nothing is read with it until then")
    else:
        where = f"in {territory}" if territory else "territory not stated"
        excluded = f", which excludes {', '.join(licence.excluded)}" if licence.excluded else ""
        yield ok(what, f"{licence.name}{excluded}; used {where}")
    if licence.names_provider and not provider:
        yield warn(
            what,
            "it wants people to be told who provides the service",
            "set provider under [organisation] in ocrbot.toml",
        )


def _server_findings(url: str, info: ServerInfo, profile: Profile) -> Iterator[Finding]:
    version = f" {profile.version}" if profile.version else ""
    description = f"{info.model} from {info.root}, taken for {profile.title}{version} (profile {profile.name})"
    what, named = f"model of {url}", profile.serves(*info.names)
    advice = f"is it that? Then serve it as {profile.served_name}; otherwise set another OCRBOT_ENGINE__PROFILE"
    yield ok(what, description) if named else warn(what, description, advice)
    yield _release_finding(url, info.version, profile)
    most = most_image_tokens(profile) + _ANSWER_TOKENS
    if info.context < most:
        advice = f"start it with --max-model-len {most} or more, or pages are read smaller than they are"
        yield warn(f"context of {url}", f"{info.context} tokens", advice)


def _described(verdict: ProofVerdict) -> str:
    return f"{verdict.why} ({verdict.seconds:.1f} s, drift {verdict.drift:.2f}, limit {verdict.limit:.2f})"


def _release_finding(url: str, version: str, profile: Profile) -> Finding:
    what = f"vllm of {url}"
    if profile.native:
        return ok(what, f"{version}, which has {profile.title} itself")
    rows = rows_of(version)
    if not rows:
        return warn(
            what, f"{version}, which nobody tried with {profile.title}", f"see the proof, or install one of {tried()}"
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
