"""A kind of document as its prompt file describes it, with the words that call and recognise it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

import re2

from bot.domain.document import Box, Field, Source, Status
from bot.domain.roles import Role, role_named

INPUT = "{{input}}"  # the place in a prompt's text of what the person wants found
FIELDS = "{{fields}}"  # the place in a prompt's text of its fields' names
FIELDS_AS_JSON = "{{json}}"  # the place in a model's wording of a JSON object with the fields' names and empty values
TABLE_TEXT = "把图中的表格解析为 HTML。"  # HunyuanOCR's published wording, sent in addition if a prompt has columns
MOST_TOKENS_RANGE = (64, 16384)  # of a prompt's `most_tokens`
MOST_LINES_RANGE = (5, 1000)  # of a prompt's `most_lines`
_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})")  # as Python writes a character, which RE2 does not know
ENOUGH_WORDS = 2  # of a prompt's `detect` that a page must hold; many pages mention one
_TITLE, _CODE = 3, 6  # words that a title and a code count as
_MOST_LINES_OF_SIGNS = 20  # of a page that is recognised by its signs
_LONGEST_TITLE = 30  # characters


class Output(StrEnum):
    """The form of the answer to a prompt."""

    TEXT = "text"
    FIELDS = "fields"
    MARKDOWN = "markdown"
    TRANSLATION = "translation"
    TABLE = "table"
    BOXES = "boxes"  # lines of text with their boxes


class PromptTask(StrEnum):
    """What a prompt asks a model to do, for models that have a wording of their own for each task."""

    TEXT = "text"
    FIELDS = "fields"
    MARKDOWN = "markdown"
    TRANSLATION = "translation"
    TABLE = "table"
    BOXES = "boxes"
    FORMULA = "formula"


class FieldType(StrEnum):
    """The type of a field's value, which decides how it is found, cleaned and written."""

    TEXT = "text"
    DIGITS = "digits"
    DATE = "date"
    MONEY = "money"
    MONEY_WORDS = "money_words"  # 大写
    CODE = "code"  # letters and digits, such as a serial number
    TAX_ID = "tax_id"
    ID_NUMBER = "id_number"  # 公民身份号码
    BANK_CARD = "bank_card"
    PHONE = "phone"
    TIME = "time"  # time of day
    DATE_TIME = "date_time"  # a day, perhaps without its year, and a time of day
    PLATE = "plate"  # 车牌
    NUMBER = "number"  # a quantity or a unit price, with as many decimals as are printed
    RATE = "rate"  # a tax rate: 13%, ***, 免税 or 不征税


