"""A terminal that runs `ocrbot prompts` in this process; its pictures are files with the text that is read on them."""

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.console import prompt_arguments
from bot.console.prompt_commands import PROMPT_COMMANDS
from bot.console.prompt_console import Console
from bot.domain.document import Document, Failure, Field, Line, Outcome, Reading, Source, Status
from bot.domain.organisation import Company
from bot.domain.prompt import FieldSpec, Prompt, recognise
from bot.domain.trials import Call, Trial
from tests.fakes.engine_profiles import V1_5
from workers.commands import prompt_trials

MINUTES = """\
title = "会议纪要"
commands = ["纪要"]
detect = ["参会人员", "决议事项"]
output = "fields"
text = '''读 {{fields}}'''

[[examples]]
image = "samples/minutes.png"
fields = { "参会人员" = "甲、乙" }
contains = ["决议事项", "甲"]

[[fields]]
name = "参会人员"
key = "people"

[[fields]]
name = "主持人"
key = "chair"
"""
PAGE = "会议纪要\n参会人员：甲、乙\n决议事项：无"


class TextReader:
    """A `TrialReader` that takes the bytes of a picture as its text, in UTF-8."""

    engine = "rapid"
    takes_prompts = False

    def read(
        self, data: bytes, prompt: Prompt, candidates: Sequence[Prompt] = (), *, companies: Sequence[Company] = ()
    ) -> Trial:
        text = data.decode()
        taken = recognise(text, candidates) or prompt
        return Trial(outcome=self.outcome(text, taken), calls=(_call(text),))

    def outcome(self, text: str, taken: Prompt) -> Outcome:
        if not text:
            return Failure(reason="file_empty", text="这个文件是空的（0 字节），请重新发送。")
        return Document(
            prompt=taken.name,
            title=taken.title,
            engine=self.engine,
            seconds=1.5,
            pages=1,
            text=text,
            fields=tuple(_field(spec, text) for spec in taken.fields),
        )


def _field(spec: FieldSpec, text: str) -> Field:
    """Return the field of the page's line "NAME：VALUE"; a value that ends with ! counts as checked."""
    value = next((line.split("：")[1] for line in text.splitlines() if line.startswith(f"{spec.name}：")), "")
    status = Status.CHECKED if value.endswith("!") else Status.UNCHECKED if value else Status.MISSING
    source = Source.CPU if value else Source.NONE
    return Field(name=spec.name, key=spec.key, value=value.rstrip("!"), status=status, source=source)


def _call(text: str) -> Call:
    lines = tuple(Line(text=line, confidence=0.9) for line in text.splitlines())
    return Call(prompt="", width=40, height=30, reading=Reading(text=text, lines=lines, seconds=1.25))


class Terminal:
    """Runs commands on a configuration folder as the command line does, in this process."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.reader = TextReader()
        self.takes_prompts = False
        self.lines: list[str] = []

    def run(self, *words: str) -> int:
        parser = ArgumentParser()
        prompt_arguments.add_prompt_commands(parser)
        options = parser.parse_args(words)
        self.lines = []
        console = Console(
            config=self.config,
            takes_prompts=self.takes_prompts,
            reader=lambda: self.reader,
            request=self.request,
            say=self.lines.append,
        )
        return PROMPT_COMMANDS[options.prompts_command](console, options)

    @staticmethod
    def request(prompt: Prompt) -> Mapping[str, Any]:
        return prompt_trials.request(prompt, V1_5)

    @property
    def screen(self) -> str:
        return "\n".join(self.lines)

    def change(self, name: str, old: str, new: str) -> None:
        path = self.config / "prompts" / f"{name}.toml"
        source = path.read_text(encoding="utf-8")
        assert old in source
        path.write_text(source.replace(old, new, 1), encoding="utf-8")


def small_set(folder: Path) -> Terminal:
    """Return a terminal on a configuration with two prompts in `folder`, one of them with an example."""
    (folder / "prompts").mkdir(parents=True)
    (folder / "samples").mkdir()
    (folder / "prompts" / "text.toml").write_text("title = '文字'\ntext = '读'\n", encoding="utf-8")
    (folder / "prompts" / "minutes.toml").write_text(MINUTES, encoding="utf-8")
    (folder / "samples" / "minutes.png").write_text(PAGE, encoding="utf-8")
    return Terminal(folder)
