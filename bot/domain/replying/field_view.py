"""A field, or a cell of a table, as people see it."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain import texts
from bot.domain.document import Document, Field, Status
from bot.domain.prompt import FieldSpec, FieldType, Prompt
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.replying.formatting import MARKS, in_yuan, written

_NO_SPEC = FieldSpec(name="", key="")  # of a field that the prompt does not know


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A field with what its prompt says of it; `written` is its value as people write it, not yet escaped."""

    field: Field
    type: FieldType = FieldType.TEXT
    labels: tuple[str, ...] = ()  # that announce it on paper
    written: str = ""

    @property
    def key(self) -> str:
        """Its name in code."""
        return self.field.key

    @property
    def status(self) -> Status:
        """How sure its value is."""
        return self.field.status

    @property
    def mark(self) -> str:
        """The sign behind its value: ✅, ⚠️ or none."""
        return MARKS.get(self.field.status, "")

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is to be looked at again, a general sentence where it is doubtful and nothing is known."""
        unexplained = (texts.answers.doubt_without_reason(),) if self.field.status is Status.DOUBTFUL else ()
        return self.field.doubts or unexplained

    @property
    def chat_name(self) -> str:
        """Its name for people, inert in Markdown."""
        return neutralise_line(self.field.name)

    @property
    def chat_value(self) -> str:
        """Its value as people write it, inert in Markdown."""
        return neutralise_line(self.written)


def field_views(document: Document, prompt: Prompt | None) -> tuple[FieldView, ...]:
    """Return views of a document's fields, in its order."""
    return _views(document.fields, document, prompt)


def row_views(document: Document, prompt: Prompt | None) -> tuple[tuple[FieldView, ...], ...]:
    """Return views of the cells of a document's table, row by row."""
    return tuple(_views(row.cells, document, prompt) for row in document.rows)


def _views(fields: Iterable[Field], document: Document, prompt: Prompt | None) -> tuple[FieldView, ...]:
    specs = {spec.key: spec for spec in ((*prompt.columns[::-1], *prompt.fields[::-1]) if prompt else ())}
    yuan = in_yuan(document)
    return tuple(_view(field, specs.get(field.key, _NO_SPEC), yuan=yuan) for field in fields)


def _view(field: Field, spec: FieldSpec, *, yuan: bool) -> FieldView:
    value = written(field.value, spec.type, yuan=yuan)
    return FieldView(field=field, type=spec.type, labels=spec.labels, written=value)
