"""The lines in a file that say whose output its contents are."""

from bot.domain import texts
from bot.domain.replying.answer_view import AnswerView


def credit_lines(answer: AnswerView) -> list[str]:
    """Return a line for each model, or other source, of the answer's contents."""
    return [texts.attachments.whose_output(one.model, one.notice, one.terms) for one in answer.credits]
