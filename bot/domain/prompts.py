from dataclasses import dataclass
from enum import StrEnum


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
    commands: tuple[str, ...] = ()  # words of a message that call it
    detect: tuple[str, ...] = ()  # words on the page that recognise it
    fields: tuple[FieldSpec, ...] = ()
    sha256: str = ""  # of the source file, hexadecimal
