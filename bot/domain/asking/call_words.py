"""Why a message or a page goes to a prompt: the words that speak for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.prompt import Prompt, call_words, folded, squeezed, word_pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWord:
    """A word of a message that calls a prompt: as the file has it, folded, and where it begins, counted from 1."""

    word: str
    at: int
    title: bool = False
    hint: bool = False


def call_word(prompt: Prompt, message: str) -> CallWord | None:
    """Return the word that speaks loudest for `prompt` in `message`: a title or command, the longest, the last one."""
    said = folded(message)
    hints = {*map(folded, prompt.hints)} - {*map(folded, (prompt.title, *prompt.commands))}
    found = [
        CallWord(word=word, at=match.start() + 1, title=word == folded(prompt.title), hint=word in hints)
        for word in call_words(prompt)
        for match in word_pattern(word).finditer(said)
    ]
    return max(found, key=lambda call: (not call.hint, len(call.word), call.at), default=None)


def words_seen(prompt: Prompt, page_text: str) -> tuple[str, ...]:
    """Return those of the prompt's `detect` words that stand on a page, in the file's order."""
    page = squeezed(page_text)
    return tuple(word for word in prompt.detect if squeezed(word) in page)


def nearest(name: str, prompts: Iterable[Prompt]) -> Prompt | None:
    """Return the prompt that an admin names by its file or its title."""
    wanted = name.removesuffix(".toml")
    named = list(prompts)
    by_file = (prompt for prompt in named if prompt.name == wanted)
    by_title = (prompt for prompt in named if folded(prompt.title) == folded(wanted))
    return next(by_file, None) or next(by_title, None)
