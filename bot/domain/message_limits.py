"""How much one answer may take up on the platform it is sent on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLimits:
    """The limits of a platform; its adapter knows them."""

    text_bytes: int  # of a message's title and text together, as strings in UTF-8 JSON
    messages: int  # of one answer
    file_bytes: int  # of one file
