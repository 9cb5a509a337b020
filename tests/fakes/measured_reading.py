"""What reading a file costs: `python -m tests.fakes.measured_reading PATH…` reads each in a process of its own.

The engine is a fake that answers at once, so that only what a reader does is counted. For each file there is a line of
JSON: what came of it, the CPU seconds of the process and of those that it started, and the most memory of either.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from bot.config.prompt_files import load
from bot.domain.document import Reading
from bot.domain.errors import Refused
from bot.domain.limits import MOST_MEMBERS
from workers.engines.base import EncodedPicture, PictureForm
from workers.files.file_type import IdentifiedFile, identify
from workers.files.zip_archive import Archive, ArchiveAllowance, Skipped, is_archive, readable_files
from workers.readers.forked import ALLOCATION
from workers.reading.document import ReadRequest, read_document

_ROOT = Path(__file__).parents[2]
_PROMPTS = load(_ROOT / "config" / "prompts")
_CPU_SECONDS, _MEMORY = 30, 6 * 2**30  # of a reading, after which the kernel ends it
_MEGABYTE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What came of a file: "read", a reason to refuse it, or what went wrong; in CPU seconds and in MB."""

    outcome: str
    seconds: float
    megabytes: int
    pages: int = 1  # that were read
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentEngine:
    """Reads nothing on any picture."""

    name: str = "rapid"
    takes_prompts: bool = False

    def form(self) -> PictureForm:
        return PictureForm()

    def ask(self, picture: EncodedPicture, prompt: str, **_: object) -> Reading:
        return Reading(text="")


def costs(paths: Sequence[Path]) -> list[Cost]:
    """Return what reading each of these files costs, in the same order."""
    command = [sys.executable, "-m", "tests.fakes.measured_reading", *map(str, paths)]
    ran = subprocess.run(command, cwd=_ROOT, env=os.environ | ALLOCATION, capture_output=True, text=True, check=True)
    return [Cost(**json.loads(line)) for line in ran.stdout.splitlines()]


def _measured(path: Path) -> Cost:
    answers, writes = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
        try:
            os.write(writes, "\n".join(_outcome(path.read_bytes())).encode())
        finally:
            os._exit(0)
    os.close(writes)
    with os.fdopen(answers, "rb") as stream:
        outcome, pages, sentence = (*stream.read().decode().split("\n"), "", "", "")[:3]
    _, status, usage = os.wait4(child, 0)
    return Cost(
        outcome=outcome or f"ended by signal {os.WTERMSIG(status)}",
        pages=int(pages or 1),
        sentence=sentence,
        seconds=round(usage.ru_utime + usage.ru_stime, 2),
        megabytes=usage.ru_maxrss * 1024 // _MEGABYTE,
    )


def _outcome(data: bytes) -> tuple[str, str, str]:
    """Return what came of a file, the number of pages that were read, and the sentence of a refusal."""
    try:
        return "read", str(_read(identify(data))), ""
    except Refused as refused:
        return refused.reason, "1", refused.text
    except BaseException as error:  # noqa: BLE001 - told to who measures
        return f"{type(error).__name__}: {error}"[:500].replace("\n", " "), "1", ""


def _read(file: IdentifiedFile) -> int:
    if not is_archive(file):
        request = ReadRequest(
            file=file, prompt=_PROMPTS.default, candidates=_PROMPTS.candidates, today=date(2026, 1, 1)
        )
        return read_document(request, SilentEngine()).pages
    pages = 0
    for _, member in readable_files(Archive(file), ArchiveAllowance(files=MOST_MEMBERS), Skipped()):
        with suppress(Refused):
            pages += _read(member)
    return pages


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(json.dumps(asdict(_measured(Path(argument)))), flush=True)
