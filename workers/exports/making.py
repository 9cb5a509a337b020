from collections.abc import Sequence

from bot.domain.document import Outcome
from bot.domain.files_out import file_name
from bot.domain.task import Format, Task


def make(task: Task, outcomes: Sequence[Outcome], kind: Format) -> bytes:
    """Return the bytes of a file that holds all `outcomes`, as they may be shown; the same for the same.

    The libraries are loaded by the first call that needs them.
    """
    match kind:
        case Format.XLSX:
            from workers.exports.workbook import workbook  # noqa: PLC0415 - see above

            return workbook(task, outcomes)
        case Format.DOCX:
            from workers.exports.word import word  # noqa: PLC0415

            return word(task, outcomes)
        case Format.JSON:
            from workers.exports.machine import machine  # noqa: PLC0415

            return machine(task, outcomes, file_name(task, outcomes, kind))
