"""`ocrbot read`: reading files as the bot does, without a chat."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.domain import texts
from bot.domain.china import CHINA
from bot.domain.document import Document, Failure, Outcome, Row, Status
from bot.domain.errors import Refused, Unavailable
from bot.domain.organisation import Organisation
from bot.domain.prompt_set import PromptSet
from workers.engines.base import Engine
from workers.exports.json_export import outcome_json
from workers.files.file_type import IdentifiedFile, identify
from workers.files.format_protocol import PageWindow
from workers.files.zip_archive import Archive, ArchiveAllowance, Skipped, is_archive, nothing_readable, readable_files
from workers.reading.document import ReadRequest, read_document

_MARKS = {Status.CHECKED: " ✅", Status.DOUBTFUL: " ⚠️", Status.UNCHECKED: "", Status.MISSING: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How files are read: prompts, the first page, counted from 0, and the organisation with its limits."""

    prompts: PromptSet
    organisation: Organisation = Organisation()  # noqa: RUF009 - frozen
    first_page: int = 0
    roots: tuple[str, ...] = ()  # certificates as PEM: signers who lead there are named

    def read(self, file: IdentifiedFile, engine: Engine) -> Outcome:
        """Read one file that is not an archive."""
        request = ReadRequest(
            file=file,
            prompt=self.prompts.default,
            candidates=self.prompts.candidates,
            today=datetime.now(CHINA).date(),
            companies=self.organisation.companies,
            window=PageWindow(first=self.first_page, most=self.organisation.most_pages),
            roots=self.roots,
        )
        try:
            return read_document(request, engine)
        except Refused as error:
            return Failure(reason=error.reason, text=error.text)
        except Unavailable as error:
            return Failure(reason="unavailable", text=texts.terminal.engine_unavailable(str(error)))


def read_files(files: Sequence[Path], options: ReadOptions, engine: Engine, *, as_json: bool) -> int:
    """Read each file, and each file in an archive, and print the outcome; return 1 if any failed, else 0."""
    failed = 0
    for file in files:
        for name, outcome in _papers(_read_file(file, options, engine)):
            failed |= isinstance(outcome, Failure)
            text = (
                json.dumps(outcome_json(name, outcome), ensure_ascii=False) if as_json else _outcome_text(name, outcome)
            )
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
    return int(failed)


def _papers(outcomes: Iterator[tuple[str, Outcome]]) -> Iterator[tuple[str, Outcome]]:
    """Yield a document for each of several papers in a file."""
    for name, outcome in outcomes:
        for paper in outcome.papers if isinstance(outcome, Document) else [outcome]:
            yield name, paper


def _read_file(file: Path, options: ReadOptions, engine: Engine) -> Iterator[tuple[str, Outcome]]:
    """Yield name and outcome of a file or, as `zip/path`, of each file in a zip, then a failure for those not read."""
    try:
        identified = identify(file.read_bytes())
    except OSError as error:
        yield str(file), Failure(reason="no_file", text=texts.terminal.file_unreadable(error.strerror or str(error)))
        return
    if not is_archive(identified):
        yield str(file), options.read(identified, engine)
        return
    skipped, most, found = Skipped(), options.organisation.most_members, 0
    try:
        for path, content in readable_files(Archive(identified), ArchiveAllowance(files=most), skipped):
            found += 1
            yield f"{file}/{path}", options.read(content, engine)
    except Refused as error:
        yield str(file), Failure(reason=error.reason, text=error.text)
        return
    sentences = skipped.sentences(most)
    if sentences or not found:
        refused = nothing_readable(skipped, most)
        text = texts.unreadable.archive_note("", sentences) if found else refused.text
        yield str(file), Failure(reason="archive_left" if found else refused.reason, text=text)


def _outcome_text(file: str, outcome: Outcome) -> str:
    if isinstance(outcome, Failure):
        return texts.terminal.read_failed(file, outcome.text)
    fields = [
        texts.terminal.read_field(field.name, field.value, _MARKS[field.status], field.doubts)
        for field in outcome.fields
    ]
    lines = [_line_text(number, row) for number, row in enumerate(outcome.rows, 1)]
    body = [*fields, *lines] or [outcome.text or texts.terminal.read_nothing()]
    head = texts.terminal.read_head(file, outcome.title, outcome.engine, outcome.seconds)
    signed = texts.answers.signature_intact(outcome.signature)
    return "\n".join([head, *body, *filter(None, [signed]), *map(texts.terminal.read_doubt, outcome.doubts)])


def _line_text(number: int, row: Row) -> str:
    cells = [(cell.name, cell.value, _MARKS[cell.status]) for cell in row.cells if cell.value]
    return texts.terminal.read_line(
        number, cells, list(dict.fromkeys(doubt for cell in row.cells for doubt in cell.doubts))
    )
