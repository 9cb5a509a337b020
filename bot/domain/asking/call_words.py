"""The words for which a message or a page goes to a prompt."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.prompt import Prompt, call_words, folded, squeezed, word_pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWord:
    """A word in a message that calls a prompt, folded, and the character at which it begins, from 1."""

    word: str
    at: int
    title: bool = False
    hint: bool = False


def call_word(prompt: Prompt, message: str) -> CallWord | None:
    """Return the word in `message` that calls `prompt`, None if none does.

    Of several, titles and commands come before hints, then the longest wins, then the last.
    """
    text = folded(message)
    hints = {*map(folded, prompt.hints)} - {*map(folded, (prompt.title, *prompt.commands))}
    calls = [
        CallWord(word=word, at=match.start() + 1, title=word == folded(prompt.title), hint=word in hints)
        for word in call_words(prompt)
        for match in word_pattern(word).finditer(text)
    ]
    return max(calls, key=lambda call: (not call.hint, len(call.word), call.at), default=None)


def words_seen(prompt: Prompt, page_text: str) -> tuple[str, ...]:
    """Return the prompt's `detect` words that stand on the page, in the order of the prompt file."""
    page = squeezed(page_text)
    return tuple(word for word in prompt.detect if squeezed(word) in page)


def prompt_by_name_or_title(name: str, prompts: Iterable[Prompt]) -> Prompt | None:
    """Return the prompt with this file name or, failing that, this title; None if there is none."""
    wanted = name.removesuffix(".toml")
    prompts = list(prompts)
    by_file = (prompt for prompt in prompts if prompt.name == wanted)
    by_title = (prompt for prompt in prompts if folded(prompt.title) == folded(wanted))
    return next(by_file, None) or next(by_title, None)
