"""`ocrbot prompts try` and `test`: prompts on real pictures."""

from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bot.config.accepted import History, Record
from bot.config.folder import Config
from bot.console.prompt_check import Console, filled, image_bytes, named, shown
from bot.domain.asking.request import fill
from bot.domain.document import Document, Failure, Outcome, Stop
from bot.domain.errors import Misconfigured
from bot.domain.examples import Result, answer_of, by_example, carried, judge, worse
from bot.domain.message import Attachment, ConversationKind, DingTalkConversation
from bot.domain.prompt import Example, Output, Prompt, PromptSet
from bot.domain.replying.formatting import MARKS
from bot.domain.replying.reply import render
from bot.domain.task import Read, Task
from bot.domain.texts import trials as texts
from bot.domain.texts.console import no_such_file
from bot.domain.texts.display_width import columns
from bot.domain.trials import UNAVAILABLE, Call, TrialReader

_HERE = DingTalkConversation(robot_code="", conversation_id="", conversation_kind=ConversationKind.SINGLE)


def try_one(console: Console, options: Namespace) -> int:
    """Read one file with one prompt and print all of it, down to the reply; 1 where it could not be read."""
    config = console.load()
    prompt = filled(named(config.prompts, options.name), options.input, config.prompts)
    if prompt.takes_input:
        raise Misconfigured(texts.input_needed(prompt.name))
    data = image_bytes(options.file)
    reader = console.reader()
    trial = reader.read(data, prompt, companies=config.organisation.companies)
    outcome = trial.outcome
    seconds = outcome.seconds if isinstance(outcome, Document) else sum(call.reading.seconds for call in trial.calls)
    console.say(texts.tried_head(shown(options.file), prompt.name, prompt.title, reader.engine, seconds))
    for number, call in enumerate(trial.calls, 1):
        for line in _call(number, call):
            console.say(line)
    if isinstance(outcome, Document) and outcome.fields:
        for line in (*_fields(outcome, prompt), *_lines(outcome)):
            console.say(line)
    if isinstance(outcome, Document) and outcome.doubts:
        console.say(texts.tried_doubts())
        for doubt in outcome.doubts:
            console.say(f"  {doubt}")
    console.say(texts.tried_reply())
    for part in _reply(config, prompt, options.file, outcome):
        console.say(part)
    return int(isinstance(outcome, Failure))


def test(console: Console, options: Namespace) -> int:
    """Read the examples and print what of them is right, against the last accepted run; 1 where one became worse.

    An example that no accepted run has must be right. With `accept` the set is written down, whatever came of it.
    """
    history = History(console.config)
    files = history.current()  # what is accepted is what was read, though somebody edits it meanwhile
    prompts = console.load().prompts
    chosen = named(prompts, options.name).name if options.name else ""
    examples = [example for example in prompts.examples if chosen in ("", example.prompt)]
    console.say(texts.reading_examples(len(examples)) if examples else texts.no_examples(chosen))
    reader = console.reader() if examples else None
    engine = reader.engine if reader else ""
    base = _last_run(history.records(), engine)
    before = base.results[engine] if base else ()
    results = [_result(console.config, example, prompts, reader) for example in examples if reader]
    for line in _table(results, before):
        console.say(line)
    spoilt = _verdict(console, results, base, before)
    if not options.accept:
        return int(spoilt)
    record = history.record("accepted", files, results=_all_results(history, engine, carried(results, before)))
    console.say(texts.accepted(record.id, shown(history.folder)))
    return 0


def _call(number: int, call: Call) -> Iterator[str]:
    reading = call.reading
    stop = "" if reading.stop is Stop.DONE else reading.stop.value
    yield texts.tried_call(number, call.width, call.height, reading.seconds, stop)
    if call.prompt:
        yield texts.tried_prompt(call.prompt)
    yield texts.tried_raw()
    rows = []
    for line in reading.lines:
        sure = f"{line.confidence:.2f}" if line.confidence is not None else ""
        box = f"{line.box.left},{line.box.top}–{line.box.right},{line.box.bottom}" if line.box else ""
        rows.append((sure, box, line.text))
    raw = columns(rows) or reading.text.splitlines()
    yield from (f"    {line}" for line in raw)
    if not raw:
        yield texts.tried_nothing()


def _fields(document: Document, prompt: Prompt) -> list[str]:
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


def _lines(document: Document) -> list[str]:
    """Return the lines of a document's table below their columns' names, each value with its mark."""
    if not document.rows:
        return []
    heads = tuple(cell.name for cell in document.rows[0].cells)
    rows = [tuple(f"{cell.value or '—'}{MARKS.get(cell.status, '')}" for cell in row.cells) for row in document.rows]
    return [texts.tried_lines(len(rows)), *(f"  {line}" for line in columns([heads, *rows]))]


def _reply(config: Config, prompt: Prompt, file: Path, outcome: Outcome) -> tuple[str, ...]:
    task = Task(
        id="try",
        recipient=_HERE,
        received_at=0.0,
        content=Read(
            attachments=(Attachment(download_code="", name=file.name),),
            prompt=prompt,
            full_text_word=config.prompts.default.title,
        ),
        service_notice=config.organisation.provider,
    )
    return render(task, [outcome]).parts


