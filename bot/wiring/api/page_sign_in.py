"""Who is signed in on the page of `ocrbot api`, and DingTalk's sign-in if the settings name whom people act for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from bot.api.clients_known import KnownClients
from bot.api.page.page_parts import DingTalkSignIn, Visitors
from bot.config import settings
from bot.config.settings import Settings
from bot.dingtalk.sign_in import SignIn
from bot.domain.organisation import Organisation
from bot.storage.dingtalk_notes import RedisTokens
from bot.storage.page.sessions import Sessions
from bot.wiring.dingtalk import api, credentials

if TYPE_CHECKING:
    from redis import Redis

CALLBACK: Final = "/session/dingtalk/callback"


def page_visitors(
    loaded: Settings,
    client: "Redis",
    clients: KnownClients,
    organisation: Callable[[], Organisation],
    clock: Callable[[], float],
) -> Visitors:
    """Return what knows who is signed in; raises `Misconfigured` if a setting that it needs is missing."""
    return Visitors(Sessions(client, clock), clients, organisation, _sign_in(loaded, client))


def _sign_in(loaded: Settings, client: "Redis") -> DingTalkSignIn | None:
    """Return the sign-in, None if it is off; raises `Misconfigured` if a setting that it needs is missing."""
    if not loaded.api.dingtalk_client:
        return None
    url = settings.require(loaded.api.url, "OCRBOT_API__URL", "DingTalk sends people back there after they signed in")
    client_id, secret = credentials(loaded)
    dingtalk = SignIn(
        api=api(loaded, RedisTokens(client, client_id)),
        client_secret=secret,
        login_url=loaded.dingtalk.login_url,
        redirect_url=f"{url}{CALLBACK}",
    )
    return DingTalkSignIn(client=loaded.api.dingtalk_client, address=dingtalk.address, person=dingtalk.person)
