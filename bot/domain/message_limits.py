"""How much one answer may take where it is sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLimits:
    """The limits of a platform that answers are sent on, which its adapter knows."""

    text_bytes: int  # of a message's title and text together, as strings in UTF-8 JSON
    messages: int  # of one answer
    file_bytes: int  # of one file
