"""Where the files of messages wait: Redis, or the folder of the settings."""

from pathlib import Path

from bot.config.settings import Settings
from bot.domain.errors import Misconfigured
from bot.domain.limits import MEGABYTE
from bot.storage.file_store.folder import FolderFiles
from bot.storage.file_store.in_redis import FILES_IN_REDIS
from bot.storage.file_store.protocol import FileStore


def folder_of_files(loaded: Settings) -> FolderFiles | None:
    """Return the folder of OCRBOT_FILES__FOLDER, None without one; raises `Misconfigured` if it is none."""
    if not loaded.files.folder:
        return None
    folder = Path(loaded.files.folder)
    if not folder.is_dir():
        raise Misconfigured(f"OCRBOT_FILES__FOLDER is wrong: {folder} is no folder: make it, or mount the volume there")
    files = FolderFiles(folder, most_bytes=loaded.files.most_mb * MEGABYTE)
    files.prepare()
    return files


def file_store(loaded: Settings) -> FileStore:
    """Return what keeps the bytes of files; raises `Misconfigured`."""
    return folder_of_files(loaded) or FILES_IN_REDIS
