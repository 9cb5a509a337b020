"""Decide what to do about a message."""

import re
from dataclasses import replace

from bot.domain import texts
from bot.domain.asking.bot_names import without_bot_names
from bot.domain.asking.command_words import command_in
from bot.domain.asking.grammar import Act
from bot.domain.asking.how_to_read import how_to_read
from bot.domain.asking.learned.request import understood
from bot.domain.asking.references import NAMELESS, is_nameless, references
from bot.domain.asking.remarks import sentence_for
from bot.domain.asking.request import Request
from bot.domain.limits import MOST_WORDS
from bot.domain.message import ConversationKind, Message, Obstacle
from bot.domain.organisation import DuplicateScope, Organisation
from bot.domain.prompt_set import PromptSet
from bot.domain.task import (
    BurstPart,
    Command,
    Content,
    PageChoice,
    Read,
    Refer,
    RunCommand,
    Say,
    Task,
    task_id,
)

_NO_WORD = re.compile(r"[^\w，。！？、：；￥.%-]+")  # so that no Markdown is left in a quoted text
_EVERYBODY = Organisation()
_OBSTACLES = {
    Obstacle.UNKNOWN_TYPE: texts.guidance.unknown_type,
    Obstacle.OVER_QUOTA: texts.guidance.over_quota,
    Obstacle.QUOTE_WITHOUT_CODE: texts.guidance.quote_without_code,
    Obstacle.FORWARDED: texts.guidance.forwarded_without_files,
    Obstacle.AUDIO: texts.guidance.audio,
    Obstacle.VIDEO: texts.guidance.video,
}


def decide(message: Message, prompts: PromptSet, organisation: Organisation = _EVERYBODY, *, now: float) -> Task:
    """Return the task for `message`, received at `now` (Unix seconds).

    A prompt that the message names decides; if it names none, the conversation's default does; without either, each
    page is recognised. A message that asks for something but brings nothing to read refers to what it quotes or, if
    it quotes nothing, to what the person posted last.
    """
    bounded = replace(message, text=message.text[:MOST_WORDS])  # before any pattern meets it
    content = _content(_without_own_files(bounded), prompts, organisation)
    if len(message.text) > MOST_WORDS:
        content = _with_remark(content, texts.guidance.words_cut(MOST_WORDS))
    return Task(
        id=task_id(message.id),
        recipient=message.conversation,
        received_at=now,
        content=content,
        burst_part=_burst_part(message, content, organisation),
        most_members=organisation.most_members,
        remember_seconds=60 * organisation.remember_minutes,
        receipt=organisation.receipt,
        service_notice=organisation.provider,
    )


def _burst_part(message: Message, content: Content, organisation: Organisation) -> BurstPart | None:
    """Return what a message in a single chat brings to a burst, None if it is complete or about something else."""
    conversation = message.conversation
    is_single = conversation.conversation_kind is ConversationKind.SINGLE and conversation.person
    if not is_single or message.quote is not None or not organisation.remember_minutes:
        return None
    match content:
        case Read() if not without_bot_names(message.text, organisation.bot_names):
            return BurstPart.FILES
        # Further pages and a correction follow an answer that the person has seen.
        case Refer(pages=PageChoice.SAME | PageChoice.NAMED, read=Read(attachments=(), corrections=(), given="")):
            return BurstPart.WORDS
        case _:
            return None


def _content(message: Message, prompts: PromptSet, organisation: Organisation) -> Content:
    if not organisation.serves(message.conversation):
        return Say(text=_refusal(message, organisation))
    command = _command(message, organisation)
    if command is not None:
        return _content_for_command(command, message, prompts, organisation)
    request = understood(message.text, prompts, organisation.bot_names)
    if request.command is not None and not message.attachments:
        return _content_for_command(request.command, message, prompts, organisation)
    if not message.attachments:
        return _without_files(message, request, prompts, organisation)
    if request.prompt is not None and request.needs_input:
        return Say(text=texts.guidance.input_missing(request.prompt.title))
    return _with_files(message, request, prompts, organisation)


def _with_remark(content: Content, remark: str) -> Content:
    """Return `content` with a sentence about the message in what is answered."""
    match content:
        case Say(text=text):
            return Say(text=f"{remark}\n\n{text}")
        case Read(note=note):
            return replace(content, note="\n\n".join(filter(None, (remark, note))))
        case Refer(read=read, unknown=unknown):
            read = replace(read, note="\n\n".join(filter(None, (remark, read.note))))
            return replace(content, read=read, unknown="\n\n".join(filter(None, (remark, unknown))))
        case _:
            return content


def _without_own_files(message: Message) -> Message:
    """Return `message` without quoted files of the bot's own: they are answers, and lead to what was read."""
    if message.quote is None or not message.quote.own:
        return message
    return replace(
        message, attachments=tuple(attachment for attachment in message.attachments if not attachment.quoted)
    )


def _with_files(message: Message, request: Request, prompts: PromptSet, organisation: Organisation) -> Read | Refer:
    """Return what to do for a message with files; if all of them are quoted, they may have been read before."""
    most = organisation.most_attachments
    obstacle = _OBSTACLES[message.obstacle]() if message.obstacle else ""
    read = how_to_read(message, request, prompts, organisation)
    notes = (obstacle, _left_out_note(len(message.attachments), most), read.note)
    read = replace(read, attachments=message.attachments[:most], note="\n\n".join(filter(None, notes)))
    only_quoted = all(attachment.quoted for attachment in message.attachments)
    quoted = references(message, remembered=False) if only_quoted else ()
    again = request.does(Act.REREAD)
    if not quoted:
        return replace(read, only_files=False)
    return Refer(references=quoted, read=read, again=again, pages=_page_choice(request))


