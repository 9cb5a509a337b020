"""Accepted sets of prompts as plain folders: the files, when and by whom they were accepted, and their results.

For example config/accepted/20260318-093000-1a2b3c4d/record.json, with prompts/*.toml beside it. No folder is ever
changed or removed.
"""

import getpass
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from bot.config.atomic_write import replace_bytes, replace_text
from bot.domain.errors import Misconfigured
from bot.domain.examples import Result
from bot.domain.texts import trials as texts
from bot.domain.texts.console import cannot_write

FOLDER = "accepted"
_RECORD, _PROMPTS = "record.json", "prompts"
_ID_HASH = 8  # characters of the hash in an id

Kind = Literal["accepted", "rollback", "saved"]
Files = Mapping[str, bytes]  # prompt files by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One set. A `saved` set was never accepted, but in use when another one was put back."""

    kind: Kind
    id: str
    at: str  # ISO 8601 with an offset
    by: str  # the user of the operating system, or who was signed in at the page
    sha256: str  # of all files, hexadecimal
    changes: tuple[str, ...] = ()  # since the previous record, as phrases
    restored: str = ""  # the id of the set that was put back
    results: Mapping[str, tuple[Result, ...]] = field(default_factory=dict)  # by engine


_RECORDS: TypeAdapter[Record] = TypeAdapter(Record)


class History:
    """The sets in `config`/accepted and the prompts in use in `config`/prompts."""

    def __init__(self, config: Path) -> None:
        self.folder = config / FOLDER
        self._prompts = config / "prompts"

    def records(self) -> list[Record]:
        """Return all records, the oldest first; raises `Misconfigured` if one cannot be read."""
        paths = self.folder.glob(f"*/{_RECORD}") if self.folder.is_dir() else ()
        records = [_read_record(path) for path in paths if not path.parent.name.startswith(".")]
        return sorted(records, key=lambda record: (datetime.fromisoformat(record.at), record.id))

    def is_accepted(self) -> bool:
        """Return whether the files in use were accepted as they are; raises `Misconfigured` as `records` does."""
        current = hash_of(self.current())
        return any(record.sha256 == current and record.kind != "saved" for record in self.records())

    def files_of(self, record: Record) -> Files:
        """Return the files of a record."""
        return _prompt_files(self.folder / record.id / _PROMPTS)

    def folder_of(self, record: Record) -> Path:
        """Return the folder that holds a record's prompt files."""
        return self.folder / record.id / _PROMPTS

    def current(self) -> Files:
        """Return the files in use."""
        return _prompt_files(self._prompts)

    def record(
        self,
        kind: Kind,
        files: Files,
        *,
        restored: str = "",
        results: Mapping[str, Sequence[Result]] | None = None,
        by: str = "",
    ) -> Record:
        """Add a set and return its record; raises `Misconfigured` if it cannot be written.

        `by` says who does it, "" for the user of the operating system.
        """
        earlier = self.records()
        now = datetime.now(UTC).astimezone()
        sha256 = hash_of(files)
        record = Record(
            kind=kind,
            id=_unused_id(self.folder, f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{sha256[:_ID_HASH]}"),
            at=now.isoformat(timespec="milliseconds"),
            by=by or _user_name(),
            sha256=sha256,
            changes=changes(self.files_of(earlier[-1]), files) if earlier else (),
            restored=restored,
            results={engine: tuple(of_engine) for engine, of_engine in (results or {}).items()},
        )
        _write_record(self.folder, record, files)
        return record

    def put_back(self, record: Record) -> None:
        """Put a record's prompts into use: each file is replaced as a whole, and files it lacks are removed last."""
        files, current = self.files_of(record), self.current()
        for name, data in files.items():
            if current.get(name) != data:
                replace_bytes(self._prompts / name, data)
        for name in sorted({*current} - {*files}):
            try:
                (self._prompts / name).unlink(missing_ok=True)
            except OSError as error:
                raise Misconfigured(cannot_write(str(self._prompts / name), error.strerror or str(error))) from error


def last_run(records: Sequence[Record], engine: str) -> Record | None:
    """Return the last record with results of this engine, whose results are compared only with its own."""
    runs = (record for record in reversed(records) if record.kind != "saved" and record.results.get(engine))
    return next(runs, None)


def results_by_engine(
    records: Sequence[Record], engine: str, results: tuple[Result, ...]
) -> dict[str, tuple[Result, ...]]:
    """Return the results of this engine, with the last ones of every other engine."""
    by_engine: dict[str, tuple[Result, ...]] = {}
    for record in records:
        by_engine |= dict(record.results) if record.kind != "saved" else {}
    return {**by_engine, engine: results} if results else by_engine


def hash_of(files: Files) -> str:
    """Return the hexadecimal SHA-256 of a set's files: their names and bytes."""
    hashed = hashlib.sha256()
    for name, data in sorted(files.items()):
        hashed.update(f"{name}\0{len(data)}\0".encode() + data)
    return hashed.hexdigest()


def changes(before: Files, now: Files) -> tuple[str, ...]:
    """Return a phrase for each file that was added, removed or changed between two sets."""
    names = sorted({*before, *now})
    kinds = {
        name: "came" if name not in before else "went" if name not in now else "changed"
        for name in names
        if before.get(name) != now.get(name)
    }
    return tuple(texts.change_made(kind, name) for name, kind in kinds.items())


def _prompt_files(folder: Path) -> Files:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.toml")) if not path.name.startswith(".")}


def _read_record(path: Path) -> Record:
    try:
        return _RECORDS.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise Misconfigured(texts.record_broken(str(path))) from error


def _write_record(folder: Path, record: Record, files: Files) -> None:
    """Write a record's folder under a temporary name and rename it, so that it exists as a whole or not at all."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".", dir=folder))
        draft.chmod(0o755)
        for name, data in files.items():
            replace_bytes(draft / _PROMPTS / name, data)
        encoded = json.loads(_RECORDS.dump_json(record))
        replace_text(draft / _RECORD, json.dumps(encoded, ensure_ascii=False, indent=2) + "\n")
        draft.rename(folder / record.id)
    except OSError as error:
        raise Misconfigured(cannot_write(str(folder), error.strerror or str(error))) from error


def _unused_id(folder: Path, wanted: str) -> str:
    """Return an id that no record has: `wanted`, with a number if another record was added in the same second."""
    taken = {path.name for path in folder.glob("*")} if folder.is_dir() else set()
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if name not in taken)


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # in a container the user may have no name
        return f"uid {os.getuid()}"