def _result(config: Path, example: Example, prompts: PromptSet, reader: TrialReader) -> Result:
    """Read an example as the chat would: a page of a kind that can be recognised must be, then read as that kind."""
    prompt = named(prompts, example.prompt)
    none = Result(prompt=example.prompt, image=example.image)
    if prompt.takes_input and (prompt.output is not Output.FIELDS or not example.fields):
        return replace(none, skipped=texts.example_needs_input())
    if prompt.needs_model and not reader.takes_prompts:
        return replace(none, skipped=texts.example_needs_model())
    if prompt.takes_input:
        known = [spec for one in prompts.prompts for spec in one.fields]
        prompt = fill(prompt, [name for name, _ in example.fields], known)
    try:
        data = (config / example.image).read_bytes()
    except OSError as error:
        return replace(none, failure=no_such_file(shown(config / example.image), error.strerror or str(error)))
    if prompt not in prompts.candidates:
        return judge(example, _outcome(reader, data, prompt))
    outcome = _outcome(reader, data, prompts.default, prompts.candidates)
    recognised = answer_of(outcome)
    if recognised and recognised != prompt.name:
        outcome = _outcome(reader, data, prompt)
    return judge(example, outcome, recognised=recognised)


def _outcome(reader: TrialReader, data: bytes, prompt: Prompt, candidates: Sequence[Prompt] = ()) -> Outcome:
    """Return what came of a reading; an engine that is away says nothing about a prompt and ends the run."""
    outcome = reader.read(data, prompt, candidates).outcome
    if isinstance(outcome, Failure) and outcome.reason == UNAVAILABLE:
        raise Misconfigured(outcome.text)
    return outcome


def _last_run(records: Sequence[Record], engine: str) -> Record | None:
    """Return the last record that tells how this engine did; engines are not compared with each other."""
    runs = (record for record in reversed(records) if record.kind != "saved" and record.results.get(engine))
    return next(runs, None)


def _all_results(history: History, engine: str, results: tuple[Result, ...]) -> dict[str, tuple[Result, ...]]:
    """Return the results of this engine beside what was last known of the others."""
    known: dict[str, tuple[Result, ...]] = {}
    for record in history.records():
        known |= dict(record.results) if record.kind != "saved" else {}
    return {**known, engine: results} if results else known


def _table(results: Sequence[Result], before: Iterable[Result]) -> Iterator[str]:
    earlier = by_example(before)
    rows = [texts.examples_head()] if results else []
    details: list[list[str]] = [[]] if results else []
    for result in results:
        was = earlier.get(result.key)
        last = f"{was.right}/{len(was.items)}" if was else texts.NEVER_ACCEPTED
        score = texts.NEVER_ACCEPTED if result.skipped else f"{result.right}/{len(result.items)}"
        rows.append((result.prompt, result.image, score, last, f"{result.seconds:.1f}", _mark(result, was)))
        details.append(list(_details(result, was)))
    for line, more in zip(columns(rows), details, strict=True):
        yield f"  {line}"
        yield from more


def _mark(result: Result, was: Result | None) -> str:
    if result.skipped:
        return texts.EXAMPLE_SKIPPED
    if worse(result, was):
        return texts.EXAMPLE_WORSE
    if result.passed:
        return texts.EXAMPLE_BETTER if was is not None and not was.passed else texts.EXAMPLE_WELL
    return texts.EXAMPLE_WRONG if was is None else texts.EXAMPLE_KNOWN


def _details(result: Result, was: Result | None) -> Iterator[str]:
    if result.skipped:
        yield texts.example_skipped(result.skipped)
    if result.failure:
        yield texts.example_failed(result.failure)
    lost = worse(result, was)
    for item in result.items:
        if not item.right:
            yield texts.example_item_wrong(
                item.what, item.expected, item.got, checked=item.checked, was_right=item.what in lost
            )


def _verdict(console: Console, results: Sequence[Result], base: Record | None, before: Iterable[Result]) -> bool:
    """Print what it comes to; return whether something became worse, or is wrong from the start."""
    earlier = by_example(before)
    read = [result for result in results if not result.skipped]
    if read:
        right = sum(result.passed for result in read)
        console.say(texts.examples_summary(len(read), right, sum(result.seconds for result in read)))
        told = texts.compared_with(base.id, base.at, base.by) if base else texts.compared_with_nothing()
        console.say(told)
    spoilt = [_name(result) for result in read if worse(result, earlier.get(result.key))]
    unseen = [_name(result) for result in read if result.key not in earlier and not result.passed]
    if spoilt:
        console.say(texts.examples_worse(spoilt))
    if unseen:
        console.say(texts.examples_new_and_wrong(unseen))
    return bool(spoilt or unseen)


def _name(result: Result) -> str:
    return f"{result.prompt}（{result.image}）"
