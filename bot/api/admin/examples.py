"""Runs of the prompts' examples: each example is a request, and its outcome is compared with the last accepted run."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bot.api.admin.example_forms import ExampleForm, ExampleRunForm, example_form
from bot.api.admin.trials import PromptTrials
from bot.config import folder as config_folder
from bot.config.accepted import History, Record, hash_of, last_run, results_by_engine
from bot.config.folder import Config
from bot.domain.asking.trial_plans import plan_example
from bot.domain.document import Document, Failure, Outcome
from bot.domain.errors import Misconfigured
from bot.domain.examples import Result, by_example, judge, latest_results, prompt_name_of
from bot.domain.prompt import Example
from bot.domain.requests.record import RequestRecord
from bot.domain.texts.console import no_such_file
from bot.storage.trials.example_runs import ExampleReading, ExampleRun, ExampleRuns


class ExampleRunner:
    """Starts runs and follows them. `engine` is what results are compared within, `takes_prompts` whether it does."""

    def __init__(
        self,
        *,
        config: Path,
        trials: PromptTrials,
        runs: ExampleRuns,
        engine: str,
        takes_prompts: bool,
    ) -> None:
        self.config = config
        self.history = History(config)
        self.engine = engine
        self._trials = trials
        self._runs = runs
        self._takes_prompts = takes_prompts

    def begin(self, prompt: str, *, by: str, now: float) -> ExampleRun:
        """Have the examples of one prompt read, or all if it is ""; raises `Misconfigured` if the files are faulty."""
        files = self.history.current()  # so that what is read is what is accepted
        loaded = config_folder.load(self.config)
        chosen = [example for example in loaded.prompts.examples if prompt in {"", example.prompt}]
        run = ExampleRun(
            id=secrets.token_hex(8),
            prompt=prompt,
            sha256=hash_of(files),
            began_at=now,
            by=by,
            readings=tuple(self._begin_reading(example, loaded) for example in chosen),
        )
        self._runs.put(run)
        return run

    def _begin_reading(self, example: Example, loaded: Config) -> ExampleReading:
        prompt = loaded.prompts.named(example.prompt)
        if prompt is None:
            raise Misconfigured(f"{example.prompt}.toml is gone")
        plan = plan_example(example, prompt, loaded.prompts, takes_prompts=self._takes_prompts)
        if plan.skipped:
            return ExampleReading(example=example, skipped=plan.skipped)
        try:
            data = (self.config / example.image).read_bytes()
        except OSError as error:
            return ExampleReading(example=example, failure=no_such_file(example.image, error.strerror or str(error)))
        if plan.is_recognised:
            trial = self._trials.begin(
                loaded.prompts.default,
                data,
                name=Path(example.image).name,
                organisation=loaded.organisation,
                candidates=loaded.prompts.candidates,
            )
            return ExampleReading(example=example, recognised=trial)
        trial = self._trials.begin(plan.prompt, data, name=Path(example.image).name, organisation=loaded.organisation)
        return ExampleReading(example=example, read=trial)

    def look(self, run_id: str) -> ExampleRunForm | None:
        """Return a run as JSON, None if there is none; an example that was taken for another kind is read again."""
        run = self._runs.get(run_id)
        if run is None:
            return None
        run = self._with_second_readings(run)
        before, record = self._before()
        earlier = by_example(before)
        forms = [self._form(reading, earlier.get(_key(reading.example))) for reading in run.readings]
        return ExampleRunForm(
            id=run.id,
            prompt=run.prompt,
            engine=self.engine,
            is_done=all(form.status == "done" for form in forms),
            is_current=run.sha256 == hash_of(self.history.current()),
            compared_with=record.id if record else "",
            items=forms,
        )

    def accept(self, run_id: str, *, by: str) -> Record | None:
        """Record the set in use as accepted with the results of a run of all its examples.

        None unless the run is of just these files, of all examples, and done. Raises `Misconfigured` if it cannot be
        written.
        """
        run = self._runs.get(run_id)
        files = self.history.current()
        if run is None or run.prompt or run.sha256 != hash_of(files):
            return None
        results = [self._result(reading) for reading in run.readings]
        finished = [result for result in results if result is not None]
        if len(finished) < len(results):
            return None
        before, _ = self._before()
        by_engine = results_by_engine(self.history.records(), self.engine, latest_results(finished, before))
        return self.history.record("accepted", files, results=by_engine, by=by)

    def _before(self) -> tuple[Sequence[Result], Record | None]:
        record = last_run(self.history.records(), self.engine)
        return (record.results[self.engine] if record else ()), record

    def _with_second_readings(self, run: ExampleRun) -> ExampleRun:
        """Have those read with their own prompt whose page was taken for another kind, as the chat would be told."""
        readings = tuple(self._second_reading(reading) for reading in run.readings)
        if readings == run.readings:
            return run
        changed = replace(run, readings=readings)
        self._runs.put(changed)
        return changed

    def _second_reading(self, reading: ExampleReading) -> ExampleReading:
        if not reading.recognised or reading.read:
            return reading
        outcome = self._ended(reading.recognised)
        if not isinstance(outcome, Document) or outcome.prompt == reading.example.prompt:
            return reading
        loaded = config_folder.load(self.config)
        prompt = loaded.prompts.named(reading.example.prompt)
        try:
            data = (self.config / reading.example.image).read_bytes()
        except OSError:
            return reading
        if prompt is None:
            return reading
        name = Path(reading.example.image).name
        return replace(reading, read=self._trials.begin(prompt, data, name=name, organisation=loaded.organisation))

    def _ended(self, trial_id: str) -> Outcome | None:
        record = self._trials.record(trial_id)
        if record is None:
            return Failure(reason="file_gone", text="")
        if not record.state.has_ended:
            return None
        return self._trials.outcome(trial_id) or Failure(reason=record.reason, text=record.sentence)

    def _result(self, reading: ExampleReading) -> Result | None:
        """Return the result of an example, None as long as it is read."""
        unread = Result(prompt=reading.example.prompt, image=reading.example.image)
        if reading.skipped or reading.failure:
            return replace(unread, skipped=reading.skipped, failure=reading.failure)
        outcome = self._ended(reading.read) if reading.read else self._ended(reading.recognised)
        first = self._ended(reading.recognised) if reading.recognised else None
        if outcome is None:
            return None
        return judge(reading.example, outcome, recognised=prompt_name_of(first) if first is not None else "")

    def _form(self, reading: ExampleReading, before: Result | None) -> ExampleForm:
        result = self._result(reading)
        if result is not None:
            return example_form(result, before, status="done")
        records = (self._trials.record(one) for one in (reading.recognised, reading.read) if one)
        unread = Result(prompt=reading.example.prompt, image=reading.example.image)
        return example_form(unread, before, status=_status(records))


def _status(records: Iterator[RequestRecord | None]) -> str:
    """Return the state of the last of an example's requests."""
    return [record.state.value for record in records if record is not None][-1]


def _key(example: Example) -> tuple[str, str]:
    return example.prompt, example.image
