"""Deciding what to do about a message."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import texts
from bot.domain.asking.command_words import command_in
from bot.domain.asking.field_names import meant
from bot.domain.asking.request import Request, understand
from bot.domain.attachment_format import Format
from bot.domain.message import Message, Obstacle, Recipient
from bot.domain.organisation import Organisation
from bot.domain.prompt import Prompt
from bot.domain.prompt_set import PromptSet
from bot.domain.task import Command, Content, PageChoice, Read, Refer, RunCommand, Say, Task, task_id

NAMELESS = "nameless:"  # in place of a reference: a message of the bot's that names no task, "已收到" for one
_EVERYBODY = Organisation()
_OBSTACLES = {
    Obstacle.UNKNOWN_TYPE: texts.guidance.unknown_type,
    Obstacle.OVER_QUOTA: texts.guidance.over_quota,
    Obstacle.QUOTE_WITHOUT_CODE: texts.guidance.quote_without_code,
    Obstacle.AUDIO: texts.guidance.audio,
    Obstacle.VIDEO: texts.guidance.video,
}


def decide(message: Message, prompts: PromptSet, organisation: Organisation = _EVERYBODY, *, now: float) -> Task:
    """Return what to do for `message`, received at `now` (Unix seconds): read what is attached, else say something.

    A prompt that the message names is used as it is. If it names none, the conversation's default is; if there is
    none either, the page may be recognised. A message that asks for something and brings nothing to read refers to
    what it quotes, or to what the person posted last.
    """
    return Task(
        id=task_id(message.id),
        recipient=message.conversation,
        received_at=now,
        content=_content(_without_own_files(message), prompts, organisation),
        most_members=organisation.most_members,
        remember_seconds=60 * organisation.remember_minutes,
        receipt=organisation.receipt,
        service_notice=organisation.provider,
    )


def _content(message: Message, prompts: PromptSet, organisation: Organisation) -> Content:
    if not organisation.serves(message.conversation):
        return Say(text=_refusal(message, organisation))
    command = _command(message, organisation)
    if command is not None:
        return _commanded(command, message, prompts, organisation)
    asked = understand(message.text, prompts, organisation.bot_names)
    if not message.attachments:
        return _without_files(message, asked, prompts, organisation)
    if asked.prompt is not None and asked.needs_input:
        return Say(text=texts.guidance.input_missing(asked.prompt.title))
    return _with_files(message, asked, prompts, organisation)


def _without_own_files(message: Message) -> Message:
    """Return a message without the files of the bot's that it quotes: they are answers, and lead to what was read."""
    if message.quote is None or not message.quote.own:
        return message
    return replace(message, attachments=tuple(one for one in message.attachments if not one.quoted))


def _with_files(message: Message, asked: Request, prompts: PromptSet, organisation: Organisation) -> Read | Refer:
    """Return what to do for a message with files; those that were quoted before may have been read."""
    most = organisation.most_attachments
    obstacle = _OBSTACLES[message.obstacle]() if message.obstacle else ""
    read = _read(message, asked, prompts, organisation)
    notes = (obstacle, _left_out(len(message.attachments), most), read.note)
    read = replace(read, attachments=message.attachments[:most], note="\n\n".join(filter(None, notes)))
    only_quoted = all(one.quoted for one in message.attachments)
    quoted = references(message, remembered=False) if only_quoted else ()
    return Refer(references=quoted, read=read, pages=_page_choice(asked)) if quoted else read


def _without_files(message: Message, asked: Request, prompts: PromptSet, organisation: Organisation) -> Say | Refer:
    """Return what to do for a message that brings nothing to read: ask again about what came before, or say so."""
    obstacle = _OBSTACLES[message.obstacle]() if message.obstacle else ""
    lost = message.obstacle is Obstacle.QUOTE_WITHOUT_CODE
    if (obstacle and not lost) or not (asked.anything or lost):
        return Say(text=obstacle or _help(prompts, organisation))
    if asked.prompt is not None and asked.needs_input:
        return Say(text=texts.guidance.input_missing(asked.prompt.title))
    quotes = lost or message.quote is not None
    unknown = (
        texts.guidance.quote_without_code()
        if quotes
        else texts.guidance.nothing_to_refer_to(organisation.remember_minutes)
    )
    earlier = references(message, remembered=organisation.remember_minutes > 0)
    if not earlier or (lost and message.quote is None):
        return Say(text=unknown)
    return Refer(
        references=earlier,
        read=_read(message, asked, prompts, organisation),
        inherits=asked.prompt is None and not asked.wanted_fields,
        pages=_page_choice(asked),
        unknown=unknown,
    )


