"""`ocrbot prompts history` and `rollback`: the sets that were accepted, and putting one back."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime

from bot.config import prompt_files
from bot.config.accepted import History, Record, changes, hash_of
from bot.console.prompt_console import Console
from bot.domain.errors import Misconfigured
from bot.domain.texts import trials as texts
from bot.domain.texts.display_width import columns


def history(console: Console, _: Namespace) -> int:
    """Print all records, the latest last, and whether the files in use are one of them."""
    sets = History(console.config)
    records = sets.records()
    if not records:
        console.say(texts.history_empty())
        return 0
    for line in columns([texts.history_head(), *map(_history_row, records)]):
        console.say(line)
    current, last = sets.current(), records[-1]
    same = next((record for record in reversed(records) if record.sha256 == hash_of(current)), None)
    if same is not None:
        console.say(texts.history_current(same.id))
    else:
        console.say(texts.history_differs(last.id, changes(sets.files_of(last), current)))
    return 0


def rollback(console: Console, options: Namespace) -> int:
    """Put a set back. Files in use that are in no record are recorded first, so that nothing is lost."""
    sets = History(console.config)
    records = sets.records()
    current = sets.current()
    target = _record_named(records, options.id) if options.id else _record_before(records, hash_of(current))
    changed = changes(current, sets.files_of(target))
    if not changed:
        console.say(texts.same_set_already(target.id))
        return 0
    # Today's check may refuse an old set.
    prompt_files.load(sets.folder_of(target))
    if all(record.sha256 != hash_of(current) for record in records):
        console.say(texts.saved_first(sets.record("saved", current).id))
    sets.put_back(target)
    sets.record("rollback", sets.files_of(target), restored=target.restored or target.id, results=target.results)
    console.say(texts.rolled_back(target.id, changed))
    return 0


def _record_named(records: Sequence[Record], prefix: str) -> Record:
    matching = [record for record in records if record.id.startswith(prefix)]
    exact = [record for record in matching if record.id == prefix]
    if len(exact or matching) != 1:
        raise Misconfigured(texts.no_such_set(prefix))
    return (exact or matching)[0]


def _record_before(records: Sequence[Record], sha256: str) -> Record:
    """Return the set that was last put into use if the files differ from it, otherwise the one accepted before it."""
    accepted = [record for record in records if record.kind == "accepted"]
    last = next((record for record in reversed(records) if record.kind != "saved"), None)
    if last is not None and last.sha256 != sha256:
        return last
    origin = last.restored or last.id if last is not None else ""
    index = next((number for number, record in enumerate(accepted) if record.id == origin), len(accepted))
    older = [record for record in accepted[:index] if record.sha256 != sha256]
    if not older:
        raise Misconfigured(texts.no_older_set())
    return older[-1]


def _history_row(record: Record) -> tuple[str, ...]:
    at = datetime.fromisoformat(record.at)
    results = [result for of_engine in record.results.values() for result in of_engine]
    return (
        record.id,
        f"{at:%Y-%m-%d %H:%M}",
        record.by,
        texts.history_kind(record.kind, record.restored),
        texts.history_examples(sum(result.passed for result in results), len(results)),
        "、".join(record.changes) or "—",
    )
