from collections.abc import Callable

from bot.config.settings import Settings
from bot.dingtalk.stream import Handle, Stream
from bot.wiring.dingtalk import credentials, proxy


def stream(loaded: Settings, handle: Handle, on_frame: Callable[[], None] | None = None) -> Stream:
    """Return the connection over which DingTalk sends messages to `handle`."""
    client_id, client_secret = credentials(loaded)
    return Stream(
        client_id=client_id,
        client_secret=client_secret,
        api_url=loaded.dingtalk.api_url,
        handle=handle,
        proxy=proxy(loaded),
        on_frame=on_frame,
    )