class StopOf(StrEnum):
    """Whose place a column of an itinerary has: its rows begin with places, each reached from the one above it."""

    THIS = "this"  # the place in the row itself, from which one leaves
    NEXT = "next"  # the place in the row below, at which one arrives


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """A field to look for: its name for people, its key in the prompt file, and the labels printed before it.

    Without a `role` it gets the role of the same name as its key, if any.
    """

    name: str
    key: str
    type: FieldType = FieldType.TEXT
    labels: tuple[str, ...] = ()  # besides the name itself
    patterns: tuple[str, ...] = ()  # regular expressions for values without a label; the first group is the value
    lines: int = 1  # the most printed lines that the value takes
    required: bool = False  # without it the document gets a doubt
    masked: bool = False  # groups see only its beginning and end
    asked_by_name: bool = False  # a person named it: it is looked for beside any label on the page
    below: bool = False  # the value stands below its label, in the same column
    elements: tuple[str, ...] = ()  # names of XBRL elements in a file's data that hold the value
    stop: StopOf | None = None  # of a column: a place at the beginning of a row of an itinerary
    form: str = ""  # of a column: the form of the table that has it; "" for a column of all forms
    role: Role | None = None  # what the field means to the code

    def __post_init__(self) -> None:
        object.__setattr__(self, "role", self.role or role_named(self.key))

    @property
    def missing(self) -> Field:
        """The field without a value."""
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
        """Return the field with this value: DOUBTFUL if there are doubts, else UNCHECKED."""
        doubts = tuple(doubts)
        status = Status.DOUBTFUL if doubts else Status.UNCHECKED
        return replace(self.missing, value=value, status=status, source=source, page=page, box=box, doubts=doubts)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSpec:
    """A check by its name in the registry, and the keys it applies to: `same_amount:words,figures` in TOML."""

    name: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGroup:
    """Fields that a reply shows together under a heading."""

    heading: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a reply arranges fields, by key: first `order`, then the keys in no list, then the groups."""

    order: tuple[str, ...] = ()
    groups: tuple[FieldGroup, ...] = ()
    fold: tuple[str, ...] = ()  # shown by name only, unless the person asks for them or they are doubtful


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateKeys:
    """The keys of the fields that identify a document among others of its kind."""

    number: str
    code: str = ""  # needed with a number that is not unique in the country
    otherwise: tuple[str, ...] = ()  # compared if there is no number


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A picture and what its answer must hold: fields by name, and words anywhere."""

    prompt: str  # the name of the prompt to read it with
    image: str  # its path, relative to the configuration folder
    fields: tuple[tuple[str, str], ...] = ()
    contains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One kind of document: how to ask for it, recognise it and read it. `text` goes to the model as it is."""

    name: str  # the file's stem: invoice
    title: str  # 发票
    text: str
    output: Output = Output.TEXT
    commands: tuple[str, ...] = ()  # words in a message that call it, besides the title
    hints: tuple[str, ...] = ()  # words in a message that call it unless the page is recognised as something else
    detect: tuple[str, ...] = ()  # words on a page by which it is recognised
    signs: tuple[str, ...] = ()  # patterns that all match on a short page of a kind without words of its own
    most_lines: int | None = None  # that such a paper has: a longer page is not recognised by words, titles and signs
    detect_codes: tuple[str, ...] = ()  # prefixes of QR and bar codes, each of which is enough to recognise it
    titles: tuple[str, ...] = ()  # forms of a title, with * for any words: on a page with one word of `detect`, enough
    fields: tuple[FieldSpec, ...] = ()
    columns: tuple[FieldSpec, ...] = ()  # of the table in such a document
    table_ends: tuple[str, ...] = ()  # what stands below a table without a row of sums; () if all have one
    adds_up: bool = True  # False: its amount is that of another paper and belongs in no sum
    checks: tuple[CheckSpec, ...] = ()
    sha256: str = ""  # of the source file and the input filled in, hexadecimal
    headline: tuple[str, ...] = ()  # keys of the fields whose values a reply shows beside the title
    layout: Layout = Layout()
    duplicates: DuplicateKeys | None = None  # set if a document of this kind may be handed in only once
    needs_model: bool = False  # an engine that takes no prompts cannot serve it
    cpu_as_good: bool = False  # the CPU engine reads it so well that it may stand in for a model that is away
    most_tokens: int | None = None  # of an answer; None: as many as its fields or the ink on the page need
    without: tuple[Role, ...] = ()  # deliberately absent: `prompts check` does not report the checks lost
    own_task: PromptTask | None = None  # None: that of its output

    @property
    def task(self) -> PromptTask:
        """What a model with its own wording for each task is asked to do."""
        return self.own_task or PromptTask(self.output.value)

    @property
    def takes_input(self) -> bool:
        """Whether the person must say what to find."""
        return INPUT in self.text


def recognise(page_text: str, candidates: Iterable[Prompt], codes: Sequence[str] = ()) -> Prompt | None:
    """Return the candidate of which most stands on the page: words of `detect`, its title, one of its codes.

    A title counts as three words; a code as six, for one is printed on nothing else. Return None if none has two
    words, or one word and its title, or a code. White space, width and case do not matter. Among equals the one with
    the longer words wins, then the first. If nothing is recognised so, the first whose `signs` all stand on a short
    page is returned. A page longer than a candidate's `most_lines` is recognised as that by its code alone.
    """
    candidates = tuple(candidates)
    page, count = squeezed(page_text), sum(bool(line.strip()) for line in page_text.splitlines())
    lines = _possible_titles(page_text)
    best, most = None, (0, 0)
    for prompt in candidates:
        words = {word for word in map(squeezed_word, prompt.detect) if word in page} if _fits(prompt, count) else set()
        has_code = any(code.startswith(prompt.detect_codes) for code in codes if prompt.detect_codes)
        if not words and not has_code:
            continue
        has_title = _fits(prompt, count) and _has_title(prompt, lines)
        score = (len(words) + _CODE * has_code + _TITLE * has_title, sum(map(len, words)))
        if (has_code or len(words) + has_title >= ENOUGH_WORDS) and score > most:
            best, most = prompt, score
    signed = (prompt for prompt in candidates if _fits(prompt, count) and _has_signs(page_text, prompt))
    return best or next(signed, None)


def _fits(prompt: Prompt, count: int) -> bool:
    """Return whether a paper of this kind may have so many lines."""
    return prompt.most_lines is None or count <= prompt.most_lines


def _has_title(prompt: Prompt, lines: Iterable[str]) -> bool:
    return any(_title_pattern(title).fullmatch(line) for title in prompt.titles for line in lines)


def _has_signs(page_text: str, prompt: Prompt) -> bool:
    lines = [unicodedata.normalize("NFKC", line) for line in page_text.splitlines() if line.strip()]
    text = "\n".join(lines)
    is_short = len(lines) <= _MOST_LINES_OF_SIGNS
    return is_short and bool(prompt.signs) and all(value_pattern(sign).search(text) for sign in prompt.signs)


def _possible_titles(page_text: str) -> frozenset[str]:
    """Return the lines of a page and their Chinese words, squeezed, as far as they are short enough for a title."""
    words = (word for word in page_text.split() if not word.isascii())
    lines = (*page_text.splitlines(), *words)
    return frozenset(line for line in map(squeezed, lines) if 0 < len(line) <= _LONGEST_TITLE)


@lru_cache(maxsize=512)
def _title_pattern(title: str) -> re.Pattern[str]:
    return re.compile(".{0,8}".join(map(re.escape, squeezed(title).split("*"))))


def list_of(names: Sequence[str]) -> str:
    """Return `names` as a list in the form of HunyuanOCR's published prompts: ['姓名', '住址']."""
    return "[" + ", ".join(f"'{name}'" for name in names) + "]"


