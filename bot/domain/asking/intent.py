"""From a message to what is to be done about it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.asking.command_words import command_in
from bot.domain.asking.field_names import meant
from bot.domain.asking.request import Request, understand
from bot.domain.message import Address, Message, Obstacle
from bot.domain.organisation import Organisation
from bot.domain.prompt import Prompt
from bot.domain.prompt_set import PromptSet
from bot.domain.task import Command, PageChoice, Task, task_id
from bot.domain.texts import chat as texts

NAMELESS = "nameless:"  # in place of a reference: a message of the bot's that says of no task, "已收到" for one
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
    is none either, the page may be recognised. A message that asks for something and brings nothing to read refers to
    what it quotes, or to what the person posted last.
    """
    message = _without_own_files(message)
    task = Task(
        id=task_id(message.id),
        address=message.address,
        received_at=now,
        masked=organisation.masks(message.address),
        formats=organisation.files_for(message.address.conversation_id),
        receipt=organisation.receipt,
        companies=organisation.companies,
        duplicates=organisation.duplicate_scope,
        most_pages=organisation.most_pages,
        most_members=organisation.most_members,
        remember_seconds=60 * organisation.remember_minutes,
        plain=prompts.default.title,
        notice=organisation.provider,
    )
    if not organisation.serves(message.address):
        return replace(task, answer=_refusal(message, organisation))
    command = _command(message, organisation)
    if command is not None:
        return _commanded(replace(task, command=command), message, prompts, organisation)
    asked = understand(message.text, prompts, organisation.bot_names)
    if not message.attachments:
        return _without_any(task, message, asked, prompts, organisation)
    if asked.prompt is not None and asked.needs_input:
        return replace(task, answer=texts.input_missing(asked.prompt.title))
    most = organisation.most_attachments
    obstacle = _OBSTACLES[message.obstacle]() if message.obstacle else ""
    reading = _reading(task, message, asked, prompts, organisation)
    notes = (obstacle, _left_out(len(message.attachments), most), reading.note)
    return replace(
        reading,
        attachments=message.attachments[:most],
        # What was quoted before is no second posting, and may have been read.
        refers=references(message, remembered=False) if all(one.quoted for one in message.attachments) else (),
        note="\n\n".join(filter(None, notes)),
    )


def _without_own_files(message: Message) -> Message:
    """Return a message without the files of the bot's that it quotes: they are answers, and lead to what was read."""
    if message.quote is None or not message.quote.own:
        return message
    return replace(message, attachments=tuple(one for one in message.attachments if not one.quoted))


def _reading(task: Task, message: Message, asked: Request, prompts: PromptSet, organisation: Organisation) -> Task:
    """Return the task with what is to be read of whatever it is about."""
    default = prompts.named(organisation.default_for(message.address.conversation_id) or "")
    usual = default if asked.prompt is None else None
    read = replace(
        task,
        prompt=asked.prompt or usual or prompts.default,
        candidates=() if asked.sure or usual else _with_all(asked.only, prompts.candidates),
        only=asked.only,
        formats=asked.formats or task.formats,
        note=_usual(usual, prompts, remembered=task.remember_seconds > 0),
        about=task_id(message.quote.message_id) if message.quote and message.quote.message_id else "",
    )
    span = asked.pages
    if span is None or span.further:
        return read if span is None else replace(read, pages=PageChoice.FURTHER)
    most = min(span.number or task.most_pages, task.most_pages)
    return replace(read, pages=PageChoice.NAMED, first_page=span.first, most_pages=most)


def _without_any(task: Task, message: Message, asked: Request, prompts: PromptSet, organisation: Organisation) -> Task:
    """Return what to do for a message that brings nothing to read: ask again about what came before, or say so."""
    obstacle = _OBSTACLES[message.obstacle]() if message.obstacle else ""
    lost = message.obstacle is Obstacle.QUOTE_WITHOUT_CODE
    if (obstacle and not lost) or not (asked.anything or lost):
        return replace(task, answer=obstacle or _help(prompts, organisation))
    if asked.prompt is not None and asked.needs_input:
        return replace(task, answer=texts.input_missing(asked.prompt.title))
    quotes = lost or message.quote is not None
    unknown = texts.quote_without_code() if quotes else texts.nothing_to_refer_to(organisation.remember_minutes)
    refers = references(message, remembered=organisation.remember_minutes > 0)
    if not refers or (lost and message.quote is None):
        return replace(task, answer=unknown)
    reading = _reading(task, message, asked, prompts, organisation)
    return replace(reading, refers=refers, inherits=asked.prompt is None and not asked.only, answer=unknown)


