"""What of a document may be shown where an answer goes."""

from dataclasses import replace

from bot.domain.document import Document, Failure, Field, Outcome
from bot.domain.prompt import Prompt
from bot.domain.replying.masking import mask_numbers, mask_personal, masked
from bot.domain.task import Task


def prompt_of(task: Task, document: Document) -> Prompt | None:
    """Return the prompt that a document was read with."""
    prompts = (task.to_read.prompt, *task.to_read.candidates)
    return next((prompt for prompt in prompts if prompt.name == document.prompt), None)


def disclosed(task: Task, outcome: Outcome) -> Outcome:
    """Return an outcome as those may see it who read the answer: masked fields by their ends only.

    Of a kind that has masked fields, its text and its doubts show no long number, for they may tell what was read; of
    a kind that the task does not know nothing shows any. Of other kinds, the whole text of a page for one, nothing
    shows an identity number or a bank card.
    """
    if isinstance(outcome, Failure) or not task.to_read.masked:
        return outcome
    prompt = prompt_of(task, outcome)
    specs = (*prompt.fields, *prompt.columns) if prompt else ()
    secret = {spec.key for spec in specs if spec.masked}
    bare = prompt is not None and not secret
    cells = (cell for row in outcome.rows for cell in row.cells)
    values = [field.value for field in (*outcome.fields, *cells) if field.key in secret and field.value]

    def hidden(said: str) -> str:
        for value in values:
            said = said.replace(value, masked(value))
        return mask_personal(said) if bare else mask_numbers(said)

    def shown(field: Field) -> Field:
        others = mask_personal if prompt else mask_numbers
        value = (masked if field.key in secret else others)(field.value)
        return replace(field, value=value, doubts=tuple(map(hidden, field.doubts)))

    return replace(
        outcome,
        text=hidden(outcome.text),
        fields=tuple(map(shown, outcome.fields)),
        doubts=tuple(map(hidden, outcome.doubts)),
        rows=tuple(replace(row, cells=tuple(map(shown, row.cells))) for row in outcome.rows),
    )
