import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from bot.domain.document import Box, Field, Source, Status
from bot.domain.problems import Problem, misconfigured
from bot.domain.roles import Role, role_named, role_problems

DEFAULT_NAME = "text"  # the prompt for a message that names none
INPUT = "{{input}}"  # stands in a prompt's text for what the person asks to be found
TABLE_TEXT = "把图中的表格解析为 HTML。"  # the model's published wording, sent beside a prompt that has columns
ENOUGH_WORDS = 2  # of a prompt's `detect` that must stand on a page; one alone is often only mentioned


class Output(StrEnum):
    """What a prompt's answer is."""

    TEXT = "text"
    FIELDS = "fields"
    MARKDOWN = "markdown"
    TRANSLATION = "translation"
    TABLE = "table"
    BOXES = "boxes"  # lines with their places


class FieldType(StrEnum):
    """How a field's value is found, cleaned and written."""

    TEXT = "text"
    DIGITS = "digits"
    DATE = "date"
    MONEY = "money"
    MONEY_WORDS = "money_words"  # 大写
    TAX_ID = "tax_id"
    ID_NUMBER = "id_number"  # 公民身份号码
    BANK_CARD = "bank_card"
    PHONE = "phone"
    TIME = "time"  # of day
    PLATE = "plate"  # of a car
    NUMBER = "number"  # a quantity or a price: as many decimals as are printed
    RATE = "rate"  # of tax: 13%, or ***, 免税, 不征税


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """A field to look for: its name for people, its key in the prompt file, and the labels that announce it on paper.

    Its role is the one whose name the key is, where it is given none.
    """

    name: str
    key: str
    type: FieldType = FieldType.TEXT
    labels: tuple[str, ...] = ()  # besides the name itself
    patterns: tuple[str, ...] = ()  # regular expressions for where no label stands: the first group is the value
    lines: int = 1  # that the value may take on paper
    required: bool = False  # its absence is a doubt about the document
    masked: bool = False  # groups see its beginning and end only
    role: Role | None = None  # what it is to the code

    def __post_init__(self) -> None:
        object.__setattr__(self, "role", self.role or role_named(self.key))

    @property
    def missing(self) -> Field:
        """The field where nothing was found for it."""
        return Field(name=self.name, key=self.key, role=self.role)

    def field(
        self,
        value: str,
        source: Source,
        *,
        page: int | None = None,
        box: Box | None = None,
        doubts: Iterable[str] = (),
    ) -> Field:
        """Return the field with what was found for it: DOUBTFUL where there are doubts, else UNCHECKED."""
        doubts = tuple(doubts)
        status = Status.DOUBTFUL if doubts else Status.UNCHECKED
        return replace(self.missing, value=value, status=status, source=source, page=page, box=box, doubts=doubts)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSpec:
    """A check to make, by its name in the rules, on the fields of these keys: `same_amount:words,figures` in TOML."""

    name: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGroup:
    """Fields that stand together in a reply, under a heading."""

    heading: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a reply shows the fields, by their keys: first `order`, then what is in no list, then the groups."""

    order: tuple[str, ...] = ()
    groups: tuple[FieldGroup, ...] = ()
    fold: tuple[str, ...] = ()  # named only, until somebody asks for them or they are doubtful


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateKeys:
    """The keys of the fields that tell one paper of a kind from another."""

    number: str
    code: str = ""  # goes with a number that is not alone in the country
    otherwise: tuple[str, ...] = ()  # what is compared where there is no number


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A picture and what must be in its answer: fields by their names, words anywhere."""

    prompt: str  # the name of the prompt that is to read it
    image: str  # its path, relative to the configuration folder
    fields: tuple[tuple[str, str], ...] = ()
    contains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One kind of document: how to ask for it, recognise it and read it. `text` is as sent to the model."""

    name: str  # the file's stem: invoice
    title: str  # 发票
    text: str
    output: Output = Output.TEXT
    commands: tuple[str, ...] = ()  # words of a message that call it, besides the title
    hints: tuple[str, ...] = ()  # words of a message that call it unless the page is recognised as something else
    detect: tuple[str, ...] = ()  # words on the page that recognise it
    detect_codes: tuple[str, ...] = ()  # how a QR or bar code begins that recognises it alone
    fields: tuple[FieldSpec, ...] = ()
    columns: tuple[FieldSpec, ...] = ()  # of the table that such a document holds
    checks: tuple[CheckSpec, ...] = ()
    sha256: str = ""  # of the source file and what was put in, hexadecimal
    headline: tuple[str, ...] = ()  # keys of the fields whose values stand beside the title in a reply
    layout: Layout = Layout()
    duplicates: DuplicateKeys | None = None  # a paper of this kind may be handed in once
    needs_model: bool = False  # an engine that takes no prompts cannot do it
    without: tuple[Role, ...] = ()  # that it is meant to lack: nothing is said of the checks that need them

    @property
    def takes_input(self) -> bool:
        """Whether what to find is for the person to say."""
        return INPUT in self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSet:
    """All prompts, in the order they are shown; raises `Misconfigured` where they do not fit together."""

    prompts: tuple[Prompt, ...]
    examples: tuple[Example, ...] = ()

    def __post_init__(self) -> None:
        if problems := clashes(self.prompts):
            raise misconfigured(problems)

    @property
    def default(self) -> Prompt:
        """The prompt for a message that names none: it reads the text as it stands."""
        return next(prompt for prompt in self.prompts if prompt.name == DEFAULT_NAME)

    @property
    def candidates(self) -> tuple[Prompt, ...]:
        """The prompts that a page can be recognised as."""
        return tuple(prompt for prompt in self.prompts if prompt.detect or prompt.detect_codes)

    @property
    def extraction(self) -> Prompt | None:
        """The prompt that finds whatever fields a message names."""
        return next((one for one in self.prompts if one.takes_input and one.output is Output.FIELDS), None)

    def named(self, name: str) -> Prompt | None:
        """Return the prompt of this name."""
        return next((prompt for prompt in self.prompts if prompt.name == name), None)

    def for_message(self, text: str) -> Prompt | None:
        """Return the prompt that `text` calls by its title or a command: the longest wins, then the last one said.

        The last, because Chinese puts the head last: 发票的文字 asks for text. Width and case do not matter; a word
        in Latin letters must stand alone.
        """
        return _called(self.prompts, text, lambda prompt: (prompt.title, *prompt.commands))

    def hinted(self, text: str) -> Prompt | None:
        """Return the prompt that `text` hints at, chosen as `for_message` does."""
        return _called(self.prompts, text, lambda prompt: prompt.hints)

    def recognise(self, page_text: str, codes: Sequence[str] = ()) -> Prompt | None:
        """Return the prompt whose code or words stand on the page, None where no kind is recognised."""
        return recognise(page_text, self.candidates, codes)


def recognise(page_text: str, candidates: Iterable[Prompt], codes: Sequence[str] = ()) -> Prompt | None:
    """Return the candidate that one of the page's codes names, else the one with the most `detect` words on it.

    None where none has at least two. Spaces and line ends between characters, width and case do not matter. Of equals
    the one with the longer words wins, then the first.
    """
    page = squeezed(page_text)
    best, most = None, (ENOUGH_WORDS - 1, 0)
    for prompt in candidates:
        if any(code.startswith(prompt.detect_codes) for code in codes if prompt.detect_codes):
            return prompt
        words = {word for word in map(squeezed, prompt.detect) if word in page}
        score = (len(words), sum(map(len, words)))
        if len(words) >= ENOUGH_WORDS and score > most:
            best, most = prompt, score
    return best


def list_of(names: Sequence[str]) -> str:
    """Return names as the list that HunyuanOCR's published prompts have."""
    return "[" + ", ".join(f"'{name}'" for name in names) + "]"


