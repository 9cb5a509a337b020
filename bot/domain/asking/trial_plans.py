"""What a prompt is tried with: a person's input filled in, and how an example is read."""

import re
from dataclasses import dataclass

from bot.domain.asking.request import fill
from bot.domain.prompt import Example, Output, Prompt
from bot.domain.prompt_set import PromptSet
from bot.domain.texts import trials as texts

_BETWEEN_NAMES = re.compile(r"[、,，;；|\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplePlan:
    """How an example is read: with `prompt`, or first with what its page is recognised as if it `is_recognised`.

    `skipped` is a sentence that says why it cannot be read.
    """

    prompt: Prompt
    is_recognised: bool = False
    skipped: str = ""


def plan_example(example: Example, prompt: Prompt, prompts: PromptSet, *, takes_prompts: bool) -> ExamplePlan:
    """Return how an example of `prompt` is read: as the chat would read it, by an engine that follows prompts or not.

    A recognisable kind must be recognised, and is then read as such.
    """
    if prompt.takes_input and (prompt.output is not Output.FIELDS or not example.fields):
        return ExamplePlan(prompt=prompt, skipped=texts.example_needs_input())
    if prompt.needs_model and not takes_prompts:
        return ExamplePlan(prompt=prompt, skipped=texts.example_needs_model())
    if prompt.takes_input:
        filled = fill(prompt, [name for name, _ in example.fields], prompts.fields)
        return ExamplePlan(prompt=filled)
    return ExamplePlan(prompt=prompt, is_recognised=prompt in prompts.candidates)


def with_input(prompt: Prompt, text: str, prompts: PromptSet) -> Prompt:
    """Return a prompt filled with a person's input; unchanged if it takes no input or `text` is blank."""
    if not prompt.takes_input or not text.strip():
        return prompt
    names = _BETWEEN_NAMES.split(text.strip()) if prompt.output is Output.FIELDS else [text.strip()]
    return fill(prompt, names, prompts.fields)
