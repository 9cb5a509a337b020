"""Fields and rows embedded in a file: from its data or, for those that the data lack, from its text."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from re import match

from bot.domain import texts
from bot.domain.checking.money import money
from bot.domain.document import Field, Line, Row, Source
from bot.domain.prompt import FieldSpec, FieldType, squeezed
from bot.domain.roles import Role
from workers.extraction.field_values import find_value
from workers.extraction.fields import fields_by_page, merged_pages
from workers.extraction.table_rows import find_rows
from workers.files.embedded import EmbeddedContent, EmbeddedData
from workers.layout.text_rows import fold

_MOST_ON_PAGE = 800  # lines of a page that is searched: each line is compared with each
_MOST_SEARCHED = 1500  # lines of a file


def printed_by_page(content: EmbeddedContent, specs: Sequence[FieldSpec]) -> dict[int, tuple[Field, ...]]:
    """Return the fields found in the text of each page that has text, by page number."""
    return fields_by_page(_readable(content.lines), specs)


def lines_by_page(content: EmbeddedContent) -> dict[int, tuple[Line, ...]]:
    """Return the lines of each page that is searched for fields, by page number."""
    by_page: dict[int, list[Line]] = {}
    for line in _readable(content.lines):
        by_page.setdefault(line.page, []).append(line)
    return {number: tuple(lines) for number, lines in by_page.items()}


def embedded_fields(
    content: EmbeddedContent, specs: Sequence[FieldSpec], printed: Sequence[Field] | None = None
) -> tuple[Field, ...]:
    """Return one field for each spec, in their order, from the file's data or, where these lack it, from its text.

    `printed` are the fields of its text, if they are known already. If two places in the file have different values,
    the one from the more trusted place is returned and is DOUBTFUL.
    """
    from_text = merged_pages(printed_by_page(content, specs)) if printed is None else printed
    by_key = {field.key: field for field in from_text}
    return tuple(_field(content.data, spec, by_key.get(spec.key)) for spec in specs)


def embedded_rows(content: EmbeddedContent, columns: Sequence[FieldSpec]) -> tuple[Row, ...]:
    """Return the rows of the file's table, from its data or, if these have none, from its text."""
    roles = {column.role for column in columns}
    goods = next((data.goods for data in content.data if any(roles & article.keys() for article in data.goods)), ())
    if goods:
        return tuple(Row(cells=tuple(_cell(article, column) for column in columns)) for article in goods)
    rows = find_rows(_readable(content.lines), columns) if columns else ()
    return tuple(Row(cells=tuple(_as_embedded(cell) if cell.value else cell for cell in row.cells)) for row in rows)


def _cell(article: Mapping[Role, str], column: FieldSpec) -> Field:
    value = clean(column.type, article.get(column.role, "") if column.role is not None else "")
    return column.field(value, Source.EMBEDDED) if value else column.missing


def _readable(lines: Sequence[Line]) -> list[Line]:
    """Return the first `_MOST_SEARCHED` lines, without the pages that have more lines than any form."""
    counts = Counter(line.page for line in lines)
    return [line for line in lines if counts[line.page] <= _MOST_ON_PAGE][:_MOST_SEARCHED]


def _field(data: Sequence[EmbeddedData], spec: FieldSpec, printed: Field | None) -> Field:
    values = [] if spec.role is None else [(one.place, one.values.get(spec.role, "").strip()) for one in data]
    given = [(place, clean(spec.type, raw)) for place, raw in values if raw]
    if not given:
        is_empty = printed is None or not printed.value or any(spec.role in one.form for one in data)
        return spec.missing if printed is None or is_empty else _as_embedded(printed)
    value = given[0][1]
    differing = [(place, other) for place, other in given if squeezed(other) != squeezed(value)]
    doubts = (texts.warnings.doubt_places_differ([given[0], *dict.fromkeys(differing)]),) if differing else ()
    return spec.field(value, Source.EMBEDDED, doubts=doubts)


def _as_embedded(printed: Field) -> Field:
    doubts = tuple(map(texts.warnings.in_file, printed.doubts))
    return replace(printed, source=Source.EMBEDDED, box=None, doubts=doubts)


def clean(kind: FieldType, raw: str) -> str:
    """Return a value in the notation of its type, unchanged if it is not of that type."""
    text = " ".join(raw.split())
    if any(char.isdigit() and not char.isdecimal() for char in text):
        return text  # 10² is not 102
    if kind is FieldType.MONEY:
        return _money(text)
    if kind is FieldType.DATE and (day := match(r"(\d{4}-\d\d-\d\d)[ T]\d", text)):
        text = day[1]
    if kind is FieldType.TEXT:
        return text
    found = find_value(kind, fold(text), text)
    return found.value if found is not None else text


def _money(text: str) -> str:
    bare = fold(text).replace(" ", "").lstrip("¥").replace(",", "")
    amount = money(bare)
    if amount is None:
        return text
    return f"{amount:.2f}" if amount == round(amount, 2) else f"{amount:f}"