def folded(text: str) -> str:
    """Return `text` as people compare it: NFKC, without case, one space where there were several."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def squeezed(text: str) -> str:
    """Return `text` folded, with no white space left."""
    return folded(text).replace(" ", "")


def call_words(prompt: Prompt) -> tuple[str, ...]:
    """Return the words of a message that call a prompt, hints included, folded."""
    return tuple(dict.fromkeys(map(folded, (prompt.title, *prompt.commands, *prompt.hints))))


def word_pattern(word: str) -> re.Pattern[str]:
    """Return what finds a folded word in a folded text: spaces beside Chinese do not matter, Latin stands alone."""
    tight = word.replace(" ", "") if not word.isascii() else word
    parts = [tight[0]]
    for before, after in pairwise(tight):
        parts += [r" ?" if not (before + after).isascii() else "", re.escape(after)]
    parts[0] = re.escape(tight[0])
    before = r"(?<![a-z0-9])" if re.match("[a-z0-9]", word) else ""
    after = r"(?![a-z0-9])" if re.search("[a-z0-9]$", word) else ""
    return re.compile(before + "".join(parts) + after)


@lru_cache(maxsize=512)  # every message is held against the same words
def _spoken(words: tuple[str, ...]) -> tuple[tuple[int, re.Pattern[str]], ...]:
    """Return how long each of the words is, folded, and what finds it."""
    return tuple((len(word), word_pattern(word)) for word in dict.fromkeys(map(folded, words)))


@lru_cache(maxsize=8)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds any of the words: most messages hold none."""
    return re.compile("|".join(pattern.pattern for _, pattern in _spoken(words)) or "(?!)")


