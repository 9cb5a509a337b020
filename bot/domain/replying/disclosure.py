"""What of a document may be shown where people other than its owner read the answer."""

from dataclasses import replace

from bot.domain.document import Document, Field
from bot.domain.prompt import Prompt
from bot.domain.replying.masking import mask_numbers, mask_personal, masked


def disclosed(document: Document, prompt: Prompt | None) -> Document:
    """Return a document, read with `prompt`, with its masked fields by their ends only.

    Of a kind that has masked fields, its text and its doubts show no long number, for they may hold what was read; of
    a kind without a known prompt nothing shows any. Of other kinds, such as the whole text of a page, nothing shows
    an identity number or a bank card.
    """
    secret = _masked_keys(prompt)
    cells = (cell for row in document.rows for cell in row.cells)
    values = [field.value for field in (*document.fields, *cells) if field.key in secret and field.value]

    def in_text(text: str) -> str:
        for value in values:
            text = text.replace(value, masked(value))
        return disclosed_text(text, prompt)

    def in_field(field: Field) -> Field:
        others = mask_personal if prompt else mask_numbers
        value = (masked if field.key in secret else others)(field.value)
        return replace(field, value=value, doubts=tuple(map(in_text, field.doubts)))

    return replace(
        document,
        text=in_text(document.text),
        fields=tuple(map(in_field, document.fields)),
        doubts=tuple(map(in_text, document.doubts)),
        rows=tuple(replace(row, cells=tuple(map(in_field, row.cells))) for row in document.rows),
    )


def disclosed_text(text: str, prompt: Prompt | None) -> str:
    """Return what a page says, read with `prompt`, as long as no fields of it are known."""
    return mask_personal(text) if prompt and not _masked_keys(prompt) else mask_numbers(text)


def _masked_keys(prompt: Prompt | None) -> frozenset[str]:
    specs = (*prompt.fields, *prompt.columns) if prompt else ()
    return frozenset(spec.key for spec in specs if spec.masked)
