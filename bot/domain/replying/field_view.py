"""A field, or a cell of a table, as people see it."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain import texts
from bot.domain.document import Document, Field, Status
from bot.domain.prompt import FieldSpec, FieldType, Prompt
from bot.domain.replying.escape_markdown import neutralise_line
from bot.domain.replying.formatting import MARKS, in_yuan, written

_NO_SPEC = FieldSpec(name="", key="")  # for a field that the prompt does not know


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A field with its type and labels from the prompt; `written` is its value as people write it, not escaped."""

    field: Field
    type: FieldType = FieldType.TEXT
    labels: tuple[str, ...] = ()  # printed before it
    written: str = ""

    @property
    def key(self) -> str:
        """The field's key in the prompt file."""
        return self.field.key

    @property
    def status(self) -> Status:
        """How sure the value is."""
        return self.field.status

    @property
    def mark(self) -> str:
        """The sign after the value: ✅, ⚠️ or ""."""
        return MARKS.get(self.field.status, "")

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why a person should check it; a general sentence if it is doubtful for no known reason."""
        unexplained = (texts.answers.doubt_without_reason(),) if self.field.status is Status.DOUBTFUL else ()
        return self.field.doubts or unexplained

    @property
    def chat_name(self) -> str:
        """The field's name for people, as Markdown."""
        return neutralise_line(self.field.name)

    @property
    def chat_value(self) -> str:
        """The value as people write it, as Markdown."""
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
