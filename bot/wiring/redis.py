from redis import Redis

from bot.config import settings
from bot.config.settings import Settings
from bot.storage.connection import connect


def redis(loaded: Settings) -> Redis:
    """Return the client of the Redis in the settings; raises `Misconfigured` if none is set."""
    url = settings.require(
        loaded.redis.url, "OCRBOT_REDIS__URL", "the address of Redis, such as redis://localhost:6379/0"
    )
    return connect(url)
