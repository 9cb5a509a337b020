"""What is given to the page, beside what the API has."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from bot.api.callers import SESSION_COOKIE
from bot.api.clients_known import KnownClients
from bot.domain.organisation import Organisation, StaffMember
from bot.domain.requests.client import Client, ClientRole
from bot.storage.page.sessions import Sessions, SignedIn


@dataclass(frozen=True, slots=True, kw_only=True)
class DingTalkSignIn:
    """DingTalk's own sign-in. Whoever signs in so acts for one client: they share its documents."""

    client: str  # the name of that client
    address: Callable[[str], str]  # of DingTalk's page, by the state that comes back with the person
    person: Callable[[str], StaffMember | None]  # whom a code stands for; None: nobody of the organisation


class Visitors:
    """Which client a session stands for now, and who that is.

    Nothing of it is remembered: a client that was revoked, a token that was replaced, a person who may not use the bot
    any more and an admin who is none any more count from the next request on.
    """

    def __init__(
        self,
        sessions: Sessions,
        clients: KnownClients,
        organisation: Callable[[], Organisation],
        dingtalk: DingTalkSignIn | None,
    ) -> None:
        self.sessions = sessions
        self.dingtalk = dingtalk
        self._clients = clients
        self._organisation = organisation

    def client(self, key: str) -> Client | None:
        """Return the client of a session by the key in its cookie, with the role of who signed in; None without one."""
        signed_in = self.sessions.find(key)
        return self._client_of(signed_in) if signed_in is not None else None

    def who(self, request: Request, client: Client) -> str:
        """Return who makes a request, for people: the name of the person if one signed in, else of the client."""
        signed_in = self.sessions.find(request.cookies.get(SESSION_COOKIE, ""))
        acts_for_it = signed_in is not None and signed_in.client == client.name
        return signed_in.nick if signed_in is not None and acts_for_it and signed_in.nick else client.name

    def may_use(self, person: StaffMember) -> bool:
        """Return whether a person may use the page: those who may use the bot in the chat."""
        organisation = self._organisation()
        return not organisation.people or person.staff_id in (*organisation.people, *organisation.admins)

    def _client_of(self, signed_in: SignedIn) -> Client | None:
        client = self._clients.named(signed_in.client)
        if client is None:
            return None
        if not signed_in.staff_id:
            return client if signed_in.token_sha256 in client.token_hashes else None
        person = StaffMember(staff_id=signed_in.staff_id, nick=signed_in.nick)
        if self.dingtalk is None or self.dingtalk.client != client.name or not self.may_use(person):
            return None
        is_admin = person.staff_id in self._organisation().admins
        return replace(client, role=ClientRole.ADMIN if is_admin else ClientRole.READER)


def visitors_of(request: Request) -> Visitors:
    """Return what the application that serves a request knows of sessions."""
    visitors: Visitors = request.app.state.visitors
    return visitors


GivenVisitors = Annotated[Visitors, Depends(visitors_of)]