def references(message: Message, *, remembered: bool) -> tuple[str, ...]:
    """Return where to look for what a message is about, the surest first; see `bot.storage.earlier_tasks`.

    What is quoted, and nothing else: only where that is the bot's own, and has no name that could lead anywhere, or
    where nothing is quoted, it is what the person posted last.
    """
    last, quote = last_of(message.address) if remembered else "", message.quote
    if quote is None:
        return (last,) if last else ()
    quoted = [task_id(name) for name in (quote.message_id, *quote.deeper) if name]
    names = [
        *([f"posted:{quote.task_id}"] if quote.task_id else []),
        *([f"sent:{quote.query_key}"] if quote.query_key else []),
        *(f"{kind}:{name}" for name in quoted for kind in ("posted", "about")),
    ]
    nameless = quote.own and not quote.task_id and not quote.query_key
    return (*names, last) if nameless and last else tuple(names)


def last_of(address: Address) -> str:
    """Return the reference to what this person posted last in this conversation, "" for nobody in particular."""
    return f"last:{address.conversation_id}:{address.person}" if address.person else ""


def _command(message: Message, organisation: Organisation) -> Command | None:
    """Return the command that a message is; one with files of its own is none, and help is for those without any."""
    if any(not attachment.quoted for attachment in message.attachments):
        return None
    command = command_in(message.text, organisation.bot_names)
    return None if command is Command.HELP and message.attachments else command


def _commanded(task: Task, message: Message, prompts: PromptSet, organisation: Organisation) -> Task:
    if task.command is Command.HELP:
        return replace(task, command=None, answer=_help(prompts, organisation))
    if task.command is Command.CANCEL and message.quote is not None:
        nameless = message.quote.own and not message.quote.task_id and not message.quote.query_key
        # A quote that leads nowhere must not cancel everything.
        return replace(task, refers=(NAMELESS,) if nameless else references(message, remembered=False) or ("posted:",))
    for_admins = task.command in (Command.STATISTICS, Command.RELOAD)
    if for_admins and message.address.staff_id not in organisation.admins:
        return replace(task, command=None, answer=texts.admins_only(organisation.contact))
    return task


def _with_all(names: Sequence[str], candidates: Sequence[Prompt]) -> tuple[Prompt, ...]:
    """Return the kinds that have a field for every one of `names`."""
    return tuple(prompt for prompt in candidates if all(meant(name, prompt.fields) for name in names))


def _refusal(message: Message, organisation: Organisation) -> str:
    people = organisation.people
    if people and message.address.staff_id not in people:
        return texts.person_not_served(organisation.contact)
    return texts.not_served(message.address.conversation_id, organisation.contact)


def _usual(prompt: Prompt | None, prompts: PromptSet, *, remembered: bool) -> str:
    if prompt in (None, prompts.default):
        return ""
    return texts.taken_by_default(prompt.title, prompts.default.title, remembered=remembered)


def _left_out(number: int, most: int) -> str:
    return texts.too_many_attachments(number, most) if number > most else ""


def _help(prompts: PromptSet, organisation: Organisation) -> str:
    """Name the kinds that a page is recognised as, and what else can be asked for."""
    # First the kind that words such as 报销 mean: the one that most people come for.
    kinds = [prompt.title for prompt in sorted(prompts.candidates, key=lambda prompt: not prompt.hints)]
    plain = prompts.default.title
    known = {*kinds, plain}
    others = [prompt.title for prompt in prompts.prompts if prompt.title not in known]
    minutes = organisation.remember_minutes
    return texts.help_text(kinds, plain, others, organisation.provider, minutes=minutes)
