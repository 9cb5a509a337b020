"""What the grammar takes a message for, as a feature among others of what is learned."""

from bot.domain.asking.command_words import command_in
from bot.domain.asking.learned.features import Hint, Look
from bot.domain.asking.learned.spelling import with_pinyin_spelled_out
from bot.domain.asking.request import Request, understand
from bot.domain.prompt_set import PromptSet
from bot.domain.task import Command


def hint_of(text: str, look: Look, prompts: PromptSet) -> Hint:
    """Return what the grammar takes a message for, which looks like `look`."""
    said = with_pinyin_spelled_out(text)
    return hint_for(understand(said, prompts), command_in(said), look)


def hint_for(request: Request, command: Command | None, look: Look) -> Hint:
    """Return what the grammar took a message for."""
    phrase = request.phrase
    if command is not None:
        act = f"command:{command.value}"
    elif phrase is not None:
        act = phrase.act.value
    elif request.wanted_fields:
        act = "ask"
    elif request.formats:
        act = f"files:{request.formats[0].value}"
    elif request.pages is not None:
        act = "pages"
    elif request.prompt is not None:
        act = f"kind:{request.prompt.name}{'' if request.is_clear else '?'}"
    else:
        act = "none"
    names = request.wanted_fields or (phrase.fields if phrase is not None else ())
    return Hint(act=act, names=_of_whole_words(names, look), whole=request.is_whole)


def _of_whole_words(names: tuple[str, ...], look: Look) -> tuple[str, ...]:
    """Return those names that a message in Latin letters says; across its spaces stands "eticket" in "the ticket"."""
    return tuple(name for name in names if not look.is_latin or not name.isascii() or name in look.names)
