"""Build Markdown for DingTalk from parts that are already escaped."""

from collections.abc import Iterable

from bot.domain.replying.escape_markdown import BREAK


def bold(text: str) -> str:
    """Return `text` in bold, "" for ""."""
    return f"**{text}**" if text else ""


def item(text: str) -> str:
    """Return `text` as an item of a list, "" for ""."""
    return f"- {text}" if text else ""


def lines(texts: Iterable[str]) -> str:
    """Return the non-empty lines as one paragraph with a line break between them."""
    return BREAK.join(filter(None, texts))


def paragraphs(blocks: Iterable[str]) -> str:
    """Return the non-empty blocks with blank lines between them."""
    return "\n\n".join(filter(None, blocks))
