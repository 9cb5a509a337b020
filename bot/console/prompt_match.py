"""`ocrbot prompts match`: which prompt would answer a message, and why."""

from argparse import Namespace
from pathlib import Path

from bot.console.prompt_console import Console, read_bytes
from bot.domain.asking.call_words import CallWord, call_word, words_seen
from bot.domain.asking.command_words import command_in
from bot.domain.asking.field_names import fields_named
from bot.domain.asking.request import Request, understand
from bot.domain.document import Failure
from bot.domain.prompt import ENOUGH_WORDS, Prompt
from bot.domain.prompt_set import PromptSet
from bot.domain.texts import console as texts


def match(console: Console, options: Namespace) -> int:
    """Print which prompt answers a message, and why; read the picture if the bot would let it decide.

    Return 1 if the picture cannot be read, otherwise 0.
    """
    config = console.load()
    prompts = config.prompts
    command = command_in(options.text, config.organisation.bot_names)
    if command is not None and options.image is None:
        console.say(texts.message_is_command(options.text, command))
        return 0
    request = understand(options.text, prompts, config.organisation.bot_names)
    if request.formats or request.pages:
        console.say(texts.message_wants(options.text, request.formats, certain_pages=request.pages is not None))
    default = prompts.named(config.organisation.default_for(options.conversation) or "")
    if request.prompt is None and default is not None:
        console.say(texts.message_takes(options.text, default.name, default.title))
        console.say(texts.taken_by_default(options.conversation))
        return 0
    for line in _reasons(options.text, request, prompts):
        console.say(line)
    if options.image is None:
        return 0
    if request.sure:
        console.say(texts.page_is_not_asked())
        return 0
    return _match_page(console, prompts, request.prompt or prompts.default, options.image)


def _reasons(message: str, request: Request, prompts: PromptSet) -> list[str]:
    """Return lines that name the prompt for a message, and the words that call it."""
    if request.prompt is None:
        default = prompts.default
        return [texts.message_leaves_to_page(message), texts.called_by_nothing(default.name, default.title)]
    prompt = request.prompt
    words = {other.name: word for other in prompts.prompts if (word := call_word(other, message)) is not None}
    own = words.pop(prompt.name, None)
    lines = [texts.message_takes(message, prompt.name, prompt.title)]
    lines.append(_call_reason(own) if own else texts.called_by_names())
    if words and own:
        lines.append(texts.other_calls({name: [word.word] for name, word in words.items()}))
    if prompt.fields and prompts.named(prompt.name) != prompt:
        lines.append(texts.fields_asked([spec.name for spec in prompt.fields]))
        lines += [] if request.sure else [texts.page_decides_first(prompt.title)]
    else:
        lines += [
            texts.field_meant(name, [spec.name for spec in fields_named(name, prompt.fields)])
            for name in request.wanted_fields
        ]
    return [*lines, texts.input_missing()] if request.needs_input else lines


def _call_reason(word: CallWord) -> str:
    if word.hint:
        return texts.called_by_hint(word.word, word.at)
    return (texts.called_by_title if word.title else texts.called_by_command)(word.word, word.at)


def _match_page(console: Console, prompts: PromptSet, prompt: Prompt, image: Path) -> int:
    """Print which kind of document a page is and which words show it; return 1 if it cannot be read."""
    outcome = console.reader().read(read_bytes(image), prompt, prompts.candidates).outcome
    if isinstance(outcome, Failure):
        console.say(outcome.text)
        return 1
    words = {candidate.name: words_seen(candidate, outcome.text) for candidate in prompts.candidates}
    chosen = prompts.named(outcome.prompt) or prompt
    if chosen.name != prompt.name or len(words.get(chosen.name, ())) >= ENOUGH_WORDS:
        console.say(texts.page_recognised(chosen.name, chosen.title))
        if len(words.get(chosen.name, ())) < ENOUGH_WORDS:
            console.say(texts.page_recognised_by_code())
    else:
        console.say(texts.page_not_recognised(prompt.name, prompt.title))
    chosen_first = sorted(prompts.candidates, key=lambda each: (each.name != chosen.name, -len(words[each.name])))
    for candidate in chosen_first:
        if words[candidate.name]:
            console.say(texts.words_seen(candidate.name, words[candidate.name], len(candidate.detect)))
    return 0
