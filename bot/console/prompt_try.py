"""`ocrbot prompts try`: reads one file with one prompt and shows each stage, from the raw answer to the reply."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from bot.config.folder import Config
from bot.console.prompt_console import Console, prompt_named, read_bytes, relative
from bot.dingtalk.limits import MESSAGE_LIMITS
from bot.domain.asking.trial_plans import with_input
from bot.domain.document import Document, Failure, Outcome, Stop
from bot.domain.errors import Misconfigured
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import Prompt
from bot.domain.replying.answer_view import answer_view
from bot.domain.replying.formatting import MARKS
from bot.domain.replying.reply import render
from bot.domain.task import Read, Task
from bot.domain.texts import trials as texts
from bot.domain.texts.display_width import columns
from bot.domain.trials import Call

_NO_CONVERSATION = DingTalkConversation(robot_code="", conversation_id="", conversation_kind=ConversationKind.SINGLE)


def try_one(console: Console, options: Namespace) -> int:
    """Read one file with one prompt and print every stage up to the reply; return 1 if it cannot be read."""
    config = console.load()
    prompt = with_input(prompt_named(config.prompts, options.name), options.input, config.prompts)
    if prompt.takes_input:
        raise Misconfigured(texts.input_needed(prompt.name))
    data = read_bytes(options.file)
    reader = console.reader()
    trial = reader.read(data, prompt, companies=config.organisation.companies)
    outcome = trial.outcome
    seconds = outcome.seconds if isinstance(outcome, Document) else sum(call.reading.seconds for call in trial.calls)
    console.say(texts.tried_head(relative(options.file), prompt.name, prompt.title, reader.engine, seconds))
    for number, call in enumerate(trial.calls, 1):
        for line in _call_lines(number, call):
            console.say(line)
    if isinstance(outcome, Document) and outcome.fields:
        for line in (*_field_lines(outcome, prompt), *_table_lines(outcome)):
            console.say(line)
    if isinstance(outcome, Document) and outcome.doubts:
        console.say(texts.tried_doubts())
        for doubt in outcome.doubts:
            console.say(f"  {doubt}")
    console.say(texts.tried_reply())
    for part in _reply_parts(config, prompt, options.file, outcome):
        console.say(part)
    return int(isinstance(outcome, Failure))


def _call_lines(number: int, call: Call) -> Iterator[str]:
    reading = call.reading
    stop = "" if reading.stop is Stop.DONE else reading.stop.value
    yield texts.tried_call(number, call.width, call.height, reading.seconds, stop)
    if call.prompt:
        yield texts.tried_prompt(call.prompt)
    yield texts.tried_raw()
    rows = []
    for line in reading.lines:
        confidence = f"{line.confidence:.2f}" if line.confidence is not None else ""
        box = f"{line.box.left},{line.box.top}–{line.box.right},{line.box.bottom}" if line.box else ""
        rows.append((confidence, box, line.text))
    raw = columns(rows) or reading.text.splitlines()
    yield from (f"    {line}" for line in raw)
    if not raw:
        yield texts.tried_nothing()


def _field_lines(document: Document, prompt: Prompt) -> list[str]:
    checks = [check.name + (f":{','.join(check.keys)}" if check.keys else "") for check in prompt.checks]
    rows = [
        (
            field.name,
            field.value or "—",
            texts.tried_status(field.status.value),
            texts.tried_source(field.source.value),
            "；".join(field.doubts),
        )
        for field in document.fields
    ]
    return [texts.tried_fields(checks), *(f"  {line}" for line in columns(rows))]


def _table_lines(document: Document) -> list[str]:
    """Return a document's table below the names of its columns, each value with the mark of its status."""
    if not document.rows:
        return []
    header = tuple(cell.name for cell in document.rows[0].cells)
    rows = [tuple(f"{cell.value or '—'}{MARKS.get(cell.status, '')}" for cell in row.cells) for row in document.rows]
    return [texts.tried_lines(len(rows)), *(f"  {line}" for line in columns([header, *rows]))]


def _reply_parts(config: Config, prompt: Prompt, file: Path, outcome: Outcome) -> tuple[str, ...]:
    task = Task(
        id="try",
        recipient=_NO_CONVERSATION,
        received_at=0.0,
        content=Read(
            attachments=(Attachment(download_code="", name=file.name),),
            prompt=prompt,
            full_text_word=config.prompts.default.title,
        ),
        service_notice=config.organisation.provider,
    )
    return render(answer_view(task, [outcome]), MESSAGE_LIMITS).parts
