"""How the files that a message is about are to be read and answered."""

from collections.abc import Sequence

from bot.domain import texts
from bot.domain.asking.field_names import has_all
from bot.domain.asking.grammar import Act
from bot.domain.asking.printed.words_to_find import words_to_find
from bot.domain.asking.request import Request
from bot.domain.attachment_format import Format
from bot.domain.message import Message
from bot.domain.organisation import Organisation
from bot.domain.prompt import Prompt
from bot.domain.prompt_set import PromptSet
from bot.domain.task import Correction, Read, WordsToFind, task_id


def how_to_read(message: Message, request: Request, prompts: PromptSet, organisation: Organisation) -> Read:
    """Return how to read what the message is about; its files are not in it yet."""
    conversation = message.conversation
    configured = prompts.named(organisation.default_for(conversation.conversation_id) or "")
    default = configured if request.prompt is None else None
    first_page, most_pages = _pages_to_read(request, organisation)
    corrections = _corrections(request)
    return Read(
        prompt=request.prompt or default or prompts.default,
        candidates=() if request.sure or default else _kinds_with_fields(request.wanted_fields, prompts.candidates),
        kind_named=request.prompt is not None and request.sure,
        wanted_fields=request.wanted_fields or tuple(one.name for one in corrections),
        only_files=bool(request.formats) and request == Request(formats=request.formats),
        formats=request.formats or tuple(map(Format, organisation.files_for(conversation.conversation_id))),
        first_page=first_page,
        most_pages=most_pages,
        masked=organisation.masks(conversation),
        companies=organisation.companies,
        duplicates=organisation.duplicate_scope,
        full_text_word=prompts.default.title,
        quoted_task=task_id(message.quote.message_id) if message.quote and message.quote.message_id else "",
        note=_default_note(default, prompts, remembered=organisation.remember_minutes > 0),
        corrections=corrections,
        asks_duplicate=request.does(Act.DUPLICATE),
        by_kind=request.by_kind,
        given=request.given,
        find=_words_to_find(message, request, prompts, organisation),
    )


def _words_to_find(
    message: Message, request: Request, prompts: PromptSet, organisation: Organisation
) -> tuple[WordsToFind, ...]:
    """Return what a question may be about that no kind has a field for; another act of the grammar asks nothing."""
    acts = request.formats or request.pages or request.given or (request.phrase and request.phrase.act is not Act.ASK)
    if acts:
        return ()
    asks = bool(request.wanted_fields or request.by_kind)
    return words_to_find(message.text, prompts, organisation.bot_names, asks=asks)


def _corrections(request: Request) -> tuple[Correction, ...]:
    if request.phrase is None or not request.does(Act.CORRECT):
        return ()
    return tuple(Correction(name=name, value=request.phrase.value) for name in request.phrase.fields)


def _pages_to_read(request: Request, organisation: Organisation) -> tuple[int, int]:
    """Return the first page to read, from 0, and the most pages to read from there."""
    most, pages = organisation.most_pages, request.pages
    if pages is None or pages.further:
        return 0, most
    return pages.first, min(pages.number or most, most)


def _kinds_with_fields(names: Sequence[str], candidates: Sequence[Prompt]) -> tuple[Prompt, ...]:
    """Return the candidates that have a field or a column for each of `names`."""
    return tuple(prompt for prompt in candidates if has_all(prompt, names))


def _default_note(prompt: Prompt | None, prompts: PromptSet, *, remembered: bool) -> str:
    if prompt in (None, prompts.default):
        return ""
    return texts.answers.taken_by_default(prompt.title, prompts.default.title, remembered=remembered)
