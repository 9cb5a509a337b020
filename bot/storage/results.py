"""Documents that were read recently, reused when the same bytes are to be read in the same way."""

import hashlib
from typing import TYPE_CHECKING, cast

from redis import Redis

from bot.domain import wire
from bot.domain.document import Document
from bot.domain.errors import Undecodable
from bot.domain.task import Read
from bot.storage.keys.tasks import RESULT, RESULT_SECONDS

if TYPE_CHECKING:
    from redis.client import Pipeline


def result_key(data: bytes, read: Read, engine: str) -> str:
    """Return the digest that identifies a result: of the file's bytes, all that shapes the reading, and the engine."""
    prompts = [f"{prompt.name} {prompt.sha256} {prompt.text}" for prompt in (read.prompt, *read.candidates)]
    digest = hashlib.sha256(data)
    buyers = [f"{company.name}\0{company.tax_number}" for company in read.companies]
    pages = f"pages {read.first_page} {read.most_pages}"
    trial = [f"trial {read.trial}"] if read.trial else []
    for part in (engine, *prompts, *buyers, pages, *trial):
        digest.update(b"\0" + part.encode())
    return digest.hexdigest()


class Results:
    """The documents by their `result_key`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def get(self, digest: str) -> Document | None:
        """Return the document stored under a `result_key`, None if there is none that this version can read."""
        payload = cast("bytes | None", self._redis.get(RESULT.key(digest)))
        try:
            return wire.decode(Document, payload) if payload is not None else None
        except Undecodable:
            return None

    def put(self, digest: str, document: Document, *, client: "Pipeline") -> None:
        """Store a document in the caller's transaction."""
        # Who posted it first depends on the posting, not on the file.
        client.set(RESULT.key(digest), wire.encode(document.unposted), ex=RESULT_SECONDS)
