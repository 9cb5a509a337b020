"""The formats of the files that go with an answer."""

from enum import StrEnum


class Format(StrEnum):
    """A file that goes with an answer."""

    XLSX = "xlsx"
    DOCX = "docx"
    JSON = "json"  # in a zip: DingTalk takes no .json
