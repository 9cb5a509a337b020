"""What a prompt's examples show: what is right, what is wrong, and what was better before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.document import Document, Failure, Outcome, Status
from bot.domain.prompt import Example, squeezed
from bot.domain.texts import trials as texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing that an example asks for; `checked`: the value was marked as checked."""

    what: str
    expected: str
    got: str
    right: bool
    checked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one example. `failure` and `skipped` are sentences: why there are no items."""

    prompt: str
    image: str
    items: tuple[Expectation, ...] = ()
    seconds: float = 0.0
    failure: str = ""
    skipped: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes two results those of one example."""
        return self.prompt, self.image

    @property
    def right(self) -> int:
        """How many items are right."""
        return sum(item.right for item in self.items)

    @property
    def passed(self) -> bool:
        """Whether all is right."""
        return not self.failure and self.right == len(self.items)


def judge(example: Example, outcome: Outcome, *, recognised: str = "") -> Result:
    """Return what `outcome` shows of an example; `recognised` is what the page was taken for, "" where nobody asked."""
    if isinstance(outcome, Failure):
        return Result(prompt=example.prompt, image=example.image, failure=outcome.text)
    fields = {field.name: field for field in outcome.fields}
    items = [] if not recognised else [_same(texts.recognised_item(), example.prompt, recognised)]
    for name, expected in example.fields:
        field = fields.get(name)
        checked = field is not None and field.status is Status.CHECKED
        items.append(_same(name, expected, field.value if field else "", checked=checked))
    page = squeezed("\n".join((outcome.text, *(field.value for field in outcome.fields))))
    items += [_inside(words, page) for words in example.contains]
    return Result(prompt=example.prompt, image=example.image, items=tuple(items), seconds=outcome.seconds)


def worse(result: Result, before: Result | None) -> tuple[str, ...]:
    """Return the names of the items that were right `before` and are not now; all of them where nothing was read."""
    if before is None or result.skipped:
        return ()
    right = {item.what for item in result.items if item.right}
    asked = {item.what for item in result.items}
    lost = [item.what for item in before.items if item.right and item.what not in right]
    return tuple(what for what in lost if result.failure or what in asked)


def by_example(results: Iterable[Result]) -> Mapping[tuple[str, str], Result]:
    """Return results by the examples they are of."""
    return {result.key: result for result in results}


def latest_results(results: Iterable[Result], before: Iterable[Result]) -> tuple[Result, ...]:
    """Return the latest result of each example: of these, else, where it was not read now, of the earlier ones."""
    read = {key: result for key, result in by_example(results).items() if not result.skipped}
    return tuple({**by_example(before), **read}.values())


def answer_of(outcome: Outcome) -> str:
    """Return the name of the prompt that a page was read with, "" where it was not."""
    return outcome.prompt if isinstance(outcome, Document) else ""


def _same(what: str, expected: str, got: str, *, checked: bool = False) -> Expectation:
    right = squeezed(expected) == squeezed(got)
    return Expectation(what=what, expected=expected, got=got, right=right, checked=checked)


def _inside(words: str, page: str) -> Expectation:
    right = squeezed(words) in page
    return Expectation(what=texts.contains_item(words), expected=words, got=words if right else "", right=right)
