"""Requests that a caller may see: its own, or all for an admin. Another's is as unknown as one that never was."""

import re

from bot.api.parts import ApiParts
from bot.api.problems import unknown_document
from bot.domain.requests.client import Client
from bot.domain.requests.record import RequestRecord

_ID = re.compile(r"[0-9a-f]{32}")


def visible_to(client: Client) -> str | None:
    """Return whose requests a client sees, None for everybody's."""
    return None if client.is_admin else client.name


def owned(parts: ApiParts, client: Client, request_id: str) -> RequestRecord:
    """Return a request of a client; raises `ApiProblem`."""
    record = parts.requests.record(visible_to(client), request_id) if _ID.fullmatch(request_id) else None
    if record is None:
        raise unknown_document()
    return record


def file_number(record: RequestRecord, number: int, files: int) -> int:
    """Return which file of a request is meant, from 1; raises `ApiProblem` if it has fewer."""
    if not 1 <= number <= max(len(record.files), files, 1):
        raise unknown_document()
    return number
