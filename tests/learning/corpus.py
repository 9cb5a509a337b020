"""The examples from which the bot learns what people ask: what people said, and what `compose` puts together."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.config.prompt_files import load
from bot.domain.asking.learned import features as features_module
from bot.domain.prompt import Prompt
from tests.learning.compose import EXAMPLES, Example, composed

ROOT = Path(__file__).parents[2]
WAYS = ROOT / "tests" / "data" / "ways_to_ask.txt"
PROMPTS = load(ROOT / "config" / "prompts")
KINDS = {prompt.name: prompt for prompt in PROMPTS.prompts if prompt.fields}
PARTS = ("tune", "heard")  # of the list of ways to ask; its [test] is not learned from
COMPOSED = "composed"
_FIELDS_OF_OTHERS = ("ask", "correct")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """An example as it is learned: the act, the fields that are meant, and those that may be meant too."""

    paper: str
    said: str
    source: str
    act: str
    fields: frozenset[str] = frozenset()
    perhaps: frozenset[str] = frozenset()


def lessons() -> list[Lesson]:
    """Return all examples, those of people first; of the same message only the first counts."""
    found: dict[str, Lesson] = {}
    for example in (*said_by_people(), *composed(PROMPTS)):
        found.setdefault(example.said, _lesson(example))
    return list(found.values())


def said_by_people() -> Iterator[Example]:
    """Yield what people said, whose source is the part of the list or the name of the file."""
    for part in PARTS:
        yield from said_in(part)
    for path in sorted(EXAMPLES.glob("said_*.txt")):
        yield from _said(path.read_text(), path.stem)


def said_in(part: str) -> Iterator[Example]:
    """Yield what people said in a part of the list of ways to ask."""
    yield from _said(WAYS.read_text().split(f"\n[{part}]\n", 1)[1].split("\n[")[0], part)


def digest() -> str:
    """Return the SHA-256 of all that is learned from and of the code that looks at it, hexadecimal."""
    features = Path(features_module.__file__)
    code = [
        features.with_name(f"{name}.py") for name in ("features", "masking", "spelling", "topics", "hints", "kinds")
    ]
    own = [Path(__file__).with_name(f"{name}.py") for name in ("compose", "values", "learn")]
    found = hashlib.sha256(WAYS.read_text().split("\n[test]\n")[0].encode())
    for path in (*code, *own, *sorted(EXAMPLES.glob("*.txt"))):
        found.update(path.read_bytes())
    for kind, prompt in sorted(KINDS.items()):
        found.update("|".join((kind, *names_of(prompt))).encode())
    return found.hexdigest()


def _said(text: str, source: str) -> Iterator[Example]:
    for line in text.splitlines():
        columns = [column.strip() for column in line.split(" | ")]
        if line and not line.startswith("#"):
            paper, expected, said = columns
            yield Example(paper=paper, expected=expected, said=said, source=source)


def _lesson(example: Example) -> Lesson:
    """Return what is learned from an example: of several results the first, the fields of the others being allowed."""
    results = [result.partition(":") for result in example.expected.split(" or ")]
    act, _, detail = results[0]
    if act not in _FIELDS_OF_OTHERS:
        name = example.expected.split(" or ")[0]
        return Lesson(paper=example.paper, said=example.said, source=example.source, act=name)
    groups = [group.split("/") for group in detail.split("+")]
    fields = frozenset(group[0] for group in groups)
    others = {name for head, _, names in results if head == act for name in names.replace("+", "/").split("/")}
    return Lesson(
        paper=example.paper,
        said=example.said,
        source=example.source,
        act=act,
        fields=fields,
        perhaps=frozenset(others - fields),
    )


def names_of(kind: Prompt) -> list[str]:
    """Return the names of the fields and columns of a kind."""
    return [spec.name for spec in (*kind.fields, *kind.columns)]
