"""Compare what was read from a prompt's examples with what they should give, and with earlier results."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.document import Document, Failure, Outcome, Status
from bot.domain.prompt import Example, squeezed
from bot.domain.texts import trials as texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing that an example expects; `checked` says that the value has the status CHECKED."""

    what: str
    expected: str
    got: str
    right: bool
    checked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of one example. `failure` and `skipped` are sentences that say why there are no items."""

    prompt: str
    image: str
    items: tuple[Expectation, ...] = ()
    seconds: float = 0.0
    failure: str = ""
    skipped: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The same for all results of one example."""
        return self.prompt, self.image

    @property
    def right(self) -> int:
        """How many items are right."""
        return sum(item.right for item in self.items)

    @property
    def passed(self) -> bool:
        """Whether the example was read and all items are right."""
        return not self.failure and self.right == len(self.items)


def judge(example: Example, outcome: Outcome, *, recognised: str = "") -> Result:
    """Return the result of an example; `recognised` is the prompt that the page was recognised as, "" to ignore it."""
    if isinstance(outcome, Failure):
        return Result(prompt=example.prompt, image=example.image, failure=outcome.text)
    fields = {field.name: field for field in outcome.fields}
    items = [] if not recognised else [_compared(texts.recognised_item(), example.prompt, recognised)]
    for name, expected in example.fields:
        field = fields.get(name)
        checked = field is not None and field.status is Status.CHECKED
        items.append(_compared(name, expected, field.value if field else "", checked=checked))
    page = squeezed("\n".join((outcome.text, *(field.value for field in outcome.fields))))
    items += [_searched(words, page) for words in example.contains]
    return Result(prompt=example.prompt, image=example.image, items=tuple(items), seconds=outcome.seconds)


def newly_wrong(result: Result, before: Result | None) -> tuple[str, ...]:
    """Return the names of the items that were right `before` and no longer are: all that were, if reading failed."""
    if before is None or result.skipped:
        return ()
    right = {item.what for item in result.items if item.right}
    asked = {item.what for item in result.items}
    lost = [item.what for item in before.items if item.right and item.what not in right]
    return tuple(what for what in lost if result.failure or what in asked)


class Comparison(StrEnum):
    """How a result compares with the one before."""

    SKIPPED = "skipped"
    RIGHT = "right"
    BETTER = "better"  # right, and it was not
    WRONG = "wrong"  # and there was none before
    KNOWN = "known"  # wrong as before
    WORSE = "worse"


def compared(result: Result, before: Result | None) -> Comparison:
    """Return how a result compares with the one before, None if there was none."""
    if result.skipped:
        return Comparison.SKIPPED
    if newly_wrong(result, before):
        return Comparison.WORSE
    if result.passed:
        return Comparison.BETTER if before is not None and not before.passed else Comparison.RIGHT
    return Comparison.WRONG if before is None else Comparison.KNOWN


def by_example(results: Iterable[Result]) -> Mapping[tuple[str, str], Result]:
    """Return results by their keys."""
    return {result.key: result for result in results}


def latest_results(results: Iterable[Result], before: Iterable[Result]) -> tuple[Result, ...]:
    """Return the latest result of each example: from `results` unless it was skipped there, else from `before`."""
    read = {key: result for key, result in by_example(results).items() if not result.skipped}
    return tuple({**by_example(before), **read}.values())


def prompt_name_of(outcome: Outcome) -> str:
    """Return the name of the prompt that a page was read with, "" if it could not be read."""
    return outcome.prompt if isinstance(outcome, Document) else ""


def _compared(what: str, expected: str, got: str, *, checked: bool = False) -> Expectation:
    right = squeezed(expected) == squeezed(got)
    return Expectation(what=what, expected=expected, got=got, right=right, checked=checked)


def _searched(words: str, page: str) -> Expectation:
    right = squeezed(words) in page
    return Expectation(what=texts.contains_item(words), expected=words, got=words if right else "", right=right)
