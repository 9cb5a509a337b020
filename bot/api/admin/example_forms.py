"""The JSON of the prompts' examples, compared with the last accepted run."""

from dataclasses import dataclass

from bot.domain.examples import Result, compared, newly_wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemForm:
    """One thing that an example expects; `was_right`: it was so in the last accepted run, and is no longer."""

    what: str
    expected: str
    got: str
    right: bool
    checked: bool
    was_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreForm:
    """How many items of an example are right."""

    right: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleForm:
    """One example. `comparison`: right, better, wrong, known, worse or skipped; "" as long as it is not read."""

    prompt: str
    image: str
    status: str  # queued, reading or done
    comparison: str
    score: ScoreForm | None
    before: ScoreForm | None
    seconds: float
    items: list[ItemForm]
    failure: str
    skipped: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleRunForm:
    """A run of the examples; `is_current`: the prompt files are still those that it reads with."""

    id: str
    prompt: str  # "" for all
    engine: str
    is_done: bool
    is_current: bool
    compared_with: str  # the id of the accepted set, "" if there is none
    items: list[ExampleForm]


def example_form(result: Result, before: Result | None, *, status: str) -> ExampleForm:
    """Return the result of an example as JSON."""
    is_done = status == "done"
    lost = newly_wrong(result, before) if is_done else ()
    items = [
        ItemForm(
            what=item.what,
            expected=item.expected,
            got=item.got,
            right=item.right,
            checked=item.checked,
            was_right=item.what in lost,
        )
        for item in result.items
    ]
    return ExampleForm(
        prompt=result.prompt,
        image=result.image,
        status=status,
        comparison=compared(result, before).value if is_done else "",
        score=ScoreForm(right=result.right, total=len(result.items)) if is_done and not result.skipped else None,
        before=ScoreForm(right=before.right, total=len(before.items)) if before is not None else None,
        seconds=result.seconds,
        items=items,
        failure=result.failure,
        skipped=result.skipped,
    )
