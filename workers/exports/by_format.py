"""Making the file attached to an answer, by its format."""

from bot.domain.attachment_format import Format
from bot.domain.replying.answer_view import AnswerView


def make(answer: AnswerView, kind: Format) -> bytes:
    """Return the bytes of a file with the whole answer; equal answers give equal bytes.

    The libraries for a format are loaded by the first call that needs them.
    """
    match kind:
        case Format.XLSX:
            from workers.exports.workbook import workbook  # noqa: PLC0415 - see above

            return workbook(answer)
        case Format.DOCX:
            from workers.exports.word import word  # noqa: PLC0415

            return word(answer)
        case Format.JSON:
            from workers.exports.json_export import json_zip  # noqa: PLC0415

            return json_zip(answer)
