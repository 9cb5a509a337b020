"""Reading a page with an engine that follows prompts. A doubtful answer makes it ask again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from PIL.Image import Image

from bot.domain import texts
from bot.domain.document import Field, Reading, Source, Stop
from bot.domain.prompt import FieldSpec, Prompt
from workers.engines.vllm.loops import trim_loop
from workers.extraction.field_values import find_value
from workers.layout.text_rows import fold
from workers.parsing.answers import is_no_text, looks_like_summary
from workers.parsing.documents import document_text
from workers.parsing.fields import AnswerFields, AnswerValue, parse_fields
from workers.parsing.tokens import clean
from workers.reading.orientation import degrees_to_upright
from workers.reading.tiles import Tile, halves, join

PLAIN = "提取图中的文字。"
"""The published wording; with any other the model tends to describe a page rather than to read it."""

Ask = Callable[[Image, str], Reading]


class Fault(StrEnum):
    """Why an answer is doubtful."""

    EMPTY = "empty"
    LOOP = "loop"
    CUT = "cut"
    SUMMARY = "summary"
    UNPARSABLE = "unparsable"
    UNTRANSLATED = "untranslated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswer:
    """A cleaned answer and its fault, if any."""

    text: str
    fault: Fault | None = None
    whole: bool = True  # the model itself ended the answer


def judge(reading: Reading) -> ModelAnswer:
    """Return the cleaned answer of a reading with its fault."""
    text, looped = trim_loop(clean(reading.text), known=reading.stop is Stop.REPETITION)
    whole = reading.stop is Stop.DONE
    if is_no_text(text):
        return ModelAnswer(text="", fault=Fault.EMPTY, whole=whole)
    if looped or reading.stop is Stop.REPETITION:
        return ModelAnswer(text=text, fault=Fault.LOOP, whole=False)
    if not whole:
        return ModelAnswer(text=text, fault=Fault.CUT, whole=False)
    return ModelAnswer(text=text, fault=Fault.SUMMARY if looks_like_summary(text) else None)


def read_text(image: Image, prompt: str, ask: Ask) -> ModelAnswer:
    """Return the text on `image`; after a doubtful answer ask again: with `PLAIN`, turned upright, in halves."""
    answers: list[ModelAnswer] = []
    for attempt in _attempts(image, prompt, ask):
        answer = attempt()
        answers.append(replace(answer, text=document_text(answer.text)))
        if answer.fault is None:
            return answers[-1]
    # No attempt found any text: the page is empty, which is not a fault.
    if all(answer.fault is Fault.EMPTY for answer in answers):
        return ModelAnswer(text="")
    return max(answers, key=lambda answer: (answer.fault is not Fault.SUMMARY, len(answer.text)))


def read_fields(image: Image, prompt: Prompt, ask: Ask) -> tuple[tuple[Field, ...], Fault | None]:
    """Return one field for each spec of the prompt, and the fault that is left after asking again, if any."""
    names = [spec.name for spec in prompt.fields]
    parsed, fault = _ask_fields(image, prompt.text, names, ask)
    if fault is not None and (upright := upright_of(image)) is not image:
        image = upright
        parsed, fault = _ask_fields(image, prompt.text, names, ask)
    answers = [parsed]
    if fault is not None:
        answers += [_ask_fields(piece.image, prompt.text, names, ask)[0] for piece in halves(image)]
    return tuple(_field_from_answers(spec, answers, doubtful=fault is not None) for spec in prompt.fields), fault


def _ask_fields(image: Image, prompt: str, names: Sequence[str], ask: Ask) -> tuple[AnswerFields, Fault | None]:
    answer = judge(ask(image, prompt))
    parsed = parse_fields(answer.text, names, whole=answer.whole)
    return parsed, answer.fault or (None if parsed.readable else Fault.UNPARSABLE)


def upright_of(image: Image) -> Image:
    """Return the page turned upright; the same object if it is upright already."""
    degrees = degrees_to_upright(image)
    return image.rotate(degrees, expand=True) if degrees else image


def _attempts(image: Image, prompt: str, ask: Ask) -> Iterator[Callable[[], ModelAnswer]]:
    yield lambda: judge(ask(image, prompt))
    if prompt != PLAIN:
        yield lambda: judge(ask(image, PLAIN))
    upright = upright_of(image)
    if upright is not image:
        yield lambda: judge(ask(upright, prompt))
    yield lambda: _read_halves(halves(upright), prompt, ask)


def _read_halves(pieces: Sequence[Tile], prompt: str, ask: Ask) -> ModelAnswer:
    answers = [judge(ask(piece.image, prompt)) for piece in pieces]
    text = join(pieces, [Reading(text=answer.text) for answer in answers]).text
    # A half may be empty; any other fault is a fault of the page.
    faults = [answer.fault for answer in answers if answer.fault not in (None, Fault.EMPTY)]
    fault = faults[0] if faults else (None if text else Fault.EMPTY)
    return ModelAnswer(text=text, fault=fault, whole=all(answer.whole for answer in answers))


def _field_from_answers(spec: FieldSpec, parsed: Sequence[AnswerFields], *, doubtful: bool) -> Field:
    """Return the field with the first clear value; doubtful if another answer differs or if `doubtful`."""
    values = [found for fields in parsed if (found := fields.found.get(spec.name)) is not None]
    if not values:
        return spec.missing
    best = next((value for value in values if not value.doubtful), values[0])
    value, fits = _typed_value(spec, best)
    others = {other for read in values for other in (_typed_value(spec, read)[0], *read.others)} - {value, best.text}
    doubts = [
        *([texts.warnings.doubt_cut()] if best.cut else []),
        *([] if fits else [texts.warnings.doubt_form(best.text)]),
        *([texts.warnings.doubt_read_differently(sorted(others))] if others else []),
        *([texts.warnings.doubt_answer()] if doubtful else []),
    ]
    return spec.field(value, Source.MODEL, page=0, doubts=doubts)


def _typed_value(spec: FieldSpec, value: AnswerValue) -> tuple[str, bool]:
    """Return the value in its type's notation and True; if it does not fit, the model's notation and False."""
    shown = " ".join(value.text.split())
    found = find_value(spec.type, fold(shown), shown)
    return (found.value, True) if found is not None else (shown, False)
