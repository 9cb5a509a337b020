"""Labelled real papers beside the checkout: each file with its kind, fields and rows in `NAME.gt.json`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[3] / "shared" / "cases" / "real"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPaper:
    """One file and what stands on it: the kind, fields by name, and the rows of its table by column name."""

    file: Path
    kind: str
    fields: dict[str, str]
    rows: tuple[dict[str, str], ...]


def labelled_papers(folder: Path = SHARED) -> Iterator[LabelledPaper]:
    """Yield the labelled papers of a folder by name; none if the folder is missing."""
    for label in sorted(folder.glob("*.gt.json")):
        known: dict[str, Any] = json.loads(label.read_text(encoding="utf-8"))
        stem = label.name.removesuffix(".gt.json")
        for file in folder.glob(f"{stem}.*"):
            if file != label:
                yield LabelledPaper(
                    file=file,
                    kind=known.get("doc_type", ""),
                    fields=known.get("fields", {}),
                    rows=tuple(known.get("rows", ())),
                )
