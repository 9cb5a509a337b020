"""What stands in Redis for a file that is kept elsewhere: the file's first bytes, a mark and its name there."""

import re
from typing import Final

FOLDER_MARK: Final = b"\0ocrbot-file:"
BUCKET_MARK: Final = b"\0ocrbot-blob:"
REFERENCE_BYTES: Final = 49  # at most

_IN_FOLDER: Final = re.compile(rb".{0,4}%b([0-9a-f]{32})" % re.escape(FOLDER_MARK), re.DOTALL)
_IN_BUCKET: Final = re.compile(rb".{0,4}%b([0-9a-f]{32})" % re.escape(BUCKET_MARK), re.DOTALL)


def named_in_folder(kept: bytes) -> str | None:
    """Return the name in the folder that a reference holds, None if it is none."""
    found = _IN_FOLDER.fullmatch(kept)
    return found[1].decode() if found is not None else None


def named_in_bucket(kept: bytes) -> str | None:
    """Return the name in the bucket that a reference holds, None if it is none."""
    found = _IN_BUCKET.fullmatch(kept)
    return found[1].decode() if found is not None else None


def setting_of(kept: bytes) -> str | None:
    """Return the setting that says where a file is, None if these are its bytes."""
    if named_in_folder(kept):
        return "OCRBOT_FILES__FOLDER"
    return "OCRBOT_FILES__BUCKET" if named_in_bucket(kept) else None
