import pytest
from redis import Redis

from tests.fakes.api_house import ApiHouse
from tests.fakes.redis_schema import nothing_undeclared_in_redis

__all__ = ["nothing_undeclared_in_redis"]  # holds for every test here


@pytest.fixture
def house(redis: Redis) -> ApiHouse:
    return ApiHouse(redis)
