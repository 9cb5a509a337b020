"""A kind of document as its prompt file describes it, and the words that call and recognise it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from bot.domain.document import Box, Field, Source, Status
from bot.domain.roles import Role, role_named

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
