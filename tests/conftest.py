from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from redis import Redis

from bot.console.local_redis import LocalRedis
from bot.storage.connection import connect

settings.register_profile("no clock", deadline=None)  # a busy machine breaks nothing
settings.load_profile("no clock")


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRedis]:
    server = LocalRedis(directory=tmp_path_factory.mktemp("r"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis(redis_server: LocalRedis) -> Iterator[Redis]:
    client = connect(redis_server.url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def cases() -> Path:
    found = Path(__file__).resolve().parents[2] / "shared" / "cases"
    if not found.is_dir():
        pytest.skip("the real documents are not beside this checkout")
    return found