def folded(text: str) -> str:
    """Return `text` for comparison: NFKC, case folded, white space reduced to single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def squeezed(text: str) -> str:
    """Return `text` folded and without white space."""
    return folded(text).replace(" ", "")


@lru_cache(maxsize=8192)
def squeezed_word(word: str) -> str:
    """Return `squeezed` of a name or a label, remembered because every message is compared with all of them."""
    return squeezed(word)


def call_words(prompt: Prompt) -> tuple[str, ...]:
    """Return the words that call a prompt, hints included, folded."""
    return tuple(dict.fromkeys(map(folded, (prompt.title, *prompt.commands, *prompt.hints))))


class UnusablePattern(ValueError):  # noqa: N818 - as the errors of `bot.domain.errors`
    """A regular expression that cannot be used; the message says why, and goes on after the pattern itself."""


@lru_cache(maxsize=1024)
def value_pattern(pattern: str) -> "re2._Regexp":
    """Return what finds the values of a field by one of its `patterns`, in time proportional to the text's length.

    Lines are looked at one by one, `^` and `$` stand for their ends. Raises `UnusablePattern`.
    """
    options = re2.Options()
    options.log_errors = False
    try:
        found: re2._Regexp = re2.compile("(?m)" + _CODE_POINT.sub(r"\\x{\1}", pattern), options)
    except re2.error as error:
        said = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        raise UnusablePattern(_why_unusable(pattern, said)) from None
    return found


def _why_unusable(pattern: str, said: str) -> str:
    if re.search(r"\(\?<?[=!]", pattern):
        return "which looks ahead or back, (?=…) (?!…) (?<…: write what stands there outside of the round brackets"
    if re.search(r"\\[1-9]|\(\?P=", pattern):
        return "which repeats what an earlier bracket matched, as \\1 does: that is not possible here"
    return f"which is no regular expression of RE2: {said}"


def word_pattern(word: str) -> re.Pattern[str]:
    """Return the pattern that finds a folded word in folded text.

    Spaces beside Chinese characters do not matter; a word in Latin letters must stand alone.
    """
    tight = word.replace(" ", "") if not word.isascii() else word
    parts = [tight[0]]
    for before, after in pairwise(tight):
        parts += [r" ?" if not (before + after).isascii() else "", re.escape(after)]
    parts[0] = re.escape(tight[0])
    before = r"(?<![a-z0-9])" if re.match("[a-z0-9]", word) else ""
    after = r"(?![a-z0-9])" if re.search("[a-z0-9]$", word) else ""
    return re.compile(before + "".join(parts) + after)
