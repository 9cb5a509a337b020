"""What the model wrote, taken apart: lines with boxes, fields, tables, translations. Pure, and it never raises."""

from bot.domain.page_text.tables import Cell, Table
from workers.engines.hunyuan.loops import LoopGuard, tail_repeats, trim_loop
from workers.parsing.answers import is_no_text, looks_like_summary, parse_subtitles, parse_translation
from workers.parsing.documents import AnswerBlock, Diagram, Figure, Formula, MarkdownText, parse_blocks, parse_document
from workers.parsing.fields import AnswerFields, AnswerValue, parse_fields
from workers.parsing.spotting import parse_spotting
from workers.parsing.tokens import clean

__all__ = [
    "AnswerBlock",
    "AnswerFields",
    "AnswerValue",
    "Cell",
    "Diagram",
    "Figure",
    "Formula",
    "LoopGuard",
    "MarkdownText",
    "Table",
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
