"""Why a file was not read, as the JSON that callers get."""

from typing import Final

from bot.api.answers.json_models import FailureJson
from bot.domain.texts import api as texts
from bot.domain.texts.english.sentences import in_language

FAILED_TYPE: Final = "urn:ocrbot-problem:not-read"
_UNPROCESSABLE: Final = 422


def failure_json(reason: str, sentence: str, language: str) -> FailureJson:
    """Return a failure in zh or en; `sentence` is as it is kept, in Chinese, or "" if there is none."""
    title, detail = texts.not_read().told(language)
    told = in_language(sentence, language)
    is_told = bool(told) and (language == "zh" or told != sentence)
    return FailureJson(
        type=FAILED_TYPE,
        title=title,
        status=_UNPROCESSABLE,
        detail=told if is_told else detail,
        reason=reason,
        sentence=told,
    )
