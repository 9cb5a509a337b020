"""Fields and rows embedded in a file: from its data or, for those that the data lack, from its text."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from re import match

from bot.domain import texts
from bot.domain.checking.money import money
from bot.domain.document import Field, Line, Row, Source, Status
from bot.domain.prompt import FieldSpec, FieldType, Prompt, squeezed
from bot.domain.roles import Role
from workers.extraction.fields import fields_by_page, merged_pages
from workers.extraction.table_header import in_own_form
from workers.extraction.table_rows import find_rows
from workers.extraction.values.field_values import find_value
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


def embedded_rows(content: EmbeddedContent, prompt: Prompt) -> tuple[Row, ...]:
    """Return the rows of the file's table, from its data or, if these have none, from its text."""
    columns = prompt.columns
    tables = ([_row_of_data(data, at, columns) for at in range(_lines_in(data))] for data in content.data)
    rows_of_data = next((rows for rows in tables if any(cell.value for row in rows for cell in row.cells)), ())
    if rows_of_data:
        return in_own_form([row for row in rows_of_data if any(cell.value for cell in row.cells)], columns)
    rows = find_rows(_readable(content.lines), columns, prompt.table_ends) if columns else ()
    return tuple(Row(cells=tuple(_as_embedded(cell) if cell.value else cell for cell in row.cells)) for row in rows)


def _lines_in(data: EmbeddedData) -> int:
    return len(data.goods) or len(data.fact_rows)


def _row_of_data(data: EmbeddedData, at: int, columns: Sequence[FieldSpec]) -> Row:
    by_role = data.goods[at] if data.goods else {}
    by_element = data.fact_rows[at] if not data.goods else {}
    return Row(cells=tuple(_cell(_raw(by_role, by_element, column), column) for column in columns))


def _raw(by_role: Mapping[Role, str], by_element: Mapping[str, str], spec: FieldSpec) -> str:
    """Return the value of a field or column in a file's data, "" if it has none."""
    of_role = by_role.get(spec.role, "") if spec.role is not None else ""
    return of_role.strip() or next((by_element[name] for name in spec.elements if by_element.get(name)), "")


def _cell(raw: str, column: FieldSpec) -> Field:
    value = clean(column.type, raw)
    return column.field(value, Source.EMBEDDED) if value else column.missing


def _readable(lines: Sequence[Line]) -> list[Line]:
    """Return the first `_MOST_SEARCHED` lines, without the pages that have more lines than any form."""
    counts = Counter(line.page for line in lines)
    return [line for line in lines if counts[line.page] <= _MOST_ON_PAGE][:_MOST_SEARCHED]


def _field(data: Sequence[EmbeddedData], spec: FieldSpec, printed: Field | None) -> Field:
    values = [(one.place, _raw(one.values, one.facts, spec)) for one in data]
    given = [(place, clean(spec.type, raw)) for place, raw in values if raw]
    if not given:
        is_empty = printed is None or not printed.value or any(spec.role in one.form for one in data)
        return spec.missing if printed is None or is_empty else _as_embedded(printed)
    value = given[0][1]
    differing = [(place, other) for place, other in given if squeezed(other) != squeezed(value)]
    doubts = (texts.warnings.doubt_places_differ([given[0], *dict.fromkeys(differing)]),) if differing else ()
    found = spec.field(value, Source.EMBEDDED, doubts=doubts)
    return replace(found, status=Status.CHECKED) if _is_printed_too(found, printed, given) else found


def _is_printed_too(found: Field, printed: Field | None, given: Sequence[tuple[str, str]]) -> bool:
    """Return whether a value of the data also stands on the page, where it was found by its label.

    The tags of an OFD refer to the print itself, so they are no second source.
    """
    is_apart = any(place != texts.warnings.PLACE_PRINTED for place, _ in given)
    is_equal = printed is not None and bool(printed.value) and squeezed(printed.value) == squeezed(found.value)
    return is_apart and is_equal and not found.doubts


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
    if kind is FieldType.RATE:
        return _rate(text)
    if kind is FieldType.DATE and (day := match(r"(\d{4}-\d\d-\d\d)[ T]\d", text)):
        text = day[1]
    if kind is FieldType.TEXT:
        return text
    found = find_value(kind, fold(text), text)
    return found.value if found is not None else text


def _rate(text: str) -> str:
    """Return a rate as it is printed: data have 0.09 or 9.00% for 9%."""
    bare = fold(text).replace(" ", "")
    share = money(bare.removesuffix("%"))
    if share is None or share < 0 or (share >= 1 and bare[-1:] != "%"):
        return text
    percent = share if bare.endswith("%") else share * 100
    return f"{percent.normalize():f}%"


def _money(text: str) -> str:
    bare = fold(text).replace(" ", "").lstrip("¥").replace(",", "")
    amount = money(bare)
    if amount is None:
        return text
    return f"{amount:.2f}" if amount == round(amount, 2) else f"{amount:f}"
