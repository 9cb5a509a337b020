"""Builds the engine clients that workers read with."""

from collections.abc import Callable, Sequence

import httpx

from bot.domain.engine_profile import ProfileChoice, require_licence
from workers.engines.base import Engine
from workers.engines.cpu.client import Rapid
from workers.engines.notes import EngineNotes, MemoryEngineNotes
from workers.engines.vllm.client import VllmEngine
from workers.engines.vllm.proof_cache import ProofCache
from workers.engines.vllm.server_info import cached_server_info

_CONNECT_SECONDS = 5.0


def rapid(urls: Sequence[str], *, token: str = "", hedged: Callable[[str], None] | None = None) -> Engine:
    """Return the client of the embedded engine's service; `hedged` as in `vllm`."""
    return Rapid(urls, token=token, hedged=hedged)


def vllm(
    urls: Sequence[str],
    *,
    choice: ProfileChoice,
    token: str = "",
    notes: EngineNotes | None = None,
    hedged: Callable[[str], None] | None = None,
) -> Engine:
    """Return the client of a model on vLLM, whose profile is that of the `choice`; `notes` shares workers' verdicts.

    `hedged` gets what became of each question that was asked twice. It uses only proven addresses, and no model whose
    licence does not allow its use.
    """
    notes = notes or MemoryEngineNotes()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    secure = any(url.startswith("https:") for url in urls)
    http = httpx.Client(headers=headers, verify=secure, trust_env=False)
    proofs = ProofCache(notes, http, token=token)

    def admit(url: str) -> None:
        require_allowed_model(url, choice, notes, http)
        proofs.admit(url)

    return VllmEngine(
        urls,
        token=token,
        notes=notes,
        admit=admit,
        recheck=proofs.recheck,
        profile=choice.named,
        profiles=choice.profiles,
        hedged=hedged,
    )


def require_allowed_model(url: str, choice: ProfileChoice, notes: EngineNotes, http: httpx.Client) -> None:
    """Return if the model of the vLLM at `url` is known and its licence allows its use.

    Raises `Misconfigured` otherwise, `Unavailable` if the server does not answer.
    """
    info = cached_server_info(http, notes, url, seconds=_CONNECT_SECONDS)
    require_licence(info.profile_by(choice), choice.territory)
