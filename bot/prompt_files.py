from pathlib import Path

from bot.domain.errors import Misconfigured
from bot.domain.prompt_source import parse_prompt
from bot.domain.prompts import Prompt, PromptSet


def load(directory: Path) -> PromptSet:
    """Return the prompts of `directory`/*.toml, by file name; raises one `Misconfigured` with a line a problem."""
    paths = sorted(path for path in directory.glob("*.toml") if not path.name.startswith("."))
    if not paths:
        raise Misconfigured(f"{directory}: no prompt files (*.toml) are there")
    prompts, problems = [], []
    for path in paths:
        try:
            prompts.append(_read(path))
        except Misconfigured as error:
            problems.append(str(error))
    if problems:
        raise Misconfigured("\n".join(problems))
    return PromptSet(prompts=tuple(prompts))


def _read(path: Path) -> Prompt:
    try:
        source = path.read_bytes().decode("utf-8-sig")  # some editors put a byte order mark
    except OSError as error:
        raise Misconfigured(f"{path.name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Misconfigured(f"{path.name}: not UTF-8 at byte {error.start}") from error
    return parse_prompt(source, name=path.stem)
