"""The commands of `ocrbot prompts`, by their names on the command line."""

from argparse import Namespace
from collections.abc import Callable, Mapping

from bot.console import prompt_check, prompt_examples, prompt_history, prompt_match, prompt_render, prompt_try
from bot.console.prompt_console import Console

PROMPT_COMMANDS: Mapping[str, Callable[[Console, Namespace], int]] = {
    "check": prompt_check.check,
    "match": prompt_match.match,
    "render": prompt_render.render,
    "schema": prompt_check.schema,
    "try": prompt_try.try_one,
    "test": prompt_examples.test,
    "history": prompt_history.history,
    "rollback": prompt_history.rollback,
}
