"""The words of `ocrbot prompts`."""

from argparse import ArgumentParser
from pathlib import Path

from bot import prompt_commands


def fill(parser: ArgumentParser) -> None:
    """Give `parser` the commands; each sets `prompts` to what carries it out."""
    commands = parser.add_subparsers(dest="prompts_command", required=True)
    check = commands.add_parser("check", help="all problems at once, or what was found: 1 if there are problems")
    check.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="a configuration folder with prompts/")
    check.set_defaults(prompts=prompt_commands.check)
    match = commands.add_parser("match", help="which prompt would answer a message, and why")
    match.add_argument("text", metavar="TEXT", help="what somebody writes to the bot")
    match.add_argument("--image", type=Path, metavar="FILE", help="the picture that comes with it")
    match.set_defaults(prompts=prompt_commands.match)
    render = commands.add_parser("render", help="exactly what the model is sent")
    render.add_argument("name", metavar="NAME", help="a prompt by its file or its title")
    render.add_argument("--input", default="", metavar="TEXT", help="what somebody asks to be found")
    render.add_argument("--json", action="store_true", help="the request's body")
    render.set_defaults(prompts=prompt_commands.render)
    schema = commands.add_parser("schema", help="write the JSON schema that editors complete and check the files with")
    schema.set_defaults(prompts=prompt_commands.schema)
