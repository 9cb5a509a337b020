"""The clients that workers read with, each with what it needs."""

from collections.abc import Sequence

import httpx

from workers.engines.base import Engine
from workers.engines.cpu.client import Rapid
from workers.engines.hunyuan.client import Hunyuan
from workers.engines.hunyuan.proof_cache import ProofCache
from workers.engines.notes import EngineNotes, MemoryEngineNotes


def rapid(urls: Sequence[str], *, token: str = "") -> Engine:
    """Return the client of the embedded engine's service."""
    return Rapid(urls, token=token)


def hunyuan(urls: Sequence[str], *, token: str = "", board: EngineNotes | None = None) -> Engine:
    """Return the client of HunyuanOCR, which uses no address that was not proven; `board` shares the verdicts."""
    board = board or MemoryEngineNotes()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    secure = any(url.startswith("https:") for url in urls)
    http = httpx.Client(headers=headers, verify=secure, trust_env=False)
    proofs = ProofCache(board, http, token=token)
    return Hunyuan(urls, token=token, board=board, admit=proofs.admit, doubt=proofs.doubt)
