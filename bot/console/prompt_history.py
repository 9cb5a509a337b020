"""`ocrbot prompts history` and `rollback`: the sets that were accepted, and putting one back."""

from argparse import Namespace
from datetime import datetime

from bot.config.accepted import History, Record, changes, hash_of
from bot.config.editing.roll_back import roll_back
from bot.console.prompt_console import Console
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
    done = roll_back(History(console.config), options.id)
    if not done.changed:
        console.say(texts.same_set_already(done.target.id))
        return 0
    if done.saved:
        console.say(texts.saved_first(done.saved))
    console.say(texts.rolled_back(done.target.id, done.changed))
    return 0


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
