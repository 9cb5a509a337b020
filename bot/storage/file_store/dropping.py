"""Dropping files: what stands for them in Redis, and the bytes that are kept elsewhere."""

from collections.abc import Sequence
from typing import cast

from redis import Redis

from bot.storage.file_store.protocol import FileStore
from bot.storage.file_store.references import REFERENCE_BYTES


def drop(redis: Redis, kept: FileStore, keys: Sequence[str]) -> list[bool]:
    """Delete the files under these keys; return for each whether there was one."""
    with redis.pipeline(transaction=True) as pipe:
        for key in keys:
            pipe.getrange(key, 0, REFERENCE_BYTES - 1)
            pipe.delete(key)
        answers = pipe.execute()
    for reference in cast("list[bytes]", answers[::2]):
        kept.delete(reference)
    return [bool(deleted) for deleted in answers[1::2]]
