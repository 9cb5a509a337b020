"""Putting an accepted set of prompts back into use."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.config import prompt_files
from bot.config.accepted import History, Record, changes, hash_of
from bot.domain.errors import Misconfigured
from bot.domain.texts import trials as texts


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """What a roll-back did: nothing if `changed` is empty, for then the set is in use already."""

    target: Record
    changed: tuple[str, ...]  # as phrases
    saved: str = ""  # the id under which the files were recorded that were in use and in no record


def roll_back(history: History, wanted: str = "", *, by: str = "") -> RolledBack:
    """Put the set of this id, or beginning of one, back into use; by default the last one, or the one before it.

    Files in use that are in no record are recorded first, so that nothing is lost. `by` is who does it. Raises
    `Misconfigured` if there is no such set, today's check refuses it, or it cannot be written.
    """
    records = history.records()
    current = history.current()
    target = _record_named(records, wanted) if wanted else _record_before(records, hash_of(current))
    changed = changes(current, history.files_of(target))
    if not changed:
        return RolledBack(target=target, changed=())
    prompt_files.load(history.folder_of(target))  # today's check may refuse an old set
    is_recorded = any(record.sha256 == hash_of(current) for record in records)
    saved = "" if is_recorded else history.record("saved", current, by=by).id
    history.put_back(target)
    restored = target.restored or target.id
    history.record("rollback", history.files_of(target), restored=restored, results=target.results, by=by)
    return RolledBack(target=target, changed=changed, saved=saved)


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
