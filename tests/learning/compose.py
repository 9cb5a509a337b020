"""Put together examples from the names, questions and frames in `examples/`: the same ones every time."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from bot.domain.asking.field_names import specs_named
from bot.domain.asking.words import ways_english
from bot.domain.prompt import FieldSpec, Prompt, call_words, squeezed
from bot.domain.prompt_set import PromptSet
from tests.learning.values import value_of

EXAMPLES = Path(__file__).parent / "examples"
_SHARE_WITH_REASON = 0.22  # of what is composed, before and after each
_FRAMES_EACH = 2  # for a name or a question
_PAIRS, _TRIPLES, _LISTS_OF_QUESTIONS = 40, 14, 34  # for each kind
_CORRECTIONS_EACH = 8  # for each field
_ELSEWHERE_EACH = 4  # for each field
_ENGLISH_PAIRS, _ENGLISH_TRIPLES, _ENGLISH_CORRECTIONS = 26, 8, 3  # for each kind, and for each field
_ENGLISH_NAMES_EACH = 9  # for a field
_ENGLISH_ELSEWHERE = 90
_SHARE_OF_QUESTIONS = 0.7  # of what is listed as questions: the others are names
_SHARE_IN_CHINESE = 0.12  # of what is said around English words
_FEWEST_TO_SHARE = 2  # kinds
_PAPERS = "this it invoice ticket receipt bill document paper slip card contract"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frames:
    """What is said around names and questions, by its section, in Chinese and in English."""

    chinese: Mapping[str, Sequence[str]]
    english: Mapping[str, Sequence[str]]
    papers: Mapping[str, Sequence[str]]  # what papers of each kind are called in Chinese

    def around(self, form: str, dice: random.Random) -> Mapping[str, Sequence[str]]:
        """Return the frames for a name, a question or a message: mostly those in its language."""
        return self.english if form.isascii() and dice.random() > _SHARE_IN_CHINESE else self.chinese

    def paper(self, kind: str, form: str, dice: random.Random) -> str:
        """Return what a paper of a kind is called in passing, in the language of a name or a question."""
        in_english = [kind.replace("_", " "), *_PAPERS.split()]
        return dice.choice(in_english if form.isascii() else self.papers.get(kind) or ["单子"])


def _frames(prompts: PromptSet | None = None) -> _Frames:
    known = prompts.prompts if prompts is not None else ()
    papers = {prompt.name: [word for word in call_words(prompt) if not word.isascii()] for prompt in known}
    chinese, english = (_sections(EXAMPLES / name) for name in ("frames.txt", "frames_in_english.txt"))
    return _Frames(chinese=chinese, english=english, papers=papers)


def composed(prompts: PromptSet) -> Iterator[Example]:
    """Yield the examples."""
    frames = _frames(prompts)
    asked = list(chain.from_iterable(_fields(path, prompts) for path in sorted(EXAMPLES.glob("fields_*.txt"))))
    dice = random.Random(7)  # noqa: S311 - nothing secret
    for one in asked:
        yield from _asking(one, frames, dice)
        if one.nouns:
            yield from _correcting(one, frames.chinese, dice, _CORRECTIONS_EACH)
            yield from _elsewhere(one, frames.chinese, dice, _ELSEWHERE_EACH)
    for fields in _by_kind(asked).values():
        yield from _several(fields, frames.chinese, dice, (_PAIRS, _TRIPLES, _LISTS_OF_QUESTIONS))
    yield from _in_english(asked, prompts, frames, dice)
    yield from _together(EXAMPLES / "together.txt", frames, dice)
    for name in ("acts.txt", "none.txt"):
        yield from _acts(EXAMPLES / name, frames, dice)


def _by_kind(asked: Sequence[_Asked]) -> Mapping[str, Sequence[_Asked]]:
    kinds: dict[str, list[_Asked]] = {}
    for one in asked:
        kinds.setdefault(one.kind, []).append(one)
    return kinds


def _in_english(asked: Sequence[_Asked], prompts: PromptSet, frames: _Frames, dice: random.Random) -> Iterator[Example]:
    """Yield what is said with the English names of the fields of every kind."""
    for prompt in prompts.prompts:
        questions: dict[str, tuple[str, ...]] = {}
        for one in asked:
            if one.kind == prompt.name and one.questions and one.questions[0].isascii():
                questions[one.spec.name] = one.questions
        named = [*_named_in_english(prompt, questions)]
        for one in named:
            names = dice.sample(one.nouns, min(_ENGLISH_NAMES_EACH, len(one.nouns)))
            yield from _asking(replace(one, nouns=tuple(names), questions=()), frames, dice)
            yield from _correcting(one, frames.english, dice, _ENGLISH_CORRECTIONS)
        fitting = [one for one in named if one.questions]
        yield from _several(named, frames.english, dice, (_ENGLISH_PAIRS, _ENGLISH_TRIPLES, 0))
        yield from _several(fitting, frames.english, dice, (0, 0, _ENGLISH_PAIRS // 2))
    names = [name for names in ways_english.NAMES.values() for name in names.split()]
    for _ in range(_ENGLISH_ELSEWHERE):
        said = dice.choice(frames.english["elsewhere"]).replace("{n}", dice.choice(names).replace("_", " "))
        yield Example(paper="-", expected="none", said=said, source="composed")


def _named_in_english(prompt: Prompt, questions: Mapping[str, tuple[str, ...]]) -> Iterator[_Asked]:
    names: dict[str, list[str]] = {}
    for word in (word for words in ways_english.NAMES.values() for word in words.split()):
        for spec in specs_named(squeezed(word.replace("_", "")), prompt)[:1]:
            names.setdefault(spec.name, []).append(word.replace("_", " "))
    for spec in (*prompt.fields, *prompt.columns):
        if spec.name in names:
            nouns = tuple(names[spec.name])
            yield _Asked(kind=prompt.name, spec=spec, nouns=nouns, questions=questions.get(spec.name, ()))


def _asking(one: _Asked, frames: _Frames, dice: random.Random) -> Iterator[Example]:
    for forms, section, sign in ((one.nouns, "noun", "{n}"), (one.questions, "question", "{q}")):
        for form in forms:
            around = frames.around(form, dice)
            for frame in dice.sample(around[section], _FRAMES_EACH):
                said = frame.replace(sign, form).replace("{p}", frames.paper(one.kind, form, dice))
                said = _with_reason(said, around, dice)
                yield Example(paper=one.kind, expected=f"ask:{one.spec.name}", said=said, source="composed")


def _correcting(
    one: _Asked, frames: Mapping[str, Sequence[str]], dice: random.Random, number: int
) -> Iterator[Example]:
    for frame in dice.sample(frames["correct"], number):
        value, wrong = value_of(one.spec, dice), value_of(one.spec, dice)
        said = frame.replace("{n}", dice.choice(one.nouns)).replace("{v}", value).replace("{w}", wrong)
        yield Example(paper=one.kind, expected=f"correct:{one.spec.name}", said=said, source="composed")


def _elsewhere(one: _Asked, frames: Mapping[str, Sequence[str]], dice: random.Random, number: int) -> Iterator[Example]:
    for frame in dice.sample(frames["elsewhere"], number):
        said = frame.replace("{n}", dice.choice(one.nouns))
        yield Example(paper="-", expected="none", said=said, source="composed")


def _several(
    fields: Sequence[_Asked],
    frames: Mapping[str, Sequence[str]],
    dice: random.Random,
    number_of: tuple[int, int, int],
) -> Iterator[Example]:
    """Yield messages that ask for several fields: so many that name two, that name three, and of two questions."""
    sections = (("join", 2), ("join three", 3), ("join questions", 2))
    for (section, number), times in zip(sections, number_of, strict=True):
        are_questions = section == "join questions"
        fitting = [one for one in fields if (one.questions if are_questions else one.nouns)]
        for _ in range(times if len(fitting) > 1 else 0):
            chosen = dice.sample(fitting, min(number, len(fitting)))
            if len(chosen) < number or len({one.spec.name for one in chosen}) < number:
                continue
            said = dice.choice(frames[section])
            for sign, one in zip("abc", chosen, strict=False):
                is_question = are_questions and (not one.nouns or dice.random() < _SHARE_OF_QUESTIONS)
                said = said.replace(f"{{{sign}}}", dice.choice(one.questions if is_question else one.nouns))
            names = "+".join(one.spec.name for one in chosen)
            said = _with_reason(said, frames, dice)
            yield Example(paper=chosen[0].kind, expected=f"ask:{names}", said=said, source="composed")


def _together(path: Path, frames: _Frames, dice: random.Random) -> Iterator[Example]:
    for line in _lines(path):
        place, questions = line.split(" | ", 1)
        kind, _, names = place.partition(".")
        for question in questions.split(" / "):
            around = frames.around(question, dice)
            for frame in dice.sample(around["question"], _FRAMES_EACH):
                said = frame.replace("{q}", question).replace("{p}", frames.paper(kind, question, dice))
                said = _with_reason(said, around, dice)
                yield Example(paper=kind, expected=f"ask:{names}", said=said, source="composed")


def reasons() -> tuple[str, ...]:
    """Return what people say before and after a question, which asks for nothing."""
    return tuple(
        said for frames in (_frames().chinese, _frames().english) for said in (*frames["before"], *frames["after"])
    )


def _acts(path: Path, frames: _Frames, dice: random.Random) -> Iterator[Example]:
    for line in _lines(path):
        head, messages = line.split(" | ", 1)
        paper, _, expected = head.rpartition(" ")
        for said in messages.split(" / "):
            yield Example(paper=paper or "-", expected=expected, said=said, source="composed")
            if expected != "none":
                longer = _with_reason(said, frames.around(said, dice), dice)
                yield Example(paper=paper or "-", expected=expected, said=longer, source="composed")


def _with_reason(said: str, frames: Mapping[str, Sequence[str]], dice: random.Random) -> str:
    stop = dice.choice([", ", ". ", " ", "? "] if said.isascii() else ["，", ",", " ", "。"])
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
                    nouns=tuple(_dealt(forms.get("n", []), number, share)),
                    questions=tuple(_dealt(forms.get("q", []), number, share)),
                )
            places = [_place(name, prompts) for name in rest.split()]
            forms = {}
        else:
            forms[mark] = rest.split(" / ")


def _dealt(forms: Sequence[str], number: int, share: int) -> Sequence[str]:
    """Return the share of the kind with this number; English questions, which are few, are everybody's."""
    return forms if share <= _FEWEST_TO_SHARE or (forms[:1] and forms[0].isascii()) else forms[number % share :: share]


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
