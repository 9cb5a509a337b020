"""Builds the engine clients that workers read with."""

from collections.abc import Sequence

import httpx

from workers.engines.base import Engine
from workers.engines.cpu.client import Rapid
from workers.engines.notes import EngineNotes, MemoryEngineNotes
from workers.engines.vllm.client import VllmEngine
from workers.engines.vllm.proof_cache import ProofCache


def rapid(urls: Sequence[str], *, token: str = "") -> Engine:
    """Return the client of the embedded engine's service."""
    return Rapid(urls, token=token)


def hunyuan(urls: Sequence[str], *, token: str = "", notes: EngineNotes | None = None) -> Engine:
    """Return the client of HunyuanOCR, which uses only proven addresses; `notes` shares the verdicts of workers."""
    notes = notes or MemoryEngineNotes()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    secure = any(url.startswith("https:") for url in urls)
    http = httpx.Client(headers=headers, verify=secure, trust_env=False)
    proofs = ProofCache(notes, http, token=token)
    return VllmEngine(urls, token=token, notes=notes, admit=proofs.admit, recheck=proofs.recheck)
