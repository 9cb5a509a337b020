"""The formats of the files that are sent with an answer."""

from enum import StrEnum


class Format(StrEnum):
    """A format in which an answer can be sent as a file."""

    XLSX = "xlsx"
    DOCX = "docx"
    JSON = "json"  # inside a zip: DingTalk does not accept .json
