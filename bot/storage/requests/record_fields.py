"""A request as the fields of a hash, and the indexes that it stands in."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.domain import wire
from bot.domain.requests.record import RequestEnd, RequestRecord, RequestState
from bot.storage.requests.request_keys import API_INDEX

ALL_CLIENTS: Final = "*"  # no client's name
_WHOLE: Final = "all"
_REFERENCE_CHARACTERS: Final = 32  # of a digest, which is as good as the reference itself


def fields_of(record: RequestRecord) -> dict[str, str | bytes]:
    """Return the fields of a request that was just accepted."""
    return {"record": wire.encode(record), "state": record.state.value}


def record_in(fields: Mapping[bytes, bytes]) -> RequestRecord | None:
    """Return the request that the fields of a hash hold, None if they hold none; raises `Undecodable`."""
    if b"record" not in fields:
        return None
    record = wire.decode(RequestRecord, fields[b"record"])
    started = fields.get(b"started")
    record = replace(
        record,
        state=RequestState(fields[b"state"].decode()),
        started_at=float(started) if started else None,
        pages_done=_sum_of(fields, b"done:"),
        pages_total=_sum_of(fields, b"total:"),
    )
    if b"end" not in fields:
        return record
    end = wire.decode(RequestEnd, fields[b"end"])
    return replace(
        record,
        finished_at=end.at,
        prompts=end.prompts,
        reason=end.reason,
        sentence=end.sentence,
        keep_until=float(fields[b"until"]),
    )


def _sum_of(fields: Mapping[bytes, bytes], prefix: bytes) -> int:
    return sum(int(value) for name, value in fields.items() if name.startswith(prefix) and value.isdigit())


def whole(client: str) -> str:
    """Return the index of all requests of a client, or of all clients."""
    return API_INDEX.key(client, _WHOLE)


def of_state(client: str, state: RequestState) -> str:
    """Return the index of a client's requests in a state."""
    return API_INDEX.key(client, f"state={state.value}")


def of_prompt(client: str, prompt: str) -> str:
    """Return the index of a client's requests of which a paper was read with a prompt."""
    return API_INDEX.key(client, f"prompt={prompt}")


def of_reference(client: str, reference: str) -> str:
    """Return the index of a client's requests with a reference."""
    digest = hashlib.sha256(reference.encode("utf-8", "surrogatepass")).hexdigest()[:_REFERENCE_CHARACTERS]
    return API_INDEX.key(client, f"reference={digest}")


def scopes_of(client: str) -> tuple[str, str]:
    """Return in whose lists a client's requests are: in its own and in those of all."""
    return client, ALL_CLIENTS


def indexes_of(record: RequestRecord, prompts: Sequence[str]) -> list[str]:
    """Return the indexes that a request stands in whose papers were read with these prompts, now or before."""
    found = []
    for scope in scopes_of(record.client):
        found += [whole(scope), *(of_state(scope, state) for state in RequestState)]
        found += [of_prompt(scope, prompt) for prompt in prompts]
        found += [of_reference(scope, record.reference)] if record.reference else []
    return found