def _called(prompts: Sequence[Prompt], text: str, words: Callable[[Prompt], tuple[str, ...]]) -> Prompt | None:
    said = folded(text)
    if _any_of(tuple(word for prompt in prompts for word in words(prompt))).search(said) is None:
        return None
    called = [
        ((length, match.start()), prompt)
        for prompt in prompts
        for length, pattern in _spoken(words(prompt))
        for match in pattern.finditer(said)
    ]
    return max(called, key=lambda call: call[0])[1] if called else None


def clashes(prompts: Iterable[Prompt]) -> list[Problem]:
    """Return what keeps prompts from being one set: words that call two, no default, two extractions, unclear roles."""
    prompts = tuple(prompts)
    return [*shared_words(prompts), *_names(prompts), *_default(prompts), *_extractions(prompts), *_roles(prompts)]


def shared_words(prompts: Iterable[Prompt]) -> list[Problem]:
    """Return the words that call two prompts, at the later one's key that holds them."""
    problems = []
    owners: dict[str, str] = {}
    for prompt in prompts:
        said = {"title": (prompt.title,), "commands": prompt.commands, "hints": prompt.hints}
        keys = {squeezed(word): key for key, words in reversed(said.items()) for word in words if word}
        for word in dict.fromkeys(squeezed(word) for words in said.values() for word in words if word):
            owner = owners.setdefault(word, prompt.name)
            if owner != prompt.name:
                what = f'holds "{word}", which calls {owner}.toml already'
                problems.append(Problem(file=f"{prompt.name}.toml", key=keys[word], what=what))
    return problems


def _names(prompts: Sequence[Prompt]) -> list[Problem]:
    names = [prompt.name for prompt in prompts]
    return [
        Problem(file=f"{name}.toml", what="there are two prompts of this name")
        for name in sorted({*names})
        if names.count(name) > 1
    ]


def _default(prompts: Sequence[Prompt]) -> list[Problem]:
    default = next((prompt for prompt in prompts if prompt.name == DEFAULT_NAME), None)
    what = "for messages that name none"
    if default is None:
        return [Problem(file=f"{DEFAULT_NAME}.toml", what=f"missing; it is the prompt {what}")]
    if default.output is not Output.TEXT or default.takes_input:
        what = f'must be "text", without {INPUT}, for it is the prompt {what}'
        return [Problem(file=f"{DEFAULT_NAME}.toml", key="output", what=what)]
    return []


def _extractions(prompts: Sequence[Prompt]) -> list[Problem]:
    names = [prompt.name for prompt in prompts if prompt.takes_input and prompt.output is Output.FIELDS]
    what = f'{names[0]}.toml has output = "fields" and {INPUT} already; one such prompt is enough' if names else ""
    return [Problem(file=f"{name}.toml", key="text", what=what) for name in names[1:]]


def _roles(prompts: Iterable[Prompt]) -> list[Problem]:
    return [
        problem
        for one in prompts
        for problem in role_problems(
            f"{one.name}.toml",
            [(spec.key, spec.role) for spec in one.fields],
            [(spec.key, spec.role) for spec in one.columns],
            one.without,
        )
    ]
