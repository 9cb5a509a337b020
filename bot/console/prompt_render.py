"""`ocrbot prompts render`: the exact request to the model for a prompt."""

import json
from argparse import Namespace

from bot.console.prompt_console import Console, prompt_named
from bot.domain.asking.trial_plans import with_input
from bot.domain.prompt import INPUT, TABLE_TEXT
from bot.domain.texts import console as texts


def render(console: Console, options: Namespace) -> int:
    """Print the exact request to the model for a prompt, as text or as JSON."""
    prompts = console.load().prompts
    prompt = with_input(prompt_named(prompts, options.name), options.input, prompts)
    body = console.request(prompt)
    if options.json:
        console.say(json.dumps(body, ensure_ascii=False, indent=2))
        return 0
    *system, user = body["messages"]
    console.say(texts.request_head(prompt.name, prompt.title))
    console.say(texts.request_system(system[0]["content"] if system else None))
    console.say(texts.request_picture())
    console.say(texts.request_text("\n".join(part["text"] for part in user["content"] if part["type"] == "text")))
    sampling = {name: value for name, value in body.items() if isinstance(value, int | float)}
    console.say(texts.request_sampling(sampling))
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    console.say(texts.request_schema(json.dumps(schema, ensure_ascii=False) if schema else ""))
    if prompt.takes_input:
        console.say(texts.request_without_input(INPUT))
    if prompt.columns:
        console.say(texts.request_for_table(TABLE_TEXT))
    if not console.takes_prompts:
        console.say(texts.request_beyond_cpu() if prompt.needs_model else texts.request_for_cpu())
    return 0
