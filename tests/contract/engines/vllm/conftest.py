"""Fake vLLMs and a client of them."""

from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from tests.fakes.engine_profiles import PROFILES
from tests.fakes.fake_vllm import FakeVllm
from tests.fakes.vllm_client import Open
from workers.engines.vllm.client import Timeouts, VllmEngine


@pytest.fixture
def server() -> Iterator[FakeVllm]:
    with FakeVllm() as server:
        yield server


@pytest.fixture
def other() -> Iterator[FakeVllm]:
    with FakeVllm() as server:
        yield server


@pytest.fixture
def client() -> Iterator[Open]:
    with ExitStack() as stack:

        def build(*urls: str, timeouts: Timeouts | None = None, **options: object) -> VllmEngine:
            built = VllmEngine(urls, timeouts=timeouts, profiles=PROFILES, **options)  # type: ignore[arg-type]
            return stack.enter_context(closing(built))

        yield build
