from tests.fakes.redis_schema import nothing_undeclared_in_redis

__all__ = ["nothing_undeclared_in_redis"]  # holds for every test here