def _without_files(message: Message, request: Request, prompts: PromptSet, organisation: Organisation) -> Say | Refer:
    """Return what to do for a message without files: refer to an earlier one, or tell the person what is missing."""
    obstacle = _OBSTACLES[message.obstacle]() if message.obstacle else ""
    lost = message.obstacle is Obstacle.QUOTE_WITHOUT_CODE
    if obstacle and not lost:
        return Say(text=obstacle)
    sentence = _sentence(message, replace(request, by_kind=(), given=""), organisation)
    read = how_to_read(message, request, prompts, organisation)
    at_first = _help_text(prompts, organisation) if sentence and _may_be_first(request) else ""
    if sentence and not lost and not request.by_kind and not read.find:
        return Say(text=sentence, at_first=at_first)
    if request.prompt is not None and request.needs_input:
        return Say(text=texts.guidance.input_missing(request.prompt.title))
    unknown = _unknown_reference(message, organisation)
    earlier = references(message, remembered=organisation.remember_minutes > 0)
    unknown = sentence if (request.by_kind or read.find) and sentence and not request.may_ask else unknown
    if not earlier or (lost and message.quote is None):
        return Say(text=unknown, at_first=at_first if unknown == sentence else "")
    return Refer(
        references=earlier,
        read=read,
        inherits=request.prompt is None and not request.wanted_fields,
        again=request.does(Act.REREAD),
        pages=_page_choice(request),
        unknown=unknown,
        at_first=at_first if unknown == sentence else "",
        otherwise=sentence if request.by_kind or read.find else "",
    )


def _may_be_first(request: Request) -> bool:
    """Return whether a person who knows nothing of the bot may say this: a greeting, or what makes no sense to it."""
    return request.phrase is None or request.phrase.act in {Act.GREET, Act.WHO}


def _unknown_reference(message: Message, organisation: Organisation) -> str:
    """Return the answer to a message that is about an earlier one if that leads nowhere."""
    quote = message.quote
    if quote is not None and quote.text and not quote.own:
        return texts.guidance.quoted_text(_NO_WORD.sub(" ", quote.text).strip())
    if quote is not None or message.obstacle is Obstacle.QUOTE_WITHOUT_CODE:
        return texts.guidance.quote_without_code()
    return texts.guidance.nothing_to_refer_to(organisation.remember_minutes)


def _sentence(message: Message, request: Request, organisation: Organisation) -> str:
    """Return the answer to a message that asks for nothing on a paper, "" if it does."""
    if request.phrase is not None and (sentence := sentence_for(request.phrase, organisation.contact)):
        return sentence
    if request.does(Act.DUPLICATE) and organisation.duplicate_scope is DuplicateScope.OFF:
        return texts.talk.duplicates_unknown()
    # What names a kind in passing, such as 报销什么时候到账, is about no paper.
    asks_elsewhere = message.quote is None and not request.is_clear
    if request.asks_anything and not asks_elsewhere:
        return ""
    is_empty = not without_bot_names(message.text, organisation.bot_names)
    return texts.talk.greeted() if is_empty else texts.talk.not_understood()


def _page_choice(request: Request) -> PageChoice:
    if request.pages is None:
        return PageChoice.SAME
    return PageChoice.FURTHER if request.pages.further else PageChoice.NAMED


def _command(message: Message, organisation: Organisation) -> Command | None:
    """Return the command that a message is, None if it brings files; with a quoted file 帮助 is no command either."""
    if any(not attachment.quoted for attachment in message.attachments):
        return None
    command = command_in(message.text, organisation.bot_names)
    return None if command is Command.HELP and message.attachments else command


def _content_for_command(
    command: Command, message: Message, prompts: PromptSet, organisation: Organisation
) -> Say | RunCommand:
    if command is Command.HELP:
        return Say(text=_help_text(prompts, organisation))
    if command is Command.CANCEL and message.quote is not None:
        # A quote that leads nowhere must not cancel everything.
        nowhere = ("posted:",)
        quoted = (NAMELESS,) if is_nameless(message.quote) else references(message, remembered=False) or nowhere
        return RunCommand(command=command, references=quoted)
    for_admins = command in (Command.STATISTICS, Command.RELOAD)
    if for_admins and message.conversation.staff_id not in organisation.admins:
        return Say(text=texts.guidance.admins_only(organisation.contact))
    return RunCommand(command=command)


def _refusal(message: Message, organisation: Organisation) -> str:
    people = organisation.people
    if people and message.conversation.staff_id not in people:
        return texts.guidance.person_not_served(organisation.contact)
    return texts.guidance.not_served(message.conversation.conversation_id, organisation.contact)


def _left_out_note(number: int, most: int) -> str:
    return texts.guidance.too_many_attachments(number, most) if number > most else ""


def _help_text(prompts: PromptSet, organisation: Organisation) -> str:
    """Return the help: which kinds are recognised, and what else a person can ask for."""
    # Kinds with hints such as 报销 come first: most people come for them.
    kinds = [prompt.title for prompt in sorted(prompts.candidates, key=lambda prompt: not prompt.hints)]
    full_text = prompts.default.title
    known = {*kinds, full_text}
    others = [prompt.title for prompt in prompts.prompts if prompt.title not in known]
    minutes = organisation.remember_minutes
    return texts.guidance.help_text(kinds, full_text, others, organisation.provider, minutes=minutes)
