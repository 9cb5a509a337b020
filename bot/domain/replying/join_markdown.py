"""Words put together as Markdown that DingTalk shows; what goes in is inert already."""

from collections.abc import Iterable

from bot.domain.replying.escape_markdown import BREAK


def bold(text: str) -> str:
    """Return `text` in bold; nothing stays nothing."""
    return f"**{text}**" if text else ""


def item(text: str) -> str:
    """Return `text` as an item of a list; nothing stays nothing."""
    return f"- {text}" if text else ""


def lines(texts: Iterable[str]) -> str:
    """Return lines that stand under each other in one paragraph, without the empty ones."""
    return BREAK.join(filter(None, texts))


def paragraphs(blocks: Iterable[str]) -> str:
    """Return blocks with blank lines between them, without the empty ones."""
    return "\n\n".join(filter(None, blocks))
