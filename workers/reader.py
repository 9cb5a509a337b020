"""`ocrbot read`: the same reading as in the chat, without the chat."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.domain import texts
from bot.domain.china import CHINA
from bot.domain.document import Failure, Outcome, Status
from bot.domain.errors import Refused, Unavailable
from bot.domain.organisation import Company
from bot.domain.prompts import PromptSet
from workers.engines.base import Engine
from workers.engines.cpu import LocalRapid
from workers.outcome_json import outcome_json
from workers.reading import read_document

_MARKS = {Status.CHECKED: " ✅", Status.DOUBTFUL: " ⚠️", Status.UNCHECKED: "", Status.MISSING: ""}


def local_engine() -> Engine:
    """Return the embedded CPU engine in this process."""
    return LocalRapid()


def read_files(
    files: Sequence[Path], prompts: PromptSet, engine: Engine, *, companies: Sequence[Company] = (), as_json: bool
) -> int:
    """Read each file and print what came of it; return 1 when one could not be read, else 0."""
    failed = 0
    for file in files:
        outcome = _read(file, prompts, engine, companies)
        failed |= isinstance(outcome, Failure)
        text = json.dumps(outcome_json(str(file), outcome), ensure_ascii=False) if as_json else _as_text(file, outcome)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    return int(failed)


def _read(file: Path, prompts: PromptSet, engine: Engine, companies: Sequence[Company]) -> Outcome:
    try:
        return read_document(
            file.read_bytes(),
            prompts.default,
            prompts.candidates,
            engine,
            today=datetime.now(CHINA).date(),
            companies=companies,
        )
    except Refused as error:
        return Failure(reason=error.reason, text=error.text)
    except Unavailable as error:
        return Failure(reason="unavailable", text=texts.engine_unavailable(str(error)))
    except OSError as error:
        return Failure(reason="no_file", text=texts.file_unreadable(error.strerror or str(error)))


def _as_text(file: Path, outcome: Outcome) -> str:
    if isinstance(outcome, Failure):
        return texts.read_failed(str(file), outcome.text)
    fields = [texts.read_field(field.name, field.value, _MARKS[field.status], field.doubts) for field in outcome.fields]
    body = fields or [outcome.text or texts.read_nothing()]
    head = texts.read_head(str(file), outcome.title, outcome.engine, outcome.seconds)
    return "\n".join([head, *body, *map(texts.read_doubt, outcome.doubts)])
