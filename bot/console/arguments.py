"""The command line of `ocrbot`. It imports nothing slow, for the help is to come at once."""

import argparse
from pathlib import Path

from bot.console import client_arguments, prompt_arguments


def parser() -> argparse.ArgumentParser:
    """Return the parser; its options name the `command`."""
    top = argparse.ArgumentParser(prog="ocrbot", description="A DingTalk bot that reads documents.")
    top.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    commands = top.add_subparsers(dest="command", required=True)

    def command(name: str, summary: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary)

    command("bot", "hold the connection to DingTalk and take messages")
    worker = command("worker", "download, read and answer")
    worker.add_argument(
        "--queues",
        default="",
        help="which steps, of fetch,read,reply,notice; all of them if not given. Only read: without DingTalk",
    )
    command("engine", "serve the engine that reads pictures")
    client_arguments.add_api_commands(command("api", "serve the API for programs, and the page"))
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
