"""Remove the names that people call the bot from what they write."""

import re
import unicodedata
from collections.abc import Sequence


def without_bot_names(text: str, bot_names: Sequence[str]) -> str:
    """Return `text` in NFKC without the bot's names, with or without @, and with single spaces."""
    message = unicodedata.normalize("NFKC", text)
    for name in sorted(bot_names, key=len, reverse=True):
        plain_name = unicodedata.normalize("NFKC", name)
        message = re.sub(f"@?{re.escape(plain_name)}", " ", message, flags=re.IGNORECASE)
    return " ".join(message.split())
