"""Writing sheets to a workbook of XlsxWriter. Text is never taken for a formula, a number or an address."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from typing import Any

from bot.domain.page_text.tables import Table, placed_cells
from workers.exports.cell_values import CellValue, cell_width, office_text, printed_value
from workers.exports.planned_sheet import NAME_CHARACTERS, PlannedSheet, SheetCell, sheet_name

_NARROWEST, _WIDEST = 6, 42  # columns, in characters
_HEAD = {
    "bold": True,
    "bg_color": "#DCE6F1",
    "border": 1,
    "border_color": "#A6A6A6",
    "text_wrap": True,
    "align": "center",
}
_BODY = {"border": 1, "border_color": "#D9D9D9"}
_DOUBTFUL = "#FFF2CC"
_LINK = "#0563C1"
_MOST_ROWS = 1_000_000
_LINE = 14.0  # the height of a line, in points
_MOST_HEIGHT = 409  # of a row, in points: Excel's limit
_PAGE_WIDTH = 150  # characters that stay legible across one printed page


@dataclass(slots=True, kw_only=True)
class CellFormats:
    """The cell formats of one workbook, each made once."""

    book: Any
    made: dict[tuple[tuple[str, object], ...], Any] = field(default_factory=dict)

    def of(self, **properties: object) -> Any:
        """Return the format with these properties and the workbook's font."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(properties)
        return self.made[key]

    def for_value(self, value: CellValue, *, doubtful: bool = False, link: bool = False, **more: object) -> Any:
        """Return the format for a cell with this value; `more` are further properties."""
        style: dict[str, object] = {**_BODY, **more}
        style |= {"bg_color": _DOUBTFUL} if doubtful else {}
        style |= {"font_color": _LINK, "underline": 1} if link else {}
        match value.content:
            case Decimal():
                whole = "#,##0" if value.grouped else "0"
                style["num_format"] = whole + ("." + "0" * value.decimals if value.decimals else "")
            case date():
                style |= {"num_format": "yyyy-mm-dd", "align": "center"}
            case _:
                style |= {"num_format": "@", "text_wrap": True}
        return self.of(**style)


def add_sheet(book: Any, wanted: str) -> Any:
    """Add a sheet and return it; its name is like `wanted`, but allowed by Excel and unique."""
    base = sheet_name(wanted)
    names = {sheet.get_name().casefold() for sheet in book.worksheets()}
    name, number = base, 1
    while name.casefold() in names:
        number += 1
        name = f"{base[: NAME_CHARACTERS - 1 - len(str(number))]}_{number}"
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.hide_gridlines(2)
    return sheet


def write_sheet(book: Any, formats: CellFormats, plan: PlannedSheet) -> None:
    """Write a planned sheet; its head stays in view and has filters, its totals are below the rows."""
    sheet = add_sheet(book, plan.name)
    for column, name in enumerate(plan.head):
        sheet.write_string(0, column, office_text(name), formats.of(**_HEAD))
    widths = [_width([name + "　", *_column_texts(plan, column)]) for column, name in enumerate(plan.head)]
    for row, entries in enumerate(plan.rows[:_MOST_ROWS], 1):
        sheet.set_row(row, _height(entries, widths))
        for column, entry in enumerate(entries):
            style = formats.for_value(entry.value, doubtful=entry.doubtful, link=bool(entry.link))
            _write_value(sheet, (row, column), entry.value, style, link=entry.link)
    if plan.totals:
        _write_totals(sheet, formats, plan)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(plan.rows), len(plan.head) - 1)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1 if sum(widths) < _PAGE_WIDTH else 2, 0)
    sheet.repeat_columns(0)
    for column, wide in enumerate(widths):
        sheet.set_column(column, column, wide)


def _column_texts(plan: PlannedSheet, column: int) -> list[str]:
    totals = [f"{total.value:,.2f}" for total in plan.totals if total.column == column]
    return [*(entries[column].value.text for entries in plan.rows), *totals]


def _height(entries: Sequence[SheetCell], widths: Sequence[float]) -> float:
    """Return the height that a row needs for its texts, in points."""
    lines = [
        sum(max(1, ceil(cell_width(line) / (wide - 1))) for line in entry.value.text.split("\n"))
        for entry, wide in zip(entries, widths, strict=True)
    ]
    return float(min(_MOST_HEIGHT, _LINE * max(lines, default=1) + 4))


def _write_value(sheet: Any, at: tuple[int, int], value: CellValue, style: Any, *, link: str = "") -> None:
    """Write a value by its type; text is written as text, or as the text of `link`."""
    match value.content:
        case Decimal():
            sheet.write_number(*at, float(value.content), style)
        case date():
            sheet.write_datetime(*at, datetime(*value.content.timetuple()[:3]), style)  # noqa: DTZ001 - a day
        case "":
            sheet.write_blank(*at, None, style)
        case text:
            if link:
                sheet.write_url(*at, link, style, text)
            else:
                sheet.write_string(*at, text, style)


def write_table(book: Any, formats: CellFormats, name: str, table: Table) -> None:
    """Write a printed table with its merged cells; the sheet is named after the caption, if there is one."""
    cells = placed_cells(table)
    if not cells:
        return
    sheet = add_sheet(book, table.caption or name)
    sheet.fit_to_pages(1, 0)
    column_texts: dict[int, list[str]] = {}
    for at in cells:
        value = printed_value(at.cell.text)
        style = formats.of(**_HEAD) if at.cell.header else formats.for_value(value)
        if at.cell.columns > 1 or at.cell.rows > 1:
            sheet.merge_range(at.row, at.column, at.row + at.cell.rows - 1, at.column + at.cell.columns - 1, "", style)
        else:
            column_texts.setdefault(at.column, []).append(value.text)
        _write_value(
            sheet, (at.row, at.column), CellValue(content=office_text(at.cell.text)) if at.cell.header else value, style
        )
    for column, texts in column_texts.items():
        sheet.set_column(column, column, _width(texts))
    if table.header_rows and len(table.rows) > 1:
        sheet.freeze_panes(1, 0)
        if not any(at.cell.columns > 1 or at.cell.rows > 1 for at in cells):
            sheet.autofilter(0, 0, len(table.rows) - 1, max(at.column for at in cells))


def _write_totals(sheet: Any, formats: CellFormats, plan: PlannedSheet) -> None:
    row = len(plan.rows) + 1
    style_of_head = formats.of(**_HEAD)
    for column in range(len(plan.head)):
        sheet.write_blank(row, column, None, style_of_head)
    sheet.write_string(row, 0, plan.total_label, style_of_head)
    for total in plan.totals:
        value = CellValue(content=total.value, decimals=total.decimals, grouped=True)
        style = formats.for_value(value, bold=True, bg_color="#DCE6F1")
        sheet.write_formula(row, total.column, total.formula, style, float(total.value))


def _width(texts: Sequence[str]) -> float:
    return min(_WIDEST, max(_NARROWEST, *(cell_width(text) + 2 for text in texts)))
