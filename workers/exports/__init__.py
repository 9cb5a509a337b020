"""The files that go with an answer: tables, documents, and JSON for machines."""

from workers.exports.by_format import make

__all__ = ["make"]
