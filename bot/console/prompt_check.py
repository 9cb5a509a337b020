"""`ocrbot prompts check`, `match`, `render` and `schema`: what an admin asks about the prompt files."""

import json
import re
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.config import folder as config_folder
from bot.config.atomic_write import replace_text
from bot.config.folder import Config
from bot.config.prompt_schema import FILE as SCHEMA_FILE
from bot.config.prompt_schema import schema_text
from bot.domain import organisation
from bot.domain.asking.call_words import CallWord, call_word, nearest, words_seen
from bot.domain.asking.command_words import command_in
from bot.domain.asking.field_names import meant
from bot.domain.asking.request import Request, fill, understand
from bot.domain.document import Failure
from bot.domain.errors import Misconfigured
from bot.domain.problems import Problem, suggestion
from bot.domain.prompt import ENOUGH_WORDS, INPUT, TABLE_TEXT, Output, Prompt, PromptSet
from bot.domain.texts import console as texts
from bot.domain.texts.display_width import columns
from bot.domain.trials import TrialReader

_BETWEEN_NAMES = re.compile(r"[、,，;；|\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """What the commands work on; `reader` and `request` load what reads, so they are called only where it is needed."""

    config: Path
    takes_prompts: bool  # of the engine that the settings choose
    reader: Callable[[], TrialReader]
    request: Callable[[Prompt], Mapping[str, Any]]  # the body that the model's server gets
    say: Callable[[str], object]  # prints one line or several

    def load(self) -> Config:
        """Return what is on disk now; raises `Misconfigured`."""
        return config_folder.load(self.config)


def check(console: Console, options: Namespace) -> int:
    """Print all problems of a configuration folder, or what stands in it; 1 where there are problems."""
    config: Path = options.folder or console.config
    if not config.is_dir():
        raise Misconfigured(texts.folder_missing(shown(config)))
    config = config if (config / "prompts").is_dir() else config.resolve().parent
    problems = config_folder.find_problems(config)
    for problem in problems:
        console.say(_placed(config, problem))
    if problems:
        console.say(texts.problems_found(len(problems), len({problem.file for problem in problems})))
        return 1
    _say_found(console, config / "prompts", config_folder.load(config).prompts)
    if (config / organisation.FILE).is_file():
        console.say(texts.organisation_is_well(shown(config / organisation.FILE)))
    return 0


def match(console: Console, options: Namespace) -> int:
    """Print which prompt answers a message, and why; with a picture, what stands on it decides where it would."""
    config = console.load()
    prompts = config.prompts
    command = command_in(options.text, config.organisation.bot_names)
    if command is not None and options.image is None:
        console.say(texts.message_is_command(options.text, command))
        return 0
    asked = understand(options.text, prompts, config.organisation.bot_names)
    if asked.formats or asked.pages:
        console.say(texts.message_wants(options.text, asked.formats, certain_pages=asked.pages is not None))
    usual = prompts.named(config.organisation.default_for(options.conversation) or "")
    if asked.prompt is None and usual is not None:
        console.say(texts.message_takes(options.text, usual.name, usual.title))
        console.say(texts.taken_by_default(options.conversation))
        return 0
    for line in _why(options.text, asked, prompts):
        console.say(line)
    if options.image is None:
        return 0
    if asked.sure:
        console.say(texts.page_is_not_asked())
        return 0
    return _match_page(console, prompts, asked.prompt or prompts.default, options.image)


def render(console: Console, options: Namespace) -> int:
    """Print exactly what the model is sent for a prompt."""
    prompts = console.load().prompts
    prompt = filled(named(prompts, options.name), options.input, prompts)
    body = console.request(prompt)
    if options.json:
        console.say(json.dumps(body, ensure_ascii=False, indent=2))
        return 0
    system, user = body["messages"]
    console.say(texts.request_head(prompt.name, prompt.title))
    console.say(texts.request_system(system["content"]))
    console.say(texts.request_picture())
    console.say(texts.request_text("\n".join(part["text"] for part in user["content"] if part["type"] == "text")))
    told = {name: value for name, value in body.items() if isinstance(value, int | float)}
    console.say(texts.request_sampling(told))
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    console.say(texts.request_schema(json.dumps(schema, ensure_ascii=False) if schema else ""))
    if prompt.takes_input:
        console.say(texts.request_without_input(INPUT))
    if prompt.columns:
        console.say(texts.request_for_table(TABLE_TEXT))
    if not console.takes_prompts:
        console.say(texts.request_beyond_cpu() if prompt.needs_model else texts.request_for_cpu())
    return 0


def schema(console: Console, _: Namespace) -> int:
    """Write the JSON schema of a prompt file beside the prompts."""
    path = console.config / SCHEMA_FILE
    current = path.is_file() and path.read_text(encoding="utf-8") == schema_text()
    if not current:
        replace_text(path, schema_text())
    console.say((texts.schema_current if current else texts.schema_written)(shown(path)))
    return 0


def named(prompts: PromptSet, name: str) -> Prompt:
    """Return the prompt of this name or title; raises `Misconfigured` with the nearest where there is none."""
    found = nearest(name, prompts.prompts)
    if found is not None:
        return found
    names = [prompt.name for prompt in prompts.prompts]
    near = suggestion(name, names).partition('"')[2].partition('"')[0]
    raise Misconfigured(texts.no_such_prompt(name, near, names))


def filled(prompt: Prompt, said: str, prompts: PromptSet) -> Prompt:
    """Return a prompt with what an admin gives in a person's place; as it is where it takes nothing or gets nothing."""
    if not prompt.takes_input or not said.strip():
        return prompt
    names = _BETWEEN_NAMES.split(said.strip()) if prompt.output is Output.FIELDS else [said.strip()]
    return fill(prompt, names, [spec for one in prompts.prompts for spec in one.fields])


def _placed(config: Path, problem: Problem) -> str:
    """Return a problem as editors' terminals make links of: file:line:key: what."""
    folder = config if problem.file == organisation.FILE else config / "prompts"
    place = ":".join(filter(None, (shown(folder / problem.file), str(problem.line or ""), problem.key)))
    return f"{place}: {problem.what}"


def _say_found(console: Console, folder: Path, prompts: PromptSet) -> None:
    console.say(texts.set_is_well(shown(folder), len(prompts.prompts)))
    examples = [example.prompt for example in prompts.examples]
    rows = [texts.set_head()]
    for prompt in prompts.prompts:
        checks = dict.fromkeys(check.name for check in prompt.checks)
        rows.append(
            (
                f"{prompt.name}.toml",
                prompt.title,
                prompt.output.value,
                texts.set_fields(len(prompt.fields), len(prompt.columns)),
                "、".join(checks) or "—",
                texts.set_recognised(len(prompt.detect), len(prompt.detect_codes)),
                str(examples.count(prompt.name) or "—"),
                texts.set_words((*prompt.commands, *prompt.hints)),
            )
        )
    for line in columns(rows):
        console.say(f"  {line}")
    beyond = [prompt.name for prompt in prompts.prompts if prompt.needs_model]
    if beyond and not console.takes_prompts:
        console.say(texts.engine_takes_no_prompts(beyond))


def _why(message: str, asked: Request, prompts: PromptSet) -> list[str]:
    """Return what a message goes to and the words that say so."""
    if asked.prompt is None:
        default = prompts.default
        return [texts.message_leaves_to_page(message), texts.called_by_nothing(default.name, default.title)]
    prompt = asked.prompt
    words = {one.name: word for one in prompts.prompts if (word := call_word(one, message)) is not None}
    own = words.pop(prompt.name, None)
    lines = [texts.message_takes(message, prompt.name, prompt.title)]
    lines.append(_reason(own) if own else texts.called_by_names())
    if words and own:
        lines.append(texts.other_calls({name: [word.word] for name, word in words.items()}))
    if prompt.fields and prompts.named(prompt.name) != prompt:
        lines.append(texts.fields_asked([spec.name for spec in prompt.fields]))
        lines += [] if asked.sure else [texts.page_decides_first(prompt.title)]
    else:
        lines += [
            texts.field_meant(said, [spec.name for spec in meant(said, prompt.fields)]) for said in asked.wanted_fields
        ]
    return [*lines, texts.input_missing()] if asked.needs_input else lines


def _reason(word: CallWord) -> str:
    if word.hint:
        return texts.called_by_hint(word.word, word.at)
    return (texts.called_by_title if word.title else texts.called_by_command)(word.word, word.at)


def _match_page(console: Console, prompts: PromptSet, prompt: Prompt, image: Path) -> int:
    outcome = console.reader().read(image_bytes(image), prompt, prompts.candidates).outcome
    if isinstance(outcome, Failure):
        console.say(outcome.text)
        return 1
    seen = {one.name: words_seen(one, outcome.text) for one in prompts.candidates}
    taken = prompts.named(outcome.prompt) or prompt
    if taken.name != prompt.name or len(seen.get(taken.name, ())) >= ENOUGH_WORDS:
        console.say(texts.page_recognised(taken.name, taken.title))
        if len(seen.get(taken.name, ())) < ENOUGH_WORDS:
            console.say(texts.page_recognised_by_code())
    else:
        console.say(texts.page_not_recognised(prompt.name, prompt.title))
    for one in sorted(prompts.candidates, key=lambda one: (one.name != taken.name, -len(seen[one.name]))):
        if seen[one.name]:
            console.say(texts.words_seen(one.name, seen[one.name], len(one.detect)))
    return 0


def image_bytes(path: Path) -> bytes:
    """Return a file's bytes; raises `Misconfigured` with a sentence where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured(texts.no_such_file(shown(path), error.strerror or str(error))) from error


def shown(path: Path) -> str:
    """Return a path as it is typed here: below the working directory without what leads to that."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
