"""What the grammar takes a message for, as a feature among others of what is learned."""

from bot.domain.asking.command_words import command_in
from bot.domain.asking.learned.features import Hint
from bot.domain.asking.request import Request, understand
from bot.domain.prompt_set import PromptSet
from bot.domain.task import Command


def hint_of(text: str, prompts: PromptSet) -> Hint:
    """Return what the grammar takes a message for."""
    return hint_for(understand(text, prompts), command_in(text))


def hint_for(request: Request, command: Command | None) -> Hint:
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
    return Hint(
        act=act, names=request.wanted_fields or (phrase.fields if phrase is not None else ()), whole=request.is_whole
    )
