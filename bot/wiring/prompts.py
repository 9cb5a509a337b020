"""`ocrbot prompts`: the reading libraries, a second to import, are loaded only if a command needs them."""

import argparse
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.config.settings import Settings
from bot.console.printing import print_line, run_into_pipe
from bot.console.prompt_commands import PROMPT_COMMANDS
from bot.console.prompt_console import Console
from bot.domain.prompt import Prompt
from bot.domain.trials import TrialReader


def run(loaded: Settings, options: argparse.Namespace) -> int:
    """Run one of the commands and return its exit code."""

    def request(prompt: Prompt) -> Mapping[str, Any]:
        from bot.wiring.engine_profiles import launch_of  # noqa: PLC0415 - see above
        from workers.commands import prompt_trials  # noqa: PLC0415 - see above

        return prompt_trials.request(prompt, launch_of(loaded).profile)

    def trial_reader() -> TrialReader:
        from bot.wiring.command_engine import command_engine  # noqa: PLC0415 - see above
        from workers.commands import prompt_trials  # noqa: PLC0415 - see above

        return prompt_trials.Trials(command_engine(loaded), clock=time.time)

    console = Console(
        config=loaded.config_dir,
        takes_prompts=loaded.engine.kind == "vllm",
        reader=trial_reader,
        request=request,
        say=print_line,
    )
    return run_into_pipe(partial(PROMPT_COMMANDS[options.prompts_command], console, options))
