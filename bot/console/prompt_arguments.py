"""The command line of `ocrbot prompts`."""

from argparse import ArgumentParser
from pathlib import Path

from bot.console import prompt_check, prompt_examples, prompt_history, prompt_match, prompt_render, prompt_try


def add_prompt_commands(parser: ArgumentParser) -> None:
    """Add the commands to `parser`; the options of each have as `prompts` the function that runs it."""
    commands = parser.add_subparsers(dest="prompts_command", required=True)
    check = commands.add_parser("check", help="all problems at once, or what was found: 1 if there are problems")
    check.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="a configuration folder with prompts/")
    check.set_defaults(prompts=prompt_check.check)
    match = commands.add_parser("match", help="which prompt would answer a message, and why")
    match.add_argument("text", metavar="TEXT", help="what somebody writes to the bot")
    match.add_argument("--image", type=Path, metavar="FILE", help="the picture that comes with it")
    match.add_argument("--conversation", default="", metavar="ID", help="the group that it is written in")
    match.set_defaults(prompts=prompt_match.match)
    render = commands.add_parser("render", help="exactly what the model is sent")
    render.add_argument("name", metavar="NAME", help="a prompt by its file or its title")
    render.add_argument("--input", default="", metavar="TEXT", help="what somebody asks to be found")
    render.add_argument("--json", action="store_true", help="the request's body")
    render.set_defaults(prompts=prompt_render.render)
    schema = commands.add_parser("schema", help="write the JSON schema that editors complete and check the files with")
    schema.set_defaults(prompts=prompt_check.schema)
    attempt = commands.add_parser("try", help="read one file with one prompt: raw output, fields, checks, the reply")
    attempt.add_argument("name", metavar="NAME", help="a prompt by its file or its title")
    attempt.add_argument("file", type=Path, metavar="FILE")
    attempt.add_argument("--input", default="", metavar="TEXT", help="what somebody asks to be found")
    attempt.set_defaults(prompts=prompt_try.try_one)
    test = commands.add_parser("test", help="the examples against the last accepted run: 1 if one became worse")
    test.add_argument("name", nargs="?", default="", metavar="NAME", help="only this prompt's")
    test.add_argument("--accept", action="store_true", help="write the set down as accepted, with these results")
    test.set_defaults(prompts=prompt_examples.test)
    history = commands.add_parser("history", help="the sets that were accepted")
    history.set_defaults(prompts=prompt_history.history)
    rollback = commands.add_parser("rollback", help="put an accepted set back in place")
    rollback.add_argument("id", nargs="?", default="", metavar="ID", help="its beginning is enough; none: the last one")
    rollback.set_defaults(prompts=prompt_history.rollback)
