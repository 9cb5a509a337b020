"""The tables and keys of an engine file, which describes a model that vLLM serves."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import Field, Strict

from bot.config.file_types import (
    FileTable,
    Flag,
    FormWords,
    Key,
    LongText,
    Number,
    OptionalText,
    Text,
    control_characters,
    must_be,
    rules,
    whole_number,
)
from bot.domain.engine_profile import ParserName, TokenFormula
from bot.domain.prompt import FIELDS, FIELDS_AS_JSON

_MOST_PIXELS = 10**9
_MOST_TOKENS = 1_000_000


def _is_territory(code: str) -> bool:
    return len(code) == len("CN") and code.isascii() and code.isalpha() and code.isupper()


def _wrong_territories(codes: Iterable[str]) -> Iterator[str]:
    for code in codes:
        if code == "UK":
            yield 'holds "UK", whose ISO 3166 code is GB'
        elif not _is_territory(code):
            yield f'holds "{code}"; a territory is two capital letters of ISO 3166, such as KR, or EU'


def _without_fields(text: str) -> Iterator[str]:
    if FIELDS not in text and FIELDS_AS_JSON not in text:
        yield f"needs {FIELDS} or {FIELDS_AS_JSON}, where the fields' names go"


def _upper_case(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name != name.lower().replace("_", "."):
            yield f'holds "{name}"; names are compared in lower case, with . for _'


def _is_plain(values: Any) -> bool:
    return all(isinstance(value, str | int | float) for value in values.values())


def _is_numbers(values: Any) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values.values())


_Signs = Annotated[dict[str, Any], must_be('a table of values: { "model_type" = "glm_ocr" }', _is_plain)]
_Numbers = Annotated[dict[str, Any], must_be("a table of numbers: { temperature = 0.0 }", _is_numbers)]
_SystemText = Annotated[str, Strict(), must_be("a string"), rules(control_characters)]
_Stops = Annotated[tuple[Annotated[str, Strict()], ...], must_be("a list of texts that are not empty", all)]


class SignsTable(FileTable):
    """The table [signs]: what tells the model."""

    names: Annotated[FormWords, rules(_upper_case)] = ()
    revisions: FormWords = ()
    config: _Signs = Field({})
    generation_config: _Signs = Field({})


class PicturesTable(FileTable):
    """The table [pictures]: how the model sees a picture, and what that costs."""

    least_pixels: Annotated[Number, whole_number(1, _MOST_PIXELS)]
    most_pixels: Annotated[Number, whole_number(1, _MOST_PIXELS)]
    side_multiple: Annotated[Number, whole_number(1, 1024)]
    tokens: TokenFormula
    extra_tokens: Annotated[Number, whole_number(0, 1000)] = 0
    limit_by_flag: Flag = False


class RepetitionTable(FileTable):
    """The table [answers.repetition]: when the server ends an answer that repeats itself."""

    min_pattern_size: Annotated[Number, whole_number(1, 1000)] = 1
    max_pattern_size: Annotated[Number, whole_number(1, 1000)]
    min_count: Annotated[Number, whole_number(2, 1000)]


class AnswersTable(FileTable):
    """The table [answers]: how the model samples, and what ends its answers."""

    sampling: _Numbers
    most_tokens: Annotated[Number, whole_number(16, _MOST_TOKENS)]
    context: Annotated[Number, whole_number(1024, _MOST_TOKENS)]
    stop: _Stops = ()
    repetition: RepetitionTable | None = None


class WordingTable(FileTable):
    """The table [prompts]: what the model is asked, by task."""

    system: _SystemText | None = None
    own_texts: Flag = False
    text: LongText
    fields: Annotated[LongText, rules(_without_fields)] | None = None
    markdown: LongText | None = None
    translation: LongText | None = None
    table: LongText | None = None
    boxes: LongText | None = None
    formula: LongText | None = None


class LicenceTable(FileTable):
    """The table [licence]: the terms under which the model may be used."""

    name: Text
    url: OptionalText = ""
    excluded: Annotated[FormWords, rules(_wrong_territories)] = ()
    names_provider: Flag = False
    notice: OptionalText = ""
    terms: OptionalText = ""


class EngineFile(FileTable):
    """The top level of an engine file."""

    title: Text
    version: OptionalText = ""
    engine: Key
    repository: Text
    parser: ParserName
    native: Flag = False
    signs: SignsTable
    pictures: PicturesTable
    answers: AnswersTable
    prompts: WordingTable
    licence: LicenceTable
