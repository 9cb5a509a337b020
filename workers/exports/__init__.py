"""The files that go with an answer: tables, documents, and JSON for machines."""

from workers.exports.files import make

__all__ = ["make"]
