import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.errors import Misconfigured

DEFAULT_NAME = "text"  # the prompt for a message that names none
_ENOUGH_WORDS = 2  # of a prompt's `detect` that must stand on a page; one alone is often only mentioned


class Output(StrEnum):
    """What a prompt's answer is."""

    TEXT = "text"
    FIELDS = "fields"


class FieldType(StrEnum):
    """How a field's value is found, cleaned and written."""

    TEXT = "text"
    DIGITS = "digits"
    DATE = "date"
    MONEY = "money"
    MONEY_WORDS = "money_words"  # 大写
    TAX_ID = "tax_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """A field to look for: its name for people, its key in code, and the labels that announce it on paper."""

    name: str
    key: str
    type: FieldType = FieldType.TEXT
    labels: tuple[str, ...] = ()  # besides the name itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One kind of document: how to ask for it, recognise it and read it. `text` is rendered, as sent to the model."""

    name: str  # the file's stem: invoice
    title: str  # 发票
    text: str
    output: Output = Output.TEXT
    commands: tuple[str, ...] = ()  # words of a message that call it, besides the title
    detect: tuple[str, ...] = ()  # words on the page that recognise it
    fields: tuple[FieldSpec, ...] = ()
    sha256: str = ""  # of the source file, hexadecimal
    headline: tuple[str, ...] = ()  # keys of the fields whose values stand beside the title in a reply


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSet:
    """All prompts, in the order they are shown; raises `Misconfigured` where they do not fit together."""

    prompts: tuple[Prompt, ...]

    def __post_init__(self) -> None:
        if problems := _clashes(self.prompts):
            raise Misconfigured("\n".join(problems))

    @property
    def default(self) -> Prompt:
        """The prompt for a message that names none: it reads the text as it stands."""
        return next(prompt for prompt in self.prompts if prompt.name == DEFAULT_NAME)

    @property
    def candidates(self) -> tuple[Prompt, ...]:
        """The prompts that a page can be recognised as."""
        return tuple(prompt for prompt in self.prompts if prompt.detect)

    def for_message(self, text: str) -> Prompt | None:
        """Return the prompt that `text` calls by its title or a command: the longest wins, then the last one said.

        The last, because Chinese puts the head last: 发票的文字 asks for text. Width and case do not matter; a word
        in Latin letters must stand alone.
        """
        said = folded(text)
        called = [
            ((len(word), match.start()), prompt)
            for prompt in self.prompts
            for word in _call_words(prompt)
            for match in _word_pattern(word).finditer(said)
        ]
        return max(called, key=lambda call: call[0])[1] if called else None

    def recognise(self, page_text: str) -> Prompt | None:
        """Return the prompt whose words stand on the page, None where no kind is recognised."""
        return recognise(page_text, self.candidates)


def recognise(page_text: str, candidates: Iterable[Prompt]) -> Prompt | None:
    """Return the candidate with the most `detect` words on the page, None where none has at least two.

    Spaces and line ends between characters, width and case do not matter. Of equals the one with the longer words
    wins, then the first.
    """
    page = squeezed(page_text)
    best, most = None, (_ENOUGH_WORDS - 1, 0)
    for prompt in candidates:
        words = {word for word in map(squeezed, prompt.detect) if word in page}
        score = (len(words), sum(map(len, words)))
        if len(words) >= _ENOUGH_WORDS and score > most:
            best, most = prompt, score
    return best


def folded(text: str) -> str:
    """Return `text` as people compare it: NFKC, without case, one space where there were several."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def squeezed(text: str) -> str:
    """Return `text` folded, with no white space left."""
    return folded(text).replace(" ", "")


def _call_words(prompt: Prompt) -> list[str]:
    return [*dict.fromkeys(map(folded, (prompt.title, *prompt.commands)))]


def _word_pattern(word: str) -> re.Pattern[str]:
    before = r"(?<![a-z0-9])" if re.match("[a-z0-9]", word) else ""
    after = r"(?![a-z0-9])" if re.search("[a-z0-9]$", word) else ""
    return re.compile(before + re.escape(word) + after)


def _clashes(prompts: tuple[Prompt, ...]) -> list[str]:
    problems = []
    owners: dict[str, str] = {}
    for prompt in prompts:
        for word in _call_words(prompt):
            owner = owners.setdefault(word, prompt.name)
            if owner != prompt.name:
                problems.append(f'{prompt.name}.toml: the title or command "{word}" belongs to {owner}.toml already')
    names = [prompt.name for prompt in prompts]
    problems += [
        f"{name}.toml: there are two prompts of this name" for name in sorted({*names}) if names.count(name) > 1
    ]
    default = next((prompt for prompt in prompts if prompt.name == DEFAULT_NAME), None)
    if default is None:
        problems.append(f"{DEFAULT_NAME}.toml: missing; it is the prompt for messages that name none")
    elif default.output is not Output.TEXT:
        problems.append(f'{DEFAULT_NAME}.toml: output must be "text", for it is the prompt for messages that name none')
    return problems
