"""From a message to what is to be done about it."""

from dataclasses import replace

from bot.domain import texts
from bot.domain.message import Message, Obstacle
from bot.domain.prompts import PromptSet
from bot.domain.task import Task, task_id

MOST_ATTACHMENTS = 9  # of one message: what a phone's album lets people choose at once

_OBSTACLES = {
    Obstacle.UNKNOWN_TYPE: texts.unknown_type,
    Obstacle.OVER_QUOTA: texts.over_quota,
    Obstacle.QUOTE_WITHOUT_CODE: texts.quote_without_code,
    Obstacle.AUDIO: texts.audio,
    Obstacle.VIDEO: texts.video,
}


def decide(message: Message, prompts: PromptSet, *, now: float) -> Task:
    """Return what to do for `message`, received at `now` (Unix seconds): read what is attached, else say something.

    A prompt that the message names is used as it is; where none is named, the page may be recognised.
    """
    task = Task(id=task_id(message.id), address=message.address, received_at=now)
    obstacle = _OBSTACLES[message.obstacle]() if message.obstacle else ""
    if not message.attachments:
        return replace(task, answer=obstacle or _help(prompts))
    named = prompts.for_message(message.text)
    return replace(
        task,
        attachments=message.attachments[:MOST_ATTACHMENTS],
        prompt=named or prompts.default,
        candidates=() if named else prompts.candidates,
        note="\n\n".join(filter(None, (obstacle, _left_out(len(message.attachments))))),
    )


def _left_out(number: int) -> str:
    return texts.too_many_attachments(number, MOST_ATTACHMENTS) if number > MOST_ATTACHMENTS else ""


def _help(prompts: PromptSet) -> str:
    kinds = [prompt.title for prompt in prompts.prompts if prompt is not prompts.default]
    return texts.help_text(kinds, prompts.default.title)
