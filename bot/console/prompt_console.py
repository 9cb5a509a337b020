"""What the commands of `ocrbot prompts` share: their configuration, and how they resolve names and paths."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.config import folder as config_folder
from bot.config.folder import Config
from bot.domain.asking.call_words import prompt_by_name_or_title
from bot.domain.errors import Misconfigured
from bot.domain.problems import suggestion
from bot.domain.prompt import Prompt
from bot.domain.prompt_set import PromptSet
from bot.domain.texts import console as texts
from bot.domain.trials import TrialReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """What the commands need. `reader` and `request` import large libraries, so call them only if necessary."""

    config: Path  # the configuration folder
    takes_prompts: bool  # whether the engine in the settings follows prompts
    reader: Callable[[], TrialReader]
    request: Callable[[Prompt], Mapping[str, Any]]  # the body of the request to the model's server
    say: Callable[[str], object]  # prints one or more lines

    def load(self) -> Config:
        """Return the configuration that is on disk now; raises `Misconfigured`."""
        return config_folder.load(self.config)


def prompt_named(prompts: PromptSet, name: str) -> Prompt:
    """Return the prompt of this name or title; raises `Misconfigured` with the nearest if there is none."""
    prompt = prompt_by_name_or_title(name, prompts.prompts)
    if prompt is not None:
        return prompt
    names = [prompt.name for prompt in prompts.prompts]
    near = suggestion(name, names).partition('"')[2].partition('"')[0]
    raise Misconfigured(texts.no_such_prompt(name, near, names))


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes; raises `Misconfigured` if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured(texts.no_such_file(relative(path), error.strerror or str(error))) from error


def relative(path: Path) -> str:
    """Return a path as a person would type it: relative if it is below the working directory."""
    working_directory = Path.cwd()
    return str(path.relative_to(working_directory) if path.is_relative_to(working_directory) else path)
