"""Hide personal data of a document in answers that people other than its owner read."""

from dataclasses import replace

from bot.domain.document import Document, Field
from bot.domain.prompt import Prompt
from bot.domain.replying.masking import mask_numbers, mask_personal, masked


def disclosed(document: Document, prompt: Prompt | None) -> Document:
    """Return a document, read with `prompt`, with only the ends of its masked fields.

    If its kind has masked fields, its text and doubts hide long numbers too, because they may repeat those values; if
    the prompt is unknown, everything does. Everything else hides identity numbers and bank cards.
    """
    secret = _masked_keys(prompt)
    cells = (cell for row in document.rows for cell in row.cells)
    values = [field.value for field in (*document.fields, *cells) if field.key in secret and field.value]

    def in_text(text: str) -> str:
        for value in values:
            text = text.replace(value, masked(value))
        return disclosed_text(text, prompt)

    def in_field(field: Field) -> Field:
        mask_other = mask_personal if prompt else mask_numbers
        value = (masked if field.key in secret else mask_other)(field.value)
        return replace(field, value=value, doubts=tuple(map(in_text, field.doubts)))

    return replace(
        document,
        text=in_text(document.text),
        left_over=in_text(document.left_over),
        fields=tuple(map(in_field, document.fields)),
        doubts=tuple(map(in_text, document.doubts)),
        signature=document.signature
        and replace(document.signature, signers=tuple(map(in_text, document.signature.signers))),
        rows=tuple(replace(row, cells=tuple(map(in_field, row.cells))) for row in document.rows),
    )


def disclosed_text(text: str, prompt: Prompt | None) -> str:
    """Return the text of a page read with `prompt`, hiding what may be personal without knowing its fields."""
    return mask_personal(text) if prompt and not _masked_keys(prompt) else mask_numbers(text)


def _masked_keys(prompt: Prompt | None) -> frozenset[str]:
    specs = (*prompt.fields, *prompt.columns) if prompt else ()
    return frozenset(spec.key for spec in specs if spec.masked)
