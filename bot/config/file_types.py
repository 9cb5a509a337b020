"""The strict types of values in configuration files, and rules for texts, each with a sentence for admins."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Strict,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

RULE_BROKEN: Final = "rule_broken"  # the type of the errors that rules raise, with `sentences` in their context
WITHOUT_RULES: Final = "without rules"  # the context of a validation that checks only types

_CURLY = "“”‘’„‟"
_SEPARATORS = "，；;"  # signs that a list was meant; 、 and , may be part of a printed word
_SPOKEN_SEPARATORS = "，；;、,"
_KEY_PATTERN = "^[a-z][a-z0-9_]*$"


class FileTable(BaseModel):
    """A table of a configuration file, with only the keys that it declares."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def rules(*finders: Callable[[Any], Iterable[str]]) -> AfterValidator:
    """Return a validator that refuses a value if any of the finders yields a sentence about it."""

    def check(value: Any, info: ValidationInfo) -> Any:
        sentences = [] if info.context == WITHOUT_RULES else [what for find in finders for what in find(value)]
        if sentences:
            raise _rule_error(*sentences)
        return value

    return AfterValidator(check)


def must_be(what: str, is_right: Callable[[Any], bool] = lambda _: True) -> WrapValidator:
    """Return a validator that refuses values of another type, or not right, with the sentence "must be `what`"."""

    def check(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
        try:
            result = read(value)
        except ValidationError:
            result = None
        if result is None or not is_right(result):
            raise _rule_error(f"must be {what}")
        return result

    return WrapValidator(check)


def whole_number(least: int, most: int) -> WrapValidator:
    """Return a validator that accepts only whole numbers from `least` to `most`."""
    return must_be(f"a whole number from {least} to {most}", lambda number: least <= number <= most)


def _rule_error(*sentences: str) -> PydanticCustomError:
    return PydanticCustomError(RULE_BROKEN, "breaks a rule of the file", {"sentences": sentences})


def control_characters(text: str, allowed: str = "") -> Iterator[str]:
    r"""Refuse control characters: TOML reads "\frac" as a form feed and "rac"."""
    bad = sorted({char for char in text if char not in allowed and unicodedata.category(char) in {"Cc", "Cf"}})
    if bad:
        codes = ", ".join(f"U+{ord(char):04X}" for char in bad)
        yield f"holds control characters ({codes}); write backslashes in '''…'''"


def filled(text: str, allowed: str = "") -> Iterator[str]:
    """Refuse a text that is only white space, and control characters."""
    if not text.strip():
        yield "must not be empty"
    yield from control_characters(text, allowed)


def filled_lines(text: str) -> Iterator[str]:
    """Refuse the same as `filled`, except line ends."""
    return filled(text, "\n")


def is_key(text: str) -> bool:
    """Return whether a text can be the name of a prompt or the key of a field."""
    return re.fullmatch(_KEY_PATTERN, text) is not None


def words_of_a_form(words: Iterable[str], separators: str = _SEPARATORS) -> Iterator[str]:
    """Refuse words quoted or separated with Chinese punctuation, and all that `any_words` refuses."""
    words = tuple(words)
    yield from any_words(words)
    for word in words:
        if curly := next((char for char in word if char in _CURLY), ""):
            yield f'holds the curly quote {curly} in "{word}"; each word stands between plain " "'
        if sign := next((char for char in word if char in separators), ""):
            yield f'holds {sign} inside "{word}"; each word stands in quotes of its own: "…", "…"'


def spoken_words(words: Iterable[str]) -> Iterator[str]:
    """Refuse what cannot be a word in a message: the same as `words_of_a_form`, and commas of any kind."""
    return words_of_a_form(words, _SPOKEN_SEPARATORS)


def any_words(words: Iterable[str]) -> Iterator[str]:
    """Refuse empty words, control characters and repeated words, which may differ in width, case and spaces."""
    words = tuple(words)
    for word in words:
        yield from control_characters(word)
        if not word.strip():
            yield "holds an empty string"
    alike = ["".join(unicodedata.normalize("NFKC", word).casefold().split()) for word in words]
    for word in sorted({word for word in alike if word and alike.count(word) > 1}):
        yield f'holds "{word}" twice'


def _lower_case(text: str) -> Iterator[str]:
    if not is_key(text):
        yield "must be lower-case letters, digits and _, a letter first"


def _strip_each(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.strip() for word in words)


def list_schema(**items: Any) -> dict[str, Any]:
    """Return the JSON schema of a list of distinct strings; `items` are further keywords for each of them."""
    return {"type": "array", "items": {"type": "string", **items}, "uniqueItems": True}


_EACH_STRIPPED = AfterValidator(_strip_each)
_FILLED_SCHEMA = {"type": "string", "minLength": 1}
KEY_SCHEMA = {"type": "string", "pattern": _KEY_PATTERN}
_String = Annotated[str, Strict(), must_be("a string")]
_Strings = Annotated[tuple[Annotated[str, Strict()], ...], must_be("a list of strings")]

Flag = Annotated[bool, Strict(), must_be("true or false")]
Number = Annotated[int, Strict()]  # combined with `whole_number`, which sets the range
OptionalText = Annotated[_String, rules(control_characters), AfterValidator(str.strip)]
Text = Annotated[_String, rules(filled), AfterValidator(str.strip), WithJsonSchema(_FILLED_SCHEMA)]
LongText = Annotated[_String, rules(filled_lines), AfterValidator(str.strip), WithJsonSchema(_FILLED_SCHEMA)]
Key = Annotated[Text, rules(_lower_case), WithJsonSchema(KEY_SCHEMA)]
FormWords = Annotated[_Strings, rules(words_of_a_form), _EACH_STRIPPED, WithJsonSchema(list_schema(minLength=1))]
SpokenWords = Annotated[_Strings, rules(spoken_words), _EACH_STRIPPED, WithJsonSchema(list_schema(minLength=1))]
AnyWords = Annotated[_Strings, rules(any_words), _EACH_STRIPPED, WithJsonSchema(list_schema(minLength=1))]
Keys = Annotated[FormWords, WithJsonSchema(list_schema(pattern=_KEY_PATTERN))]
Pairs = Annotated[
    dict[str, Annotated[str, Strict()]],
    must_be('a table of strings: { name = "value" }'),
    rules(lambda pairs: (what for text in (*pairs, *pairs.values()) for what in control_characters(text))),
]
