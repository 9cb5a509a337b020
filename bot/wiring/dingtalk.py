"""What speaks with DingTalk, from the settings."""

from bot.config import settings
from bot.config.settings import Settings
from bot.dingtalk.api import DingTalkApi, OnCall, TokenCache, http_client


def credentials(loaded: Settings) -> tuple[str, str]:
    """Return the app's Client ID and Client Secret; raises `Misconfigured` if one is not set."""
    where = "it stands in DingTalk's developer console, under the app's credentials"
    return (
        settings.require(loaded.dingtalk.client_id, "OCRBOT_DINGTALK__CLIENT_ID", where),
        settings.require(loaded.dingtalk.client_secret, "OCRBOT_DINGTALK__CLIENT_SECRET", where),
    )


def proxy(loaded: Settings) -> str:
    """Return the proxy to DingTalk with its password, "" if there is none; Redis and engines go without it."""
    return loaded.dingtalk.proxy.get_secret_value()


def api(loaded: Settings, tokens: TokenCache, on_call: OnCall | None = None) -> DingTalkApi:
    """Return the API of the app; `on_call` is told of each call."""
    client_id, client_secret = credentials(loaded)
    return DingTalkApi(
        client_id=client_id,
        client_secret=client_secret,
        api_url=loaded.dingtalk.api_url,
        oapi_url=loaded.dingtalk.oapi_url,
        download_hosts=loaded.dingtalk.download_hosts,
        tokens=tokens,
        http=http_client(proxy(loaded)),
        on_call=on_call,
    )
