from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """Somebody of the organisation, as DingTalk knows them."""

    staff_id: str
    nick: str
