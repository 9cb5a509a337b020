"""`ocrbot prompts test`: the prompts' examples, compared with the last accepted run."""

from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bot.config.accepted import History, Record, last_run, results_by_engine
from bot.console.prompt_console import Console, prompt_named, relative
from bot.domain.asking.trial_plans import plan_example
from bot.domain.document import Failure, Outcome
from bot.domain.errors import Misconfigured
from bot.domain.examples import Result, by_example, compared, judge, latest_results, newly_wrong, prompt_name_of
from bot.domain.prompt import Example, Prompt
from bot.domain.prompt_set import PromptSet
from bot.domain.texts import trials as texts
from bot.domain.texts.console import no_such_file
from bot.domain.texts.display_width import columns
from bot.domain.trials import UNAVAILABLE, TrialReader


def test(console: Console, options: Namespace) -> int:
    """Read the examples and print how they compare with the last accepted run; return 1 if one became worse.

    An example that is in no accepted run must be right. With `accept` the set is recorded, whatever the result.
    """
    history = History(console.config)
    files = history.current()  # so that what was read is accepted, even if somebody edits the files meanwhile
    prompts = console.load().prompts
    chosen = prompt_named(prompts, options.name).name if options.name else ""
    examples = [example for example in prompts.examples if chosen in ("", example.prompt)]
    console.say(texts.reading_examples(len(examples)) if examples else texts.no_examples(chosen))
    reader = console.reader() if examples else None
    engine = reader.engine if reader else ""
    run = last_run(history.records(), engine)
    before = run.results[engine] if run else ()
    results = [_read_example(console.config, example, prompts, reader) for example in examples if reader]
    complaints = _complaints(results, before)
    for line in (*_result_table(results, before), *_summary(results, run), *complaints):
        console.say(line)
    if not options.accept:
        return 1 if complaints else 0
    by_engine = results_by_engine(history.records(), engine, latest_results(results, before))
    record = history.record("accepted", files, results=by_engine)
    console.say(texts.accepted(record.id, relative(history.folder)))
    return 0


def _read_example(config: Path, example: Example, prompts: PromptSet, reader: TrialReader) -> Result:
    """Read an example as the chat would: a recognisable kind must be recognised, and is then read as such."""
    named = prompt_named(prompts, example.prompt)
    plan = plan_example(example, named, prompts, takes_prompts=reader.takes_prompts)
    unread = Result(prompt=example.prompt, image=example.image)
    if plan.skipped:
        return replace(unread, skipped=plan.skipped)
    try:
        data = (config / example.image).read_bytes()
    except OSError as error:
        return replace(unread, failure=no_such_file(relative(config / example.image), error.strerror or str(error)))
    if not plan.is_recognised:
        return judge(example, _read_page(reader, data, plan.prompt))
    outcome = _read_page(reader, data, prompts.default, prompts.candidates)
    recognised = prompt_name_of(outcome)
    if recognised and recognised != plan.prompt.name:
        outcome = _read_page(reader, data, plan.prompt)
    return judge(example, outcome, recognised=recognised)


def _read_page(reader: TrialReader, data: bytes, prompt: Prompt, candidates: Sequence[Prompt] = ()) -> Outcome:
    """Return the outcome of reading a page; raises `Misconfigured` if the engine is down, which no prompt can cause."""
    outcome = reader.read(data, prompt, candidates).outcome
    if isinstance(outcome, Failure) and outcome.reason == UNAVAILABLE:
        raise Misconfigured(outcome.text)
    return outcome


def _result_table(results: Sequence[Result], before: Iterable[Result]) -> Iterator[str]:
    earlier = by_example(before)
    rows = [texts.examples_head()] if results else []
    details: list[list[str]] = [[]] if results else []
    for result in results:
        was = earlier.get(result.key)
        last = f"{was.right}/{len(was.items)}" if was else texts.NEVER_ACCEPTED
        score = texts.NEVER_ACCEPTED if result.skipped else f"{result.right}/{len(result.items)}"
        rows.append(
            (
                result.prompt,
                result.image,
                score,
                last,
                f"{result.seconds:.1f}",
                texts.example_compared(compared(result, was)),
            )
        )
        details.append(list(_detail_lines(result, was)))
    for line, more in zip(columns(rows), details, strict=True):
        yield f"  {line}"
        yield from more


def _detail_lines(result: Result, was: Result | None) -> Iterator[str]:
    if result.skipped:
        yield texts.example_skipped(result.skipped)
    if result.failure:
        yield texts.example_failed(result.failure)
    lost = newly_wrong(result, was)
    for item in result.items:
        if not item.right:
            yield texts.example_item_wrong(
                item.what, item.expected, item.got, checked=item.checked, was_right=item.what in lost
            )


def _summary(results: Sequence[Result], run: Record | None) -> Iterator[str]:
    read = [result for result in results if not result.skipped]
    if read:
        right = sum(result.passed for result in read)
        yield texts.examples_summary(len(read), right, sum(result.seconds for result in read))
        yield texts.compared_with(run.id, run.at, run.by) if run else texts.compared_with_nothing()


def _complaints(results: Sequence[Result], before: Iterable[Result]) -> list[str]:
    """Return a sentence on the examples that became worse, and one on those that are wrong and new."""
    earlier = by_example(before)
    worse_now = [result for result in results if newly_wrong(result, earlier.get(result.key))]
    new = [result for result in results if not result.skipped and result.key not in earlier]
    new_and_wrong = [result for result in new if not result.passed]
    complaints = [texts.examples_worse([_example_name(result) for result in worse_now])] if worse_now else []
    if new_and_wrong:
        complaints.append(texts.examples_new_and_wrong([_example_name(result) for result in new_and_wrong]))
    return complaints


def _example_name(result: Result) -> str:
    return f"{result.prompt}（{result.image}）"
