"""The prompts of a configuration as a set: which one a message calls, and what is wrong between them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.domain.problems import Problem, misconfigured
from bot.domain.prompt import (
    INPUT,
    Example,
    FieldSpec,
    Output,
    Prompt,
    call_words,
    folded,
    recognise,
    squeezed,
    word_pattern,
)
from bot.domain.roles import role_problems

DEFAULT_NAME = "text"  # the prompt for a message that names none


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSet:
    """All prompts, in the order they are shown; raises `Misconfigured` if they contradict each other.

    `kind_words` are the words that call a prompt, and `field_words` the names and labels of all fields and columns,
    squeezed; `calls` and `hints` the words that call each prompt and hint at it, as they are written. They are gathered
    once, because every message is searched for them.
    """

    prompts: tuple[Prompt, ...]
    examples: tuple[Example, ...] = ()
    kind_words: tuple[str, ...] = field(init=False, compare=False, repr=False)
    field_words: tuple[str, ...] = field(init=False, compare=False, repr=False)
    calls: tuple[tuple[str, ...], ...] = field(init=False, compare=False, repr=False)
    hints: tuple[tuple[str, ...], ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if problems := clashes(self.prompts):
            raise misconfigured(problems)
        kinds = {squeezed(word) for prompt in self.prompts for word in call_words(prompt)}
        specs = [spec for prompt in self.prompts for spec in (*prompt.fields, *prompt.columns)]
        words = {squeezed(word) for spec in specs for word in (spec.name, *spec.labels)}
        object.__setattr__(self, "kind_words", tuple(sorted(kinds)))
        object.__setattr__(self, "field_words", tuple(sorted(words)))
        object.__setattr__(self, "calls", tuple((prompt.title, *prompt.commands) for prompt in self.prompts))
        object.__setattr__(self, "hints", tuple(prompt.hints for prompt in self.prompts))

    @property
    def default(self) -> Prompt:
        """The prompt for a message that names none: it reads the plain text."""
        return next(prompt for prompt in self.prompts if prompt.name == DEFAULT_NAME)

    @property
    def candidates(self) -> tuple[Prompt, ...]:
        """The prompts that a page can be recognised as."""
        return tuple(prompt for prompt in self.prompts if prompt.detect or prompt.detect_codes)

    @property
    def fields(self) -> tuple[FieldSpec, ...]:
        """The fields of all prompts."""
        return tuple(spec for prompt in self.prompts for spec in prompt.fields)

    @property
    def extraction(self) -> Prompt | None:
        """The prompt that finds any field that a message names."""
        return next((prompt for prompt in self.prompts if _is_extraction(prompt)), None)

    def named(self, name: str) -> Prompt | None:
        """Return the prompt of this name."""
        return next((prompt for prompt in self.prompts if prompt.name == name), None)

    def for_message(self, text: str) -> Prompt | None:
        """Return the prompt that `text` calls by a title or a command; the longest word wins, then the last.

        The last one wins because a Chinese noun phrase ends in its head: 发票的文字 asks for text. Width and case do
        not matter; a word in Latin letters must stand alone.
        """
        return _longest_called(self.prompts, text, self.calls)

    def hinted(self, text: str) -> Prompt | None:
        """Return the prompt that `text` hints at, chosen as `for_message` does."""
        return _longest_called(self.prompts, text, self.hints)

    def recognise(self, page_text: str, codes: Sequence[str] = ()) -> Prompt | None:
        """Return the prompt whose code or words are on the page, None if the page is of no known kind."""
        return recognise(page_text, self.candidates, codes)


@lru_cache(maxsize=512)  # every message is searched for the same words
def _word_patterns(words: tuple[str, ...]) -> tuple[tuple[int, re.Pattern[str]], ...]:
    """Return the length of each word, folded, and the pattern that finds it."""
    return tuple((len(word), word_pattern(word)) for word in dict.fromkeys(map(folded, words)))


@lru_cache(maxsize=8)
def _any_word_pattern(words: tuple[tuple[str, ...], ...]) -> re.Pattern[str]:
    """Return one pattern for all the words, because most messages hold none of them."""
    every = tuple(word for some in words for word in some)
    return re.compile("|".join(pattern.pattern for _, pattern in _word_patterns(every)) or "(?!)")


def _longest_called(prompts: Sequence[Prompt], text: str, words: tuple[tuple[str, ...], ...]) -> Prompt | None:
    """Return the prompt that has the longest of its words in `text`; of equally long words the last one decides."""
    message = folded(text)
    if _any_word_pattern(words).search(message) is None:
        return None
    calls = [
        ((length, match.start()), prompt)
        for prompt, some in zip(prompts, words, strict=True)
        for length, pattern in _word_patterns(some)
        for match in pattern.finditer(message)
    ]
    return max(calls, key=lambda call: call[0])[1] if calls else None


def clashes(prompts: Iterable[Prompt]) -> list[Problem]:
    """Return the problems between prompts: words that call two of them, a missing default, contradictory roles."""
    prompts = tuple(prompts)
    return [
        *shared_words(prompts),
        *_repeated_names(prompts),
        *_default_problems(prompts),
        *_second_extractions(prompts),
        *_role_problems(prompts),
    ]


def shared_words(prompts: Iterable[Prompt]) -> list[Problem]:
    """Return a problem for each word that calls two prompts, at the key in the later prompt's file."""
    problems = []
    owners: dict[str, str] = {}
    for prompt in prompts:
        words_by_key = {"title": (prompt.title,), "commands": prompt.commands, "hints": prompt.hints}
        keys = {squeezed(word): key for key, words in reversed(words_by_key.items()) for word in words if word}
        for word in dict.fromkeys(squeezed(word) for words in words_by_key.values() for word in words if word):
            owner = owners.setdefault(word, prompt.name)
            if owner != prompt.name:
                what = f'holds "{word}", which calls {owner}.toml already'
                problems.append(Problem(file=f"{prompt.name}.toml", key=keys[word], what=what))
    return problems


def _repeated_names(prompts: Sequence[Prompt]) -> list[Problem]:
    names = [prompt.name for prompt in prompts]
    return [
        Problem(file=f"{name}.toml", what="there are two prompts of this name")
        for name in sorted({*names})
        if names.count(name) > 1
    ]


def _default_problems(prompts: Sequence[Prompt]) -> list[Problem]:
    default = next((prompt for prompt in prompts if prompt.name == DEFAULT_NAME), None)
    what = "for messages that name none"
    if default is None:
        return [Problem(file=f"{DEFAULT_NAME}.toml", what=f"missing; it is the prompt {what}")]
    if default.output is not Output.TEXT or default.takes_input:
        what = f'must be "text", without {INPUT}, for it is the prompt {what}'
        return [Problem(file=f"{DEFAULT_NAME}.toml", key="output", what=what)]
    return []


def _is_extraction(prompt: Prompt) -> bool:
    return prompt.takes_input and prompt.output is Output.FIELDS


def _second_extractions(prompts: Sequence[Prompt]) -> list[Problem]:
    names = [prompt.name for prompt in prompts if _is_extraction(prompt)]
    what = f'{names[0]}.toml has output = "fields" and {INPUT} already; one such prompt is enough' if names else ""
    return [Problem(file=f"{name}.toml", key="text", what=what) for name in names[1:]]


def _role_problems(prompts: Iterable[Prompt]) -> list[Problem]:
    return [
        problem
        for prompt in prompts
        for problem in role_problems(
            f"{prompt.name}.toml",
            [(spec.key, spec.role) for spec in prompt.fields],
            [(spec.key, spec.role) for spec in prompt.columns],
            prompt.without,
        )
    ]
