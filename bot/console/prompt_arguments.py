"""The command line of `ocrbot prompts`."""

from argparse import ArgumentParser
from pathlib import Path


def add_prompt_commands(parser: ArgumentParser) -> None:
    """Add the commands to `parser`; the options name one as `prompts_command`."""
    commands = parser.add_subparsers(dest="prompts_command", required=True)
    check = commands.add_parser("check", help="all problems at once, or what was found: 1 if there are problems")
    check.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="a configuration folder with prompts/")
    match = commands.add_parser("match", help="which prompt would answer a message, and why")
    match.add_argument("text", metavar="TEXT", help="what somebody writes to the bot")
    match.add_argument("--image", type=Path, metavar="FILE", help="the picture that comes with it")
    match.add_argument("--conversation", default="", metavar="ID", help="the group that it is written in")
    render = commands.add_parser("render", help="exactly what the model is sent")
    render.add_argument("name", metavar="NAME", help="a prompt by its file or its title")
    render.add_argument("--input", default="", metavar="TEXT", help="what somebody asks to be found")
    render.add_argument("--json", action="store_true", help="the request's body")
    commands.add_parser("schema", help="write the JSON schema that editors complete and check the files with")
    attempt = commands.add_parser("try", help="read one file with one prompt: raw output, fields, checks, the reply")
    attempt.add_argument("name", metavar="NAME", help="a prompt by its file or its title")
    attempt.add_argument("file", type=Path, metavar="FILE")
    attempt.add_argument("--input", default="", metavar="TEXT", help="what somebody asks to be found")
    test = commands.add_parser("test", help="the examples against the last accepted run: 1 if one became worse")
    test.add_argument("name", nargs="?", default="", metavar="NAME", help="only this prompt's")
    test.add_argument("--accept", action="store_true", help="write the set down as accepted, with these results")
    commands.add_parser("history", help="the sets that were accepted")
    rollback = commands.add_parser("rollback", help="put an accepted set back in place")
    rollback.add_argument("id", nargs="?", default="", metavar="ID", help="its beginning is enough; none: the last one")