def _read(message: Message, asked: Request, prompts: PromptSet, organisation: Organisation) -> Read:
    """Return how to read whatever the message is about, without any files yet."""
    conversation = message.conversation
    default = prompts.named(organisation.default_for(conversation.conversation_id) or "")
    usual = default if asked.prompt is None else None
    first_page, most_pages = _page_range(asked, organisation)
    return Read(
        prompt=asked.prompt or usual or prompts.default,
        candidates=() if asked.sure or usual else _with_all(asked.wanted_fields, prompts.candidates),
        wanted_fields=asked.wanted_fields,
        formats=asked.formats or tuple(map(Format, organisation.files_for(conversation.conversation_id))),
        first_page=first_page,
        most_pages=most_pages,
        masked=organisation.masks(conversation),
        companies=organisation.companies,
        duplicates=organisation.duplicate_scope,
        full_text_word=prompts.default.title,
        quoted_task=task_id(message.quote.message_id) if message.quote and message.quote.message_id else "",
        note=_usual(usual, prompts, remembered=organisation.remember_minutes > 0),
    )


def _page_range(asked: Request, organisation: Organisation) -> tuple[int, int]:
    """Return the first page to read, from 0, and how many at most."""
    most, span = organisation.most_pages, asked.pages
    if span is None or span.further:
        return 0, most
    return span.first, min(span.number or most, most)


def _page_choice(asked: Request) -> PageChoice:
    if asked.pages is None:
        return PageChoice.SAME
    return PageChoice.FURTHER if asked.pages.further else PageChoice.NAMED


def references(message: Message, *, remembered: bool) -> tuple[str, ...]:
    """Return where to look for what a message is about, the surest first; see `bot.storage.earlier_tasks`.

    That is what the message quotes. If it quotes nothing, or a message of the bot's that names no task, it is what the
    person posted last.
    """
    last, quote = last_of(message.conversation) if remembered else "", message.quote
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


def last_of(recipient: Recipient) -> str:
    """Return the reference to what this person posted last in this conversation, "" if the person has no id."""
    return f"last:{recipient.conversation_id}:{recipient.person}" if recipient.person else ""


def _command(message: Message, organisation: Organisation) -> Command | None:
    """Return the command that a message is, None for one with files of its own; help is only for those without any."""
    if any(not attachment.quoted for attachment in message.attachments):
        return None
    command = command_in(message.text, organisation.bot_names)
    return None if command is Command.HELP and message.attachments else command


def _commanded(command: Command, message: Message, prompts: PromptSet, organisation: Organisation) -> Say | RunCommand:
    if command is Command.HELP:
        return Say(text=_help(prompts, organisation))
    if command is Command.CANCEL and message.quote is not None:
        nameless = message.quote.own and not message.quote.task_id and not message.quote.query_key
        # A quote that leads nowhere must not cancel everything.
        quoted = (NAMELESS,) if nameless else references(message, remembered=False) or ("posted:",)
        return RunCommand(command=command, references=quoted)
    for_admins = command in (Command.STATISTICS, Command.RELOAD)
    if for_admins and message.conversation.staff_id not in organisation.admins:
        return Say(text=texts.guidance.admins_only(organisation.contact))
    return RunCommand(command=command)


def _with_all(names: Sequence[str], candidates: Sequence[Prompt]) -> tuple[Prompt, ...]:
    """Return the kinds that have a field for every one of `names`."""
    return tuple(prompt for prompt in candidates if all(meant(name, prompt.fields) for name in names))


def _refusal(message: Message, organisation: Organisation) -> str:
    people = organisation.people
    if people and message.conversation.staff_id not in people:
        return texts.guidance.person_not_served(organisation.contact)
    return texts.guidance.not_served(message.conversation.conversation_id, organisation.contact)


def _usual(prompt: Prompt | None, prompts: PromptSet, *, remembered: bool) -> str:
    if prompt in (None, prompts.default):
        return ""
    return texts.answers.taken_by_default(prompt.title, prompts.default.title, remembered=remembered)


def _left_out(number: int, most: int) -> str:
    return texts.guidance.too_many_attachments(number, most) if number > most else ""


def _help(prompts: PromptSet, organisation: Organisation) -> str:
    """Name the kinds that a page is recognised as, and what else can be asked for."""
    # First the kind that words such as 报销 mean: the one that most people come for.
    kinds = [prompt.title for prompt in sorted(prompts.candidates, key=lambda prompt: not prompt.hints)]
    plain = prompts.default.title
    known = {*kinds, plain}
    others = [prompt.title for prompt in prompts.prompts if prompt.title not in known]
    minutes = organisation.remember_minutes
    return texts.guidance.help_text(kinds, plain, others, organisation.provider, minutes=minutes)
