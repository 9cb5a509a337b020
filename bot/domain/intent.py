"""From a message to what is to be done about it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import texts
from bot.domain.asking import understand
from bot.domain.message import Message, Obstacle
from bot.domain.names import meant
from bot.domain.organisation import MOST_ATTACHMENTS, Organisation
from bot.domain.prompts import Prompt, PromptSet
from bot.domain.task import Task, task_id

__all__ = ["MOST_ATTACHMENTS", "decide"]

_EVERYBODY = Organisation()
_OBSTACLES = {
    Obstacle.UNKNOWN_TYPE: texts.unknown_type,
    Obstacle.OVER_QUOTA: texts.over_quota,
    Obstacle.QUOTE_WITHOUT_CODE: texts.quote_without_code,
    Obstacle.AUDIO: texts.audio,
    Obstacle.VIDEO: texts.video,
}


def decide(message: Message, prompts: PromptSet, organisation: Organisation = _EVERYBODY, *, now: float) -> Task:
    """Return what to do for `message`, received at `now` (Unix seconds): read what is attached, else say something.

    A prompt that the message names is used as it is. Where none is named, the conversation's default is; where there
    is none either, the page may be recognised.
    """
    task = Task(
        id=task_id(message.id),
        address=message.address,
        received_at=now,
        masked=organisation.masks(message.address),
        receipt=organisation.receipt,
        companies=organisation.companies,
        duplicates=organisation.duplicate_scope,
        most_pages=organisation.most_pages,
        most_members=organisation.most_members,
        plain=prompts.default.title,
        notice=organisation.provider,
    )
    if not organisation.serves(message.address):
        return replace(task, answer=_refusal(message, organisation))
    obstacle = _OBSTACLES[message.obstacle]() if message.obstacle else ""
    if not message.attachments:
        return replace(task, answer=obstacle or _help(prompts, organisation))
    asked = understand(message.text, prompts, organisation.bot_names)
    if asked.prompt is not None and asked.needs_input:
        return replace(task, answer=texts.input_missing(asked.prompt.title))
    default = prompts.named(organisation.default_for(message.address.conversation_id) or "")
    usual = default if asked.prompt is None else None
    most = organisation.most_attachments
    notes = (obstacle, _left_out(len(message.attachments), most), _usual(usual, prompts))
    return replace(
        task,
        attachments=message.attachments[:most],
        prompt=asked.prompt or usual or prompts.default,
        candidates=() if asked.sure or usual else _with_all(asked.only, prompts.candidates),
        only=asked.only,
        note="\n\n".join(filter(None, notes)),
    )


def _with_all(names: Sequence[str], candidates: Sequence[Prompt]) -> tuple[Prompt, ...]:
    """Return the kinds that have a field for every one of `names`."""
    return tuple(prompt for prompt in candidates if all(meant(name, prompt.fields) for name in names))


def _refusal(message: Message, organisation: Organisation) -> str:
    people = organisation.people
    if people and message.address.staff_id not in people:
        return texts.person_not_served(organisation.contact)
    return texts.not_served(message.address.conversation_id, organisation.contact)


def _usual(prompt: Prompt | None, prompts: PromptSet) -> str:
    return texts.taken_by_default(prompt.title, prompts.default.title) if prompt not in (None, prompts.default) else ""


def _left_out(number: int, most: int) -> str:
    return texts.too_many_attachments(number, most) if number > most else ""


def _help(prompts: PromptSet, organisation: Organisation) -> str:
    """Name the kinds that a page is recognised as, and what else can be asked for."""
    # First the kind that words such as 报销 mean: the one that most people come for.
    kinds = [prompt.title for prompt in sorted(prompts.candidates, key=lambda prompt: not prompt.hints)]
    others = [prompt.title for prompt in prompts.prompts if prompt.title not in (*kinds, prompts.default.title)]
    return texts.help_text(kinds, prompts.default.title, others, organisation.provider)
