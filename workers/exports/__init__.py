"""The files attached to an answer: workbooks, Word documents and JSON."""

from workers.exports.by_format import make

__all__ = ["make"]
