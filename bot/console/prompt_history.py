"""`ocrbot prompts history` and `rollback`."""

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
    now, last = sets.current(), records[-1]
    same = next((record for record in reversed(records) if record.sha256 == hash_of(now)), None)
    if same is not None:
        console.say(texts.history_current(same.id))
    else:
        console.say(texts.history_differs(last.id, changes(sets.files_of(last), now)))
    return 0


def rollback(console: Console, options: Namespace) -> int:
    """Put a set back. Files in use that are in no record are recorded first, so nothing is lost."""
    sets = History(console.config)
    records = sets.records()
    now = sets.current()
    wanted = _record_named(records, options.id) if options.id else _record_before(records, hash_of(now))
    made = changes(now, sets.files_of(wanted))
    if not made:
        console.say(texts.same_set_already(wanted.id))
        return 0
    # A set of long ago may be one that today's check refuses.
    prompt_files.load(sets.folder_of(wanted))
    if all(record.sha256 != hash_of(now) for record in records):
        console.say(texts.saved_first(sets.record("saved", now).id))
    sets.put_back(wanted)
    sets.record("rollback", sets.files_of(wanted), restored=wanted.restored or wanted.id, results=wanted.results)
    console.say(texts.rolled_back(wanted.id, made))
    return 0


def _record_named(records: Sequence[Record], beginning: str) -> Record:
    found = [record for record in records if record.id.startswith(beginning)]
    exact = [record for record in found if record.id == beginning]
    if len(exact or found) != 1:
        raise Misconfigured(texts.no_such_set(beginning))
    return (exact or found)[0]


def _record_before(records: Sequence[Record], sha256: str) -> Record:
    """Return the last accepted set where the files in use are another, else the one accepted before it."""
    accepted = [record for record in records if record.kind == "accepted"]
    standing = [record for record in records if record.kind != "saved"]
    if standing and standing[-1].sha256 != sha256:
        return standing[-1]
    last = standing[-1] if standing else None
    origin = last.restored if last is not None and last.kind == "rollback" else (last.id if last is not None else "")
    index = next((number for number, record in enumerate(accepted) if record.id == origin), len(accepted))
    older = [record for record in accepted[:index] if record.sha256 != sha256]
    if not older:
        raise Misconfigured(texts.no_older_set())
    return older[-1]


def _history_row(record: Record) -> tuple[str, ...]:
    at = datetime.fromisoformat(record.at)
    results = [result for found in record.results.values() for result in found]
    return (
        record.id,
        f"{at:%Y-%m-%d %H:%M}",
        record.by,
        texts.history_kind(record.kind, record.restored),
        texts.history_examples(sum(result.passed for result in results), len(results)),
        "、".join(record.changes) or "—",
    )
