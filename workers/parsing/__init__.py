"""What the model wrote, taken apart: lines with boxes, fields, tables, translations. Pure, and it never raises."""

from bot.domain.tables import Cell, Table
from workers.parsing.answers import is_no_text, looks_like_summary, parse_subtitles, parse_translation
from workers.parsing.documents import Block, Diagram, Figure, Formula, Paragraph, parse_blocks, parse_document
from workers.parsing.fields import Fields, Value, parse_fields
from workers.parsing.loops import LoopGuard, tail_repeats, trim_loop
from workers.parsing.spotting import parse_spotting
from workers.parsing.tokens import clean

__all__ = [
    "Block",
    "Cell",
    "Diagram",
    "Fields",
    "Figure",
    "Formula",
    "LoopGuard",
    "Paragraph",
    "Table",
    "Value",
    "clean",
    "is_no_text",
    "looks_like_summary",
    "parse_blocks",
    "parse_document",
    "parse_fields",
    "parse_spotting",
    "parse_subtitles",
    "parse_translation",
    "tail_repeats",
    "trim_loop",
]
