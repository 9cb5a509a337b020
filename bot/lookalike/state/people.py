import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who writes to the bot; people outside the company have no staff id."""

    nick: str
    staff_id: str
    sender_id: str
    union_id: str = field(default_factory=lambda: secrets.token_urlsafe(16))  # the same in every organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A group, or the single chat of one member with the bot."""

    id: str
    title: str
    group: bool
    member: Member | None = None


@dataclass(slots=True)
class Directory:
    """All members and conversations. A name always means the same person or group."""

    members: dict[str, Member] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)

    def member(self, nick: str, *, outsider: bool = False) -> Member:
        """Return the person of this name, added if new."""
        if nick not in self.members:
            staff_id = "" if outsider else f"{secrets.randbelow(10**16):016d}"
            self.members[nick] = Member(nick=nick, staff_id=staff_id, sender_id=_encrypted_id())
        return self.members[nick]

    def with_staff_id(self, staff_id: str) -> Member | None:
        """Return the member with a staff id; None for an unknown one."""
        found = (member for member in self.members.values() if staff_id and member.staff_id == staff_id)
        return next(found, None)

    def group(self, title: str) -> Conversation:
        """Return the group of this title, opened if new."""
        for known in self.conversations.values():
            if known.group and known.title == title:
                return known
        return self._open(Conversation(id=_conversation_id(), title=title, group=True))

    def single(self, member: Member) -> Conversation:
        """Return the member's single chat with the bot, opened if new."""
        for known in self.conversations.values():
            if known.member == member:
                return known
        return self._open(Conversation(id=_conversation_id(), title=member.nick, group=False, member=member))

    def _open(self, conversation: Conversation) -> Conversation:
        self.conversations[conversation.id] = conversation
        return conversation


def _encrypted_id() -> str:
    return f"$:LWCP_v1:${secrets.token_urlsafe(24)}"


def _conversation_id() -> str:
    return f"cid{secrets.token_urlsafe(18)}=="
