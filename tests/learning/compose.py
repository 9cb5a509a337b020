"""Put together examples from the names, questions and frames in `examples/`: the same ones every time."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bot.domain.prompt import FieldSpec
from bot.domain.prompt_set import PromptSet
from tests.learning.values import value_of

EXAMPLES = Path(__file__).parent / "examples"
_SHARE_WITH_REASON = 0.22  # of what is composed, before and after each
_FRAMES_EACH = 2  # for a name or a question
_PAIRS, _TRIPLES, _LISTS_OF_QUESTIONS = 40, 14, 12  # for each kind
_CORRECTIONS_EACH = 8  # for each field
_ELSEWHERE_EACH = 4  # for each field


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A message, the kind of the paper posted before (`-` for none), what it leads to, and where it comes from."""

    paper: str
    expected: str
    said: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A field of a kind, its names and the questions for it."""

    kind: str
    spec: FieldSpec
    nouns: tuple[str, ...]
    questions: tuple[str, ...]


def composed(prompts: PromptSet) -> Iterator[Example]:
    """Yield the examples."""
    frames = _sections(EXAMPLES / "frames.txt")
    asked = list(chain.from_iterable(_fields(path, prompts) for path in sorted(EXAMPLES.glob("fields_*.txt"))))
    dice = random.Random(7)  # noqa: S311 - nothing secret
    for one in asked:
        yield from _asking(one, frames, dice)
        yield from _correcting(one, frames, dice)
        for frame in dice.sample(frames["elsewhere"], _ELSEWHERE_EACH):
            said = frame.replace("{n}", dice.choice(one.nouns))
            yield Example(paper="-", expected="none", said=said, source="composed")
    kinds: dict[str, list[_Asked]] = {}
    for one in asked:
        kinds.setdefault(one.kind, []).append(one)
    for fields in kinds.values():
        if len(fields) > 1:
            yield from _several(fields, frames, dice)
    yield from _together(EXAMPLES / "together.txt", frames, dice)
    for name in ("acts.txt", "none.txt"):
        yield from _acts(EXAMPLES / name, frames, dice)


def _asking(one: _Asked, frames: Mapping[str, Sequence[str]], dice: random.Random) -> Iterator[Example]:
    for forms, section, sign in ((one.nouns, "noun", "{n}"), (one.questions, "question", "{q}")):
        for form in forms:
            for frame in dice.sample(frames[section], _FRAMES_EACH):
                said = _with_reason(frame.replace(sign, form), frames, dice)
                yield Example(paper=one.kind, expected=f"ask:{one.spec.name}", said=said, source="composed")


def _correcting(one: _Asked, frames: Mapping[str, Sequence[str]], dice: random.Random) -> Iterator[Example]:
    for frame in dice.sample(frames["correct"], _CORRECTIONS_EACH):
        value, wrong = value_of(one.spec, dice), value_of(one.spec, dice)
        said = frame.replace("{n}", dice.choice(one.nouns)).replace("{v}", value).replace("{w}", wrong)
        yield Example(paper=one.kind, expected=f"correct:{one.spec.name}", said=said, source="composed")


def _several(fields: Sequence[_Asked], frames: Mapping[str, Sequence[str]], dice: random.Random) -> Iterator[Example]:
    for section, number, times in (
        ("join", 2, _PAIRS),
        ("join three", 3, _TRIPLES),
        ("join questions", 2, _LISTS_OF_QUESTIONS),
    ):
        for _ in range(times):
            chosen = dice.sample(fields, min(number, len(fields)))
            if len(chosen) < number or len({one.spec.name for one in chosen}) < number:
                continue
            said = dice.choice(frames[section])
            for sign, one in zip("abc", chosen, strict=False):
                forms = one.questions if section == "join questions" else one.nouns
                said = said.replace(f"{{{sign}}}", dice.choice(forms))
            names = "+".join(one.spec.name for one in chosen)
            said = _with_reason(said, frames, dice)
            yield Example(paper=chosen[0].kind, expected=f"ask:{names}", said=said, source="composed")


def _together(path: Path, frames: Mapping[str, Sequence[str]], dice: random.Random) -> Iterator[Example]:
    for line in _lines(path):
        place, questions = line.split(" | ", 1)
        kind, _, names = place.partition(".")
        for question in questions.split(" / "):
            for frame in dice.sample(frames["question"], _FRAMES_EACH):
                said = _with_reason(frame.replace("{q}", question), frames, dice)
                yield Example(paper=kind, expected=f"ask:{names}", said=said, source="composed")


def reasons() -> tuple[str, ...]:
    """Return what people say before and after a question, which asks for nothing."""
    frames = _sections(EXAMPLES / "frames.txt")
    return (*frames["before"], *frames["after"])


def _acts(path: Path, frames: Mapping[str, Sequence[str]], dice: random.Random) -> Iterator[Example]:
    for line in _lines(path):
        head, messages = line.split(" | ", 1)
        paper, _, expected = head.rpartition(" ")
        for said in messages.split(" / "):
            yield Example(paper=paper or "-", expected=expected, said=said, source="composed")
            if expected != "none":
                longer = _with_reason(said, frames, dice)
                yield Example(paper=paper or "-", expected=expected, said=longer, source="composed")


def _with_reason(said: str, frames: Mapping[str, Sequence[str]], dice: random.Random) -> str:
    stop = dice.choice("，, 。")
    if dice.random() < _SHARE_WITH_REASON:
        said = dice.choice(frames["before"]) + stop + said
    if dice.random() < _SHARE_WITH_REASON:
        said = said + stop + dice.choice(frames["after"])
    return said


def _fields(path: Path, prompts: PromptSet) -> Iterator[_Asked]:
    """Yield the fields that a file tells of, each with its nouns and questions: the block's, dealt out to its kinds."""
    places: list[tuple[str, FieldSpec]] = []
    forms: dict[str, list[str]] = {}
    for line in [*_lines(path), "@"]:
        mark, _, rest = line.partition(" ")
        if mark == "@":
            for number, (kind, spec) in enumerate(places):
                share = len(places)
                yield _Asked(
                    kind=kind,
                    spec=spec,
                    nouns=tuple(forms["n"][number % share :: share] if share > 2 else forms["n"]),
                    questions=tuple(forms["q"][number % share :: share] if share > 2 else forms["q"]),
                )
            places = [_place(name, prompts) for name in rest.split()]
            forms = {}
        else:
            forms[mark] = rest.split(" / ")


def _place(name: str, prompts: PromptSet) -> tuple[str, FieldSpec]:
    kind, _, field = name.partition(".")
    prompt = prompts.named(kind)
    if prompt is None:
        raise ValueError(f"no kind {kind}")
    return kind, next(spec for spec in (*prompt.fields, *prompt.columns) if spec.name == field)


def _sections(path: Path) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in _lines(path):
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), [])
        else:
            current.append(line)
    return sections


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
