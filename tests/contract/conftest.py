import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.fakes.fake_terminal import Terminal, small_set
from tests.fakes.redis_schema import undeclared

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("accepted"))
    return Terminal(tmp_path / "config")


@pytest.fixture
def small(tmp_path: Path) -> Terminal:
    return small_set(tmp_path / "config")


@pytest.fixture(autouse=True)
def nothing_undeclared_in_redis(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test leaves in Redis has a declared name, type and time to live."""
    redis: Redis | None = request.getfixturevalue("redis") if "redis" in request.fixturenames else None
    yield
    assert redis is None or undeclared(redis) == []
