from redis import Redis

from bot.config import settings
from bot.config.setting_groups import RedisSettings
from bot.config.settings import Settings
from bot.storage.connection import connect
from bot.storage.jobs.signed_call import JobSigner, signing_keys
from bot.storage.replicas.sentinels import Sentinels, parse_addresses


def redis(loaded: Settings) -> Redis:
    """Return the client of the Redis in the settings; raises `Misconfigured` if none is set."""
    sentinels = _sentinels(loaded.redis)
    url = settings.require(
        loaded.redis.url or ("redis://" if sentinels else ""),
        "OCRBOT_REDIS__URL",
        "the address of Redis, such as redis://localhost:6379/0",
    )
    return connect(url, password=loaded.redis.password.get_secret_value(), sentinels=sentinels)


def _sentinels(loaded: RedisSettings) -> Sentinels | None:
    addresses = parse_addresses(loaded.sentinels)
    if not addresses:
        return None
    password = loaded.sentinel_password.get_secret_value()
    return Sentinels(addresses=addresses, master=loaded.sentinel_master, user=loaded.sentinel_user, password=password)


def job_signer(loaded: Settings) -> JobSigner:
    """Return what signs jobs with the keys of the settings, or with one made of the app's Client Secret.

    Raises `Misconfigured` if there is neither.
    """
    configured = loaded.redis.job_keys.get_secret_value()
    secret = loaded.dingtalk.client_secret.get_secret_value()
    if not configured.split():
        settings.require(
            secret,
            "OCRBOT_REDIS__JOB_KEYS",
            "what has no Client Secret of DingTalk signs jobs with the key that bot and workers have too, such as "
            "`openssl rand -hex 32` gives",
        )
    return JobSigner(signing_keys(configured, secret))
