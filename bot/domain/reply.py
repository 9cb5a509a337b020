from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Markdown ready to send: `title` shows in the conversation list, each part is one message within the limits."""

    title: str
    parts: tuple[str, ...]
