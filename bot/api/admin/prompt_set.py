"""The prompts as a set: the state of each file, and the sets that were accepted."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.api.admin.forms import ProblemForm, problem_forms
from bot.config import folder as config_folder
from bot.config.accepted import Files, History, Record, changes, hash_of
from bot.config.editing.draft import PromptFolder
from bot.config.folder import Config
from bot.config.prompt_toml import read_prompt
from bot.domain.organisation import Gate
from bot.domain.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class KindForm:
    """One prompt file. `state`: accepted, changed, new (in no accepted set) or faulty."""

    name: str
    title: str
    state: str
    in_use: bool  # documents are read with it as it is; not while it is faulty, or held back until it is accepted
    problems: list[ProblemForm]
    output: str
    fields: int
    columns: int
    examples: int
    needs_model: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordForm:
    """One accepted set; `kind`: accepted, rollback (to `restored`), or saved before a roll-back."""

    id: str
    kind: str
    restored: str
    at: str
    by: str
    right: int  # examples that passed
    total: int
    changes: list[str]
    in_use: bool  # the files are those of this set


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSetForm:
    """All prompt files and all accepted sets, the latest first."""

    writable: bool
    gate: bool  # changed prompts are used only once their set is accepted
    engine: str
    takes_prompts: bool
    items: list[KindForm]
    other_problems: list[ProblemForm]  # of other files of the configuration, which keep all from being used
    records: list[RecordForm]
    changed: list[str]  # since the last set that was put into use, as phrases
    can_roll_back: bool


class PromptSetReader:
    """Reads the state of the set from the configuration folder; `live` is the configuration in use."""

    def __init__(self, config: Path, live: Callable[[], Config], *, engine: str, takes_prompts: bool) -> None:
        self._config = config
        self._folder = PromptFolder(config)
        self._history = History(config)
        self._live = live
        self._engine = engine
        self._takes_prompts = takes_prompts

    def now(self) -> PromptSetForm:
        """Return the set as it is; raises `Misconfigured` if a record of accepted sets cannot be read."""
        records, files = self._history.records(), self._history.current()
        last = next((record for record in reversed(records) if record.kind != "saved"), None)
        accepted = self._history.files_of(last) if last is not None else {}
        problems = config_folder.find_problems(self._config)
        names = {f"{name}.toml" for name in self._folder.names()}
        current = hash_of(files)
        return PromptSetForm(
            writable=self._folder.is_writable,
            gate=self._live().organisation.gate is Gate.EXAMPLES,
            engine=self._engine,
            takes_prompts=self._takes_prompts,
            items=[self._kind(name, files, accepted, problems) for name in self._folder.names()],
            other_problems=problem_forms([one for one in problems if one.file not in names]),
            records=[_record_form(record, current) for record in reversed(records)],
            changed=list(changes(accepted, files)) if last is not None else [],
            can_roll_back=_can_roll_back(records, current),
        )

    def _kind(self, name: str, files: Files, accepted: Files, problems: Sequence[Problem]) -> KindForm:
        file = f"{name}.toml"
        text = files[file].decode("utf-8-sig", errors="replace")
        source, own = read_prompt(text, name=name), [one for one in problems if one.file == file]
        live = self._live().prompts.named(name)
        state = "faulty" if own else "new" if file not in accepted else "accepted"
        if state == "accepted" and accepted[file] != files[file]:
            state = "changed"
        return KindForm(
            name=name,
            title=source.prompt.title,
            state=state,
            in_use=live is not None and live.sha256 == hashlib.sha256(text.encode()).hexdigest(),
            problems=problem_forms(own),
            output=source.prompt.output.value,
            fields=len(source.prompt.fields),
            columns=len(source.prompt.columns),
            examples=len(source.examples),
            needs_model=source.prompt.needs_model,
        )


def _record_form(record: Record, current: str) -> RecordForm:
    results = [result for of_engine in record.results.values() for result in of_engine]
    return RecordForm(
        id=record.id,
        kind=record.kind,
        restored=record.restored,
        at=datetime.fromisoformat(record.at).isoformat(timespec="seconds"),
        by=record.by,
        right=sum(result.passed for result in results),
        total=len(results),
        changes=list(record.changes),
        in_use=record.sha256 == current,
    )


def _can_roll_back(records: Sequence[Record], current: str) -> bool:
    """Return whether there is a set to put back that differs from the files."""
    return any(record.kind != "saved" and record.sha256 != current for record in records)
