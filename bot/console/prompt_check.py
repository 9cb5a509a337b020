"""`ocrbot prompts check` and `schema`: the problems of the files, and the schema for editing them."""

from argparse import Namespace
from pathlib import Path

from bot.config import engine_files
from bot.config import folder as config_folder
from bot.config.atomic_write import replace_text
from bot.config.prompt_schema import FILE as SCHEMA_FILE
from bot.config.prompt_schema import schema_text
from bot.console.prompt_console import Console, relative
from bot.domain import organisation
from bot.domain.checking.role_uses import lost_roles
from bot.domain.errors import Misconfigured
from bot.domain.problems import Problem
from bot.domain.prompt_set import PromptSet
from bot.domain.texts import console as texts
from bot.domain.texts.display_width import columns


def check(console: Console, options: Namespace) -> int:
    """Print all problems of a configuration folder and return 1; without any, print its prompts and what they lose."""
    config: Path = options.folder or console.config
    if not config.is_dir():
        raise Misconfigured(texts.folder_missing(relative(config)))
    config = config if (config / "prompts").is_dir() else config.resolve().parent
    problems = config_folder.find_problems(config)
    for problem in problems:
        console.say(_linked(config, problem))
    if problems:
        console.say(texts.problems_found(len(problems), len({problem.file for problem in problems})))
        return 1
    prompts = config_folder.load(config).prompts
    _list_prompts(console, config / "prompts", prompts)
    for prompt in prompts.prompts:
        for lost in lost_roles(prompt):
            named = (lost.spec.name, lost.spec.key) if lost.spec is not None else None
            console.say(texts.role_lost(prompt.title, lost.role, lost.role.term, lost.uses, named))
    console.say(texts.engines_are_well([engine.name for engine in engine_files.load(config)]))
    if (config / organisation.FILE).is_file():
        console.say(texts.organisation_is_well(relative(config / organisation.FILE)))
    return 0


def schema(console: Console, _: Namespace) -> int:
    """Write the JSON schema of a prompt file beside the prompts."""
    path = console.config / SCHEMA_FILE
    current = path.is_file() and path.read_text(encoding="utf-8") == schema_text()
    if not current:
        replace_text(path, schema_text())
    console.say((texts.schema_current if current else texts.schema_written)(relative(path)))
    return 0


def _linked(config: Path, problem: Problem) -> str:
    """Return a problem in the form file:line:key: what, which editors' terminals turn into a link."""
    is_prompt = problem.file != organisation.FILE and "/" not in problem.file
    folder = config / "prompts" if is_prompt else config
    place = ":".join(filter(None, (relative(folder / problem.file), str(problem.line or ""), problem.key)))
    return f"{place}: {problem.what}"


def _list_prompts(console: Console, folder: Path, prompts: PromptSet) -> None:
    console.say(texts.set_is_well(relative(folder), len(prompts.prompts)))
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
    need_model = [prompt.name for prompt in prompts.prompts if prompt.needs_model]
    if need_model and not console.takes_prompts:
        console.say(texts.engine_takes_no_prompts(need_model))
