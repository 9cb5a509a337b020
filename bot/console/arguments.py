"""The command line of `ocrbot`."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.config.settings import Settings
from bot.console import prompt_arguments
from bot.storage.queue import QUEUES

Run = Callable[[Settings, argparse.Namespace], int]


def parser(run: Mapping[str, Run]) -> argparse.ArgumentParser:
    """Return the parser; its options have as `run` the function that `run` holds for their command."""
    top = argparse.ArgumentParser(prog="ocrbot", description="A DingTalk bot that reads documents.")
    top.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    commands = top.add_subparsers(dest="command", required=True)

    def command(name: str, summary: str) -> argparse.ArgumentParser:
        subparser = commands.add_parser(name, help=summary)
        subparser.set_defaults(run=run[name])
        return subparser

    command("bot", "hold the connection to DingTalk and take messages")
    worker = command("worker", "download, read and answer")
    worker.add_argument("--queues", default=",".join(QUEUES), help="which steps, of %(default)s")
    command("engine", "serve the engine that reads pictures")
    read = command("read", "read files here and now, without the chat")
    read.add_argument("files", nargs="+", type=Path, metavar="FILE")
    read.add_argument("--json", action="store_true", help="one JSON object a file, on one line")
    read.add_argument("--first-page", type=int, default=1, metavar="N", help="of files with pages the first to read")
    demo = command("demo", "all of it on this machine, with a local look-alike of DingTalk")
    demo.add_argument(
        "--once", action="store_true", help="exit when everything is answered: 0, or 1 if something is not"
    )
    demo.add_argument("files", nargs="*", type=Path, metavar="FILE", help="pictures to post instead of the samples")
    prompt_arguments.add_prompt_commands(command("prompts", "check, try and accept the prompt files"))
    command("doctor", "look whether settings, Redis, engines and DingTalk are well: 1 if not")
    return top
