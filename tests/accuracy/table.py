"""Scores as a table for people and as JSON for another run."""

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.accuracy.scoring import Score, Verdict

_HEADS = ("kind", "condition", "files", "fields", "right", "missing", "wrong", "without ⚠️", "wrong ✅", "accuracy")
Row = tuple[str, ...]


def table(scores: Sequence[Score]) -> str:
    """Return the scores by kind and condition as a Markdown table, with a total for each kind and for all."""
    rows: list[Row] = []
    for kind in dict.fromkeys(one.kind for one in scores):
        of_kind = [one for one in scores if one.kind == kind]
        conditions = tuple(dict.fromkeys(one.condition for one in of_kind))
        rows += [_row(kind, name, [one for one in of_kind if one.condition == name]) for name in conditions]
        rows += [_row(f"**{kind}**", "all", of_kind)] if len(conditions) > 1 else []
    for condition in dict.fromkeys(one.condition for one in scores):
        rows.append(_row("**all**", condition, [one for one in scores if one.condition == condition]))
    rows.append(_row("**all**", "**all**", scores))
    return _markdown(rows)


def by_field(scores: Sequence[Score]) -> str:
    """Return, for each kind, the fields that are not always right, the worst first."""
    rows = []
    for kind in dict.fromkeys(one.kind for one in scores):
        of_kind = [one for one in scores if one.kind == kind]
        names = dict.fromkeys(one.field for one in of_kind)
        groups = [[one for one in of_kind if one.field == name] for name in names]
        rows += [_row(kind, group[0].field, group) for group in sorted(groups, key=_share) if _share(group) < 1]
    return _markdown(rows, field="field")


def _share(scores: Sequence[Score]) -> float:
    return sum(one.verdict is Verdict.RIGHT for one in scores) / len(scores)


def _row(kind: str, condition: str, scores: Sequence[Score]) -> Row:
    counts = [sum(one.verdict is verdict for one in scores) for verdict in Verdict]
    misled = sum(one.misled for one in scores)
    files = len({one.case for one in scores})
    share = f"{100 * _share(scores):.1f} %" if scores else "-"
    marks = sum(one.unmarked for one in scores), misled
    return (kind, condition, str(files), str(len(scores)), *map(str, (*counts, *marks)), share)


def _markdown(rows: Sequence[Row], *, field: str = "condition") -> str:
    heads = tuple(field if head == "condition" else head for head in _HEADS)
    widths = [max(map(_width, column)) for column in zip(heads, *rows, strict=True)]
    pads: list[Callable[[str, int], str]] = [_left, _left, *[_right] * (len(heads) - 2)]
    rule = ["-" * width if pad is _left else "-" * (width - 1) + ":" for width, pad in zip(widths, pads, strict=True)]
    lines = [[pad(cell, width) for cell, width, pad in zip(row, widths, pads, strict=True)] for row in (heads, *rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in (lines[0], rule, *lines[1:]))


def _left(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _right(cell: str, width: int) -> str:
    return " " * (width - _width(cell)) + cell


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in cell)


def save(scores: Sequence[Score], about: Mapping[str, str], file: Path) -> None:
    """Write a run as JSON: `about` and every score."""
    body = {"about": dict(about), "scores": [asdict(one) for one in scores]}
    file.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_verdicts(file: Path) -> dict[tuple[str, str], Verdict]:
    """Return the verdicts of a run that `save` wrote, by case and field."""
    scores = json.loads(file.read_text(encoding="utf-8"))["scores"]
    return {(one["case"], one["field"]): Verdict(one["verdict"]) for one in scores}
