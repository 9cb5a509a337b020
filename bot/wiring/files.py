"""Where the files of messages wait: Redis, or the folder or the bucket of the settings."""

from pathlib import Path
from typing import TYPE_CHECKING

from bot.config.settings import Settings
from bot.domain.errors import Misconfigured
from bot.domain.limits import MEGABYTE
from bot.storage.connection import RedisClock
from bot.storage.file_store.bucket import BucketFiles
from bot.storage.file_store.folder import FolderFiles
from bot.storage.file_store.in_redis import FILES_IN_REDIS
from bot.storage.file_store.protocol import FileStore, SweptFileStore

if TYPE_CHECKING:
    from redis import Redis


def files_outside_redis(loaded: Settings, client: "Redis") -> SweptFileStore | None:
    """Return what keeps files outside Redis, None if nothing does; raises `Misconfigured` if it cannot be used."""
    if loaded.files.bucket:
        bucket = _bucket(loaded, client)
        bucket.prepare()
        return bucket
    return _folder(loaded)


def file_store(loaded: Settings, client: "Redis") -> FileStore:
    """Return what keeps the bytes of files, for a process that forks; raises `Misconfigured`."""
    if loaded.files.bucket:
        return _bucket(loaded, client)  # the connections to it would not survive a fork
    return _folder(loaded) or FILES_IN_REDIS


def _bucket(loaded: Settings, client: "Redis") -> BucketFiles:
    if loaded.files.folder:
        raise Misconfigured("OCRBOT_FILES__FOLDER and OCRBOT_FILES__BUCKET are both set: files have one place")
    try:
        from bot.storage.file_store.s3 import S3Objects, S3Place  # noqa: PLC0415 - of an optional group
    except ModuleNotFoundError as error:
        raise Misconfigured(
            f"OCRBOT_FILES__BUCKET needs the group `bucket` (uv sync --group bucket): {error}"
        ) from error
    place = S3Place(
        bucket=loaded.files.bucket,
        endpoint=loaded.files.endpoint,
        region=loaded.files.region,
        access_key=loaded.files.access_key.get_secret_value(),
        secret_key=loaded.files.secret_key.get_secret_value(),
    )
    clock = RedisClock(client).fresh
    return BucketFiles(S3Objects(place), client, clock, most_bytes=loaded.files.most_mb * MEGABYTE)


def _folder(loaded: Settings) -> FolderFiles | None:
    if not loaded.files.folder:
        return None
    folder = Path(loaded.files.folder)
    if not folder.is_dir():
        raise Misconfigured(f"OCRBOT_FILES__FOLDER is wrong: {folder} is no folder: make it, or mount the volume there")
    files = FolderFiles(folder, most_bytes=loaded.files.most_mb * MEGABYTE)
    files.prepare()
    return files
