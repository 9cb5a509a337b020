"""Reading a page with an engine that follows prompts. A doubtful answer makes it ask again."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum

from PIL.Image import Image

from bot.domain import texts
from bot.domain.document import Field, Reading, Source, Stop
from bot.domain.prompt import FieldSpec, Prompt
from workers.engines.vllm.loops import trim_loop
from workers.extraction.label_words import is_label, label_words
from workers.extraction.values.field_values import find_value
from workers.layout.text_rows import fold
from workers.parsing.answers import is_no_text, looks_like_summary
from workers.parsing.documents import document_text
from workers.parsing.fields import AnswerFields, AnswerValue, parse_fields
from workers.parsing.spotting import has_boxes
from workers.parsing.tokens import clean
from workers.parsing.unasked_boxes import without_unasked_boxes
from workers.reading.cut_page import rest_of, stitched, whole_lines
from workers.reading.tiles import Tile, halves, join
from workers.reading.upright.orientation import degrees_to_upright

PLAIN = "提取图中的文字。"
"""The published wording; with any other the model tends to describe a page rather than to read it."""

_HALVES = 2

Ask = Callable[[Image, str], Reading]


class Fault(StrEnum):
    """Why an answer is doubtful."""

    EMPTY = "empty"
    LOOP = "loop"
    CUT = "cut"
    SUMMARY = "summary"
    UNPARSABLE = "unparsable"
    UNTRANSLATED = "untranslated"
    COORDINATES = "coordinates"  # and no text


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
        return ModelAnswer(text="", fault=Fault.COORDINATES if has_boxes(text) else Fault.EMPTY, whole=whole)
    if looped or reading.stop is Stop.REPETITION:
        return ModelAnswer(text=text, fault=Fault.LOOP, whole=False)
    if not whole:
        return ModelAnswer(text=text, fault=Fault.CUT, whole=False)
    return ModelAnswer(text=text, fault=Fault.SUMMARY if looks_like_summary(text) else None)


def read_text(image: Image, prompt: str, ask: Ask, *, as_printed: bool = True) -> ModelAnswer:
    """Return the text on `image`; after a doubtful answer ask again: with `PLAIN`, turned upright, in halves.

    After an answer that was cut off only the rest of the page is read, or both halves if nobody can tell where it broke
    off: other words or another way up would mend nothing. `as_printed`: an answer is the text of the page as it is
    printed, so that its length tells the place.
    """
    answers: list[ModelAnswer] = []
    upright = image
    for asked_image, asked in _attempts(image, prompt):
        upright, answer = asked_image, _text_answer(ask(asked_image, asked))
        if answer.fault is None:
            return answer
        answers.append(answer)
        if answer.fault is Fault.CUT:
            prompt = asked
            break
    pieces = rest_of(upright, whole_lines(answers[-1].text)) if as_printed and answers[-1].fault is Fault.CUT else ()
    if pieces:
        return _with_rest(answers[-1], _read_parts(pieces, prompt, ask))
    answers.append(_read_parts(halves(upright), prompt, ask))
    if answers[-1].fault is None:
        return answers[-1]
    # No attempt found any text: the page is empty, which is not a fault.
    if all(answer.fault is Fault.EMPTY for answer in answers):
        return ModelAnswer(text="")
    return max(answers, key=_worth)


def _worth(answer: ModelAnswer) -> tuple[bool, int, bool]:
    """Return by what one doubtful answer is better than another."""
    return answer.fault is not Fault.SUMMARY, len(answer.text), answer.fault is Fault.COORDINATES


def for_text_alone(ask: Ask) -> Ask:
    """Return the same access to the engine for questions that ask for no coordinates; such as come are taken out."""

    def ask_for_text(image: Image, prompt: str) -> Reading:
        reading = ask(image, prompt)
        return replace(reading, text=without_unasked_boxes(clean(reading.text)))

    return ask_for_text


def read_fields(image: Image, prompt: Prompt, ask: Ask) -> tuple[tuple[Field, ...], Fault | None]:
    """Return one field for each spec of the prompt, and the fault that is left after asking again, if any."""
    names = [spec.name for spec in prompt.fields]
    parsed, fault = _ask_fields(image, prompt.text, names, ask)
    if fault not in (None, Fault.CUT) and (upright := upright_of(image)) is not image:
        image = upright
        parsed, fault = _ask_fields(image, prompt.text, names, ask)
    answers = [parsed]
    if fault is not None:
        with ThreadPoolExecutor(_HALVES) as threads:
            of_halves = threads.map(lambda half: _ask_fields(half.image, prompt.text, names, ask), halves(image))
            answers += [parsed for parsed, _ in of_halves]
    answers = [_without_labels(answer, prompt.fields) for answer in answers]
    return tuple(_field_from_answers(spec, answers, doubtful=fault is not None) for spec in prompt.fields), fault


def _without_labels(answer: AnswerFields, specs: Sequence[FieldSpec]) -> AnswerFields:
    """Return an answer without values that are labels: of an empty box a model may say what the next one is called."""
    words = label_words(specs)
    return replace(
        answer, found={name: value for name, value in answer.found.items() if not is_label(value.text, words)}
    )


def _ask_fields(image: Image, prompt: str, names: Sequence[str], ask: Ask) -> tuple[AnswerFields, Fault | None]:
    answer = judge(ask(image, prompt))
    parsed = parse_fields(answer.text, names, whole=answer.whole)
    return parsed, answer.fault or (None if parsed.readable else Fault.UNPARSABLE)


def upright_of(image: Image) -> Image:
    """Return the page turned upright; the same object if it is upright already."""
    degrees = degrees_to_upright(image)
    return image.rotate(degrees, expand=True) if degrees else image


def _attempts(image: Image, prompt: str) -> Iterator[tuple[Image, str]]:
    """Yield what a page is asked for as a whole, one after the other while the answers are doubtful."""
    yield image, prompt
    if prompt != PLAIN:
        yield image, PLAIN
    upright = upright_of(image)
    if upright is not image:
        yield upright, prompt


def _text_answer(reading: Reading) -> ModelAnswer:
    answer = judge(reading)
    return replace(answer, text=document_text(answer.text))


def _with_rest(cut: ModelAnswer, rest: ModelAnswer) -> ModelAnswer:
    """Return the answer for a page from one that was cut off and that for its rest; still cut if they do not meet."""
    kept = whole_lines(cut.text)
    text = stitched(kept, rest.text)
    if text is None:
        return replace(cut, text="\n".join(filter(None, (kept, rest.text))))
    return replace(rest, text=text)


def _read_parts(pieces: Sequence[Tile], prompt: str, ask: Ask) -> ModelAnswer:
    """Read parts of a page side by side and join their texts."""
    with ThreadPoolExecutor(len(pieces)) as threads:
        answers = list(threads.map(lambda piece: _text_answer(ask(piece.image, prompt)), pieces))
    text = join(pieces, [Reading(text=answer.text) for answer in answers]).text
    # A part may be empty; any other fault is a fault of the page.
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
