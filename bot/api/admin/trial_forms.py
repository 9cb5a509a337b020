"""The JSON of trials: every question to the engine with its answer, what came of it, and the reply."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.document import Document, Failure, Field, Line, Outcome, Stop
from bot.domain.prompt import Prompt
from bot.domain.texts.english.sentences import in_language
from bot.domain.trials import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class LineForm:
    """One line that the engine read; `box` is left, top, right and bottom in pixels."""

    text: str
    confidence: float | None
    box: list[int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallForm:
    """One question to the engine, about a picture of `width` by `height` pixels, and its answer as it came."""

    prompt: str  # "" for an engine without prompts
    width: int
    height: int
    seconds: float
    tokens: int
    stop: str  # why reading ended early, "" if it did not
    text: str
    lines: list[LineForm]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFieldForm:
    """One value with what is known of it."""

    name: str
    key: str
    value: str
    status: str
    source: str
    doubts: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPaperForm:
    """One paper of the file."""

    prompt: str
    title: str
    checks: list[str]
    fields: list[TrialFieldForm]
    rows: list[list[TrialFieldForm]]
    doubts: list[str]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialForm:
    """A trial: how far it has come, then what was read of the file, by which answers, in how many seconds."""

    id: str
    status: str
    file: str
    seconds: float  # of the engine
    waited: float  # seconds before it was begun
    engine: str
    pages: int
    calls: list[CallForm]
    papers: list[TrialPaperForm]
    reply: list[str]  # the messages that a person would get in a single chat, as Markdown
    failure: str  # why there is no paper


def call_form(call: Call) -> CallForm:
    """Return a question and its answer as JSON."""
    reading = call.reading
    return CallForm(
        prompt=call.prompt,
        width=call.width,
        height=call.height,
        seconds=reading.seconds,
        tokens=reading.tokens,
        stop="" if reading.stop is Stop.DONE else reading.stop.value,
        text=reading.text,
        lines=[_line_form(line) for line in reading.lines],
    )


def paper_form(paper: Document, prompts: Sequence[Prompt], language: str) -> TrialPaperForm:
    """Return a paper as JSON, with the checks of the prompt that it was read with, and its doubts in zh or en."""
    prompt = next((one for one in prompts if one.name == paper.prompt), None)
    checks = prompt.checks if prompt is not None else ()
    return TrialPaperForm(
        prompt=paper.prompt,
        title=paper.title,
        checks=[check.name + (f":{','.join(check.keys)}" if check.keys else "") for check in checks],
        fields=[_field_form(field, language) for field in paper.fields],
        rows=[[_field_form(cell, language) for cell in row.cells] for row in paper.rows],
        doubts=[in_language(doubt, language) for doubt in paper.doubts],
        text=paper.text,
    )


def _line_form(line: Line) -> LineForm:
    box = [line.box.left, line.box.top, line.box.right, line.box.bottom] if line.box is not None else None
    return LineForm(text=line.text, confidence=line.confidence, box=box)


def _field_form(field: Field, language: str) -> TrialFieldForm:
    return TrialFieldForm(
        name=field.name,
        key=field.key,
        value=field.value,
        status=field.status.value,
        source=field.source.value,
        doubts=[in_language(doubt, language) for doubt in field.doubts],
    )


def failure_form(outcome: Outcome | None, sentence: str, language: str) -> str:
    """Return why a file was not read, in zh or en; "" if it was, or is not yet."""
    return in_language(outcome.text if isinstance(outcome, Failure) else sentence, language)
